import { arithmetic, compare } from './condition.ts';
import type { Engine, Value } from './engine.ts';
import { unknown } from './engine.ts';
import type { IntegerOf } from './integers.ts';
import { commonBase, integer, promote, wrap } from './integers.ts';
import { memberOf } from './members.ts';
import type { CType, IntegerBase, Unknown } from './model.ts';
import { P } from './tokens.ts';

/** What C's operators make of values, addresses among them (`&((struct a *)0)->b` is an offset). */
export class Operators {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  integer(base: IntegerBase, value: bigint | undefined): IntegerOf {
    return integer(base, value, this.engine.rules);
  }

  choose(test: Value | Unknown, yes: Value | Unknown, no: Value | Unknown): Value | Unknown {
    if (test.kind === 'unknown') return test;
    const known = truthOf(test);
    const chosen = known === undefined ? yes : known ? yes : no;
    if (yes.kind !== 'integer' || no.kind !== 'integer') return chosen;
    const { rules } = this.engine;
    const base = commonBase(promote(yes, rules).base, promote(no, rules).base, rules);
    const value = chosen.kind === 'integer' ? chosen.value : undefined;
    return this.integer(base, known === undefined ? undefined : value);
  }

  apply(operator: number, left: Value | Unknown, right: Value | Unknown): Value | Unknown {
    if (operator === P.and || operator === P.or) return this.logical(operator, left, right);
    if (left.kind === 'unknown') return left;
    if (right.kind === 'unknown') return right;
    if (left.kind === 'pointer' || right.kind === 'pointer')
      return this.onPointers(operator, left, right);
    const a = this.toInteger(left);
    const b = this.toInteger(right);
    if (a === undefined || b === undefined)
      return unknown('it computes with something that is no integer');
    return this.onIntegers(operator, a, b);
  }

  onIntegers(operator: number, left: IntegerOf, right: IntegerOf): Value | Unknown {
    const { rules } = this.engine;
    const a = promote(left, rules);
    const b = promote(right, rules);
    if (operator === P.shiftLeft || operator === P.shiftRight) {
      if (a.value === undefined || b.value === undefined) return this.integer(a.base, undefined);
      const count = b.value < 0n || b.value > 127n ? 127n : b.value;
      return this.integer(a.base, operator === P.shiftLeft ? a.value << count : a.value >> count);
    }
    const base = commonBase(a.base, b.base, rules);
    const known = a.value !== undefined && b.value !== undefined;
    const x = wrap(a.value ?? 0n, base, rules);
    const y = wrap(b.value ?? 0n, base, rules);
    const compared = compare(operator, x, y);
    if (compared !== undefined) return this.integer('int', known ? BigInt(compared) : undefined);
    if (!known) return this.integer(base, undefined);
    if ((operator === P.slash || operator === P.percent) && y === 0n)
      return unknown('it divides by zero');
    return this.integer(base, arithmetic(operator, x, y));
  }

  logical(operator: number, left: Value | Unknown, right: Value | Unknown): Value | Unknown {
    if (left.kind === 'unknown') return left;
    const first = truthOf(left);
    if (first === undefined) return this.integer('int', undefined);
    if (first === (operator === P.or)) return this.integer('int', first ? 1n : 0n);
    if (right.kind === 'unknown') return right;
    const second = truthOf(right);
    return this.integer('int', second === undefined ? undefined : second ? 1n : 0n);
  }

  onPointers(operator: number, left: Value, right: Value): Value | Unknown {
    const a = left.kind === 'pointer' ? left : undefined;
    const b = right.kind === 'pointer' ? right : undefined;
    if (a !== undefined && b !== undefined) {
      if (a.address === undefined || b.address === undefined)
        return unknown('it compares addresses');
      const compared = compare(operator, a.address, b.address);
      if (compared !== undefined) return this.integer('int', BigInt(compared));
      const step = this.step(a.to);
      if (operator !== P.minus || typeof step !== 'bigint')
        return unknown('it computes with addresses');
      return this.integer(
        this.pointerDifference(),
        (a.address - b.address) / (step === 0n ? 1n : step),
      );
    }
    const pointer = a ?? b;
    const number = this.toInteger(a === undefined ? left : right);
    if (pointer === undefined || number === undefined) return unknown('it computes with addresses');
    const step = this.step(pointer.to);
    if (typeof step !== 'bigint') return step;
    if (pointer.address === undefined || number.value === undefined)
      return { ...pointer, address: undefined };
    const distance = number.value * step;
    if (operator === P.plus) return { ...pointer, address: pointer.address + distance };
    return operator === P.minus
      ? { ...pointer, address: pointer.address - distance }
      : unknown('it computes with addresses');
  }

  pointerDifference(): IntegerBase {
    return this.engine.rules.pointerBytes === 8 ? 'long int' : 'int';
  }

  step(to: CType): bigint | Unknown {
    const size = this.engine.measure(to);
    return size.kind === 'unknown' ? size : BigInt(size.sizeBytes);
  }

  /** An integer out of an integer, an enumeration's object or a character. */
  toInteger(value: Value): IntegerOf | undefined {
    if (value.kind === 'integer') return value;
    if (value.kind !== 'object') return undefined;
    const base = this.integerBase(value.type);
    return base === undefined ? undefined : this.integer(base, undefined);
  }

  integerBase(type: CType): IntegerBase | undefined {
    const resolved = this.engine.resolve(type);
    if (resolved.kind === 'unknown') return undefined;
    if (resolved.type.kind === 'base' && this.engine.rules.base[resolved.type.base].integer) {
      return resolved.type.base as IntegerBase;
    }
    const { definition } = resolved;
    if (definition?.kind !== 'enum') return undefined;
    const base = this.engine.enumBase(definition);
    return typeof base === 'string' ? base : undefined;
  }

  convert(value: Value, type: CType): Value | Unknown {
    const resolved = this.engine.resolve(type);
    if (resolved.kind === 'unknown') return resolved;
    if (resolved.type.kind === 'pointer') {
      const { to } = resolved.type;
      if (value.kind === 'pointer') return { kind: 'pointer', to, address: value.address };
      if (value.kind === 'integer') return { kind: 'pointer', to, address: value.value };
      return { kind: 'pointer', to, address: undefined };
    }
    const base = this.integerBase(type);
    if (base === undefined) return { kind: 'object', type, address: undefined };
    if (value.kind === 'pointer') return this.integer(base, value.address);
    return this.integer(base, this.toInteger(value)?.value);
  }

  sign(operator: number, value: Value | Unknown): Value | Unknown {
    if (value.kind === 'unknown') return value;
    if (operator === P.bang) {
      const truth = truthOf(value);
      return this.integer('int', truth === undefined ? undefined : truth ? 0n : 1n);
    }
    const number = this.toInteger(value);
    if (number === undefined) return unknown('it computes with something that is no integer');
    const { base, value: plain } = promote(number, this.engine.rules);
    if (plain === undefined || operator === P.plus) return this.integer(base, plain);
    return this.integer(base, operator === P.minus ? -plain : ~plain);
  }

  addressOf(value: Value | Unknown): Value | Unknown {
    if (value.kind === 'unknown') return value;
    if (value.kind !== 'object') return unknown('it takes an address of what has none');
    return { kind: 'pointer', to: value.type, address: value.address };
  }

  pointee(value: Value | Unknown): Value | Unknown {
    if (value.kind === 'unknown') return value;
    const pointer = this.decay(value);
    if (pointer === undefined) return unknown('it follows something that is no pointer');
    return { kind: 'object', type: pointer.to, address: pointer.address };
  }

  /** A pointer out of a pointer, an array or a pointer-typed object. */
  decay(value: Value): Extract<Value, { kind: 'pointer' }> | undefined {
    if (value.kind === 'pointer') return value;
    if (value.kind !== 'object') return undefined;
    const resolved = this.engine.resolve(value.type);
    if (resolved.kind === 'unknown') return undefined;
    const { type } = resolved;
    if (type.kind === 'array') return { kind: 'pointer', to: type.of, address: value.address };
    return type.kind === 'pointer'
      ? { kind: 'pointer', to: type.to, address: undefined }
      : undefined;
  }

  member(value: Value, name: string): Value | Unknown {
    if (value.kind !== 'object')
      return unknown(`\`.${name}\` is asked of something without members`);
    const found = memberOf(this.engine, value.type, name);
    if (found.kind === 'unknown') return found;
    const { address } = value;
    const offset = BigInt(found.offsetBytes);
    return {
      kind: 'object',
      type: found.type,
      address: address === undefined ? undefined : address + offset,
    };
  }
}

export function truthOf(value: Value): boolean | undefined {
  if (value.kind === 'integer') return value.value === undefined ? undefined : value.value !== 0n;
  if (value.kind === 'pointer')
    return value.address === undefined ? undefined : value.address !== 0n;
  return value.kind === 'text' ? true : undefined;
}
