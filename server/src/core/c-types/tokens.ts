import type { Location } from './model.ts';
import type { Macro } from './macros.ts';

export const END = 0;
export const IDENTIFIER = 1;
export const NUMBER = 2;
export const STRING = 3;
export const CHARACTER = 4;
export const PUNCTUATION = 5;
/** Not C at all: a stray byte. */
export const OTHER = 6;
/** Made by `#pragma pack`: `id` is the new limit in bytes, 0 for none. */
export const PACK = 7;

export const FIRST_ON_LINE = 1;
export const SPACE_BEFORE = 2;
/** A macro's own name met while it was being expanded: never expanded again (C11 6.10.3.4). */
export const PAINTED = 4;

/** What a token's offsets count in: a file, or the few characters that `##` or `#` made. */
export interface TokenSource {
  readonly path: string;
  readonly text: string;
}

/** The outermost macro use that a token came out of. */
export interface UseSite {
  readonly macro: Macro;
  readonly source: TokenSource;
  readonly start: number;
  readonly nameEnd: number;
  /** After the closing parenthesis of the arguments. */
  end: number;
}

/**
 * One preprocessing token. Those of a file are made once and shared by all that read it; a macro's expansion makes
 * copies that keep the place of their spelling (`source`, `start`, `end`) and know their `use`.
 */
export interface Token {
  readonly kind: number;
  /** Identifiers: id in the name table. Punctuation: its characters, 8 bits each, first lowest. PACK: bytes. */
  readonly id: number;
  readonly start: number;
  readonly end: number;
  readonly source: TokenSource;
  readonly flags: number;
  readonly use: UseSite | undefined;
}

/** The id of a punctuation token, e.g. `punct('->')`. */
export function punct(text: string): number {
  let id = 0;
  for (let i = text.length - 1; i >= 0; i--) id = (id << 8) | text.charCodeAt(i);
  return id;
}

const SPELLINGS = {
  openBrace: '{',
  closeBrace: '}',
  openParen: '(',
  closeParen: ')',
  openBracket: '[',
  closeBracket: ']',
  semicolon: ';',
  comma: ',',
  colon: ':',
  question: '?',
  equals: '=',
  star: '*',
  caret: '^',
  hash: '#',
  paste: '##',
  dot: '.',
  arrow: '->',
  ellipsis: '...',
  plus: '+',
  minus: '-',
  slash: '/',
  percent: '%',
  ampersand: '&',
  pipe: '|',
  tilde: '~',
  bang: '!',
  less: '<',
  greater: '>',
  shiftLeft: '<<',
  shiftRight: '>>',
  lessEqual: '<=',
  greaterEqual: '>=',
  equal: '==',
  notEqual: '!=',
  and: '&&',
  or: '||',
} as const;

/** Ids of the punctuators that the grammar asks for. */
export const P: Readonly<Record<keyof typeof SPELLINGS, number>> = Object.fromEntries(
  Object.entries(SPELLINGS).map(([name, spelling]) => [name, punct(spelling)]),
) as Record<keyof typeof SPELLINGS, number>;

export function textOf(token: Token): string {
  const text = token.source.text.slice(token.start, token.end);
  return text.includes('\\\n') || text.includes('\\\r') ? text.replace(/\\\r?\n|\\\r/g, '') : text;
}

export function isPunct(token: Token | undefined, id: number): boolean {
  return token !== undefined && token.kind === PUNCTUATION && token.id === id;
}

/** Where a reader sees the token: in the file, or at the use of the macro that made it. */
export function locationOf(token: Token): Location {
  return token.use === undefined
    ? { file: token.source.path, span: { start: token.start, end: token.end } }
    : { file: token.use.source.path, span: { start: token.use.start, end: token.use.end } };
}

/** From the first token to the last; when they are in different files, the first alone. */
export function locationBetween(first: Token, last: Token): Location {
  const from = locationOf(first);
  const to = locationOf(last);
  if (from.file !== to.file || to.span.end < from.span.start) return from;
  return { file: from.file, span: { start: from.span.start, end: to.span.end } };
}

/** The place of a name: of a macro's use only the macro's name. */
export function nameLocationOf(token: Token): Location {
  return token.use === undefined
    ? locationOf(token)
    : { file: token.use.source.path, span: { start: token.use.start, end: token.use.nameEnd } };
}
