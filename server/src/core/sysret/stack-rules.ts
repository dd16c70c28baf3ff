import type { Finding } from '#core/findings';
import type { LineIndex } from '#core/text';
import type { Program } from '#core/asm';
import type { Arrival, Exploration } from './explore.ts';
import { rootOf } from './machine.ts';
import { registerValue } from './state.ts';
import { labelAt, pathAfter, pathOf, placeAt } from './trace.ts';
import { mentions, type Value } from './values.ts';

/** The rules about the last instructions before the exit: stack, interrupts, GS and flags. */
export function stackFindings(
  program: Program,
  exploration: Exploration,
  arrivals: readonly Arrival[],
  lines: LineIndex,
): Finding[] {
  const found = new Map<string, Finding>();
  const report = (
    rule: string,
    at: number,
    severity: Finding['severity'],
    message: string,
    because?: { at: number; message: string },
  ): void => {
    const range = lines.rangeOf(placeAt(program, at).span);
    const key = `${rule} ${range.start.line}`;
    if (found.has(key)) return;
    const evidence = because
      ? [{ range: lines.rangeOf(placeAt(program, because.at).span), message: because.message }]
      : [];
    found.set(key, { rule, severity, message, range, evidence });
  };
  for (const arrival of arrivals) {
    const path = pathOf(arrival);
    const context: PathContext = { program, exploration, arrival, path, report };
    interruptRule(context);
    memoryRule(context);
    swapGsRule(context);
    flagsRule(context);
  }
  return [...found.values()];
}

interface PathContext {
  readonly program: Program;
  readonly exploration: Exploration;
  readonly arrival: Arrival;
  readonly path: readonly number[];
  readonly report: (
    rule: string,
    at: number,
    severity: Finding['severity'],
    message: string,
    because?: { at: number; message: string },
  ) => void;
}

function mnemonicAt(program: Program, at: number): string {
  const operation = program.operations[at];
  return operation?.kind === 'instruction' ? operation.instruction.mnemonic : '';
}

/** SR005: CLI after the stack switch, STI after it, or interrupts known to be on at it. */
function interruptRule({ program, arrival, path, report }: PathContext): void {
  const { stackLoadedAt, interruptsAtStackLoad } = arrival.state;
  if (stackLoadedAt < 0) return;
  const live =
    "Interrupts can still arrive here, while RSP is already the user's and the CPU is in ring 0: the handler would run on memory the user controls.";
  if (interruptsAtStackLoad === 'on') report('SR005', stackLoadedAt, 'error', live);
  for (const at of pathAfter(path, stackLoadedAt)) {
    const mnemonic = mnemonicAt(program, at);
    if (mnemonic === 'sti')
      report(
        'SR005',
        at,
        'error',
        "Interrupts are switched on while RSP is the user's and the CPU is still in ring 0.",
      );
    if (mnemonic === 'cli' && interruptsAtStackLoad !== 'off') {
      report('SR005', stackLoadedAt, 'error', live, {
        at,
        message: 'interrupts are switched off only here',
      });
    }
  }
}

/** SR006: an access through the stack pointer that the user will have. */
function memoryRule({ program, exploration, arrival, path, report }: PathContext): void {
  const { stackLoadedAt } = arrival.state;
  const stack = rootOf(registerValue(arrival.state, 'rsp'));
  if (
    stackLoadedAt < 0 ||
    stack.startsWith('entry:') ||
    stack.startsWith('&') ||
    stack.startsWith('#')
  )
    return;
  const isLoaded =
    stack.startsWith('[') || exploration.machine.origins.get(stack)?.kind === 'memory';
  for (const at of pathAfter(path, stackLoadedAt)) {
    if (exploration.machine.accesses.get(at)?.regions.has(stack) !== true) continue;
    if (mnemonicAt(program, at).startsWith('sysret')) continue;
    const message =
      "Ring 0 uses memory through the user's stack pointer here: another thread can change what is read, and a bad pointer faults in ring 0.";
    report('SR006', at, isLoaded ? 'error' : 'warning', message, {
      at: stackLoadedAt,
      message: "RSP becomes the user's here",
    });
  }
}

/** SR007: from a SYSCALL entry that swaps GS, an exit must have swapped it back, and not use GS after that. */
function swapGsRule({ program, exploration, arrival, path, report }: PathContext): void {
  const { state } = arrival;
  if (path.some((at) => isOpaqueStep(program, at))) return;
  const entrySwap = entrySwapOf(program, path);
  if (entrySwap !== undefined && state.swaps % 2 === 1) {
    report(
      'SR007',
      arrival.at,
      'error',
      `This path leaves with the kernel's GS base: it swaps GS on entry (\`${labelAt(program, arrival.root)}\`) and not back.`,
      { at: entrySwap, message: "GS is swapped to the kernel's here" },
    );
  }
  const isUserGs = entrySwap !== undefined && state.swaps % 2 === 0 && state.swaps > 0;
  if (!isUserGs) return;
  for (const at of pathAfter(path, state.lastSwapAt)) {
    if (exploration.machine.accesses.get(at)?.throughGs === true) {
      report(
        'SR007',
        at,
        'error',
        "GS is the user's again here: this access goes through a base the user chose.",
        { at: state.lastSwapAt, message: 'GS is swapped back here' },
      );
    }
  }
}

/** Steps that could change GS unseen. */
function isOpaqueStep(program: Program, at: number): boolean {
  const operation = program.operations[at];
  if (operation?.kind === 'macro')
    return !/^(ASSERT|BUILD_BUG|ANNOTATE|UNWIND|CFI|ENDBR)/.test(operation.name);
  return /^(wrgsbase|wrmsr)$/.test(mnemonicAt(program, at));
}

/** The SWAPGS with which a SYSCALL entry begins, before anything else touches memory or branches. */
function entrySwapOf(program: Program, path: readonly number[]): number | undefined {
  for (const at of path.slice(0, 8)) {
    const operation = program.operations[at];
    if (operation?.kind !== 'instruction') continue;
    if (operation.instruction.mnemonic === 'swapgs') return at;
    if (!/^(cli|cld|endbr64|clac|nop)$/.test(operation.instruction.mnemonic)) return undefined;
  }
  return undefined;
}

/** SR008 and SR009: RFLAGS from a frame. Hints: whether the frame is writable is not known here. */
function flagsRule({ program, exploration, arrival, path, report }: PathContext): void {
  const r11 = registerValue(arrival.state, 'r11');
  const origin = exploration.machine.origins.get(rootOf(r11));
  if (origin?.kind !== 'memory' && origin?.kind !== 'expression') return;
  const known = knownBits(r11);
  const loadedAt = path.findLast((at) => writesR11(program, at)) ?? arrival.at;
  if ((known.clear & 0x3000n) !== 0x3000n) {
    report(
      'SR008',
      loadedAt,
      'hint',
      'The saved flags go to R11 as they are: whoever can write the frame can return with IOPL 3 or with interrupts off (XSA-202, CVE-2016-10024).',
    );
  }
  const isTested = arrival.state.conditions.some((each) => {
    const values =
      each.condition.kind === 'compare'
        ? [each.condition.left, each.condition.right]
        : [each.condition.value];
    return values.some((value) => mentions(value, (id) => id === rootOf(r11)));
  });
  if (!isTested && (known.clear & 0x10100n) !== 0x10100n) {
    report(
      'SR009',
      arrival.at,
      'hint',
      'RF and TF of the saved flags go through SYSRET: RF is lost, TF traps before the first user instruction.',
    );
  }
}

function writesR11(program: Program, at: number): boolean {
  const operation = program.operations[at];
  const destination =
    operation?.kind === 'instruction' ? operation.instruction.operands.at(-1) : undefined;
  return (
    destination?.kind === 'register' &&
    destination.name === 'r11' &&
    !/^(push|cmp|test)$/.test(mnemonicAt(program, at))
  );
}

function knownBits(value: Value): { readonly clear: bigint; readonly set: bigint } {
  if (value.kind !== 'computed') return { clear: 0n, set: 0n };
  const inner = knownBits(value.argument);
  const by = BigInt.asUintN(64, value.by);
  switch (value.operator) {
    case 'and':
      return { clear: inner.clear | BigInt.asUintN(64, ~by), set: inner.set & by };
    case 'or':
      return { clear: inner.clear & ~by, set: inner.set | by };
    case 'zero-extend':
      return inner;
    default:
      return { clear: 0n, set: 0n };
  }
}
