import type { Macro } from './macros.ts';
import { readMacro } from './macros.ts';
import type { Token, TokenSource } from './tokens.ts';
import {
  FIRST_ON_LINE,
  IDENTIFIER,
  isPunct,
  OTHER,
  P,
  PUNCTUATION,
  STRING,
  textOf,
} from './tokens.ts';

export type DirectiveWord =
  | 'define'
  | 'undef'
  | 'include'
  | 'include_next'
  | 'import'
  | 'if'
  | 'ifdef'
  | 'ifndef'
  | 'elif'
  | 'elifdef'
  | 'elifndef'
  | 'else'
  | 'endif'
  | 'pragma'
  | 'error'
  | 'warning'
  | 'line'
  | 'other';

/** One `#` line of a file, read once for all ABIs. */
export interface Directive {
  readonly word: DirectiveWord;
  /** Index of the `#` token. */
  readonly hash: number;
  /** First token after the word. */
  readonly from: number;
  /** One past the last token of the line. */
  readonly to: number;
  /** Offset of the `#` and of the end of its last token. */
  readonly start: number;
  readonly end: number;
  readonly macro: Macro | undefined;
  /** Conditionals: index of the next `#elif`, `#else` or `#endif` of the same `#if`; the count of directives if none. */
  next: number;
}

const WORDS = new Set<string>([
  'define',
  'undef',
  'include',
  'include_next',
  'import',
  'if',
  'ifdef',
  'ifndef',
  'elif',
  'elifdef',
  'elifndef',
  'else',
  'endif',
  'pragma',
  'error',
  'warning',
  'line',
]);

export function opens(word: DirectiveWord): boolean {
  return word === 'if' || word === 'ifdef' || word === 'ifndef';
}

export function continues(word: DirectiveWord): boolean {
  return word === 'elif' || word === 'elifdef' || word === 'elifndef' || word === 'else';
}

/** Reads the directives of a lexed file and links each conditional to its next branch. */
export function readDirectives(tokens: readonly Token[], hashes: readonly number[]): Directive[] {
  const directives: Directive[] = [];
  for (const hash of hashes) {
    const directive = readDirective(tokens, hash);
    if (directive !== undefined) directives.push(directive);
  }
  link(directives);
  return directives;
}

function readDirective(tokens: readonly Token[], hash: number): Directive | undefined {
  const hashToken = tokens[hash];
  if (hashToken === undefined) return undefined;
  let to = hash + 1;
  while (to < tokens.length && ((tokens[to]?.flags ?? 0) & FIRST_ON_LINE) === 0) to++;
  const wordToken = hash + 1 < to ? tokens[hash + 1] : undefined;
  const text = wordToken?.kind === IDENTIFIER ? textOf(wordToken) : 'other';
  const word = WORDS.has(text) ? (text as DirectiveWord) : 'other';
  const end = tokens[to - 1]?.end ?? hashToken.end;
  const place = { start: hashToken.start, end, origin: 'text' } as const;
  return {
    word,
    hash,
    from: Math.min(hash + 2, to),
    to,
    start: hashToken.start,
    end,
    macro: word === 'define' ? readMacro(tokens, hash + 2, to, place) : undefined,
    next: -1,
  };
}

function link(directives: readonly Directive[]): void {
  const open: Directive[] = [];
  for (const [index, directive] of directives.entries()) {
    if (opens(directive.word)) open.push(directive);
    else if (continues(directive.word) || directive.word === 'endif') {
      const previous = open.pop();
      if (previous !== undefined) previous.next = index;
      if (directive.word !== 'endif' && previous !== undefined) open.push(directive);
    }
  }
  for (const directive of open) directive.next = directives.length;
}

/** Id of the macro that guards the whole file (`#ifndef X` ... `#endif` and nothing outside), or 0. */
export function guardOf(tokens: readonly Token[], directives: readonly Directive[]): number {
  const first = directives[0];
  if (first === undefined || first.hash !== 0) return 0;
  const close = directives[first.next];
  if (close?.word !== 'endif' || close.to !== tokens.length) return 0;
  const name = tokens[first.from];
  if (first.word === 'ifndef') return name?.kind === IDENTIFIER ? name.id : 0;
  return first.word === 'if' ? guardOfIf(tokens, first) : 0;
}

/** `#if !defined(X)` and `#if !defined X`. */
function guardOfIf(tokens: readonly Token[], directive: Directive): number {
  const [bang, word, open, name] = tokens.slice(directive.from, directive.to);
  const count = directive.to - directive.from;
  if (!isPunct(bang, P.bang) || word === undefined || textOf(word) !== 'defined') return 0;
  if (count === 3 && open?.kind === IDENTIFIER) return open.id;
  return count === 5 && isPunct(open, P.openParen) && name?.kind === IDENTIFIER ? name.id : 0;
}

export interface IncludeName {
  readonly name: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

/** What stands after `#include` when it is written out; undefined when a macro must be expanded first. */
export function includeName(
  source: TokenSource,
  first: Token | undefined,
): IncludeName | undefined {
  if (first === undefined) return undefined;
  if (first.kind === STRING && first.source === source) {
    const name = source.text.slice(first.start + 1, Math.max(first.start + 1, first.end - 1));
    return { name, quoted: true, start: first.start + 1, end: first.end - 1 };
  }
  if (first.kind !== PUNCTUATION && first.kind !== OTHER) return undefined;
  if (first.source.text.charCodeAt(first.start) !== 60) return undefined;
  // `<a//b.h>` would lex as a comment: the raw line decides.
  const match = /^<([^>\n\r]*)>/.exec(source.text.slice(first.start, first.start + 512));
  if (match?.[1] === undefined) return undefined;
  const start = first.start + 1;
  return { name: match[1], quoted: false, start, end: start + match[1].length };
}

/** The directive whose line holds an offset. */
export function directiveAt(
  directives: readonly Directive[],
  offset: number,
): Directive | undefined {
  let low = 0;
  let high = directives.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((directives[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const directive = directives[low];
  return directive !== undefined && directive.start <= offset && offset < directive.end
    ? directive
    : undefined;
}
