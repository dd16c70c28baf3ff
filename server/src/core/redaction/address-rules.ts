import { isPublicMail, isRealIpv4, isRealIpv6 } from './exceptions.ts';
import type { RedactionRule } from './model.ts';

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const ipv4 = String.raw`(?:${octet}\.){3}${octet}`;

/** Addresses of mail, network and storage, and identifiers. */
export const addressRules: readonly RedactionRule[] = [
  {
    id: 'email',
    kind: 'email',
    gate: ['@'],
    pattern:
      /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}\b/dg,
    stays: isPublicMail,
  },
  {
    id: 'builder',
    kind: 'builder',
    spreads: true,
    gate: ['Xen version', 'Linux version'],
    pattern: /(?:Xen|Linux) version [^()]{1,60}\((?<x>[A-Za-z0-9._-]+@[A-Za-z0-9._-]*)\)/dg,
    stays: isPublicMail,
  },
  {
    id: 'builder-fields',
    kind: 'builder',
    atStart: true,
    spreads: true,
    gate: ['cc_compile_'],
    pattern: /^\s*cc_compile_(?:by|domain)\s*:\s*(?<x>\S+)/dg,
    stays: isPublicMail,
  },
  {
    id: 'wwn',
    kind: 'wwn',
    pattern:
      /(?:\b(?:wwn|wwpn|wwnn|naa|eui|nguid|port name|node name)["']?[\s:=.-]{0,3}(?:0x)?(?<x>[0-9a-f]{16,32})\b|\bWWN Device Id: (?<z>[0-9a-f](?: ?[0-9a-f]){15})\b|(?<![0-9A-Fa-f:])(?<y>(?:[0-9a-f]{2}:){7}[0-9a-f]{2})(?![0-9A-Fa-f:]))/dgi,
  },
  {
    id: 'mac',
    kind: 'mac',
    pattern:
      /(?<![0-9A-Fa-f:])(?:(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?!:?[0-9A-Fa-f])|(?=[0-9-]{0,16}[A-Fa-f])(?<![\w-])(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?![\w-])|(?<=BOOTIF=[0-9A-Fa-f]{2}-)(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}|(?<=\b8000\.|\bbridge[ _-]id:? ?[0-9a-f]{4}\.)[0-9a-f]{12}\b)/dg,
    stays: (text) => /^(?:00[:-]){5}00$|^(?:ff[:-]){5}ff$/i.test(text),
  },
  {
    id: 'ipv4',
    kind: 'ipv4',
    gate: ['.'],
    pattern: new RegExp(
      String.raw`(?<![\d.\w]|\d-(?<!${ipv4}-))${ipv4}(?!\d|\.\d|-(?!${ipv4})\w)`,
      'dg',
    ),
    stays: (text, line, column) => !isRealIpv4(text, line, column),
  },
  {
    id: 'ipv6',
    kind: 'ipv6',
    gate: ['::', ':'],
    pattern:
      /(?<=\baddr:)(?:[0-9A-Fa-f]{1,4}:){1,7}(?::?[0-9A-Fa-f]{1,4}){1,7}|(?<![0-9A-Za-z_:.])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}|(?:[0-9A-Fa-f]{1,4}:){2,7}:(?=[/\s\],;]|$)|fe80::[0-9A-Fa-f:]{2,39})(?![0-9A-Za-z_:]|\.\d)/dg,
    stays: (text) => !isRealIpv6(text),
  },
  {
    id: 'uuid',
    kind: 'uuid',
    gate: ['-'],
    pattern: /\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b/dg,
    stays: (text) => /^[0-]+$/.test(text),
  },
  {
    id: 'file-system-id',
    kind: 'uuid',
    gate: ['UUID=', 'achine-id', 'achine ID', '/journal/', 'by-uuid/', 'by-partuuid/'],
    pattern:
      /(?:\b(?:PART)?UUID=["']?|\/disk\/by-(?:part)?uuid\/|[Mm]achine[- ]ID(?: to|:)? ?|[Mm]achine-id[=:] ?|\/journal\/)(?<x>[0-9A-Za-z][0-9A-Za-z-]{7,63})/dgi,
  },
];
