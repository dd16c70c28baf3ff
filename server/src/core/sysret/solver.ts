import { canonicity, type Condition, holdsOn, keyOf, subjectOf, compare } from './conditions.ts';
import {
  atom,
  atomOf,
  boundsOf,
  computed,
  type Interval,
  renamed,
  type Value,
  WORD_MAX,
} from './values.ts';

const BUDGET = 16_000;
const FEASIBILITY_BUDGET = 1500;

/** The answer to "can this value be non-canonical here?". */
export type Canonicity =
  | { readonly kind: 'canonical' }
  /** `value` is what the register holds, `atomValue` what the unknown behind it must be. */
  | { readonly kind: 'witness'; readonly value: bigint; readonly atomValue: bigint }
  /** Nothing known rules a non-canonical value out, and no single number was found to show it. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Values that are canonical whatever their atom is: extensions, wide right shifts, addresses of symbols. */
export function isAlwaysCanonical(value: Value, widthBits: number): boolean {
  switch (value.kind) {
    case 'constant':
      return canonicity({ low: value.value, high: value.value }, widthBits) === 'yes';
    case 'symbol':
      return true;
    case 'atom':
      return false;
    case 'symbolic':
      return isAlwaysCanonical(value.argument, widthBits) && value.argument.kind === 'symbol';
    case 'computed':
      if (value.operator === 'sign-extend') return value.by <= BigInt(widthBits);
      if (value.operator === 'sar') return value.by >= BigInt(64 - widthBits);
      return canonicity(boundsOf(value, { low: 0n, high: WORD_MAX }), widthBits) === 'yes';
  }
}

/** Uses equalities between two atoms: from then on they are one. */
function unified(
  conditions: readonly Condition[],
  value: Value,
): { conditions: readonly Condition[]; value: Value } {
  let current = conditions;
  let target = value;
  for (let round = 0; round < 8; round++) {
    const equal = current.find(
      (condition) =>
        condition.kind === 'compare' &&
        condition.relation === 'eq' &&
        condition.sizeBits === 64 &&
        condition.left.kind === 'atom' &&
        condition.right.kind === 'atom' &&
        condition.left.key !== condition.right.key,
    );
    if (equal?.kind !== 'compare') break;
    const from = equal.right.key;
    const to = equal.left.key;
    target = renamed(target, from, to);
    current = current
      .filter((condition) => condition !== equal)
      .map((condition) => renameIn(condition, from, to));
  }
  return { conditions: current, value: target };
}

function renameIn(condition: Condition, from: string, to: string): Condition {
  if (condition.kind !== 'compare')
    return { ...condition, value: renamed(condition.value, from, to) };
  return compare(
    condition.relation,
    renamed(condition.left, from, to),
    renamed(condition.right, from, to),
    condition.sizeBits,
  );
}

/**
 * Searches the 2^64 values of the atom behind `value` for one that the path's conditions let through and that makes
 * `value` non-canonical: bisection with interval arithmetic, so "none" is a proof.
 */
export function canonicityOf(
  value: Value,
  conditions: readonly Condition[],
  widthBits: number,
): Canonicity {
  if (isAlwaysCanonical(value, widthBits)) return { kind: 'canonical' };
  const merged = unified(conditions, value);
  if (isProvedAsWhole(merged.value, merged.conditions, widthBits)) return { kind: 'canonical' };
  const subject = atomOf(merged.value);
  if (subject === undefined) {
    return value.kind === 'constant'
      ? { kind: 'witness', value: value.value, atomValue: value.value }
      : { kind: 'unknown', why: 'the value is computed in a way that cannot be followed' };
  }
  const relevant = merged.conditions.filter((condition) => subjectOf(condition) === subject);
  return search(merged.value, distinct(relevant), widthBits);
}

/** When the conditions test the very value (not what it was made from), it can stand for itself: a shorter search. */
function isProvedAsWhole(
  value: Value,
  conditions: readonly Condition[],
  widthBits: number,
): boolean {
  if (value.kind !== 'computed') return false;
  const whole = atom('whole');
  const about = conditions
    .map((condition) => replacedIn(condition, value.key, whole))
    .filter((condition) => subjectOf(condition) === 'whole');
  return about.length > 0 && search(whole, distinct(about), widthBits).kind === 'canonical';
}

function replacedIn(condition: Condition, key: string, by: Value): Condition {
  if (condition.kind !== 'compare')
    return { ...condition, value: replaced(condition.value, key, by) };
  const left = replaced(condition.left, key, by);
  return compare(condition.relation, left, replaced(condition.right, key, by), condition.sizeBits);
}

function replaced(value: Value, key: string, by: Value): Value {
  if (value.key === key) return by;
  return value.kind === 'computed'
    ? computed(value.operator, replaced(value.argument, key, by), value.by)
    : value;
}

function distinct(conditions: readonly Condition[]): readonly Condition[] {
  return [...new Map(conditions.map((condition) => [keyOf(condition), condition])).values()];
}

function search(value: Value, conditions: readonly Condition[], widthBits: number): Canonicity {
  const lowEnd = 1n << BigInt(widthBits - 1);
  // Smallest first, and the halves of the hole apart, so that the value found is the one people know: 0x0000800000000000.
  const pending: Interval[] = [
    { low: WORD_MAX - lowEnd + 1n, high: WORD_MAX },
    { low: 1n << 63n, high: WORD_MAX - lowEnd },
    { low: lowEnd, high: (1n << 63n) - 1n },
    { low: 0n, high: lowEnd - 1n },
  ];
  for (let budget = BUDGET; budget > 0; budget--) {
    const interval = pending.pop();
    if (!interval) return { kind: 'canonical' };
    const verdict = tryInterval(value, conditions, widthBits, interval);
    if (verdict === 'excluded') continue;
    if (verdict !== 'split') return verdict;
    const middle = (interval.low + interval.high) >> 1n;
    pending.push({ low: middle + 1n, high: interval.high }, { low: interval.low, high: middle });
  }
  return { kind: 'unknown', why: 'the conditions on the path are too involved to solve' };
}

function tryInterval(
  value: Value,
  conditions: readonly Condition[],
  widthBits: number,
  interval: Interval,
): Canonicity | 'excluded' | 'split' {
  const bounds = boundsOf(value, interval);
  const canonical = canonicity(bounds, widthBits);
  if (canonical === 'yes') return 'excluded';
  let all = canonical === 'no';
  for (const condition of conditions) {
    const truth = holdsOn(condition, interval);
    if (truth === 'no') return 'excluded';
    if (truth === 'maybe') all = false;
  }
  // On a single number every condition is decided; should one not be, the number counts as let through.
  if (!all && interval.low !== interval.high) return 'split';
  return {
    kind: 'witness',
    atomValue: interval.low,
    value: boundsOf(value, { low: interval.low, high: interval.low }).low,
  };
}

/** Whether a condition alone turns away at least one whole 2^47 block: the mark of something meant as a range check. */
export function excludesBlock(condition: Condition): boolean {
  if (condition.kind === 'canonical') return true;
  if (condition.kind === 'bit') return condition.bit >= 47n || condition.value.kind === 'computed';
  const block = 1n << 47n;
  const samples = [0n, 1n, 2n, 0x8000n, 0x4000n, 0x2468n, 0xffffn, 0x1_0000n, 0x1_fffen, 0x1_ffffn];
  return samples.some((number) => {
    const low = number * block;
    return holdsOn(condition, { low, high: low + block - 1n }) === 'no';
  });
}

/** False when the conditions about some one atom contradict each other: then no run takes the path. */
export function isFeasible(conditions: readonly Condition[]): boolean {
  const subjects = new Set(conditions.map(subjectOf));
  for (const subject of subjects) {
    if (subject === undefined) continue;
    const own = distinct(conditions.filter((condition) => subjectOf(condition) === subject));
    if (isContradictory(own)) return false;
  }
  return true;
}

function isContradictory(conditions: readonly Condition[]): boolean {
  const pending: Interval[] = [{ low: 0n, high: WORD_MAX }];
  for (let budget = FEASIBILITY_BUDGET; budget > 0; budget--) {
    const interval = pending.pop();
    if (!interval) return true;
    const truths = conditions.map((condition) => holdsOn(condition, interval));
    if (truths.includes('no')) continue;
    if (interval.low === interval.high || !truths.includes('maybe')) return false;
    const middle = (interval.low + interval.high) >> 1n;
    pending.push({ low: middle + 1n, high: interval.high }, { low: interval.low, high: middle });
  }
  return false;
}
