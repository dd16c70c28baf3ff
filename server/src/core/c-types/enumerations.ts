import type { Engine, Value } from './engine.ts';
import { unknown } from './engine.ts';
import { integer } from './integers.ts';
import type { EnumConstant, Enumeration, IntegerBase, Unknown } from './model.ts';

/** Which enumeration an enumerator belongs to, and where in it: found once for each enumeration. */
const PLACES = new WeakMap<EnumConstant, { readonly of: Enumeration; readonly index: number }>();

/** Remembers where the constants of an enumeration stand. */
export function placeConstants(enumeration: Enumeration): void {
  for (const [index, constant] of enumeration.constants.entries()) {
    PLACES.set(constant, { of: enumeration, index });
  }
}

/**
 * The value of an enumerator: its own expression, or one more than the one before. Its type is `int`, or the
 * enumeration's when it does not fit.
 */
export function enumeratorValueOf(name: string, engine: Engine): Value | Unknown {
  const constant = engine.scope.enumerator(name);
  const place = constant === undefined ? undefined : PLACES.get(constant);
  if (place === undefined) return unknown(`\`${name}\` is no enumerator`);
  const values = valuesOf(place.of, place.index, engine);
  const value = values[place.index];
  if (typeof value !== 'bigint') return value ?? unknown(`\`${name}\` has no value`);
  const fitsInt = value >= -(2n ** 31n) && value < 2n ** 31n;
  if (fitsInt) return integer('int', value, engine.rules);
  const base = engine.enumBase(place.of);
  return typeof base === 'string' ? integer(base, value, engine.rules) : base;
}

/** Values of the constants, at least up to and including `last`; worked out in order, each once. */
function valuesOf(
  enumeration: Enumeration,
  last: number,
  engine: Engine,
): readonly (bigint | Unknown)[] {
  const values = engine.enumValues(enumeration);
  while (values.length <= last) {
    const index = values.length;
    const constant = enumeration.constants[index];
    const previous = values[index - 1] ?? -1n;
    // Stands there while the value is worked out: one that needs itself then finds no answer rather than no end.
    values.push(unknown(`\`${constant?.name ?? ''}\` depends on itself`));
    if (constant?.value !== undefined) values[index] = engine.integer(constant.value);
    else values[index] = typeof previous === 'bigint' ? previous + 1n : previous;
  }
  return values;
}

/** The integer type that gcc gives an enumeration: `unsigned int`, `int`, or wider when a value asks for it. */
export function enumBaseOf(enumeration: Enumeration, engine: Engine): IntegerBase | Unknown {
  let low = 0n;
  let high = 0n;
  for (const value of valuesOf(enumeration, enumeration.constants.length - 1, engine)) {
    if (typeof value !== 'bigint') return value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const { attributes } = enumeration;
  const signed = low < 0n;
  const bits = neededBits(low, high);
  if (attributes.packed) {
    if (bits <= 8) return signed ? 'signed char' : 'unsigned char';
    if (bits <= 16) return signed ? 'short int' : 'short unsigned int';
  }
  if (bits <= 32) return signed ? 'int' : 'unsigned int';
  const wide = engine.rules.base['long int'].sizeBytes === 8;
  if (wide) return signed ? 'long int' : 'long unsigned int';
  return signed ? 'long long int' : 'long long unsigned int';
}

function neededBits(low: bigint, high: bigint): number {
  let bits = 1;
  while (
    low < 0n
      ? low < -(2n ** BigInt(bits - 1)) || high >= 2n ** BigInt(bits - 1)
      : high >= 2n ** BigInt(bits)
  )
    bits++;
  return bits;
}
