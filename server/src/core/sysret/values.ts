/** Operations on one 64-bit value; `by` is a constant operand or, for the extensions, a width in bits. */
export type Operator =
  | 'add'
  | 'shl'
  | 'shr'
  | 'sar'
  | 'and'
  | 'or'
  | 'xor'
  | 'not'
  | 'neg'
  | 'zero-extend'
  | 'sign-extend';

export interface ConstantValue {
  readonly kind: 'constant';
  readonly key: string;
  readonly value: bigint;
}

/** The address of a symbol, or a constant nobody has told us. */
export interface SymbolValue {
  readonly kind: 'symbol';
  readonly key: string;
  readonly name: string;
}

/** Something unknown with an identity: the first contents of a slot, a register at entry, a call's result. */
export interface AtomValue {
  readonly kind: 'atom';
  readonly key: string;
}

export interface ComputedValue {
  readonly kind: 'computed';
  readonly key: string;
  readonly operator: Operator;
  readonly argument: Value;
  readonly by: bigint;
}

/** A value moved by an offset that is a symbol: `%rsp + EFRAME_rip`; or shifted by one. */
export interface SymbolicValue {
  readonly kind: 'symbolic';
  readonly key: string;
  readonly operator: 'add' | 'shl';
  readonly argument: Value;
  readonly symbols: string;
}

/** What a register or a slot holds, as a function of at most one atom. Equal keys mean equal values. */
export type Value = ConstantValue | SymbolValue | AtomValue | ComputedValue | SymbolicValue;

/** A half-open question answered by closed bounds: unsigned 64-bit, `low <= value <= high`. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

export const WORD_MAX: bigint = (1n << 64n) - 1n;
const fullInterval: Interval = { low: 0n, high: WORD_MAX };

export function constant(value: bigint): ConstantValue {
  const wrapped = BigInt.asUintN(64, value);
  return { kind: 'constant', key: `#${wrapped.toString(16)}`, value: wrapped };
}

export function symbolValue(name: string): SymbolValue {
  return { kind: 'symbol', key: `&${name}`, name };
}

export function atom(id: string): AtomValue {
  return { kind: 'atom', key: id };
}

export function computed(operator: Operator, argument: Value, by = 0n): Value {
  if (argument.kind === 'constant') return constant(apply(operator, argument.value, by));
  const simpler = simplified(operator, argument, by);
  if (simpler) return simpler;
  // A loop can pile operations up without end; what is that deep is no guard any more.
  if (argument.key.length > KEY_LIMIT)
    return atom(`deep:${shortened(argument.key)}${operator}${by}`);
  return {
    kind: 'computed',
    key: `${operator}(${argument.key},${by.toString(16)})`,
    operator,
    argument,
    by,
  };
}

const KEY_LIMIT = 600;

/** A long key by length and checksum: equal values keep equal names. */
function shortened(key: string): string {
  let sum = 7n;
  for (let i = 0; i < key.length; i++)
    sum = BigInt.asUintN(64, sum * 1099511628211n + BigInt(key.charCodeAt(i)));
  return `${key.length}.${sum.toString(16)}`;
}

function simplified(operator: Operator, argument: Value, by: bigint): Value | undefined {
  const isIdentity = by === 0n && ['add', 'shl', 'shr', 'sar', 'or', 'xor'].includes(operator);
  if (isIdentity) return argument;
  if (operator === 'and') {
    const mask = BigInt.asUintN(64, by);
    if (mask === WORD_MAX) return argument;
    if (mask === 0n) return constant(0n);
    if (mask === 0xffff_ffffn) return computed('zero-extend', argument, 32n);
  }
  if (operator === 'add' && argument.kind === 'symbolic' && argument.operator === 'add') {
    return symbolicAdd(computed('add', argument.argument, by), argument.symbols);
  }
  if (argument.kind !== 'computed') return undefined;
  if (operator === 'add' && argument.operator === 'add') {
    return computed('add', argument.argument, BigInt.asIntN(64, argument.by + by));
  }
  if (operator === 'sar' && argument.operator === 'shl' && argument.by === by) {
    return computed('sign-extend', argument.argument, 64n - by);
  }
  if (operator === 'sign-extend' && argument.operator === 'sign-extend' && argument.by <= by) {
    return argument;
  }
  if (operator === 'zero-extend' && argument.operator === 'zero-extend') {
    return argument.by <= by ? argument : computed('zero-extend', argument.argument, by);
  }
  return undefined;
}

export function symbolicAdd(argument: Value, symbols: string): Value {
  if (symbols === '') return argument;
  const inner = argument.kind === 'symbolic' && argument.operator === 'add' ? argument : undefined;
  const joined = inner ? `${inner.symbols}+${symbols}` : symbols;
  const base = inner ? inner.argument : argument;
  return {
    kind: 'symbolic',
    key: `${base.key}+{${joined}}`,
    operator: 'add',
    argument: base,
    symbols: joined,
  };
}

export function symbolicShift(argument: Value, symbols: string): Value {
  return {
    kind: 'symbolic',
    key: `${argument.key}<<{${symbols}}`,
    operator: 'shl',
    argument,
    symbols,
  };
}

/** The one atom a value is a function of; undefined for constants and for what has symbolic parts. */
export function atomOf(value: Value): string | undefined {
  switch (value.kind) {
    case 'atom':
      return value.key;
    case 'computed':
      return atomOf(value.argument);
    default:
      return undefined;
  }
}

/** Whether a value was made from a given atom, symbolic parts included. */
export function mentions(value: Value, matches: (id: string) => boolean): boolean {
  if (value.kind === 'atom') return matches(value.key);
  return value.kind === 'computed' || value.kind === 'symbolic'
    ? mentions(value.argument, matches)
    : false;
}

/** The same value with one atom replaced by another. */
export function renamed(value: Value, from: string, to: string): Value {
  if (value.kind === 'atom') return value.key === from ? atom(to) : value;
  if (value.kind === 'computed') {
    const argument = renamed(value.argument, from, to);
    return argument === value.argument ? value : computed(value.operator, argument, value.by);
  }
  return value;
}

function apply(operator: Operator, value: bigint, by: bigint): bigint {
  switch (operator) {
    case 'add':
      return value + by;
    case 'shl':
      return value << by;
    case 'shr':
      return value >> by;
    case 'sar':
      return BigInt.asIntN(64, value) >> by;
    case 'and':
      return value & by;
    case 'or':
      return value | by;
    case 'xor':
      return value ^ by;
    case 'not':
      return ~value;
    case 'neg':
      return -value;
    case 'zero-extend':
      return BigInt.asUintN(Number(by), value);
    case 'sign-extend':
      return BigInt.asIntN(Number(by), value);
  }
}

/** Bounds of a value when its atom lies in `of`; exact when the interval is one number. */
export function boundsOf(value: Value, of: Interval): Interval {
  switch (value.kind) {
    case 'constant':
      return { low: value.value, high: value.value };
    case 'atom':
      return of;
    case 'computed': {
      const inner = boundsOf(value.argument, of);
      if (inner.low === inner.high) {
        const exact = BigInt.asUintN(64, apply(value.operator, inner.low, value.by));
        return { low: exact, high: exact };
      }
      return boundsAfter(value.operator, inner, value.by);
    }
    default:
      return fullInterval;
  }
}

function boundsAfter(operator: Operator, inner: Interval, by: bigint): Interval {
  const { low, high } = inner;
  switch (operator) {
    case 'add': {
      const shifted = { low: BigInt.asUintN(64, low + by), high: BigInt.asUintN(64, high + by) };
      return shifted.low <= shifted.high ? shifted : fullInterval;
    }
    case 'shr':
      return { low: low >> by, high: high >> by };
    case 'sar':
      return sameHalf(inner, 63n)
        ? {
            low: BigInt.asUintN(64, BigInt.asIntN(64, low) >> by),
            high: BigInt.asUintN(64, BigInt.asIntN(64, high) >> by),
          }
        : fullInterval;
    case 'shl':
      return low >> (64n - by) === high >> (64n - by)
        ? { low: BigInt.asUintN(64, low << by), high: BigInt.asUintN(64, high << by) }
        : fullInterval;
    case 'not':
      return { low: WORD_MAX - high, high: WORD_MAX - low };
    case 'neg':
      return low > 0n
        ? { low: BigInt.asUintN(64, -high), high: BigInt.asUintN(64, -low) }
        : fullInterval;
    case 'zero-extend':
      return low >> by === high >> by
        ? { low: BigInt.asUintN(Number(by), low), high: BigInt.asUintN(Number(by), high) }
        : { low: 0n, high: (1n << by) - 1n };
    case 'sign-extend':
      return low >> (by - 1n) === high >> (by - 1n)
        ? {
            low: BigInt.asUintN(64, BigInt.asIntN(Number(by), low)),
            high: BigInt.asUintN(64, BigInt.asIntN(Number(by), high)),
          }
        : fullInterval;
    default:
      return bitwiseBounds(operator, inner, BigInt.asUintN(64, by));
  }
}

function sameHalf(inner: Interval, bit: bigint): boolean {
  return inner.low >> bit === inner.high >> bit;
}

/** AND, OR and XOR keep the bits both bounds share at the top; below them anything the mask allows is possible. */
function bitwiseBounds(operator: 'and' | 'or' | 'xor', inner: Interval, by: bigint): Interval {
  let width = 0n;
  for (let differing = inner.low ^ inner.high; differing > 0n; differing >>= 1n) width++;
  const below = (1n << width) - 1n;
  const shared = inner.low & ~below;
  switch (operator) {
    case 'and':
      return { low: shared & by, high: (shared & by) | (by & below) };
    case 'or':
      return { low: shared | by, high: shared | by | below };
    case 'xor': {
      const top = (shared ^ by) & ~below;
      return { low: top, high: top | below };
    }
  }
}
