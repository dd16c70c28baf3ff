import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Parts of a Linux tree whose messages stand in the logs of Xen hosts and guests; the rest is thirty times larger. */
const linuxParts = [
  'arch/x86',
  'arch/arm64',
  'arch/arm/xen',
  'block',
  'drivers/acpi',
  'drivers/ata',
  'drivers/base',
  'drivers/block',
  'drivers/char',
  'drivers/clocksource',
  'drivers/cpufreq',
  'drivers/firmware',
  'drivers/iommu',
  'drivers/net/xen-netback',
  'drivers/net/xen-netfront.c',
  'drivers/nvme',
  'drivers/pci',
  'drivers/scsi/xen-scsifront.c',
  'drivers/tty',
  'drivers/xen',
  'fs/ext4',
  'fs/proc',
  'fs/xfs',
  'init',
  'kernel',
  'lib',
  'mm',
  'net/9p',
  'net/bridge',
  'net/core',
  'security',
] as const;

/** Parts of a Xen tree that print. */
const xenParts = [
  'xen',
  'tools/libs',
  'tools/libxl',
  'tools/libxc',
  'tools/xl',
  'tools/xenstore',
  'tools/xenstored',
  'tools/console',
] as const;

function namesIn(folder: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder));
  } catch {
    return new Set();
  }
}

/** Folders and files under a root that are worth reading for messages: by what kind of tree it is. */
export function printingParts(root: string): readonly string[] {
  const names = namesIn(root);
  if (names.has('Kbuild') && names.has('drivers') && names.has('kernel')) return [...linuxParts];
  if (names.has('xen') && names.has('tools')) return [...xenParts];
  return [''];
}

/** Sources under a folder (or the one file it is), by their paths from the root. */
export function sourcesIn(root: string, part: string, most: number): readonly string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    if (found.length >= most) return;
    if (/\.[ch]$/.test(path)) {
      found.push(path);
      return;
    }
    let entries;
    try {
      entries = readdirSync(join(root, path), { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries) {
      if (entry.name === '.git' || entry.name === 'node_modules') continue;
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() || (entry.isFile() && /\.[ch]$/.test(entry.name))) visit(inner);
    }
  };
  visit(part);
  return found;
}
