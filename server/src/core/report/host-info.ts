import type { NamedText } from '#core/redaction';
import type { FactKey, FactSheet } from './model.ts';

/** One way to read a fact out of a command's output. The fact is the first group. */
interface Reading {
  readonly key: FactKey;
  readonly pattern: RegExp;
  readonly from: string;
}

/** Lines of `xl info`, `/etc/os-release`, `/proc/cpuinfo`, `uname -a`, `dmidecode` and `dmesg`, first hit wins. */
const readings: readonly Reading[] = [
  { key: 'xen.version', pattern: /^xen_version\s*: (\S+)/m, from: 'xl info' },
  { key: 'xen.changeset', pattern: /^xen_changeset\s*: (\S.*)$/m, from: 'xl info' },
  { key: 'xen.buildid', pattern: /^build_id\s*: ([0-9a-f]{8,64})/m, from: 'xl info' },
  { key: 'xen.cmdline', pattern: /^xen_commandline\s*: (\S.*)$/m, from: 'xl info' },
  { key: 'xen.origin', pattern: /^cc_compile_domain\s*: (\S+)/m, from: 'xl info' },
  { key: 'memory', pattern: /^total_memory\s*: (\d+)/m, from: 'xl info' },
  { key: 'dom0.kernel', pattern: /^release\s*: (\S+)/m, from: 'xl info' },
  { key: 'dom0.kernel', pattern: /^Linux \S+ (\d\S+) #/m, from: 'uname -a' },
  { key: 'dom0.kernel', pattern: /\bLinux version (\S+)/, from: 'dmesg' },
  { key: 'distro', pattern: /^PRETTY_NAME="?([^"\n]+)/m, from: '/etc/os-release' },
  { key: 'distro', pattern: /^Description:\s+(\S.*)$/m, from: 'lsb_release' },
  { key: 'cpu.model', pattern: /^model name\s*: (\S.*)$/m, from: '/proc/cpuinfo' },
  { key: 'cpu.model', pattern: /^Model name:\s+(\S.*)$/m, from: 'lscpu' },
  {
    key: 'cpu.model',
    pattern: /^(?:\(XEN\)\s*(?:\[[^\]]*\]\s*)?)?Processor: [0-9a-f]{8,16}: (".*)$/m,
    from: 'Xen log',
  },
  { key: 'cpu.microcode', pattern: /^microcode\s*: (0x[0-9a-f]+)/m, from: '/proc/cpuinfo' },
  { key: 'board', pattern: /(?:^|[\s\]])DMI: (\S.*)$/m, from: 'dmesg' },
  { key: 'board', pattern: /\bHardware name: (\S.*)$/m, from: 'dmesg' },
  { key: 'board', pattern: /^\s*Product Name: (\S.*)$/m, from: 'dmidecode' },
  { key: 'board', pattern: /\bMachine model: (\S.*)$/m, from: 'dmesg' },
];

/** Facts from texts that the host printed about itself; line ends of any kind. */
export function readHostInfo(texts: readonly NamedText[]): FactSheet {
  const facts: { -readonly [K in FactKey]?: FactSheet[K] } = {};
  for (const { name, text } of texts) {
    const plain = text.replaceAll('\r', '');
    for (const { key, pattern, from } of readings) {
      const value = pattern.exec(plain)?.[1]?.trim();
      if (value === undefined || value === '' || facts[key] !== undefined) continue;
      facts[key] = { value: key === 'memory' ? `${value} MiB` : value, from: `${from} (${name})` };
    }
    const distro = facts.distro ?? distroOfKernelLine(plain, name);
    if (distro) facts.distro = distro;
  }
  return facts;
}

/** The distribution that a kernel's version line names, when nothing better is known. */
function distroOfKernelLine(text: string, name: string): FactSheet['distro'] {
  const line =
    /\bLinux version \S+ (.*)$/m.exec(text)?.[1] ?? /^version\s*: (#\d.*)$/m.exec(text)?.[1];
  const match = line === undefined ? undefined : distroWords.exec(line);
  return match ? { value: match[0], from: `kernel version line (${name})` } : undefined;
}

const distroWords =
  /\b(?:Debian|Ubuntu|SUSE Linux|openSUSE|Fedora|Red Hat|Rocky Linux|AlmaLinux|Alpine|Arch Linux|Gentoo|[Qq]ubes|NixOS|Oracle)\b/;
