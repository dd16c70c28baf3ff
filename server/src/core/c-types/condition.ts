import { readNumber, characterValue } from './literals.ts';
import type { Token } from './tokens.ts';
import { CHARACTER, IDENTIFIER, isPunct, NUMBER, P, PUNCTUATION, textOf } from './tokens.ts';

/** A value of `#if`: intmax_t or uintmax_t, 64 bits. */
interface Value {
  readonly value: bigint;
  readonly unsigned: boolean;
}

export interface ConditionResult {
  readonly holds: boolean;
  /** Why it could not be worked out; then `holds` is false. */
  readonly problem?: string;
}

const ZERO: Value = { value: 0n, unsigned: false };
const DEEPEST = 200;

/** Works out the expanded line of an `#if`; `defined` has already become 0 or 1, other names count 0. */
export function evaluateCondition(tokens: readonly Token[]): ConditionResult {
  const reader = new ConditionReader(tokens);
  const { value } = reader.comma();
  if (reader.problem === undefined && !reader.atEnd())
    reader.fail('there is more after the expression');
  return reader.problem === undefined
    ? { holds: value !== 0n }
    : { holds: false, problem: reader.problem };
}

const PRECEDENCE: ReadonlyMap<number, number> = new Map([
  [P.or, 1],
  [P.and, 2],
  [P.pipe, 3],
  [P.caret, 4],
  [P.ampersand, 5],
  [P.equal, 6],
  [P.notEqual, 6],
  [P.less, 7],
  [P.greater, 7],
  [P.lessEqual, 7],
  [P.greaterEqual, 7],
  [P.shiftLeft, 8],
  [P.shiftRight, 8],
  [P.plus, 9],
  [P.minus, 9],
  [P.star, 10],
  [P.slash, 10],
  [P.percent, 10],
]);

class ConditionReader {
  problem: string | undefined;
  private at = 0;
  private depth = 0;
  /** Above 0 inside the side of `&&`, `||`, `?:` that does not count: a division by zero there is no fault. */
  private ignored = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  fail(why: string): Value {
    this.problem ??= why;
    return ZERO;
  }

  comma(): Value {
    let value = this.conditional();
    while (this.take(P.comma)) value = this.conditional();
    return value;
  }

  private take(id: number): boolean {
    if (!isPunct(this.tokens[this.at], id)) return false;
    this.at++;
    return true;
  }

  private conditional(): Value {
    if (++this.depth > DEEPEST) return this.fail(`it is nested more than ${DEEPEST} deep`);
    const test = this.binary(1);
    let value = test;
    if (this.take(P.question)) {
      const holds = test.value !== 0n;
      const yes = this.counting(holds, () =>
        isPunct(this.tokens[this.at], P.colon) ? test : this.comma(),
      );
      if (!this.take(P.colon)) return this.fail('`?` has no `:`');
      const no = this.counting(!holds, () => this.conditional());
      value = convert(holds ? yes : no, yes.unsigned || no.unsigned);
    }
    this.depth--;
    return value;
  }

  private counting(counts: boolean, read: () => Value): Value {
    if (!counts) this.ignored++;
    const value = read();
    if (!counts) this.ignored--;
    return value;
  }

  private binary(lowest: number): Value {
    let left = this.unary();
    for (;;) {
      const token = this.tokens[this.at];
      const rank = token?.kind === PUNCTUATION ? (PRECEDENCE.get(token.id) ?? 0) : 0;
      if (token === undefined || rank < lowest || this.problem !== undefined) return left;
      this.at++;
      const decided =
        (token.id === P.and && left.value === 0n) || (token.id === P.or && left.value !== 0n);
      const right = this.counting(!decided, () => this.binary(rank + 1));
      left = this.apply(token.id, left, right);
    }
  }

  private apply(operator: number, left: Value, right: Value): Value {
    if (operator === P.shiftLeft || operator === P.shiftRight) return shift(operator, left, right);
    if (operator === P.and) return truth(left.value !== 0n && right.value !== 0n);
    if (operator === P.or) return truth(left.value !== 0n || right.value !== 0n);
    const unsigned = left.unsigned || right.unsigned;
    const a = convert(left, unsigned).value;
    const b = convert(right, unsigned).value;
    if ((operator === P.slash || operator === P.percent) && b === 0n) {
      return this.ignored > 0 ? ZERO : this.fail('it divides by zero');
    }
    const compared = compare(operator, a, b);
    if (compared !== undefined) return truth(compared);
    return convert({ value: arithmetic(operator, a, b), unsigned }, unsigned);
  }

  private unary(): Value {
    if (++this.depth > DEEPEST) return this.fail(`it is nested more than ${DEEPEST} deep`);
    const value = this.operand();
    this.depth--;
    return value;
  }

  private operand(): Value {
    const token = this.tokens[this.at++];
    if (token === undefined) return this.fail('an operand is missing at its end');
    switch (token.kind) {
      case NUMBER:
        return this.number(token);
      case CHARACTER:
        return { value: characterValue(textOf(token)), unsigned: false };
      case IDENTIFIER:
        return this.name(token);
      case PUNCTUATION:
        return this.prefixed(token);
      default:
        return this.fail(`${textOf(token)} cannot stand there`);
    }
  }

  private number(token: Token): Value {
    const number = readNumber(textOf(token));
    if (number === undefined) return this.fail(`${textOf(token)} is no integer`);
    const unsigned = number.unsigned || number.value > 0x7fff_ffff_ffff_ffffn;
    return { value: number.value, unsigned };
  }

  /** A name that no macro replaced counts 0; with parentheses behind it, it is a call that cannot be. */
  private name(token: Token): Value {
    if (isPunct(this.tokens[this.at], P.openParen)) {
      return this.fail(`${textOf(token)} is not a macro that takes arguments`);
    }
    return ZERO;
  }

  private prefixed(token: Token): Value {
    switch (token.id) {
      case P.openParen: {
        const value = this.comma();
        return this.take(P.closeParen) ? value : this.fail('a `)` is missing');
      }
      case P.bang:
        return truth(this.unary().value === 0n);
      case P.plus:
        return this.unary();
      case P.minus: {
        const value = this.unary();
        return convert({ value: -value.value, unsigned: value.unsigned }, value.unsigned);
      }
      case P.tilde: {
        const value = this.unary();
        return convert({ value: ~value.value, unsigned: value.unsigned }, value.unsigned);
      }
      default:
        return this.fail(`${textOf(token)} cannot stand there`);
    }
  }
}

function truth(holds: boolean): Value {
  return { value: holds ? 1n : 0n, unsigned: false };
}

function convert(value: Value, unsigned: boolean): Value {
  return {
    value: unsigned ? BigInt.asUintN(64, value.value) : BigInt.asIntN(64, value.value),
    unsigned,
  };
}

function shift(operator: number, left: Value, right: Value): Value {
  const negative = !right.unsigned && right.value < 0n;
  const leftwards = (operator === P.shiftLeft) !== negative;
  const count = negative ? -right.value : right.value;
  const far = count > 63n;
  if (leftwards) return convert({ ...left, value: far ? 0n : left.value << count }, left.unsigned);
  return { ...left, value: left.value >> (far ? 64n : count) };
}

export function compare(operator: number, a: bigint, b: bigint): boolean | undefined {
  switch (operator) {
    case P.equal:
      return a === b;
    case P.notEqual:
      return a !== b;
    case P.less:
      return a < b;
    case P.greater:
      return a > b;
    case P.lessEqual:
      return a <= b;
    case P.greaterEqual:
      return a >= b;
    default:
      return undefined;
  }
}

/** `b` is not 0 for a division. */
export function arithmetic(operator: number, a: bigint, b: bigint): bigint {
  switch (operator) {
    case P.pipe:
      return a | b;
    case P.caret:
      return a ^ b;
    case P.ampersand:
      return a & b;
    case P.plus:
      return a + b;
    case P.minus:
      return a - b;
    case P.star:
      return a * b;
    case P.slash:
      return a / b;
    default:
      return a % b;
  }
}

export { PRECEDENCE };
