import type { NameTable } from './names.ts';
import type { Token, TokenSource } from './tokens.ts';
import {
  CHARACTER,
  FIRST_ON_LINE,
  IDENTIFIER,
  NUMBER,
  OTHER,
  PUNCTUATION,
  SPACE_BEFORE,
  STRING,
} from './tokens.ts';

const SPACE = 1;
const NEWLINE = 2;
const LETTER = 4;
const DIGIT = 8;

const BACKSLASH = 92;
const SLASH = 47;
const STAR = 42;
const QUOTE = 34;
const APOSTROPHE = 39;
const LF = 10;
const CR = 13;

const CLASS = new Uint8Array(128);
for (let code = 0; code <= 32; code++) CLASS[code] = SPACE;
CLASS[127] = SPACE;
CLASS[LF] = NEWLINE;
CLASS[CR] = NEWLINE;
for (let code = 48; code <= 57; code++) CLASS[code] = DIGIT;
for (let code = 65; code <= 90; code++) CLASS[code] = CLASS[code + 32] = LETTER;
CLASS[95] = LETTER;
CLASS[36] = LETTER; // GNU and MSVC allow $ in names

const TWO = new Set(
  ['->', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '##']
    .map(pair)
    .concat(['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='].map(pair)),
);
const SHIFT_LEFT_EQUALS = pair('<<') | (61 << 16);
const SHIFT_RIGHT_EQUALS = pair('>>') | (61 << 16);
const ELLIPSIS = pair('..') | (46 << 16);

function pair(text: string): number {
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8);
}

function classOf(code: number): number {
  // Beyond ASCII: letters (names in other scripts, text pasted into code) but for blanks and byte order marks.
  if (code < 128) return CLASS[code] ?? 0;
  return code === 0xa0 || code === 0xfeff || code === 0x2028 || code === 0x2029 ? SPACE : LETTER;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  /** Three numbers a comment: start, end, 1 for `//`. */
  readonly comments: readonly number[];
  /** Indices of the `#` tokens that begin a directive. */
  readonly hashes: readonly number[];
}

/** Splits a whole text, inactive code included, into tokens. Reads each character once; never fails. */
export function lex(source: TokenSource, names: NameTable): Lexed {
  return new Lexer(source, names).run();
}

class Lexer {
  private readonly text: string;
  private at = 0;
  private flags = FIRST_ON_LINE;
  private readonly tokens: Token[] = [];
  private readonly comments: number[] = [];
  private readonly hashes: number[] = [];
  private readonly source: TokenSource;
  private readonly names: NameTable;

  constructor(source: TokenSource, names: NameTable) {
    this.source = source;
    this.names = names;
    this.text = source.text;
  }

  run(): Lexed {
    const text = this.text;
    const length = text.length;
    while (this.at < length) {
      const code = text.charCodeAt(this.at);
      switch (code < 128 ? CLASS[code] : classOf(code)) {
        case SPACE:
          this.at++;
          this.flags |= SPACE_BEFORE;
          break;
        case NEWLINE:
          this.at++;
          this.flags = FIRST_ON_LINE;
          break;
        case LETTER:
          this.word();
          break;
        case DIGIT:
          this.number();
          break;
        default:
          this.other(code);
      }
    }
    return { tokens: this.tokens, comments: this.comments, hashes: this.hashes };
  }

  private push(kind: number, id: number, start: number, end: number): void {
    const flags = this.flags;
    this.tokens.push({ kind, id, start, end, source: this.source, flags, use: undefined });
    this.flags = 0;
    this.at = end;
  }

  /** After a backslash at `at`: the offset behind the line end, or -1. Blanks between are let pass, as gcc does. */
  private continuation(at: number): number {
    let i = at + 1;
    let code = this.text.charCodeAt(i);
    while (code === 32 || code === 9) code = this.text.charCodeAt(++i);
    if (code === LF) return i + 1;
    if (code === CR) return this.text.charCodeAt(i + 1) === LF ? i + 2 : i + 1;
    return -1;
  }

  private word(): void {
    const text = this.text;
    const start = this.at;
    let end = start;
    let hash = 0;
    let spliced = false;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (((code < 128 ? CLASS[code]! : classOf(code)) & (LETTER | DIGIT)) !== 0) {
        hash = (Math.imul(hash, 31) + code) | 0;
        end++;
      } else if (code === BACKSLASH && this.splices(end)) {
        spliced = true;
        end = this.continuation(end);
      } else break;
    }
    const next = text.charCodeAt(end);
    if ((next === QUOTE || next === APOSTROPHE) && isLiteralPrefix(text, start, end)) {
      this.literal(start, end, next);
      return;
    }
    const id = spliced
      ? this.names.idOf(text.slice(start, end).replace(/\\[ \t]*(\r\n|\n|\r)/g, ''))
      : this.names.idOfSlice(text, start, end, hash);
    this.push(IDENTIFIER, id, start, end);
  }

  /** Whether a backslash at `at` only breaks the line inside a word or number. */
  private splices(at: number): boolean {
    const behind = this.continuation(at);
    if (behind < 0 || behind >= this.text.length) return false;
    return (classOf(this.text.charCodeAt(behind)) & (LETTER | DIGIT)) !== 0;
  }

  private number(): void {
    const text = this.text;
    const start = this.at;
    let end = start + 1;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if ((classOf(code) & (LETTER | DIGIT)) !== 0 || code === 46) end++;
      else if ((code === 43 || code === 45) && isExponent(text.charCodeAt(end - 1), text, start))
        end++;
      else if (code === BACKSLASH && this.splices(end)) end = this.continuation(end);
      else break;
    }
    this.push(NUMBER, 0, start, end);
  }

  private other(code: number): void {
    const text = this.text;
    const next = text.charCodeAt(this.at + 1);
    if (code === SLASH && next === STAR) this.blockComment();
    else if (code === SLASH && next === SLASH) this.lineComment();
    else if (code === QUOTE || code === APOSTROPHE) this.literal(this.at, this.at, code);
    else if (code === BACKSLASH) {
      const behind = this.continuation(this.at);
      if (behind < 0) this.push(OTHER, 0, this.at, this.at + 1);
      else {
        this.at = behind;
        this.flags |= SPACE_BEFORE;
      }
    } else if (code === 46 && next >= 48 && next <= 57) this.number();
    else this.punctuation(code, next);
  }

  private punctuation(code: number, next: number): void {
    if (code === 35 && (this.flags & FIRST_ON_LINE) !== 0) this.hashes.push(this.tokens.length);
    const start = this.at;
    const third = this.text.charCodeAt(start + 2);
    const two = code | (next << 8);
    if (code === 46 && next === 46 && third === 46)
      this.push(PUNCTUATION, ELLIPSIS, start, start + 3);
    else if (third === 61 && two === (SHIFT_LEFT_EQUALS & 0xffff))
      this.push(PUNCTUATION, SHIFT_LEFT_EQUALS, start, start + 3);
    else if (third === 61 && two === (SHIFT_RIGHT_EQUALS & 0xffff))
      this.push(PUNCTUATION, SHIFT_RIGHT_EQUALS, start, start + 3);
    else if (next < 128 && TWO.has(two)) this.push(PUNCTUATION, two, start, start + 2);
    else if (code === 64 || code === 96) this.push(OTHER, 0, start, start + 1);
    else this.push(PUNCTUATION, code, start, start + 1);
  }

  private blockComment(): void {
    const start = this.at;
    const close = this.text.indexOf('*/', start + 2);
    this.at = close < 0 ? this.text.length : close + 2;
    this.comments.push(start, this.at, 0);
    this.flags |= SPACE_BEFORE;
  }

  private lineComment(): void {
    const text = this.text;
    const start = this.at;
    let end = start + 2;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code === LF || code === CR) break;
      const behind = code === BACKSLASH ? this.continuation(end) : -1;
      end = behind < 0 ? end + 1 : behind;
    }
    this.at = end;
    this.comments.push(start, end, 1);
    this.flags |= SPACE_BEFORE;
  }

  /** A string or character constant from `start` (with its prefix); an unclosed one ends with its line. */
  private literal(start: number, open: number, quote: number): void {
    const text = this.text;
    let end = open + 1;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code === LF || code === CR) break;
      end++;
      if (code === quote) break;
      if (code === BACKSLASH) {
        const behind = this.continuation(end - 1);
        end = behind < 0 ? Math.min(end + 1, text.length) : behind;
      }
    }
    this.push(quote === QUOTE ? STRING : CHARACTER, 0, start, end);
  }
}

function isExponent(code: number, text: string, start: number): boolean {
  const hexadecimal = (text.charCodeAt(start + 1) | 32) === 120;
  const letter = code | 32;
  return hexadecimal ? letter === 112 : letter === 101 || letter === 112;
}

function isLiteralPrefix(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start);
  if (end - start === 1) return first === 76 || first === 85 || first === 117;
  return end - start === 2 && first === 117 && text.charCodeAt(start + 1) === 56;
}
