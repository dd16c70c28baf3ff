import type { Finding } from '#core/findings';
import type { CText, LinearValue } from '#core/asm';
import type { LineIndex } from '#core/text';
import { type Call, callsOf, isInDefine } from './c-calls.ts';
import { type Evaluate, evaluatorOf } from './c-guards.ts';
import type { SysretOptions } from './options.ts';

const writers = /^_*(?:\w*wrmsr\w*|\w*write_?msr\w*|\w*msr_?write\w*|\w*set_?msr\w*)$/i;
const MSR_STAR = 0xc000_0081n;
const MSR_LSTAR = 0xc000_0082n;
const MSR_FMASK = 0xc000_0084n;

const maskName = /^(?:\w*_)?(?:SF_?MASK|FMASK|SYSCALL_(?:FLAG_)?MASK|SYSCALL_RFLAGS|IA32_FMASK)$/i;

interface FlagBit {
  readonly name: string;
  readonly bit: bigint;
  readonly pattern: RegExp;
}

const flags: readonly FlagBit[] = [
  { name: 'TF', bit: 0x100n, pattern: /(?:^|_)(?:TF|TRAP|T)$/ },
  { name: 'IF', bit: 0x200n, pattern: /(?:^|_)(?:IF|INTR|INT|I|IE)$/ },
  { name: 'DF', bit: 0x400n, pattern: /(?:^|_)(?:DF|DIR|D)$/ },
  { name: 'NT', bit: 0x4000n, pattern: /(?:^|_)NT$/ },
  { name: 'AC', bit: 0x40000n, pattern: /(?:^|_)AC$/ },
];

/** SR010 and SR011: what a file writes into the SYSCALL registers. */
export function msrFindings(
  path: string,
  c: CText,
  lines: LineIndex,
  options: SysretOptions,
): Finding[] {
  // Guests' copies of these registers are the guests' business.
  if (/(?:vmx|svm|kvm|hvm|vmm|emul|guest|test)/i.test(path.replace(/^.*\/(?=[^/]*\/[^/]*$)/, '')))
    return [];
  const evaluate = evaluatorOf((name) => c.defines.get(name));
  const findings: Finding[] = [];
  let target: Call | undefined;
  let writesMask = /FMASK|SF_?MASK|SYSCALL_MASK/i.test(c.bare.replaceAll(/^[ \t]*#[^\n]*/gm, ''));
  for (const call of callsOf(c, writers)) {
    if (isInDefine(c, call.span.start)) continue;
    const which = registerOf(call.arguments[0] ?? '', evaluate);
    const value = valueArgument(call);
    if (which === 'mask') {
      writesMask = true;
      push(findings, maskFinding(c, call, value, evaluate), lines, call);
    } else if (which === 'target') target ??= call;
    else if (which === 'star') push(findings, starFinding(value, evaluate), lines, call);
  }
  if (target && !writesMask) push(findings, missingMask(options), lines, target);
  return findings;
}

type Partial = Pick<Finding, 'rule' | 'severity' | 'message'>;

function push(
  findings: Finding[],
  partial: Partial | undefined,
  lines: LineIndex,
  call: Call,
): void {
  if (partial) findings.push({ ...partial, range: lines.rangeOf(call.span), evidence: [] });
}

function registerOf(argument: string, evaluate: Evaluate): 'mask' | 'target' | 'star' | undefined {
  const value = evaluate(argument);
  const number = value.symbols === '' ? value.constant : undefined;
  const name = argument.trim();
  if (number === MSR_FMASK || maskName.test(name)) return 'mask';
  if (number === MSR_LSTAR || /^(?:\w*_)?LSTAR$/i.test(name)) return 'target';
  return number === MSR_STAR || /^(?:\w*_)?STAR$/i.test(name) ? 'star' : undefined;
}

/** `wrmsr(msr, low, high)` or `wrmsrl(msr, value)`. */
function valueArgument(call: Call): string {
  return call.arguments[1] ?? '';
}

function maskFinding(c: CText, call: Call, text: string, evaluate: Evaluate): Partial | undefined {
  const missing = missingFlags(text, evaluate(text), evaluate);
  if (!missing) return undefined;
  const hasString = /\bcld\b/.test(c.code);
  // The word alone is also the name of the firmware's memory map.
  const hasSmap = /\b(?:stac|clac)\b|(?:CR4|CPUID|FEATURE)\w*_SMAP\b/i.test(c.code);
  const fatal = missing.filter((name) => name === 'TF' || name === 'IF');
  const lesser = missing.filter(
    (name) => name === 'NT' || (name === 'DF' && !hasString) || (name === 'AC' && hasSmap),
  );
  if (fatal.length > 0) {
    const reason = fatal.includes('TF')
      ? "with TF left on, SYSCALL takes #DB in ring 0 while RSP is still the user's (compare XSA-204 and XSA-260)"
      : 'with IF left on, an interrupt can arrive before the kernel has its own stack';
    return {
      rule: 'SR010',
      severity: 'error',
      message: `The SYSCALL flag mask does not clear ${missing.join(', ')}: ${reason}.`,
    };
  }
  if (lesser.length === 0) return undefined;
  return {
    rule: 'SR010',
    severity: 'warning',
    message: `The SYSCALL flag mask does not clear ${lesser.join(', ')}: the kernel runs with what the user left in ${lesser.length > 1 ? 'them' : 'it'}.`,
  };
}

/** Names of the flags a mask leaves alone; undefined when the mask cannot be read. */
function missingFlags(
  text: string,
  value: LinearValue,
  evaluate: Evaluate,
): readonly string[] | undefined {
  if (value.symbols === '') {
    // A mask written at run time through a variable reads as one symbol and ends below.
    return flags.filter((flag) => (value.constant & flag.bit) === 0n).map((flag) => flag.name);
  }
  const present = new Set<string>();
  for (const part of text.replaceAll(/[()\s]/g, '').split('|')) {
    const number = evaluate(part);
    const byName = flags.find((flag) => flag.pattern.test(part));
    if (number.symbols === '')
      flags
        .filter((flag) => (number.constant & flag.bit) !== 0n)
        .forEach((flag) => present.add(flag.name));
    else if (byName) present.add(byName.name);
    else if (
      !/^[A-Z0-9_]*(?:IOPL|VM|RF|ID|CF|PF|AF|ZF|SF|OF|VIF|VIP|RESUME|C|VME)(?:_MASK)?$/.test(part)
    )
      return undefined;
  }
  return flags.filter((flag) => !present.has(flag.name)).map((flag) => flag.name);
}

function starFinding(text: string, evaluate: Evaluate): Partial | undefined {
  const value = evaluate(text);
  if (value.symbols !== '' || value.constant >> 48n === 0n || ((value.constant >> 48n) & 3n) === 3n)
    return undefined;
  return {
    rule: 'SR011',
    severity: 'hint',
    message:
      'STAR[63:48] has privilege level 0: AMD CPUs copy it into SS as it is, and a later IRET to that SS faults.',
  };
}

function missingMask(options: SysretOptions): Partial | undefined {
  if (options.workspace?.writesFlagMask() === true) return undefined;
  return {
    rule: 'SR010',
    severity: options.workspace ? 'warning' : 'hint',
    message:
      'LSTAR is set here and nothing that was read ever writes the SYSCALL flag mask: SYSCALL then keeps IF, TF, DF, NT and AC as the user had them.',
  };
}
