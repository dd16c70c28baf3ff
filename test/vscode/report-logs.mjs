// Logs for the tests of bug reports: a real boot and crash of the project's own, with a machine's names put into it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const lab = path.resolve(import.meta.dirname, '../fixtures/xen-log/lab');
const labLog = (name) =>
  gunzipSync(readFileSync(path.join(lab, `${name}.gz`)))
    .toString('utf8')
    .replaceAll(/\r+(?=\n)/g, '');

/** What a host's own lines give away: each must be gone from what is sent. */
export const hostSecrets = ['hv-ams-07', '203.0.113.77', '3c:ec:ef:12:9a:b4', 'mnowak'];

const hostLines = [
  'Debian GNU/Linux 12 hv-ams-07 hvc0',
  'sshd[811]: Accepted publickey for mnowak from 203.0.113.77 port 50022 ssh2',
  '[   31.481204] igb 0000:03:00.0 eth0: (PCIe:5.0Gb/s:Width x4) 3c:ec:ef:12:9a:b4',
  'hv-ams-07 login: ',
];

/** The log of a BUG() by debug key, of a release that lacks fixes; `crashLine` is that of its BUG line. */
export function bugLog() {
  const lines = labLog('302-lab-bug.log').replaceAll('4.20.4', '4.20.1').split('\n');
  const at = lines.findIndex((line) => line.includes('Xen BUG at'));
  lines.splice(at, 0, ...hostLines);
  return { text: lines.join('\n'), crashLine: at + hostLines.length + 1 };
}

/** The same boot, then the host dies while it emulates for guest 3. */
export function guestCrashLog() {
  const boot = bugLog();
  const lines = boot.text.split('\n').slice(0, boot.crashLine - 1);
  const names = [
    'rax rbx rcx',
    'rdx rsi rdi',
    'rbp rsp r8',
    'r9 r10 r11',
    'r12 r13 r14',
    'r15 cr0 cr4',
    'cr3 cr2',
  ];
  const value = (name, at) =>
    name === 'cr2' ? '0000000000000018' : `ffff83003e0${String(at).padStart(2, '0')}000`;
  const registers = names.map(
    (row, line) =>
      `(XEN) ${row
        .split(' ')
        .map((name, at) => `${`${name}:`.padEnd(4)} ${value(name, line * 3 + at)}`)
        .join('   ')}`,
  );
  const frame = (address, mark, name) => `(XEN)    [<ffff82d0402${address}>] ${mark} ${name}`;
  const stars = `(XEN) ${'*'.repeat(40)}`;
  const dump = [
    '(XEN) ----[ Xen-4.20.1  x86_64  debug=n  Not tainted ]----',
    '(XEN) CPU:    1',
    '(XEN) RIP:    e008:[<ffff82d0402b1e77>] hvm_emulate_one_vm_event+0x57/0x1d0',
    '(XEN) RFLAGS: 0000000000010206   CONTEXT: hypervisor (d3v0)',
    ...registers,
    '(XEN) Xen call trace:',
    frame('b1e77', 'R', 'hvm_emulate_one_vm_event+0x57/0x1d0'),
    frame('c4a10', 'F', 'vmx_vmexit_handler+0x8a0/0x1c30'),
    frame('00f3c', 'F', 'vmx_asm_vmexit_handler+0xfc/0x110'),
    '(XEN) ',
    '(XEN) Pagetable walk from 0000000000000018:',
    '(XEN)  L4[0x000] = 0000000000000000 ffffffffffffffff',
    '(XEN) ',
    stars,
    '(XEN) Panic on CPU 1:',
    '(XEN) FATAL PAGE FAULT',
    '(XEN) [error_code=0000]',
    '(XEN) Faulting linear address: 0000000000000018',
    stars,
    '(XEN) ',
    "(XEN) Manual reset required ('noreboot' specified)",
    '',
  ];
  return { text: [...lines, ...dump].join('\n'), crashLine: lines.length + 1 };
}

/** An `xl create` file with the usual secrets. */
export const guestConfig = `name = "billing-db"
type = "hvm"
memory = 2048
disk = [ 'phy:/dev/vgams/billing-root,xvda,w' ]
vif = [ 'mac=00:16:3e:4d:11:02,bridge=xenbr0' ]
vnc = 1
vncpasswd = "s3same-0pen"
`;

/** What the host says of itself. */
export const xlInfo = `host                   : hv-ams-07
release                : 6.1.0-56-amd64
version                : #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-04)
machine                : x86_64
nr_cpus                : 2
total_memory           : 3071
xen_version            : 4.20.1
cc_compile_by          : mnowak
cc_compile_domain      : example.org
build_id               : 6d56f1853d7a2facac5e05700a1cc2b28fc5a2a2
`;

/** A MAINTAINERS file of the tests' own, in the form of Xen's. */
export const maintainers = `List of maintainers

CRASH LAB
M:\tLab Person <lab@example.org>
S:\tSupported
F:\txen/common/crashlab.c

THE REST
M:\tEverybody Else <rest@example.org>
L:\txen-devel@lists.xenproject.org
S:\tSupported
F:\t*
F:\t*/
V:\txen-maintainers-1
`;
