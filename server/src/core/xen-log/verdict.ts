import type { CrashDraft, CrashSurroundings, Verdict } from './crash-draft.ts';
import { hex, isCanonical } from './fault-address.ts';
import { unlistedLevel } from './levels.ts';
import { culpritOf } from './frames.ts';
import type { CallFrame } from './model.ts';
import { fieldOf, kindOf, type ReadLine } from './read-line.ts';
import { judgeArmTrap } from './arm-cause.ts';
import { judgeDomain } from './domain-cause.ts';
import { judgeTrap } from './trap-cause.ts';
import { inFunction, keyLineOf, type Case } from './crash-case.ts';

type Judge = (crash: Case) => Verdict | undefined;

const panicLine = (crash: Case, pattern: RegExp): RegExpExecArray | undefined => {
  for (const text of crash.panicText) {
    const match = pattern.exec(text);
    if (match !== null) return match;
  }
  return undefined;
};

const judgeMachineCheck: Judge = (crash) => {
  const reason = crash.reason(
    'xen.mce.fatal',
    'xen.mce.exc',
    'xen.mce.fatalcpus',
    'xen.mce.unexpected',
    'xen.mce.panic',
  );
  if (reason === undefined) return undefined;
  return {
    kind: 'machine-check',
    outcome: crash.outcome,
    keyLine: keyLineOf(crash),
    cause: `The hardware reported a machine check that cannot be survived (${reason.payload.trim()}).`,
    nextSteps: reason.match?.kind.nextSteps ?? [],
  };
};

const judgeWatchdog: Judge = (crash) => {
  const reason = crash.reason('xen.watchdog');
  if (reason === undefined) return undefined;
  const cpu = fieldOf(reason, 'cpu') ?? '?';
  return {
    kind: 'watchdog',
    outcome: crash.outcome,
    keyLine: reason.number,
    cause: `CPU ${cpu} did not come back for the watchdog's time: it was${inFunction(crash.culprit) || ' somewhere the dump does not name'}.`,
    culprit: crash.culprit,
    nextSteps: reason.match?.kind.nextSteps ?? [],
  };
};

/** What a double fault's dump tells of its stack pointer. */
function stackFault(crash: Case): string | undefined {
  const stack = crash.draft.dump?.registers['rsp'];
  if (stack === undefined) return undefined;
  if (!isCanonical(stack)) return `the stack pointer ${hex(stack)} is no canonical address`;
  const isElsewhere = crash.draft.reasons.some((reason) => fieldOf(reason, 'b') !== undefined);
  return isElsewhere
    ? `the stack pointer ${hex(stack)} does not lie in that CPU's stack`
    : undefined;
}

const judgeOverflow: Judge = (crash) => {
  const overflow = crash.reason('xen.crash.overflow');
  const double = crash.reason('xen.crash.doublefault', 'xen.crash.doublefault.panic');
  const isDouble = double !== undefined || panicLine(crash, /^DOUBLE FAULT/) !== undefined;
  if (overflow === undefined && !isDouble) return undefined;
  const wrong = stackFault(crash);
  const isOverflow = overflow !== undefined && wrong === undefined;
  const where = inFunction(crash.culprit);
  return {
    kind: isOverflow ? 'stack-overflow' : 'double-fault',
    outcome: crash.outcome,
    keyLine: keyLineOf(crash),
    cause: isOverflow
      ? `The hypervisor's stack ran over its end${where}: look for recursion or large variables on the stack.`
      : `A fault happened while the CPU was delivering another one${where}: ${wrong ?? 'a bad stack is the usual reason'}.`,
    culprit: crash.culprit,
    vector: 8,
    nextSteps: (overflow ?? double)?.match?.kind.nextSteps ?? [],
  };
};

const judgeAssertion: Judge = (crash) => {
  const reason = crash.reason('xen.assert');
  if (reason === undefined) return undefined;
  const file = fieldOf(reason, 'file') ?? '';
  const line = Number(fieldOf(reason, 'line'));
  return {
    kind: 'assertion',
    outcome: crash.outcome,
    keyLine: reason.number,
    cause: `The assertion '${fieldOf(reason, 'expr') ?? ''}' at ${file}:${line} does not hold.`,
    culprit: crash.culprit,
    place: {
      file,
      line,
      ...(crash.culprit?.symbol === undefined ? {} : { symbol: crash.culprit.symbol }),
    },
    nextSteps: reason.match?.kind.nextSteps ?? [],
  };
};

const judgeBug: Judge = (crash) => {
  const reason = crash.reason('xen.bug');
  if (reason === undefined) return undefined;
  const file = fieldOf(reason, 'file') ?? '';
  const line = Number(fieldOf(reason, 'line'));
  const lock = crash.reason('xen.spinlock.check');
  const order = crash.reason('xen.mmlock.order');
  const why =
    lock !== undefined
      ? ` because the lock checker found fault with a lock taken${inFunction(crash.culprit)}: ${lock.payload.trim()}`
      : order !== undefined
        ? ` because memory locks were taken in the wrong order${inFunction(crash.culprit)}`
        : inFunction(crash.culprit);
  return {
    kind: 'bug',
    outcome: crash.outcome,
    keyLine: keyLineOf(crash, lock ?? order ?? reason),
    cause: `Xen hit BUG() at ${file}:${line}${why}.`,
    culprit: crash.culprit,
    place: {
      file,
      line,
      ...(crash.culprit?.symbol === undefined ? {} : { symbol: crash.culprit.symbol }),
    },
    vector: 6,
    nextSteps: reason.match?.kind.nextSteps ?? [],
  };
};

const judgeWarning: Judge = (crash) => {
  const reason = crash.reason('xen.warn', 'xen.ubsan');
  if (reason === undefined || crash.draft.panic !== undefined) return undefined;
  const file = fieldOf(reason, 'file') ?? '';
  const line = Number(fieldOf(reason, 'line'));
  return {
    kind: 'warn',
    outcome: 'continued',
    keyLine: reason.number,
    cause: `Xen warns at ${file}:${line}${inFunction(crash.culprit)} and goes on: this is no crash.`,
    culprit: crash.culprit,
    place: {
      file,
      line,
      ...(crash.culprit?.symbol === undefined ? {} : { symbol: crash.culprit.symbol }),
    },
    nextSteps: reason.match?.kind.nextSteps ?? [],
  };
};

const saysTrouble = (line: ReadLine): boolean =>
  unlistedLevel(line.payload, line.dialect, undefined) !== undefined ||
  /\b(?:not|no)\b/i.test(line.payload);

const judgePanic: Judge = (crash) => {
  if (crash.draft.panic === undefined) return undefined;
  let best: ReadLine | undefined;
  for (const reason of crash.draft.reasons)
    if ((reason.match?.kind.rootCauseRank ?? 0) > (best?.match?.kind.rootCauseRank ?? 40))
      best = reason;
  const text = crash.panicText.join(' ');
  const above = crash.draft.panic.above.at(-1);
  const isInBox = best !== undefined && crash.draft.panic.lines.includes(best.number);
  const before =
    best !== undefined && !isInBox
      ? ` after "${best.payload.trim()}"`
      : above !== undefined && !isInBox && saysTrouble(above)
        ? ` after "${above.payload.trim()}"`
        : '';
  const title = isInBox ? ` (${best?.match?.kind.title ?? ''})` : '';
  return {
    kind: 'panic',
    outcome: 'host-died',
    keyLine: keyLineOf(crash, best),
    cause: `Xen stopped by itself with "${text}"${title}${before}.`,
    culprit: crash.culprit,
    nextSteps: best?.match?.kind.nextSteps ?? [],
  };
};

/** Dumps that somebody asked for. */
function isStateDump(crash: Case): boolean {
  const nearest = crash.draft.reasons.at(-1);
  return (
    nearest !== undefined &&
    /^xen\.(?:dump|key)\./.test(kindOf(nearest)) &&
    crash.draft.panic === undefined
  );
}

/** A dump whose reason was below the log level or is cut off: only what the registers show. */
function judgeBareDump(crash: Case, around: CrashSurroundings): Verdict | undefined {
  const dump = crash.draft.dump;
  if (dump === undefined || dump.context === 'pv-guest' || dump.context === 'hvm-guest')
    return undefined;
  const isCut = around.lastLine - dump.lastLine <= 20;
  if (!isCut && dump.walkAddress === undefined) return undefined;
  return {
    kind: dump.walkAddress === undefined ? 'fatal-trap' : 'page-fault',
    outcome: 'unknown',
    keyLine: keyLineOf(crash),
    cause: `Xen dumped its state${inFunction(crash.culprit)}, but the log does not say why.`,
    culprit: crash.culprit,
    nextSteps: ['Look for the rest of the log, or raise loglvl= so that the reason is printed.'],
  };
}

const judges: readonly Judge[] = [
  judgeMachineCheck,
  judgeWatchdog,
  judgeOverflow,
  judgeAssertion,
  judgeBug,
  judgeArmTrap,
  judgeTrap,
  judgeWarning,
  judgeDomain,
  judgePanic,
];

/** Finds the cause of a hypervisor's dump, domain crash or panic; undefined for dumps that somebody asked for. */
export function judge(
  draft: CrashDraft,
  frames: readonly CallFrame[],
  around: CrashSurroundings,
): Verdict | undefined {
  const crash: Case = {
    draft,
    frames,
    culprit: culpritOf(frames),
    panicText: draft.panic?.text ?? [],
    outcome: draft.panic === undefined ? 'unknown' : 'host-died',
    reason: (...kinds) => {
      for (const kind of kinds) {
        const all = draft.reasons.filter((reason) => kindOf(reason) === kind);
        // What the panic box repeats was first said above the dump.
        const found = all.findLast((reason) => reason.number < draft.first.number) ?? all.at(-1);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
  if (isStateDump(crash)) return undefined;
  for (const each of judges) {
    const verdict = each(crash);
    if (verdict !== undefined) return verdict;
  }
  return judgeBareDump(crash, around);
}
