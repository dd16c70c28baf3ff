import { describe, expect, it } from 'vitest';
import { redact } from '#core/redaction';
import { places } from './places.ts';

const one = (line: string): string => redact([{ name: 'a', text: line }]).files[0]?.text ?? '';

/** What stands in front of a line on a serial console, in a journal, in a mail. */
const prefixes = ['(d5) ', '(XEN) [2026-11-22 10:39:11.687] ', '[   31.481204] ', '> '];

describe('private texts where tools print them', () => {
  it.each(places.map(([line, ...secrets]) => ({ line, secrets })))('$line', ({ line, secrets }) => {
    const out = one(line).toLowerCase();
    expect(secrets.filter((secret) => out.includes(secret.toLowerCase()))).toEqual([]);
  });

  it('finds the same behind what a console puts in front', () => {
    const missed = prefixes.flatMap((prefix) =>
      places
        .filter(([line]) => !/^(?:\(|\[|[A-Z][a-z]{2} [ \d]\d )/.test(line))
        .flatMap(([line, ...secrets]) => {
          const out = one(prefix + line).toLowerCase();
          return secrets
            .filter((secret) => out.includes(secret.toLowerCase()))
            .map(() => prefix + line);
        }),
    );
    expect(missed).toEqual([]);
  });
});

/** What a maintainer needs: every one of these must come through letter by letter. */
const needed: readonly string[] = [
  'd10 d12v3 d[IO] dom3 cpu#7 vcpu2 node1 xvda sda1 eth0 hvc0 r10 rax cr2',
  'see org.freedesktop.systemd1, libc.so.6, drivers/block/xen-blkback/blkback.c:1234 and docs.xenproject.org',
  'https://xenbits.xen.org/xsa/advisory-7.html https://lore.kernel.org/xen-devel/?q=x bugs.debian.org',
  'module2 /boot/initrd.img-6.1.0-56-amd64 and /boot/xen.cfg, /boot/grub/grub.cfg, xl create guest.cfg',
  '(XEN) HVM d5v0 save: CPU; pool "Pool-0"; /local/pool/0/name = "Pool-0"',
  'qemu-system-i386: -serial pty: char device redirected to /dev/pts/3 (label serial0)',
  '  serial="pty"  usbdevice="tablet"  boot="cd"  type="hvm"  bridge=xenbr0  keymap=de',
  'Microcode: CPU0 updated from revision 0x1000065 to 0x830107c, date = 2024-02-12',
  'fw 8.3.64775 api 1.13 nvm 8.30 0x8000b877 1.2829.0; NVRM version 535.129.03; BIOS 1.16.2-debian-1.16.2-1',
  '[    2.1] usb usb1: SerialNumber: 0000:00:14.0',
];

describe('what debugging needs', () => {
  it.each(needed)('stays: %s', (line) => {
    expect(one(line)).toBe(line);
  });

  it('stays although a guest or host bears the name of a domain, a CPU or a register', () => {
    const names = ['d10', 'cpu7', 'node1', 'rax', 'xvda'];
    const logs = needed[0] ?? '';
    const configs = names.map((name) => `name = "${name}"`).join('\n');
    expect(one(`${configs}\n${logs}`).split('\n').at(-1)).toBe(logs);
  });
});
