import { PRECEDENCE } from './condition.ts';
import { readerOf } from './declarations.ts';
import type { Engine, Value } from './engine.ts';
import { unknown } from './engine.ts';
import { integer, literalBase } from './integers.ts';
import { characterValue, readNumber, stringValue } from './literals.ts';
import type { CType, Expression, IntegerBase, Unknown } from './model.ts';
import { LAST_WORD, WORD } from './names.ts';
import { Operators, truthOf } from './operators.ts';
import type { Reader, TokenExpression } from './reader.ts';
import { isTypeWord } from './specifiers.ts';
import type { Token } from './tokens.ts';
import {
  CHARACTER,
  END,
  IDENTIFIER,
  isPunct,
  NUMBER,
  P,
  PUNCTUATION,
  STRING,
  textOf,
} from './tokens.ts';
import { isAssumedName } from './assumed-types.ts';

const DEEPEST = 150;

/** Works out a constant expression with the types of the engine's ABI. */
export function evaluateExpression(expression: Expression, engine: Engine): Value | Unknown {
  const { tokens } = expression as TokenExpression;
  const [only] = tokens;
  if (only?.kind === NUMBER && tokens.length === 1) {
    const literal = readNumber(textOf(only));
    if (literal === undefined) return unknown(`\`${textOf(only)}\` is no integer`, expression.at);
    return integer(literalBase(literal, engine.rules), literal.value, engine.rules);
  }
  if (tokens.length === 0) return unknown('there is no expression', expression.at);
  const evaluation = new Evaluation(readerOf(tokens), engine);
  const value = evaluation.comma();
  if (value.kind === 'unknown') return value;
  return evaluation.atEnd() ? value : unknown(`\`${evaluation.rest()}\` in it was not understood`);
}

/** What `typeof(...)` names: a type, or the type of an expression. */
export function typeOfOperand(expression: Expression, engine: Engine): CType | Unknown {
  const { tokens } = expression as TokenExpression;
  const evaluation = new Evaluation(readerOf(tokens), engine);
  return evaluation.operandType();
}

/** The type of a value, for `sizeof` and `typeof`. */
function typeOfValue(value: Value): CType {
  switch (value.kind) {
    case 'integer':
      return { kind: 'base', base: value.base, qualifiers: [] };
    case 'pointer':
      return { kind: 'pointer', to: value.to, qualifiers: [] };
    case 'object':
      return value.type;
    case 'text':
      return {
        kind: 'pointer',
        to: { kind: 'base', base: 'char', qualifiers: ['const'] },
        qualifiers: [],
      };
  }
}

class Evaluation {
  private depth = 0;
  private readonly reader: Reader;
  private readonly engine: Engine;
  private readonly operators: Operators;

  constructor(reader: Reader, engine: Engine) {
    this.reader = reader;
    this.engine = engine;
    this.operators = new Operators(engine);
  }

  atEnd(): boolean {
    return this.reader.atEnd();
  }

  rest(): string {
    return textOf(this.reader.token);
  }

  operandType(): CType | Unknown {
    if (this.startsType(this.reader.token)) return this.typeName();
    const value = this.comma();
    return value.kind === 'unknown' ? value : typeOfValue(value);
  }

  comma(): Value | Unknown {
    let value = this.conditional();
    while (this.reader.take(P.comma)) value = this.conditional();
    return value;
  }

  private conditional(): Value | Unknown {
    if (++this.depth > DEEPEST) return unknown('it is nested too deep');
    const test = this.binary(1);
    let result = test;
    if (this.reader.take(P.question)) {
      const yes = isPunct(this.reader.token, P.colon) ? test : this.comma();
      if (!this.reader.take(P.colon)) return unknown('a `:` is missing in it');
      const no = this.conditional();
      result = this.operators.choose(test, yes, no);
    }
    this.depth--;
    return result;
  }

  private binary(lowest: number): Value | Unknown {
    let left = this.cast();
    for (;;) {
      const { token } = this.reader;
      const rank = token.kind === PUNCTUATION ? (PRECEDENCE.get(token.id) ?? 0) : 0;
      if (rank === 0 || rank < lowest) return left;
      this.reader.at++;
      const right = this.binary(rank + 1);
      left = this.operators.apply(token.id, left, right);
    }
  }

  private get sizeType(): IntegerBase {
    return this.engine.rules.pointerBytes === 8 ? 'long unsigned int' : 'unsigned int';
  }

  private cast(): Value | Unknown {
    const { reader } = this;
    if (!reader.is(P.openParen) || !this.startsType(reader.peek(1))) return this.unary();
    if (++this.depth > DEEPEST) return unknown('it is nested too deep');
    reader.at++;
    const type = this.typeName();
    if (!reader.take(P.closeParen)) return unknown('a `)` is missing in it');
    if (reader.is(P.openBrace)) {
      reader.skipGroup();
      return type.kind === 'unknown'
        ? type
        : this.postfix({ kind: 'object', type, address: undefined });
    }
    const operand = this.cast();
    this.depth--;
    if (type.kind === 'unknown') return type;
    return operand.kind === 'unknown' ? operand : this.operators.convert(operand, type);
  }

  private unary(): Value | Unknown {
    if (++this.depth > DEEPEST) return unknown('it is nested too deep');
    const value = this.prefixed();
    this.depth--;
    return value;
  }

  private prefixed(): Value | Unknown {
    const { reader } = this;
    const { token } = reader;
    if (token.kind === IDENTIFIER && token.id <= LAST_WORD) return this.word(token);
    if (token.kind !== PUNCTUATION) return this.postfix(this.primary());
    switch (token.id) {
      case P.plus:
      case P.minus:
      case P.tilde:
      case P.bang:
        reader.at++;
        return this.operators.sign(token.id, this.cast());
      case P.ampersand:
        reader.at++;
        return this.operators.addressOf(this.cast());
      case P.star:
        reader.at++;
        return this.operators.pointee(this.cast());
      default:
        return this.postfix(this.primary());
    }
  }

  private word(token: Token): Value | Unknown {
    const { reader } = this;
    switch (token.id) {
      case WORD.sizeof:
        reader.at++;
        return this.sizeOf();
      case WORD._Alignof:
      case WORD.alignof:
      case WORD.__alignof:
      case WORD.__alignof__:
        reader.at++;
        return this.alignOf(token.id === WORD._Alignof || token.id === WORD.alignof);
      case WORD.__builtin_offsetof:
        reader.at++;
        return this.postfix(this.offsetOf());
      case WORD.__extension__:
        reader.at++;
        return this.cast();
      default:
        return unknown(`\`${textOf(token)}\` is no part of a constant`);
    }
  }

  /** The type behind `sizeof`: of `(type)`, or of the expression that follows. */
  private operand(): CType | Unknown {
    const { reader } = this;
    if (reader.is(P.openParen) && this.startsType(reader.peek(1))) {
      reader.at++;
      const type = this.typeName();
      return reader.take(P.closeParen) ? type : unknown('a `)` is missing in it');
    }
    const lone =
      reader.is(P.openParen) &&
      reader.peek(1).kind === IDENTIFIER &&
      isPunct(reader.peek(2), P.closeParen);
    const name = lone ? textOf(reader.peek(1)) : '';
    const value = this.unary();
    if (value.kind !== 'unknown') return typeOfValue(value);
    return lone ? unknown(`\`${name}\` is declared nowhere in what was read`) : value;
  }

  private sizeOf(): Value | Unknown {
    const { reader } = this;
    const text =
      reader.token.kind === STRING || (reader.is(P.openParen) && reader.peek(1).kind === STRING);
    if (text) return this.sizeOfText();
    const type = this.operand();
    if (type.kind === 'unknown') return type;
    const size = this.engine.measure(type);
    return size.kind === 'unknown'
      ? size
      : this.operators.integer(this.sizeType, BigInt(size.sizeBytes));
  }

  private sizeOfText(): Value | Unknown {
    const value = this.unary();
    if (value.kind !== 'text')
      return unknown('it takes the size of a string in a way that was not understood');
    return this.operators.integer(this.sizeType, BigInt(value.text.length + 1));
  }

  private alignOf(member: boolean): Value | Unknown {
    const type = this.operand();
    if (type.kind === 'unknown') return type;
    const size = this.engine.measure(type);
    if (size.kind === 'unknown') return size;
    return this.operators.integer(
      this.sizeType,
      BigInt(member ? size.memberAlignBytes : size.alignBytes),
    );
  }

  /** `(type, member.member[index])`. */
  private offsetOf(): Value | Unknown {
    const { reader } = this;
    if (!reader.take(P.openParen)) return unknown('`offsetof` has no arguments');
    const type = this.typeName();
    if (type.kind === 'unknown') return type;
    if (!reader.take(P.comma)) return unknown('`offsetof` names no member');
    let place = this.operators.member({ kind: 'object', type, address: 0n }, textOf(reader.next()));
    place = this.postfix(place);
    if (!reader.take(P.closeParen)) return unknown('`offsetof` was not understood');
    if (place.kind === 'unknown') return place;
    return this.operators.integer(
      this.sizeType,
      place.kind === 'object' ? place.address : undefined,
    );
  }

  private postfix(start: Value | Unknown): Value | Unknown {
    const { reader } = this;
    let value = start;
    for (;;) {
      if (reader.take(P.dot))
        value =
          value.kind === 'unknown'
            ? (reader.next(), value)
            : this.operators.member(value, textOf(reader.next()));
      else if (reader.take(P.arrow)) {
        const object = this.operators.pointee(value);
        const name = reader.next();
        value = object.kind === 'unknown' ? object : this.operators.member(object, textOf(name));
      } else if (reader.is(P.openBracket)) value = this.element(value);
      else if (reader.is(P.openParen)) {
        reader.skipGroup();
        if (value.kind !== 'unknown') value = unknown('it calls a function');
      } else return value;
    }
  }

  private element(value: Value | Unknown): Value | Unknown {
    const { reader } = this;
    reader.at++;
    const index = this.comma();
    if (!reader.take(P.closeBracket)) return unknown('a `]` is missing in it');
    if (value.kind === 'unknown') return value;
    const pointer = this.operators.decay(value);
    if (pointer === undefined) return unknown('it indexes something that is no array');
    const step = this.operators.step(pointer.to);
    if (typeof step !== 'bigint') return step;
    const number = index.kind === 'integer' ? index.value : undefined;
    const address =
      pointer.address === undefined || number === undefined
        ? undefined
        : pointer.address + number * step;
    return { kind: 'object', type: pointer.to, address };
  }

  private primary(): Value | Unknown {
    const { reader } = this;
    const token = reader.next();
    switch (token.kind) {
      case NUMBER: {
        const literal = readNumber(textOf(token));
        if (literal === undefined) return unknown(`\`${textOf(token)}\` is no integer`);
        return this.operators.integer(literalBase(literal, this.engine.rules), literal.value);
      }
      case CHARACTER:
        return this.operators.integer(
          'int',
          characterValue(textOf(token), this.engine.rules.charUnsigned),
        );
      case STRING:
        return this.strings(token);
      case IDENTIFIER:
        return this.name(token);
      case END:
        return unknown('an operand is missing in it');
      default:
        return isPunct(token, P.openParen)
          ? this.parenthesis()
          : unknown(`\`${textOf(token)}\` in it was not understood`);
    }
  }

  private parenthesis(): Value | Unknown {
    const { reader } = this;
    if (reader.is(P.openBrace)) {
      reader.skipGroup();
      reader.take(P.closeParen);
      return unknown('it is a statement, not a constant');
    }
    const value = this.comma();
    return reader.take(P.closeParen) ? value : unknown('a `)` is missing in it');
  }

  private strings(first: Token): Value {
    let text = stringValue(textOf(first));
    while (this.reader.token.kind === STRING) text += stringValue(textOf(this.reader.next()));
    return { kind: 'text', text };
  }

  private name(token: Token): Value | Unknown {
    const name = textOf(token);
    const { reader, engine } = this;
    if (reader.is(P.openParen)) return this.builtIn(name);
    const constant = engine.enumeratorValue(name);
    if (constant !== undefined) return constant;
    const object = engine.scope.object(name);
    if (object !== undefined) return { kind: 'object', type: object.type, address: undefined };
    return unknown(`\`${name}\` is declared nowhere in what was read`);
  }

  private builtIn(name: string): Value | Unknown {
    const { reader } = this;
    if (name === 'offsetof') return this.offsetOf();
    if (name === '__builtin_constant_p') {
      reader.skipGroup();
      return this.operators.integer('int', 1n);
    }
    if (name !== '__builtin_choose_expr' && name !== '__builtin_expect') {
      reader.skipGroup();
      return unknown(`\`${name}(...)\` is no constant`);
    }
    reader.at++;
    const parts = [this.conditional()];
    while (reader.take(P.comma)) parts.push(this.conditional());
    reader.take(P.closeParen);
    const [first, second, third] = parts;
    if (first === undefined || first.kind === 'unknown' || name === '__builtin_expect') {
      return first ?? unknown(`\`${name}\` has no arguments`);
    }
    return (truthOf(first) === true ? second : third) ?? unknown(`\`${name}\` lacks arguments`);
  }

  private startsType(token: Token): boolean {
    if (token.kind !== IDENTIFIER) return false;
    if (token.id <= LAST_WORD) {
      const tag = token.id >= WORD.struct && token.id <= WORD.enum;
      const qualifier = token.id >= WORD.const && token.id <= WORD._Atomic;
      const typeOf = token.id >= WORD.typeof && token.id <= WORD.__typeof__;
      return tag || qualifier || typeOf || isTypeWord(token.id) || token.id === WORD.__attribute__;
    }
    const name = textOf(token);
    const { scope } = this.engine;
    if (scope.typedef(name) !== undefined) return true;
    if (scope.enumerator(name) !== undefined || scope.object(name) !== undefined) return false;
    return isAssumedName(name);
  }

  private typeName(): CType | Unknown {
    const { reader } = this;
    const specifiers = reader.grammar.specifiers(reader, 'type-name');
    if (specifiers?.type === undefined) return unknown(`\`${textOf(reader.token)}\` is no type`);
    const declarator = reader.grammar.declarator(reader, specifiers.type, 'type-name');
    return declarator?.type ?? unknown('a type in it was not understood');
  }
}
