import type { SecretKind } from '#core/redaction';

/** A small generator with a seed: the same corpus on every machine. */
export function seeded(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => '0123456789abcdef'[below(16)]).join('');
  const letters = (count: number): string =>
    Array.from({ length: count }, () => 'abcdefghijklmnopqrstuvwxyz'[below(26)]).join('');
  return { below, pick, hex, letters };
}
export type Seeded = ReturnType<typeof seeded>;

export interface Planted {
  readonly kind: SecretKind;
  readonly secret: string;
  readonly line: string;
}

const people = ['alice', 'bjorn', 'chandra', 'dimitri', 'eleni', 'fatima', 'goran', 'hiroko'];
const sites = ['example.com', 'corp.example.org', 'lab.example.net', 'dc2.example.co.uk'];

const upper = (g: Seeded, count: number): string =>
  Array.from({ length: count }, () => 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'[g.below(34)]).join('');
const host = (g: Seeded): string =>
  `${g.pick(['hv', 'rack', 'ams', 'node-x', 'kvm-'])}${g.letters(3)}${g.below(90) + 10}`;
const guest = (g: Seeded): string =>
  `${g.pick(['prod', 'billing', 'mx', 'ci-runner'])}-${g.letters(4)}${g.below(99)}`;
const ip = (g: Seeded): string =>
  [g.pick([10, 172, 192, 198, 203, 85]), g.below(256), g.below(256), 1 + g.below(254)].join('.');
const mac = (g: Seeded): string =>
  Array.from({ length: 6 }, (_, at) =>
    at === 0 ? g.pick(['00', '3c', 'a4', '72']) : g.hex(2),
  ).join(':');
const uuid = (g: Seeded): string => [8, 4, 4, 4, 12].map((digits) => g.hex(digits)).join('-');
const ip6 = (g: Seeded): string =>
  g.pick([
    `2001:db8:${g.hex(3)}1::${g.hex(2)}7`,
    `fe80::${g.hex(3)}1:${g.hex(4)}:fe${g.hex(2)}:${g.hex(4)}`,
    `2a02:8${g.hex(2)}:${g.hex(4)}:${g.hex(4)}:${g.hex(4)}:${g.hex(4)}:${g.hex(4)}:${g.hex(4)}`,
  ]);

/** Realistic lines around a secret, several per kind. */
type Plant = (g: Seeded) => readonly [secret: string, line: string];
export const plants: Readonly<Record<SecretKind, readonly Plant[]>> = {
  email: [
    (g) =>
      wrap(
        `${g.pick(people)}.${g.letters(5)}@${g.pick(sites)}`,
        (x) => `Contact ${x} about this machine.`,
      ),
    (g) =>
      wrap(
        `${g.pick(people)}@${host(g)}.${g.pick(sites)}`,
        (x) =>
          `(XEN) Xen version 4.18.2 (${x}) (gcc (Debian 12.2.0-14) 12.2.0) debug=y Mon Jan  6 10:00:00 UTC 2026`,
      ),
    (g) => wrap(`${g.letters(6)}@${g.pick(sites)}`, (x) => `cron: mail to <${x}> failed`),
  ],
  builder: [
    (g) =>
      wrap(
        `${g.pick(people)}@${host(g)}`,
        (x) =>
          `(XEN) [    0.000000] Xen version 4.20.1 (${x}) (gcc (SUSE Linux) 13.2.1) debug=n Tue Mar  3 12:00:00 UTC 2026`,
      ),
    (g) =>
      wrap(
        `${g.pick(people)}@${host(g)}`,
        (x) =>
          `[    0.000000] Linux version 6.6.${g.below(90)} (${x}) (gcc (GCC) 13.2.0, GNU ld 2.41) #1 SMP`,
      ),
    (g) => wrap(`${g.pick(people)}${g.below(90) + 10}`, (x) => `cc_compile_by          : ${x}`),
  ],
  mac: [
    (g) => wrap(mac(g), (x) => `vif = [ 'mac=${x},bridge=xenbr0' ]`),
    (g) =>
      wrap(
        mac(g),
        (x) => `[    4.${g.below(900)}00] igb 0000:03:00.0 eth0: (PCIe:5.0Gb/s:Width x4) ${x}`,
      ),
    (g) => wrap(mac(g), (x) => `/libxl/5/device/vif/0/mac = "${x}"`),
    (g) =>
      wrap(
        mac(g).toUpperCase().replaceAll(':', '-').replace(/^../, 'A4'),
        (x) => `Physical Address: ${x}`,
      ),
  ],
  ipv4: [
    (g) =>
      wrap(ip(g), (x) => `(d2) [   12.345678] IP-Config: Guessing netmask; my address is ${x}`),
    (g) => wrap(ip(g), (x) => `sshd[812]: Connection closed by ${x} port 51234`),
    (g) => wrap(ip(g), (x) => `VNC server listening on ${x}:5900.`),
    (g) => wrap(ip(g), (x) => `inet ${x}/24 brd 255.255.255.255 scope global xenbr0`),
    (g) => wrap(ip(g), (x) => `migration target: Connected to ${x}.`),
  ],
  ipv6: [
    (g) => wrap(ip6(g), (x) => `inet6 ${x}/64 scope link`),
    (g) => wrap(ip6(g), (x) => `inet6 addr: ${x}/64 Scope:Link`),
    (g) => wrap(ip6(g), (x) => `nfs: server [${x}]:2049 not responding`),
    (g) => wrap(ip6(g), (x) => `ping6 to ${x}.`),
  ],
  uuid: [
    (g) => wrap(uuid(g), (x) => `uuid = "${x}"`),
    (g) => wrap(uuid(g), (x) => `[    0.000000] Command line: placeholder root=UUID=${x} ro quiet`),
    (g) => wrap(uuid(g).toUpperCase(), (x) => `/vm/${x}/start_time = "1733"`),
    (g) =>
      wrap(
        `${g.hex(3)}A-${g.hex(3)}B`.toUpperCase(),
        (x) => `UUID=${x} /boot/efi vfat umask=0077 0 1`,
      ),
  ],
  user: [
    (g) => wrap(`${g.pick(people)}${g.letters(3)}`, (x) => `xl: reading /home/${x}/guests/web.cfg`),
    (g) =>
      wrap(
        `${g.pick(people)}${g.letters(3)}`,
        (x) => `sshd[99]: Accepted publickey for ${x} from 127.0.0.1 port 22 ssh2`,
      ),
    (g) =>
      wrap(
        `${g.pick(people)}${g.letters(3)}`,
        (x) => `pam_unix(sudo:session): session opened for user ${x}(uid=1000) by (uid=0)`,
      ),
    (g) =>
      wrap(
        `${g.pick(people)}${g.letters(3)}`,
        (x) => `sudo:    ${x} : TTY=pts/0 ; PWD=/root ; COMMAND=/usr/sbin/xl info`,
      ),
  ],
  secret: [
    (g) => wrap(g.letters(9) + g.below(99), (x) => `vncpasswd = "${x}"`),
    (g) => wrap(g.letters(9) + g.below(99), (x) => `vfb = [ 'type=vnc,vncpasswd=${x},keymap=de' ]`),
    (g) =>
      wrap(
        g.letters(7) + g.below(99),
        (x) => `mount -t cifs //nas/img /mnt -o username=root,password=${x},vers=3.0`,
      ),
    (g) => wrap(g.letters(12), (x) => `node.session.auth.password = ${x}`),
    (g) =>
      wrap(g.letters(8) + g.below(99), (x) => `fetch https://root:${x}@repo.invalid/images/x.tar`),
    (g) => wrap(g.letters(10) + g.below(9), (x) => `"api_key": "${x}",`),
  ],
  key: [
    (g) => wrap(`AAAAB3NzaC1yc2E${upper(g, 60)}`, (x) => `ssh-rsa ${x}`),
    (g) => wrap(`AKIA${upper(g, 16)}`, (x) => `env: AWS_ID ${x}`),
    (g) => wrap(`ghp_${upper(g, 36)}`, (x) => `git clone with ${x} failed`),
    (g) => wrap(upper(g, 40), (x) => `Authorization: Bearer ${x}`),
  ],
  serial: [
    (g) => wrap(`CZ${upper(g, 4)}${g.below(9)}${upper(g, 3)}`, (x) => `\tSerial Number: ${x}`),
    (g) => wrap(`${g.below(9)}YT${upper(g, 4)}`, (x) => `Service Tag: ${x}`),
    (g) => wrap(`S3Z${g.below(9)}${upper(g, 10)}`, (x) => `smartctl: SN: ${x}`),
    (g) => wrap(`${g.below(9)}${upper(g, 11)}`, (x) => `[    3.1] usb 2-1: SerialNumber: ${x}`),
    (g) => wrap(`WD-W${upper(g, 6)}${g.below(10)}`, (x) => `drive serial=${x} model=WDC`),
  ],
  disk: [
    (g) => wrap(`ata-WDC_WD10EZEX_WD-${upper(g, 11)}`, (x) => `phy:/dev/disk/by-id/${x},xvda,w`),
    (g) => wrap(`vg${g.letters(3)}/lv-${g.letters(6)}`, (x) => `disk = [ 'phy:/dev/${x},xvda,w' ]`),
    (g) =>
      wrap(
        `vg${g.letters(3)}-${g.letters(6)}`,
        (x) => `EXT4-fs: mounting /dev/mapper/${x} as root`,
      ),
    (g) => wrap(`${g.letters(6)}-2026`, (x) => `tap:qcow2:/srv/images/${x}.qcow2,xvdb,r`),
    (g) => wrap(g.letters(8), (x) => `root=LABEL=${x} ro`),
  ],
  iqn: [
    (g) =>
      wrap(
        `iqn.20${10 + g.below(15)}-0${1 + g.below(9)}.com.example:storage.${g.letters(4)}${g.below(9)}`,
        (x) => `iscsiadm: Logging in to [iface: default, target: ${x}, portal: 127.0.0.1,3260]`,
      ),
    (g) =>
      wrap(
        `iqn.2003-01.org.linux-iscsi.${g.letters(5)}:sn.${g.hex(12)}`,
        (x) => `InitiatorName=${x}`,
      ),
  ],
  wwn: [
    (g) => wrap(`5000c5${g.hex(10)}`, (x) => `sd 0:0:0:0: naa.${x}`),
    (g) => wrap(`500143${g.hex(10)}`, (x) => `qla2xxx [0000:05:00.0]: WWPN: 0x${x}`),
    (g) =>
      wrap(
        `50:01:43:${g.hex(2)}:${g.hex(2)}:${g.hex(2)}:${g.hex(2)}:${g.hex(2)}`,
        (x) => `lpfc: port name ${x} link up`,
      ),
  ],
  host: [
    (g) =>
      wrap(
        host(g),
        (x) => `Nov 22 11:26:01 ${x} kernel: xen:balloon: Waiting for initialising ballooning`,
      ),
    (g) => wrap(host(g), (x) => `2026-11-22T10:39:11.123456+00:00 ${x} xenstored[512]: started`),
    (g) => wrap(host(g), (x) => `host                   : ${x}`),
    (g) =>
      wrap(host(g), (x) => `Nov 22 11:26:01 xenopsd-xc: [debug|${x}|31 |VM.start R:88|xenops] x`),
    (g) => wrap(host(g), (x) => `root@${x}:~# xl info`),
    (g) =>
      wrap(
        host(g),
        (x) => `Linux ${x} 6.1.0-56-amd64 #1 SMP PREEMPT_DYNAMIC Debian x86_64 GNU/Linux`,
      ),
    (g) => wrap(host(g), (x) => `systemd[1]: Hostname set to <${x}>.`),
    (g) => wrap(host(g), (x) => `${x} login: `),
    (g) => wrap(host(g), (x) => `Debian GNU/Linux 12 ${x} hvc0`),
  ],
  guest: [
    (g) => wrap(guest(g), (x) => `name = "${x}"`),
    (g) => wrap(guest(g), (x) => `see /var/log/xen/xl-${x}.log`),
    (g) => wrap(guest(g), (x) => `/var/log/xen/qemu-dm-${x}.log: char device redirected`),
    (g) => wrap(guest(g), (x) => `Parsing config from /etc/xen/${x}.cfg`),
    (g) =>
      wrap(
        guest(g),
        (x) => `${x.padEnd(40)}    ${1 + g.below(90)}  1024     2     -b----      12.3`,
      ),
    (g) => wrap(guest(g), (x) => `Waiting for domain ${x} (domid ${g.below(99)}) to die [pid 123]`),
    (g) => wrap(guest(g), (x) => `/local/domain/${g.below(99)}/name = "${x}"`),
    (g) => wrap(guest(g), (x) => `qemu-system-i386 -xen-domid 7 -nodefaults -name ${x} -vnc none`),
  ],
};

function wrap(secret: string, line: (secret: string) => string): readonly [string, string] {
  return [secret, line(secret)];
}

/** `count` secrets, the kinds in turn, the lines of a kind in turn. */
export function plantSecrets(count: number, seed: number): readonly Planted[] {
  const g = seeded(seed);
  const kinds = Object.keys(plants) as SecretKind[];
  return Array.from({ length: count }, (_, at) => {
    const kind = kinds[at % kinds.length] as SecretKind;
    const forms = plants[kind];
    const [secret, line] = (forms[Math.floor(at / kinds.length) % forms.length] as Plant)(g);
    return { kind, secret, line };
  });
}

/** Lines that hold nothing private: registers, addresses, symbols, versions, PCI ids, times, counts. */
export function harmlessLines(count: number, seed: number): readonly string[] {
  const g = seeded(seed);
  const address = (): string => `ffff82d0${g.hex(8)}`;
  const symbol = (): string =>
    `${g.pick(['common', 'arch/x86', 'drivers/passthrough'])}/${g.letters(6)}.c#${g.letters(5)}_${g.letters(4)}+0x${g.hex(2)}/0x${g.hex(3)}`;
  const pci = (): string => `0000:${g.hex(2)}:1${g.hex(1)}.${g.below(8)}`;
  const forms: readonly (() => string)[] = [
    () => `(XEN) rax: ${g.hex(16)}   rbx: ${g.hex(16)}   rcx: ${g.hex(16)}`,
    () => `(XEN) RIP:    e008:[<${address()}>] ${symbol()}`,
    () => `(XEN)    [<${address()}>] F ${symbol()}`,
    () => `(XEN)    ${g.hex(16)} ${g.hex(16)} ${g.hex(16)} ${g.hex(16)}`,
    () =>
      `(XEN) Xen version 4.${g.below(22)}.${g.below(9)} (Debian 4.17.${g.below(9)}+13-g${g.hex(10)}-0+deb12u1) (x86_64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0) debug=n Wed Nov  4 16:52:28 UTC 2026`,
    () => `(XEN) build-id: ${g.hex(40)}`,
    () => `(XEN) Latest ChangeSet: Tue Aug 18 14:16:32 2026 +0200 git:${g.hex(10)}`,
    () => `(XEN) PCI: Using config type 1 for ${pci()} vendor ${g.hex(4)}:${g.hex(4)}`,
    () =>
      `[    1.${g.below(900000)}] pci ${pci()}: [${g.hex(4)}:${g.hex(4)}] type 00 class 0x060000`,
    () => `[    1.${g.below(900000)}] pci ${pci()}: reg 0x10: [mem 0x${g.hex(8)}-0x${g.hex(8)}]`,
    () => `[    2.1] usb usb1: SerialNumber: ${pci()}`,
    () => `[    2.2] i40e ${pci()}: fw 8.3.64775 api 1.13 nvm 8.30 0x8000b877 1.2829.0`,
    () => `[    2.3] bnxt_en: firmware version 218.0.152.${g.below(99)}`,
    () =>
      `[    2.4] mpt3sas_cm0: LSISAS3008: FWVersion(16.00.${10 + g.below(9)}.00), ChipRevision(0x02)`,
    () => `(XEN) Xen code around <${address()}> (${symbol()}):`,
    () => `(XEN)  ff 74 05 e9 e5 3e fa ff <0f> 0b f3 0f 1e fa 55 48 89 e5 8b 3d 85 51 36 00`,
    () => `(XEN) Pagetable walk from ${g.hex(16)}:`,
    () => `(XEN)  L4[0x${g.hex(3)}] = ${g.hex(16)} ${g.hex(16)}`,
    () => `(XEN) Brought up ${g.below(64)} CPUs`,
    () => `(XEN) d${g.below(9)}v${g.below(4)} Unhandled page fault fault/trap [#14, ec=0000]`,
    () =>
      `(XEN) [2026-11-22 10:39:11.${g.below(999)}] Domain ${g.below(9)} (vcpu#${g.below(4)}) crashed on cpu#${g.below(8)}:`,
    () =>
      `libxl: debug: libxl_event.c:750:watchfd_callback: watch w=0x${g.hex(12)} wpath=@releaseDomain token=${g.below(9)}/${g.hex(2)}: event epath=@releaseDomain`,
    () =>
      `[    0.000000] Linux version 6.1.0-${g.below(60)}-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0)`,
    () => `hw_caps                : ${Array.from({ length: 8 }, () => g.hex(8)).join(':')}`,
    () => `[    0.1] tsc: Fast TSC calibration using PIT 10:39:${10 + g.below(49)}`,
    () => `(XEN) CPU Vendor: AMD, Family 23 (0x17), Model 1 (0x1), Stepping 2 (raw 00800f12)`,
    () => `Module Size Used by xen_blkback ${g.below(90000)} 0 - Live 0x${g.hex(16)}`,
    () =>
      `[    5.0] pps_core: Software ver. 5.3.6 - Copyright 2005-2007 A Person <person@driver.example>`,
    () => `(XEN) *** Serial input to DOM0 (type 'CTRL-a' three times to switch input)`,
    () => `com1=115200,8n1 console=com1,vga loglvl=all dom0_mem=${g.below(9)}G,max:${g.below(9)}G`,
  ];
  return Array.from({ length: count }, (_, at) => (forms[at % forms.length] as () => string)());
}
