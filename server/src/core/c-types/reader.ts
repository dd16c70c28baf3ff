import type {
  CType,
  Declaration,
  Expression,
  Parameter,
  Problem,
  ProblemId,
  TypeAttributes,
} from './model.ts';
import { NameTable } from './names.ts';
import type { Token } from './tokens.ts';
import { END, IDENTIFIER, locationBetween, locationOf, P, PACK, PUNCTUATION } from './tokens.ts';

/** An expression is kept as its tokens: what it is worth depends on the ABI and on declarations yet to come. */
export interface TokenExpression extends Expression {
  readonly tokens: readonly Token[];
}

/** Attributes while they are being gathered. */
export interface AttributeList {
  packed: boolean;
  aligned: readonly (Expression | 'largest')[];
  vectorBytes: Expression | undefined;
  mode: string | undefined;
  unclear: string | undefined;
}

const NOT_ALIGNED: readonly (Expression | 'largest')[] = [];

export function noAttributes(): AttributeList {
  return {
    packed: false,
    aligned: NOT_ALIGNED,
    vectorBytes: undefined,
    mode: undefined,
    unclear: undefined,
  };
}

const NONE: TypeAttributes = { packed: false, aligned: [] };

export function freeze(list: AttributeList): TypeAttributes {
  const { packed, aligned, vectorBytes, mode, unclear } = list;
  if (!packed && aligned.length === 0 && vectorBytes === undefined && mode === undefined) {
    return unclear === undefined ? NONE : { packed, aligned, unclear };
  }
  return {
    packed,
    aligned,
    ...(vectorBytes === undefined ? {} : { vectorBytes }),
    ...(mode === undefined ? {} : { mode }),
    ...(unclear === undefined ? {} : { unclear }),
  };
}

export function merge(into: AttributeList, from: AttributeList): void {
  into.packed ||= from.packed;
  if (from.aligned.length > 0) into.aligned = [...into.aligned, ...from.aligned];
  into.vectorBytes ??= from.vectorBytes;
  into.mode ??= from.mode;
  into.unclear ??= from.unclear;
}

/** Where a declaration stands decides how an unknown name in it is read. */
export type Place = 'file' | 'member' | 'parameter' | 'type-name';

export interface Specifiers {
  /** Undefined when none was found. */
  readonly type: CType | undefined;
  readonly typedef: boolean;
  readonly attributes: AttributeList;
  readonly first: Token;
}

export interface Declarator {
  readonly name: Token | undefined;
  readonly type: CType;
  readonly attributes: AttributeList;
}

/** The parts of the grammar that call each other across files. */
export interface Grammar {
  specifiers(reader: Reader, place: Place): Specifiers | undefined;
  declarator(reader: Reader, base: CType, place: Place): Declarator | undefined;
  aggregate(reader: Reader): CType | undefined;
  parameters(reader: Reader): readonly Parameter[];
}

/** How deep structures, parentheses and declarators may be nested. */
export const DEEPEST_NESTING = 120;

const NOWHERE = { path: '', text: '', names: new NameTable() };

/** A position in the expanded tokens of one file. */
export class Reader {
  at = 0;
  depth = 0;
  packBytes = 0;
  readonly declarations: Declaration[] = [];
  readonly problems: Problem[] = [];
  readonly tokens: readonly Token[];
  readonly grammar: Grammar;
  private readonly end: Token;

  constructor(tokens: readonly Token[], grammar: Grammar) {
    this.tokens = tokens;
    this.grammar = grammar;
    const last = tokens[tokens.length - 1];
    const source = last?.source ?? NOWHERE;
    const offset = last?.end ?? 0;
    const common = { id: 0, start: offset, end: offset, source, flags: 0 };
    this.end = { kind: END, use: last?.use, ...common };
  }

  /** The next token. `#pragma pack` marks are carried out on the way. */
  get token(): Token {
    return this.peek(0);
  }

  peek(ahead: number): Token {
    let token = this.tokens[this.at];
    while (token !== undefined && token.kind === PACK) {
      this.packBytes = token.id;
      token = this.tokens[++this.at];
    }
    if (ahead === 0) return token ?? this.end;
    let index = this.at;
    for (let left = ahead; left > 0; left--) {
      do index++;
      while (this.tokens[index]?.kind === PACK);
    }
    return this.tokens[index] ?? this.end;
  }

  atEnd(): boolean {
    return this.token.kind === END;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== END) this.at++;
    return token;
  }

  is(id: number): boolean {
    const { token } = this;
    return token.kind === PUNCTUATION && token.id === id;
  }

  isWord(id: number): boolean {
    const { token } = this;
    return token.kind === IDENTIFIER && token.id === id;
  }

  take(id: number): boolean {
    if (!this.is(id)) return false;
    this.at++;
    return true;
  }

  /** The token before the next one. */
  get previous(): Token {
    let index = this.at - 1;
    while (this.tokens[index]?.kind === PACK) index--;
    return this.tokens[index] ?? this.token;
  }

  problem(id: ProblemId, message: string, token: Token): void {
    this.problems.push({ id, severity: 'error', message, at: locationOf(token) });
  }

  /** At an opening bracket: to behind its partner. False when there is none; then everything is skipped. */
  skipGroup(): boolean {
    let depth = 0;
    while (!this.atEnd()) {
      const token = this.next();
      if (token.kind !== PUNCTUATION) continue;
      if (opening(token.id)) depth++;
      else if (closing(token.id) && --depth <= 0) return true;
    }
    return false;
  }

  /** Everything up to one of the given punctuators outside brackets; a closing bracket stops too. */
  expressionUntil(...stops: readonly number[]): TokenExpression {
    const start = this.token;
    const tokens: Token[] = [];
    let depth = 0;
    while (!this.atEnd()) {
      const { token } = this;
      if (token.kind === PUNCTUATION) {
        if (depth === 0 && (stops.includes(token.id) || closing(token.id))) break;
        if (opening(token.id)) depth++;
        else if (closing(token.id)) depth--;
      }
      tokens.push(token);
      this.at++;
    }
    return expressionOf(tokens, start);
  }

  /** To behind the `;` that ends the current declaration, or to before the `}` that ends what it is in. */
  recover(): void {
    while (!this.atEnd()) {
      if (this.take(P.semicolon)) return;
      if (this.is(P.closeBrace)) return;
      const braces = this.is(P.openBrace);
      if (opening(this.token.kind === PUNCTUATION ? this.token.id : 0)) {
        this.skipGroup();
        // A body ends a declaration unless declarators follow.
        if (braces && this.token.kind !== PUNCTUATION) return;
      } else this.at++;
    }
  }
}

export function expressionOf(tokens: readonly Token[], start: Token): TokenExpression {
  const last = tokens[tokens.length - 1] ?? start;
  return { kind: 'expression', at: locationBetween(tokens[0] ?? start, last), tokens };
}

export function opening(id: number): boolean {
  return id === P.openParen || id === P.openBrace || id === P.openBracket;
}

export function closing(id: number): boolean {
  return id === P.closeParen || id === P.closeBrace || id === P.closeBracket;
}
