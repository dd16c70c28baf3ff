import { atomOf, boundsOf, computed, type Interval, type Value, WORD_MAX } from './values.ts';

export type Relation =
  | 'eq'
  | 'ne'
  | 'below'
  | 'below-eq'
  | 'above'
  | 'above-eq'
  | 'less'
  | 'less-eq'
  | 'greater'
  | 'greater-eq';

/** Something a path has established: a comparison, one bit, or canonicity itself. */
export type Condition =
  | {
      readonly kind: 'compare';
      readonly relation: Relation;
      readonly left: Value;
      readonly right: Value;
      readonly sizeBits: number;
    }
  | { readonly kind: 'bit'; readonly value: Value; readonly bit: bigint; readonly isSet: boolean }
  | {
      readonly kind: 'canonical';
      readonly value: Value;
      readonly widthBits: number;
      readonly holds: boolean;
    };

export type Truth = 'yes' | 'no' | 'maybe';

const negations: Readonly<Record<Relation, Relation>> = {
  eq: 'ne',
  ne: 'eq',
  below: 'above-eq',
  'above-eq': 'below',
  above: 'below-eq',
  'below-eq': 'above',
  less: 'greater-eq',
  'greater-eq': 'less',
  greater: 'less-eq',
  'less-eq': 'greater',
};

export function negated(relation: Relation): Relation {
  return negations[relation];
}

export function compare(
  relation: Relation,
  left: Value,
  right: Value,
  sizeBits: number,
): Condition {
  const canonical =
    asCanonicalTest(relation, left, right, sizeBits) ??
    asCanonicalTest(relation, right, left, sizeBits);
  return canonical ?? { kind: 'compare', relation, left, right, sizeBits };
}

/** `sign-extend(x, n) == x` says that x is canonical for n bits. */
function asCanonicalTest(
  relation: Relation,
  left: Value,
  right: Value,
  sizeBits: number,
): Condition | undefined {
  if ((relation !== 'eq' && relation !== 'ne') || sizeBits !== 64) return undefined;
  if (
    left.kind !== 'computed' ||
    left.operator !== 'sign-extend' ||
    left.argument.key !== right.key
  ) {
    return undefined;
  }
  return { kind: 'canonical', value: right, widthBits: Number(left.by), holds: relation === 'eq' };
}

export function keyOf(condition: Condition): string {
  switch (condition.kind) {
    case 'compare':
      return `${condition.left.key} ${condition.relation}.${condition.sizeBits} ${condition.right.key}`;
    case 'bit':
      return `${condition.value.key} bit ${condition.bit} ${condition.isSet}`;
    case 'canonical':
      return `${condition.value.key} canonical${condition.widthBits} ${condition.holds}`;
  }
}

export function valuesOf(condition: Condition): readonly Value[] {
  return condition.kind === 'compare' ? [condition.left, condition.right] : [condition.value];
}

/** The single atom a condition speaks about, when the rest of it is constant. */
export function subjectOf(condition: Condition): string | undefined {
  if (condition.kind !== 'compare') return atomOf(condition.value);
  const left = atomOf(condition.left);
  const right = atomOf(condition.right);
  if (left !== undefined && (right === left || condition.right.kind === 'constant')) return left;
  return right !== undefined && condition.left.kind === 'constant' ? right : undefined;
}

/** The top of the low canonical half, plus one. */
export function lowHalfEnd(widthBits: number): bigint {
  return 1n << BigInt(widthBits - 1);
}

/** Whether all, none or some of an interval is canonical. */
export function canonicity(bounds: Interval, widthBits: number): Truth {
  const lowEnd = lowHalfEnd(widthBits);
  const highStart = WORD_MAX - lowEnd + 1n;
  if (bounds.high < lowEnd || bounds.low >= highStart) return 'yes';
  return bounds.low >= lowEnd && bounds.high < highStart ? 'no' : 'maybe';
}

/** Whether a condition holds when its atom lies in an interval. */
export function holdsOn(condition: Condition, of: Interval): Truth {
  switch (condition.kind) {
    case 'canonical': {
      const truth = canonicity(boundsOf(condition.value, of), condition.widthBits);
      return condition.holds ? truth : opposite(truth);
    }
    case 'bit': {
      const bounds = boundsOf(computed('shr', condition.value, condition.bit), of);
      if (bounds.low !== bounds.high) return 'maybe';
      return ((bounds.low & 1n) === 1n) === condition.isSet ? 'yes' : 'no';
    }
    case 'compare':
      return compareBounds(condition, of);
  }
}

function opposite(truth: Truth): Truth {
  if (truth === 'maybe') return truth;
  return truth === 'yes' ? 'no' : 'yes';
}

function compareBounds(condition: Condition & { kind: 'compare' }, of: Interval): Truth {
  const { relation, sizeBits } = condition;
  const isSigned = relation.startsWith('less') || relation.startsWith('greater');
  const left = operandBounds(condition.left, of, sizeBits, isSigned);
  const right = operandBounds(condition.right, of, sizeBits, isSigned);
  switch (relation) {
    case 'eq':
      return equality(left, right);
    case 'ne':
      return opposite(equality(left, right));
    case 'below':
    case 'less':
      return order(left, right, false);
    case 'below-eq':
    case 'less-eq':
      return order(left, right, true);
    case 'above-eq':
    case 'greater-eq':
      return opposite(order(left, right, false));
    case 'above':
    case 'greater':
      return opposite(order(left, right, true));
  }
}

/** Signed comparison is unsigned comparison with the sign bit flipped. */
function operandBounds(value: Value, of: Interval, sizeBits: number, isSigned: boolean): Interval {
  const size = BigInt(sizeBits);
  const narrow = sizeBits === 64 ? value : computed('zero-extend', value, size);
  const bounds = boundsOf(narrow, of);
  if (!isSigned) return bounds;
  const signBit = 1n << (size - 1n);
  if (bounds.low >> (size - 1n) !== bounds.high >> (size - 1n))
    return { low: 0n, high: (1n << size) - 1n };
  return { low: bounds.low ^ signBit, high: bounds.high ^ signBit };
}

function equality(left: Interval, right: Interval): Truth {
  if (left.high < right.low || right.high < left.low) return 'no';
  const areSingle = left.low === left.high && right.low === right.high;
  return areSingle ? 'yes' : 'maybe';
}

function order(left: Interval, right: Interval, orEqual: boolean): Truth {
  if (left.high < right.low || (orEqual && left.high === right.low)) return 'yes';
  if (left.low > right.high || (!orEqual && left.low === right.high)) return 'no';
  return 'maybe';
}
