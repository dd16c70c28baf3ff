import type { Verdict } from './crash-draft.ts';
import { hex, isCanonical, lookAt } from './fault-address.ts';
import { instructionAt } from './instruction.ts';
import type { CrashKind } from './model.ts';
import { fieldOf, hexOf } from './read-line.ts';
import { inFunction, keyLineOf, type Case } from './crash-case.ts';

const firstMatch = (texts: readonly string[], pattern: RegExp): RegExpExecArray | undefined => {
  for (const text of texts) {
    const match = pattern.exec(text);
    if (match !== null) return match;
  }
  return undefined;
};

function textsOf(crash: Case): readonly string[] {
  return [...crash.panicText, ...crash.draft.reasons.map((reason) => reason.payload)];
}

function accessOf(errorCode: number): string {
  if ((errorCode & 0x10) !== 0) return 'instruction fetch from';
  return (errorCode & 2) !== 0 ? 'write to' : 'read of';
}

/** Whether the address lies at the end of the stack that the CPU was on. */
function isAtStackEnd(address: bigint, stack: bigint | undefined): boolean {
  if (stack === undefined) return false;
  const distance = address > stack ? address - stack : stack - address;
  return distance < 0x2000n;
}

/** Page faults of the hypervisor: what was touched, how, and what the address looks like. */
function judgePageFault(crash: Case): Verdict | undefined {
  const texts = textsOf(crash);
  const early = firstMatch(
    texts,
    /^Early fatal page fault at [0-9a-f]{4}:[0-9a-f]{16} \(cr2=([0-9a-f]{16}), ec=([0-9a-f]{4})\)/,
  );
  const isFault =
    early !== undefined ||
    firstMatch(texts, /^FATAL PAGE FAULT/) !== undefined ||
    firstMatch(texts, /^FATAL TRAP: vec(?:tor)? ?=? ?14\b/) !== undefined ||
    (crash.draft.dump?.walkAddress !== undefined &&
      crash.draft.dump.context === 'hypervisor' &&
      crash.draft.reasons.length === 0);
  if (!isFault) return undefined;
  const registers = crash.draft.dump?.registers ?? {};
  const errorText = early?.[2] ?? firstMatch(texts, /\[error_code=([0-9a-f]{4})\]/)?.[1];
  const errorCode = errorText === undefined ? undefined : Number.parseInt(errorText, 16);
  const address =
    hexOf(early?.[1] ?? firstMatch(texts, /^Faulting linear address: ([0-9a-f]{16})/)?.[1]) ??
    crash.draft.dump?.walkAddress ??
    registers['cr2'];
  const look = address === undefined ? undefined : lookAt(address, false);
  const access = errorCode === undefined ? 'access to' : accessOf(errorCode);
  const isFetch = errorCode !== undefined && (errorCode & 0x10) !== 0;
  const isOverflow =
    address !== undefined &&
    !isFetch &&
    isAtStackEnd(address, registers['rsp']) &&
    isProtected(errorCode);
  const where = inFunction(crash.culprit);
  const words = look === undefined || look.words === '' ? '' : `, ${look.words}`;
  const target = address === undefined ? 'an unknown address' : hex(address);
  const cause = isOverflow
    ? `The hypervisor's stack ran over its end${where}: the ${access} ${target} hit the page that guards it.`
    : isFetch
      ? `Xen jumped through a bad function pointer to ${target}${words}; the caller is${where === '' ? ' in the trace' : where.replace(/^ in/, '')}.`
      : `Page fault in Xen: ${access} ${target}${words}${where}.`;
  return {
    kind: isOverflow ? 'stack-overflow' : 'page-fault',
    outcome: crash.outcome,
    keyLine: keyLineOf(crash),
    cause,
    culprit: crash.culprit,
    faultAddress: address,
    errorCode,
    vector: 14,
    nextSteps: crash.reason('xen.crash.pagefault')?.match?.kind.nextSteps ?? [],
  };
}

/** A write or read that a present page refused, or the missing guard page: both end a stack. */
const isProtected = (errorCode: number | undefined): boolean =>
  errorCode === undefined || (errorCode & 0x0c) === 0;

const vectorKinds: Readonly<Record<number, { readonly kind: CrashKind; readonly words: string }>> =
  {
    0: { kind: 'divide-error', words: 'Division by zero, or a quotient too large,' },
    1: { kind: 'fatal-trap', words: 'A debug exception nobody expected' },
    2: { kind: 'nmi', words: 'A non-maskable interrupt that Xen was told to take as fatal' },
    3: { kind: 'fatal-trap', words: 'A breakpoint instruction' },
    6: { kind: 'invalid-opcode', words: 'Xen executed an invalid instruction' },
    7: { kind: 'fatal-trap', words: 'Use of the FPU while it was switched off' },
    8: { kind: 'double-fault', words: 'A double fault' },
    10: { kind: 'fatal-trap', words: 'An invalid task state segment' },
    11: { kind: 'fatal-trap', words: 'A segment that is not present' },
    12: { kind: 'fatal-trap', words: 'A stack segment fault' },
    13: { kind: 'general-protection', words: 'General protection fault in Xen' },
    16: { kind: 'fatal-trap', words: 'An x87 error' },
    17: { kind: 'fatal-trap', words: 'An alignment check' },
    18: { kind: 'machine-check', words: 'A machine check' },
    19: { kind: 'fatal-trap', words: 'A SIMD exception' },
    21: { kind: 'control-protection', words: 'A control-flow protection fault' },
  };

/** A register that holds what no pointer can, and what that looks like. */
function badPointer(crash: Case): string {
  for (const [name, value] of Object.entries(crash.draft.dump?.registers ?? {})) {
    if (!/^r(?:[a-ds][xip]|bp|\d{1,2})$/.test(name) || isCanonical(value)) continue;
    return `; ${name} holds ${hex(value)}, ${lookAt(value, false).words}`;
  }
  return '';
}

function instructionWords(crash: Case): string {
  const name = instructionAt(crash.draft.dump?.codeBytes ?? [], 8);
  if (name === undefined) return '';
  const rcx = crash.draft.dump?.registers['rcx'];
  const msr = name.endsWith('msr') && rcx !== undefined ? ` of MSR ${hex(rcx & 0xffffffffn)}` : '';
  return ` on ${name}${msr}`;
}

/** Every other trap that kills the hypervisor. */
function judgeVector(crash: Case): Verdict | undefined {
  const texts = textsOf(crash);
  const trap = firstMatch(
    texts,
    /^FATAL TRAP: (?:type \d{1,3}, [A-Z_?]{1,20}, )?vec(?:tor)? ?=? ?(\d{1,3})/,
  );
  const reserved = firstMatch(texts, /^FATAL RESERVED TRAP (0x[0-9a-f]{1,3}|\d{1,3})/);
  const isOldGpf = firstMatch(texts, /^GENERAL PROTECTION FAULT/) !== undefined;
  const cp = crash.reason('xen.crash.cp');
  const smxp = crash.reason('xen.crash.smxp');
  const nmi = crash.reason('xen.nmi.serr', 'xen.nmi.iocheck');
  const vector = isOldGpf
    ? 13
    : cp !== undefined
      ? 21
      : smxp !== undefined
        ? 14
        : nmi !== undefined
          ? 2
          : trap === undefined
            ? reserved === undefined
              ? undefined
              : Number(reserved[1])
            : Number(trap[1]);
  if (vector === undefined) return undefined;
  const errorText = firstMatch(texts, /(?:\[error_code=|#?[A-Z]{2,3}\[)([0-9a-f]{4})\]/)?.[1];
  const known =
    smxp !== undefined
      ? {
          kind: 'smep-smap' as const,
          words: `Xen touched user memory that SM${fieldOf(smxp, 'which') ?? 'A'}P protects`,
        }
      : vectorKinds[vector];
  const unknownNmi = vector === 2 ? crash.reason('xen.nmi.unknown') : undefined;
  const details =
    vector === 13
      ? `${instructionWords(crash)}${inFunction(crash.culprit)}${badPointer(crash)}`
      : `${vector === 6 ? instructionWords(crash) : ''}${inFunction(crash.culprit)}`;
  const nmiWords =
    unknownNmi !== undefined
      ? `, reason ${fieldOf(unknownNmi, 'reason') ?? '?'} unknown`
      : nmi === undefined
        ? ''
        : ` (${nmi.payload.trim()})`;
  return {
    kind: known?.kind ?? 'fatal-trap',
    outcome: crash.outcome,
    keyLine: keyLineOf(crash),
    cause: `${known?.words ?? `Trap ${vector}`}${nmiWords}${details}.`,
    culprit: crash.culprit,
    errorCode: errorText === undefined ? undefined : Number.parseInt(errorText, 16),
    vector,
    nextSteps:
      (smxp ?? cp ?? unknownNmi ?? crash.reason('xen.crash.fataltrap', 'xen.crash.gpf'))?.match
        ?.kind.nextSteps ?? [],
  };
}

/** Traps of an x86 hypervisor. */
export function judgeTrap(crash: Case): Verdict | undefined {
  if (crash.draft.dump?.context === 'pv-guest' || crash.draft.dump?.context === 'hvm-guest')
    return undefined;
  const isWarning = crash.reason('xen.warn') !== undefined && crash.draft.panic === undefined;
  const isDomain =
    crash.reason('xen.domcrash.vcpu', 'xen.domcrash.by') !== undefined &&
    crash.draft.panic === undefined;
  if (isWarning || isDomain) return undefined;
  return judgePageFault(crash) ?? judgeVector(crash);
}
