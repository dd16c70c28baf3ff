import type { Location } from './model.ts';
import type { Macro } from './macros.ts';
import type { NameTable } from './names.ts';

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
  /** The spellings behind the ids of its identifiers. */
  readonly names: NameTable;
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

/** Ids of the punctuators that the grammar asks for: their characters, 8 bits each, first lowest. */
export const P = {
  openBrace: 0x7b,
  closeBrace: 0x7d,
  openParen: 0x28,
  closeParen: 0x29,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  semicolon: 0x3b,
  comma: 0x2c,
  colon: 0x3a,
  question: 0x3f,
  equals: 0x3d,
  star: 0x2a,
  caret: 0x5e,
  hash: 0x23,
  paste: 0x2323,
  dot: 0x2e,
  arrow: 0x3e2d,
  ellipsis: 0x2e2e2e,
  plus: 0x2b,
  minus: 0x2d,
  slash: 0x2f,
  percent: 0x25,
  ampersand: 0x26,
  pipe: 0x7c,
  tilde: 0x7e,
  bang: 0x21,
  less: 0x3c,
  greater: 0x3e,
  shiftLeft: 0x3c3c,
  shiftRight: 0x3e3e,
  lessEqual: 0x3d3c,
  greaterEqual: 0x3d3e,
  equal: 0x3d3d,
  notEqual: 0x3d21,
  and: 0x2626,
  or: 0x7c7c,
} as const;

/** The token as written, but for a line break inside it. */
export function textOf(token: Token): string {
  if (token.kind === IDENTIFIER) return token.source.names.text(token.id);
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
  if (first.use === undefined && last.use === undefined && first.source === last.source) {
    const span = { start: first.start, end: Math.max(first.end, last.end) };
    return { file: first.source.path, span };
  }
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
