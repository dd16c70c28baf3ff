import { isStockConfigName, isStockGuestName, isStockInterface } from './exceptions.ts';
import type { RedactionRule } from './model.ts';

/** Names of guests. */
export const guestRules: readonly RedactionRule[] = [
  {
    id: 'guestname',
    kind: 'guest',
    gate: ['.log'],
    pattern:
      /(?<=\/(?:xl|qemu-dm|guest|xen-hotplug|bootloader)-)(?<x>[A-Za-z0-9_.+-]+?)(?=(?:-dm)?\.log)/dg,
    spreads: true,
  },
  {
    id: 'guest-config',
    kind: 'guest',
    atStart: true,
    gate: ['name', '/etc/xen/', '-name '],
    pattern:
      /(?:^\s*name\s*=\s*["'](?<x>[^"']+)["']|^\s*["']name["']: ["'](?<v>[^"']+)["'],?\s*$|\/etc\/xen\/(?:auto\/)?(?<y>(?!xl\b|oxenstored|xend|scripts|auto)[A-Za-z0-9_.+-]+?)(?:\.cfg|\.conf|\.xl|\.pv|\.hvm)(?![A-Za-z0-9])|["']?\bc_info["']?.*?["']name["']: ["'](?<z>[^"']+)["']|(?:^|\s)-name ["']?(?:guest=)?(?<w>[A-Za-z0-9_.+-]+)|<name>(?<u>[^<>]+)<\/name>)/dg,
    stays: isStockGuestName,
    spreads: true,
  },
  {
    id: 'config-file',
    kind: 'guest',
    gate: ['.cfg', '.hvm', '.pv'],
    pattern: /(?<=^|[\s/"'=])(?<x>[A-Za-z0-9][A-Za-z0-9_.+-]*?)\.(?:cfg|hvm|pv)(?=$|[\s"',;:)])/dg,
    stays: isStockConfigName,
    spreads: true,
  },
  {
    id: 'guest-listing',
    kind: 'guest',
    atStart: true,
    pattern:
      /^(?<x>\S[^\t]{0,60}?)\s+\d+\s+(?:\d+\s+\d+\s+[rbpscd-]{6}|\d+\s+(?:\d+|-)\s+[rbpscd-]{3})\s+[\d.]+|\bWaiting for domain (?<y>\S+) \(domid \d+\)|\/name\s*=\s*["'](?<z>[^"']+)["']|\bname[-_]label["']?\s*(?:\([^)]*\))?\s*[:=]\s*["']?(?<w>[A-Za-z0-9][^"',;]*[A-Za-z0-9])|(?:^\s*|\/)domain\s*=\s*["'](?<v>[A-Za-z][^"'/]*)["']|\bReceiving domain (?<u>\S+) \(v\d/dg,
    stays: (text) => text === '(null)' || isStockGuestName(text),
    spreads: true,
  },
  {
    id: 'guest-command',
    kind: 'guest',
    atStart: true,
    gate: ['xl ', 'xm '],
    pattern:
      /(?:^|[#$+] )\s*(?:sudo )?x[lm] (?:-\S+ )*(?:destroy|shutdown|reboot|pause|unpause|console|vncviewer|save|migrate|domid|trigger|dump-core|block-\w+|network-\w+|vcpu-(?:pin|set)|mem-\w+|rename|list|uptime)\s+(?:-\S+\s+)*(?<x>[A-Za-z][A-Za-z0-9_.+-]*)/dg,
    stays: isStockGuestName,
    spreads: true,
  },
  {
    id: 'guest-interface',
    kind: 'guest',
    gate: ['vifname='],
    pattern: /\bvifname=["']?(?<x>[^\s,"']+)/dg,
    stays: isStockInterface,
    spreads: true,
  },
];
