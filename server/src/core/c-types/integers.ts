import type { AbiRules } from './abi.ts';
import type { IntegerBase } from './model.ts';
import type { Value } from './engine.ts';
import type { NumberLiteral } from './literals.ts';

export type IntegerOf = Extract<Value, { kind: 'integer' }>;

const RANK: Readonly<Record<IntegerBase, number>> = {
  _Bool: 0,
  char: 1,
  'signed char': 1,
  'unsigned char': 1,
  'short int': 2,
  'short unsigned int': 2,
  int: 3,
  'unsigned int': 3,
  'long int': 4,
  'long unsigned int': 4,
  'long long int': 5,
  'long long unsigned int': 5,
  __int128: 6,
  '__int128 unsigned': 6,
};

const UNSIGNED: Readonly<Partial<Record<IntegerBase, IntegerBase>>> = {
  int: 'unsigned int',
  'long int': 'long unsigned int',
  'long long int': 'long long unsigned int',
  __int128: '__int128 unsigned',
};

export function integer(base: IntegerBase, value: bigint | undefined, rules: AbiRules): IntegerOf {
  return {
    kind: 'integer',
    base,
    value: value === undefined ? undefined : wrap(value, base, rules),
  };
}

/** The value as the type holds it. */
export function wrap(value: bigint, base: IntegerBase, rules: AbiRules): bigint {
  if (base === '_Bool') return value === 0n ? 0n : 1n;
  const { sizeBytes, unsigned } = rules.base[base];
  return unsigned ? BigInt.asUintN(sizeBytes * 8, value) : BigInt.asIntN(sizeBytes * 8, value);
}

/** Integer promotion: everything below `int` becomes `int`. */
export function promote(value: IntegerOf, rules: AbiRules): IntegerOf {
  return RANK[value.base] < RANK.int ? integer('int', value.value, rules) : value;
}

/** The type that both sides of an operator are brought to (C11 6.3.1.8). */
export function commonBase(a: IntegerBase, b: IntegerBase, rules: AbiRules): IntegerBase {
  if (a === b) return a;
  const [high, low] = RANK[a] >= RANK[b] ? [a, b] : [b, a];
  const highFigures = rules.base[high];
  const lowFigures = rules.base[low];
  if (highFigures.unsigned === lowFigures.unsigned) return high;
  if (highFigures.unsigned) return high;
  if (RANK[high] === RANK[low]) return low;
  return highFigures.sizeBytes > lowFigures.sizeBytes ? high : (UNSIGNED[high] ?? high);
}

/** The type of an integer constant: the first of its list that holds the value (C11 6.4.4.1). */
export function literalBase(literal: NumberLiteral, rules: AbiRules): IntegerBase {
  const ladder: IntegerBase[] = [];
  for (const base of ['int', 'long int', 'long long int', '__int128'] as const) {
    if (literal.longs > (base === 'int' ? 0 : base === 'long int' ? 1 : 2)) continue;
    if (!literal.unsigned) ladder.push(base);
    if (literal.unsigned || !literal.decimal) ladder.push(UNSIGNED[base] ?? base);
  }
  const fitting = ladder.find((base) => wrap(literal.value, base, rules) === literal.value);
  return fitting ?? 'long long unsigned int';
}
