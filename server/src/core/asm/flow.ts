import { valueIn } from './definitions.ts';
import type { LinearValue, Operation, Program } from './model.ts';
import type { Dialect, Instruction } from './model.ts';
import type { Reading } from './reader.ts';

interface Labels {
  readonly named: ReadonlyMap<string, readonly number[]>;
  readonly numeric: ReadonlyMap<string, readonly number[]>;
}

const endings = new Set(
  'ret retf lret iret iretd sysret sysretq sysretl sysretd sysexit sysexitq sysexitl ud2 ud2a ud2b hlt eretu erets vmrun ljmp'.split(
    ' ',
  ),
);

/** Resolves jumps and finds where execution can begin. `extraRoots`: labels other files jump to. */
export function link(
  reading: Reading,
  dialect: Dialect,
  extraRoots: ReadonlySet<string> = new Set(),
): Program {
  const { operations } = reading;
  const labels = collectLabels(operations);
  const successors = operations.map((operation, index) =>
    successorsOf(operations, labels, operation, index),
  );
  return {
    dialect,
    operations,
    successors,
    roots: findRoots(operations, successors, extraRoots),
    valueOf: memoized((expression) => valueIn(reading.definitions, expression)),
    unresolved: reading.unresolved,
  };
}

function memoized(compute: (text: string) => LinearValue): (text: string) => LinearValue {
  const known = new Map<string, LinearValue>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const value = compute(text);
    known.set(text, value);
    return value;
  };
}

function collectLabels(operations: readonly Operation[]): Labels {
  const named = new Map<string, number[]>();
  const numeric = new Map<string, number[]>();
  operations.forEach((operation, index) => {
    if (operation.kind !== 'label') return;
    const table = operation.isNumeric ? numeric : named;
    const places = table.get(operation.name);
    if (places) places.push(index);
    else table.set(operation.name, [index]);
  });
  return { named, numeric };
}

function successorsOf(
  operations: readonly Operation[],
  labels: Labels,
  operation: Operation,
  index: number,
): readonly number[] {
  const next = index + 1 < operations.length ? [index + 1] : [];
  switch (operation.kind) {
    case 'end':
      return [];
    case 'goto':
      return targetsOf(labels, operation.target, index);
    case 'fork':
      return operation.targets.flatMap((target) => [...targetsOf(labels, target, index)]);
    case 'macro':
      return /^(BUG|UD2|PANIC|KASSERT_FAIL)$/.test(operation.name) ? [] : next;
    case 'label':
      return next;
    case 'instruction':
      return afterInstruction(labels, operation.instruction, index, next);
    default:
      return next;
  }
}

function afterInstruction(
  labels: Labels,
  instruction: Instruction,
  index: number,
  next: readonly number[],
): readonly number[] {
  const { mnemonic } = instruction;
  if (endings.has(mnemonic)) return [];
  if (mnemonic === 'jmp') return targetsOf(labels, targetName(instruction), index);
  if (isConditionalJump(mnemonic))
    return [...next, ...targetsOf(labels, targetName(instruction), index)];
  return next;
}

/** Jumps that fall through when their condition fails. */
export function isConditionalJump(mnemonic: string): boolean {
  return (mnemonic.startsWith('j') && mnemonic !== 'jmp') || mnemonic.startsWith('loop');
}

/** What a jump or call names, without decoration; empty for an indirect one. */
export function targetName(instruction: Instruction): string {
  const target = instruction.operands.at(-1);
  if (target?.kind !== 'name' && target?.kind !== 'immediate') return '';
  return target.text
    .replace(/@\w+$/, '')
    .replace(/\(SB\)$/, '')
    .replace(/^·/, '')
    .trim();
}

function targetsOf(labels: Labels, name: string, from: number): readonly number[] {
  const numeric = /^(\d+)([bf])$/i.exec(name);
  if (!numeric) return labels.named.get(name) ?? [-1];
  const places = labels.numeric.get(numeric[1] ?? '') ?? [];
  const isForward = numeric[2]?.toLowerCase() === 'f';
  const place = isForward ? places.find((at) => at > from) : places.findLast((at) => at <= from);
  return place === undefined ? [-1] : [place];
}

function findRoots(
  operations: readonly Operation[],
  successors: readonly (readonly number[])[],
  extraRoots: ReadonlySet<string>,
): readonly number[] {
  const reachedFrom = new Uint8Array(operations.length);
  for (const targets of successors) {
    for (const target of targets) if (target >= 0) reachedFrom[target] = 1;
  }
  const roots: number[] = [];
  operations.forEach((operation, index) => {
    if (operation.kind !== 'label') return;
    const isNamed = !operation.isNumeric && !operation.name.startsWith('\u0000');
    if (!isNamed) return;
    const isUnreached = reachedFrom[index] === 0 && !operation.inner;
    if (isUnreached || extraRoots.has(operation.name)) roots.push(index);
    else if (
      operation.startsFunction ||
      (operation.entry && !operation.inner && startsBlock(operations, index))
    )
      roots.push(index);
  });
  // Code before the first label is entered from the top.
  if (operations.length > 0 && operations[0]?.kind !== 'label') roots.unshift(0);
  return roots;
}

/**
 * A global label in the middle of straight code is often only a mark for a fault handler or a profiler. It counts
 * as a way in when the code before it ends (other files must jump to it to get there).
 */
function startsBlock(operations: readonly Operation[], index: number): boolean {
  for (let i = index - 1; i >= 0; i--) {
    const before = operations[i];
    if (!before || before.kind === 'end') return true;
    if (before.kind === 'label') continue;
    if (before.kind !== 'instruction') return before.kind === 'goto';
    return (
      endings.has(before.instruction.mnemonic) ||
      before.instruction.mnemonic === 'jmp' ||
      before.instruction.mnemonic === 'nop'
    );
  }
  return true;
}
