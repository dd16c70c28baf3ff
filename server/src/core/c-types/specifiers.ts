import { isAssumedName } from './assumed-types.ts';
import { noteAnnotation, readAttribute } from './attributes.ts';
import type { BaseName, CType } from './model.ts';
import { LAST_WORD, WORD } from './names.ts';
import type { Place, Reader, Specifiers } from './reader.ts';
import { expressionOf, noAttributes } from './reader.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, locationOf, P, PUNCTUATION, textOf } from './tokens.ts';

/** The words of a base type met so far. */
interface BaseWords {
  base:
    'void' | 'char' | 'int' | 'float' | 'double' | '_Bool' | '__int128' | '_Float128' | undefined;
  short: boolean;
  longs: number;
  sign: 'signed' | 'unsigned' | undefined;
  complex: boolean;
  any: boolean;
}

type Step = 'next' | 'stop' | 'fail';

/** Reads declaration specifiers; undefined when what stands next declares nothing that we know. */
export function readSpecifiers(reader: Reader, place: Place): Specifiers | undefined {
  return new SpecifierReader(reader, place).read();
}

class SpecifierReader {
  private readonly words: BaseWords = {
    base: undefined,
    short: false,
    longs: 0,
    sign: undefined,
    complex: false,
    any: false,
  };
  private type: CType | undefined;
  private typedef = false;
  private readonly qualifiers: string[] = [];
  private readonly attributes = noAttributes();
  private readonly reader: Reader;
  private readonly place: Place;

  constructor(reader: Reader, place: Place) {
    this.reader = reader;
    this.place = place;
  }

  read(): Specifiers | undefined {
    const { reader } = this;
    const first = reader.token;
    for (;;) {
      const step = this.step(reader.token);
      if (step === 'fail') return undefined;
      if (step === 'stop') break;
    }
    const type = this.type ?? (this.words.any ? baseOf(this.words) : undefined);
    const { typedef, attributes } = this;
    return { type: qualify(type, this.qualifiers), typedef, attributes, first };
  }

  private get hasType(): boolean {
    return this.type !== undefined || this.words.any;
  }

  private step(token: Token): Step {
    const { reader } = this;
    if (token.kind !== IDENTIFIER) return readAttribute(reader, this.attributes) ? 'next' : 'stop';
    if (token.id > LAST_WORD) return this.name(token);
    switch (token.id) {
      case WORD.typedef:
        this.typedef = true;
        return this.skip();
      case WORD.extern:
      case WORD.static:
      case WORD.auto:
      case WORD.register:
      case WORD.inline:
      case WORD.__inline:
      case WORD.__inline__:
      case WORD._Noreturn:
      case WORD._Thread_local:
      case WORD.__thread:
        return this.skip();
      case WORD.const:
      case WORD.__const:
      case WORD.__const__:
        return this.qualifier('const');
      case WORD.volatile:
      case WORD.__volatile:
      case WORD.__volatile__:
        return this.qualifier('volatile');
      case WORD.restrict:
      case WORD.__restrict:
      case WORD.__restrict__:
        return this.skip();
      case WORD._Atomic:
        return this.atomic();
      case WORD.struct:
      case WORD.union:
      case WORD.enum:
        if (this.hasType && !this.dropAnnotation()) return 'stop';
        this.type = reader.grammar.aggregate(reader);
        return this.type === undefined ? 'fail' : 'next';
      case WORD.typeof:
      case WORD.__typeof:
      case WORD.__typeof__:
        return this.typeOf(token);
      default:
        return this.word(token);
    }
  }

  private skip(): Step {
    this.reader.at++;
    return 'next';
  }

  private qualifier(word: string): Step {
    if (!this.qualifiers.includes(word)) this.qualifiers.push(word);
    return this.skip();
  }

  private atomic(): Step {
    const { reader } = this;
    reader.at++;
    if (!reader.take(P.openParen)) return 'next';
    const specifiers = reader.grammar.specifiers(reader, 'type-name');
    const declarator =
      specifiers?.type && reader.grammar.declarator(reader, specifiers.type, 'type-name');
    if (!declarator || !reader.take(P.closeParen)) return 'fail';
    this.type = declarator.type;
    return 'next';
  }

  private typeOf(token: Token): Step {
    const { reader } = this;
    reader.at++;
    if (!reader.is(P.openParen)) return 'fail';
    reader.at++;
    const expression = reader.expressionUntil();
    if (!reader.take(P.closeParen)) return 'fail';
    this.type = {
      kind: 'typeof',
      expression: expressionOf(expression.tokens, token),
      qualifiers: [],
    };
    return 'next';
  }

  /** A name taken for a type turns out to have been an unknown macro: a real type follows. */
  private dropAnnotation(): boolean {
    if (this.words.any || this.type?.kind !== 'named') return false;
    this.type = undefined;
    return true;
  }

  private word(token: Token): Step {
    const { words } = this;
    if (!isTypeWord(token.id)) {
      return readAttribute(this.reader, this.attributes) ? 'next' : 'stop';
    }
    if (this.type !== undefined && !this.dropAnnotation()) return 'stop';
    addWord(words, token.id);
    words.any = true;
    return this.skip();
  }

  private name(token: Token): Step {
    const { reader } = this;
    const next = reader.peek(1);
    if (this.hasType) {
      if (!this.isAnnotation(token, next)) return 'stop';
      const plain = this.type?.kind === 'named' && !textOf(token).startsWith('_');
      if (plain && isPunct(next, P.star) && this.dropAnnotation()) return this.named(token);
      noteAnnotation(token, this.attributes);
      return this.skip();
    }
    if (next.kind === IDENTIFIER && this.precedesType(token, next)) {
      noteAnnotation(token, this.attributes);
      return this.skip();
    }
    if (isPunct(next, P.openParen)) return this.beforeParenthesis(token);
    return this.named(token);
  }

  private named(token: Token): Step {
    this.type = { kind: 'named', name: textOf(token), at: locationOf(token), qualifiers: [] };
    return this.skip();
  }

  /** After a type: `struct a __rcu *p` and `u64 __user x` have a macro in front of the declarator. */
  private isAnnotation(token: Token, next: Token): boolean {
    if (isPunct(next, P.star)) return true;
    if (next.kind !== IDENTIFIER || next.id <= LAST_WORD) return false;
    const [name, behind] = [textOf(token), textOf(next)];
    if (CAPITALS.test(behind) && !CAPITALS.test(name)) return false;
    return name.startsWith('_') || !behind.startsWith('_');
  }

  /** Whether a first name is only a macro in front of the type (`IN UINT32 x`, `XEN_API struct a f()`). */
  private precedesType(token: Token, next: Token): boolean {
    if (isTypeWord(next.id) || isTag(next.id)) return true;
    if (next.id <= LAST_WORD) return false;
    const third = this.reader.peek(2);
    if (isPunct(third, P.star)) return !isAssumedName(textOf(token));
    if (third.kind !== IDENTIFIER || third.id <= LAST_WORD) return false;
    if (isAssumedName(textOf(token))) return false;
    if (isAssumedName(textOf(next))) return true;
    return !textOf(next).startsWith('_') && !textOf(third).startsWith('_');
  }

  /** `handler_t (*f)(int)` is a type; `DEFINE_SOMETHING(a, b)` is a macro that nobody defined. */
  private beforeParenthesis(token: Token): Step {
    const inside = this.reader.peek(2);
    const pointer = inside.kind === PUNCTUATION && (inside.id === P.star || inside.id === P.caret);
    const type = this.typedef || this.place === 'parameter' || this.place === 'type-name';
    return pointer || type ? this.named(token) : 'stop';
  }
}

const CAPITALS = /^[A-Z_0-9]+$/;

function isTag(id: number): boolean {
  return id === WORD.struct || id === WORD.union || id === WORD.enum;
}

export function isTypeWord(id: number): boolean {
  return id >= WORD.void && id <= WORD.__int64;
}

function addWord(words: BaseWords, id: number): void {
  switch (id) {
    case WORD.void:
      words.base = 'void';
      break;
    case WORD.char:
      words.base = 'char';
      break;
    case WORD.short:
      words.short = true;
      break;
    case WORD.long:
      words.longs++;
      break;
    case WORD.__int64:
      words.longs = 2;
      break;
    case WORD.float:
    case WORD._Float32:
      words.base = 'float';
      break;
    case WORD.double:
    case WORD._Float64:
    case WORD._Float32x:
      words.base = 'double';
      break;
    case WORD._Float64x:
      words.base = 'double';
      words.longs = 1;
      break;
    case WORD.signed:
    case WORD.__signed:
    case WORD.__signed__:
      words.sign = 'signed';
      break;
    case WORD.unsigned:
      words.sign = 'unsigned';
      break;
    case WORD._Bool:
      words.base = '_Bool';
      break;
    case WORD._Complex:
    case WORD.__complex__:
      words.complex = true;
      break;
    case WORD.__int128:
      words.base = '__int128';
      break;
    case WORD._Float128:
    case WORD.__float128:
      words.base = '_Float128';
      break;
    default:
      words.base ??= 'int';
  }
}

function baseOf(words: BaseWords): CType {
  return { kind: 'base', base: baseName(words), qualifiers: [] };
}

function baseName(words: BaseWords): BaseName {
  const { base, sign, longs } = words;
  const unsigned = sign === 'unsigned';
  switch (base) {
    case 'void':
    case '_Bool':
    case '_Float128':
      return base;
    case 'char':
      return sign === undefined ? 'char' : `${sign} char`;
    case 'float':
      return words.complex ? 'complex float' : 'float';
    case 'double':
      if (words.complex) return longs > 0 ? 'complex long double' : 'complex double';
      return longs > 0 ? 'long double' : 'double';
    case '__int128':
      return unsigned ? '__int128 unsigned' : '__int128';
    default:
      // `_Complex` alone is a GNU short form.
      if (words.complex && sign === undefined && longs === 0) return 'complex double';
      if (words.short) return unsigned ? 'short unsigned int' : 'short int';
      if (longs > 1) return unsigned ? 'long long unsigned int' : 'long long int';
      if (longs === 1) return unsigned ? 'long unsigned int' : 'long int';
      return unsigned ? 'unsigned int' : 'int';
  }
}

/** Adds qualifiers to a type that was read without. */
export function qualify(type: CType | undefined, qualifiers: readonly string[]): CType | undefined {
  if (type === undefined || qualifiers.length === 0 || !('qualifiers' in type)) return type;
  return { ...type, qualifiers: [...type.qualifiers, ...qualifiers] };
}
