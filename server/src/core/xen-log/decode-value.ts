import {
  decodeBits,
  decodeKnownBits,
  decodeLetters,
  decodeValue,
  type DecodeTables,
} from '#core/knowledge';
import { lookAt, wideHex } from './fault-address.ts';
import { hexOf } from './read-line.ts';

/** What a printed value means, as lines of Markdown. */
export type Meaning = readonly string[];

/** A value to be decoded: where it stands and how it is written. */
export interface PrintedValue {
  /** Message kind it stands in; empty for none. */
  readonly kind: string;
  /** Name of the field or register. */
  readonly name: string;
  readonly text: string;
  /** The message's other fields. */
  readonly fields: Readonly<Record<string, string>>;
}

type Decoder = (tables: DecodeTables, value: PrintedValue) => Meaning;

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'no bit set' : names.map((name) => `\`${name}\``).join(', ');

const bits =
  (table: string, title: string, isPartial: boolean = false): Decoder =>
  (tables, { text }) => {
    const value = hexOf(text);
    if (value === undefined) return [];
    const names = isPartial
      ? decodeKnownBits(tables, table, value)
      : decodeBits(tables, table, value);
    return [`**${title}** ${wideHex(value)}: ${list(names)}`];
  };

/** Bits of a page-fault error code in words a reader of a crash wants. */
const pageFault: Decoder = (tables, { text }) => {
  const value = hexOf(text);
  if (value === undefined) return [];
  const number = Number(value);
  const access =
    (number & 0x10) !== 0 ? 'an instruction fetch' : (number & 2) !== 0 ? 'a write' : 'a read';
  const who = (number & 4) !== 0 ? 'user mode' : 'supervisor mode';
  const page =
    (number & 1) !== 0
      ? 'a page that is present but does not allow it'
      : 'a page that is not present';
  const reserved = (number & 8) !== 0 ? '; a reserved bit is set in a page-table entry' : '';
  return [
    `**Page-fault error code** ${text}: ${access} from ${who} on ${page}${reserved}`,
    `Bits: ${list(decodeBits(tables, 'pf_error_code', value))}`,
  ];
};

const named =
  (table: string, title: string, radix: 10 | 16 = 10): Decoder =>
  (tables, { text }) => {
    const number = Number.parseInt(text.replace(/^0x/, ''), text.startsWith('0x') ? 16 : radix);
    if (Number.isNaN(number)) return [];
    const name = decodeValue(tables, table, number);
    return [
      `**${title}** ${text}: ${name === undefined ? 'not a value that is known' : `\`${name}\``}`,
    ];
  };

const selector: Decoder = (tables, { text }) => {
  const name = decodeValue(tables, 'segment_selector', text);
  return name === undefined ? [] : [`**Segment selector** ${text}: ${name}`];
};

/** Xen prints negative errno values; libxl its own codes. */
export function describeErrorNumber(tables: DecodeTables, text: string, isLibxl: boolean): Meaning {
  const number = Number(text);
  if (!Number.isInteger(number) || number === 0) return [];
  const libxl = number < 0 ? decodeValue(tables, 'libxl_error', number) : undefined;
  const errno = decodeValue(tables, 'errno', Math.abs(number));
  if (isLibxl && libxl !== undefined) return [`**libxl error** ${text}: \`ERROR_${libxl}\``];
  return errno === undefined ? [] : [`**errno** ${text}: \`${errno}\``];
}

const returnCode: Decoder = (tables, { kind, text }) =>
  describeErrorNumber(tables, text, kind.startsWith('libxl'));

/** A domain id: dom0, the reserved ones, or a guest. */
export function describeDomain(tables: DecodeTables, domain: number): Meaning {
  const name = decodeValue(tables, 'domid', domain);
  if (name !== undefined) return [`**Domain** ${domain}: \`${name}\`, a reserved id`];
  return [
    domain === 0 ? '**Domain 0**: the hardware domain (dom0)' : `**Domain ${domain}**: a guest`,
  ];
}

const domain: Decoder = (tables, { text }) => {
  const match = /^d?(\d{1,5})(?:v(\d{1,5}))?$/.exec(text);
  if (match === null) return [];
  const vcpu = match[2] === undefined ? [] : [`vCPU ${match[2]}`];
  return [[...describeDomain(tables, Number(match[1])), ...vcpu].join(', ')];
};

const taint: Decoder = (tables, { text }) => {
  const letters = decodeLetters(tables, 'taint', text.replace(/^Tainted:/, ''));
  return letters.length === 0
    ? ['**Taint**: none']
    : letters.map(({ letter, meaning }) => `**Taint ${letter}**: ${meaning}`);
};

/** Exception class and fault status of an Arm syndrome register. */
const syndrome: Decoder = (tables, { text }) => {
  const value = hexOf(text);
  if (value === undefined) return [];
  const name = decodeValue(tables, 'arm_hsr_ec', Number((value >> 26n) & 0x3fn));
  return [
    `**Exception class** 0x${((value >> 26n) & 0x3fn).toString(16)}: \`${name ?? 'not known'}\``,
    ...abortStatus(tables, value),
  ];
};

function abortStatus(tables: DecodeTables, value: bigint): Meaning {
  const status = Number(value & 0x3fn);
  const name =
    decodeValue(tables, 'arm_fsc', status) ?? decodeValue(tables, 'arm_fsc', status & 0x3c);
  if (name === undefined) return [];
  const access = (value & 0x40n) === 0n ? 'read' : 'write';
  return [
    `**Fault status** 0x${status.toString(16)}: \`${name}\` at table level ${status & 3}; a ${access}, where this is a data abort`,
  ];
}

const exitReason: Decoder = (tables, { text }) => {
  const value = hexOf(text);
  if (value === undefined) return [];
  const name = decodeValue(tables, 'vmx_exit_reason', Number(value & 0xffffn));
  const entry = (value & 0x80000000n) === 0n ? '' : ', on VM entry';
  return [`**VM exit reason** ${text}: \`${name ?? 'not known'}\`${entry}`];
};

const faultReason: Decoder = (tables, { text }) => {
  const number = Number.parseInt(text, 16);
  const name = decodeValue(tables, number >= 0x20 ? 'vtd_intr_fault' : 'vtd_dma_fault', number);
  return name === undefined ? [] : [`**VT-d fault reason** ${text}: ${name}`];
};

const callTraceKind: Decoder = (tables, { text }) =>
  decodeLetters(tables, 'call_trace_kind', text).map(
    ({ letter, meaning }) => `**${letter}**: ${meaning}`,
  );

/** An address in an x86 or Arm dump: what it looks like by itself. */
export function describeAddress(address: bigint, isArm: boolean): Meaning {
  const { words } = lookAt(address, isArm);
  return [`**${wideHex(address)}**${words === '' ? '' : `: ${words}`}`];
}

const address: Decoder = (_tables, { text }) => {
  const value = hexOf(text);
  return value === undefined ? [] : describeAddress(value, false);
};

/** Decoders by `kind field`, by kind family, and by field alone, the narrowest first. */
const decoders: Readonly<Record<string, Decoder>> = {
  'xen.crash.pf.ec ec': pageFault,
  'xen.crash.earlypf ec': pageFault,
  'xen.crash.header taint': taint,
  'xen.crash.pagewalk.level pte': bits('pte_x86', 'Page-table entry', true),
  'xen.pv.mmu.error pte': bits('pte_x86', 'Page-table entry', true),
  'xen.ept.violation q': bits('ept_qualification', 'EPT qualification'),
  'xen.ept.violation type': named('p2m_type_x86', 'p2m type'),
  'xen.svm.npf type': named('p2m_type_x86', 'p2m type'),
  'xen.vmx.vmentry r': exitReason,
  'xen.vmx.unexpected r': named('vmx_exit_reason', 'VM exit reason'),
  'xen.vmx.vmcs.exit reason': exitReason,
  'xen.svm.unexpected r': named('svm_exit_code', 'SVM exit code', 16),
  'xen.nsvm.exitcode code': named('svm_exit_code', 'SVM exit code', 16),
  'xen.mce.exc mcg': bits('mcg_status', 'MCG_STATUS'),
  'xen.mce.bank status': bits('mca_status', 'MCi_STATUS', true),
  'xen.vtd.reason r': faultReason,
  'xl.domain.death r': named('shutdown_reason', 'Shutdown reason'),
  'xl.domain.action r': named('shutdown_reason', 'Shutdown reason'),
  'xen.hvm.triplefault action': named('shutdown_reason', 'Shutdown reason'),
  'arm.trap.abort iss': (tables, { text }) => abortStatus(tables, hexOf(text) ?? 0n),
  'arm.guest.fsc hsr': syndrome,
  'xen.crash.calltrace.entry kind': callTraceKind,
  'linux.xenbus.err err': (tables, { text }) => describeErrorNumber(tables, text, false),
  'linux.xenbus.err err2': (tables, { text }) => describeErrorNumber(tables, text, false),
  cr0: bits('cr0', 'CR0'),
  cr4: bits('cr4', 'CR4'),
  rflags: bits('eflags', 'RFLAGS', true),
  efer: bits('efer', 'EFER'),
  EFER: bits('efer', 'EFER'),
  cr2: (_tables, { text }) => [
    `**CR2**, the address of the last page fault: ${wideHex(hexOf(text) ?? 0n)}${suffix(hexOf(text))}`,
  ],
  cr3: (_tables, { text }) => [
    `**CR3**, the physical address of the page tables: ${wideHex(hexOf(text) ?? 0n)}`,
  ],
  hsr: syndrome,
  ESR_EL2: syndrome,
  vec: named('vector', 'Exception vector'),
  rc: returnCode,
  dom: domain,
  domid: domain,
  dom2: domain,
  vcpu: domain,
  by: domain,
  own: domain,
  pg: domain,
  cs: selector,
  ss: selector,
  ds: selector,
  es: selector,
  rip: address,
  addr: address,
  va: address,
  sp: address,
};

const suffix = (value: bigint | undefined): string => {
  const words = value === undefined ? '' : lookAt(value, false).words;
  return words === '' ? '' : `, ${words}`;
};

/** x86 dumps print registers small (cr0), VMCS dumps large (CR0). */
const byName = (name: string): Decoder | undefined =>
  decoders[name] ?? decoders[name.toLowerCase()];

/** Decodes a field of a message or a register of a dump; empty when there is nothing to say. */
export function describeValue(tables: DecodeTables, value: PrintedValue): Meaning {
  const decoder = decoders[`${value.kind} ${value.name}`] ?? byName(value.name);
  return decoder === undefined ? [] : decoder(tables, value);
}

/** Registers that are decoded by name; all others are shown as addresses. */
export const isDecodedRegister = (name: string): boolean => byName(name) !== undefined;
