/**
 * The literal beginnings of a regular expression: every text that it matches starts with one of them. Found by
 * reading the expression's source, so that a line can be sent to the few expressions that could match it.
 */
interface Head {
  readonly text: string;
  /** True when anything may follow, so that nothing can be appended. */
  readonly isOpen: boolean;
}

const mostHeads = 96;
const longestHead = 40;

/** In a head: a run of decimal digits; of hexadecimal ones; of at least four and of at least eight of them. */
export const digitRun = '\u0001';
export const hexRun = '\u0002';
export const hexRun4 = '\u0003';
export const hexRun8 = '\u0004';

const runChars: Readonly<Record<string, string>> = {
  [digitRun]: '0123456789',
  [hexRun]: '0123456789abcdefABCDEF',
  [hexRun4]: '0123456789abcdefABCDEF',
  [hexRun8]: '0123456789abcdefABCDEF',
};

interface Term {
  /** What the term can be, once; undefined when it cannot be listed. */
  readonly heads: readonly Head[] | undefined;
  readonly end: number;
}

const classChars: Readonly<Record<string, string>> = { d: '0123456789', s: ' \t' };

/** Characters of `[...]` when they are few; undefined for negated and large classes. */
function readClass(source: string, at: number): { chars: string | undefined; end: number } {
  let i = at + 1;
  const isNegated = source[i] === '^';
  if (isNegated) i++;
  let chars = '';
  for (; i < source.length && source[i] !== ']'; i++) {
    let char = source[i] ?? '';
    if (char === '\\') {
      i++;
      const escaped = source[i] ?? '';
      char = escaped in classChars ? '' : escaped;
      chars += classChars[escaped] ?? '';
      if (escaped === 'w') return { chars: undefined, end: source.indexOf(']', i) + 1 };
    }
    if (source[i + 1] === '-' && source[i + 2] !== ']' && char !== '') {
      const last = source.charCodeAt(i + 2);
      for (let code = char.charCodeAt(0); code <= last; code++) chars += String.fromCharCode(code);
      i += 2;
    } else chars += char;
  }
  return { chars: isNegated || chars.length > 22 ? undefined : chars, end: i + 1 };
}

const headsOfChars = (chars: string | undefined): readonly Head[] | undefined =>
  chars === undefined ? undefined : Array.from(chars, (text) => ({ text, isOpen: false }));

function readEscape(source: string, at: number): Term {
  const letter = source[at + 1] ?? '';
  if (letter === 'x') {
    const char = String.fromCharCode(Number.parseInt(source.slice(at + 2, at + 4), 16));
    return { heads: [{ text: char, isOpen: false }], end: at + 4 };
  }
  if (letter === 'u') {
    const char = String.fromCharCode(Number.parseInt(source.slice(at + 2, at + 6), 16));
    return { heads: [{ text: char, isOpen: false }], end: at + 6 };
  }
  if (letter === 't') return { heads: [{ text: '\t', isOpen: false }], end: at + 2 };
  if (letter === 'd' || letter === 's')
    return { heads: headsOfChars(classChars[letter]), end: at + 2 };
  if (/[SwDWbB]/.test(letter)) return { heads: undefined, end: at + 2 };
  return { heads: [{ text: letter, isOpen: false }], end: at + 2 };
}

function readTerm(source: string, at: number): Term {
  const char = source[at] ?? '';
  if (char === '(') {
    const inner = source.startsWith('(?:', at)
      ? at + 3
      : source.startsWith('(?<', at)
        ? source.indexOf('>', at) + 1
        : at + 1;
    const { heads, end } = readAlternatives(source, inner);
    return { heads, end: end + 1 };
  }
  if (char === '[') {
    const { chars, end } = readClass(source, at);
    return { heads: headsOfChars(chars), end };
  }
  if (char === '\\') return readEscape(source, at);
  if (char === '.') return { heads: undefined, end: at + 1 };
  if (char === '^' || char === '$') return { heads: [{ text: '', isOpen: false }], end: at + 1 };
  return { heads: [{ text: char, isOpen: false }], end: at + 1 };
}

interface Count {
  readonly least: number;
  readonly most: number;
  readonly end: number;
}

function readQuantifier(source: string, at: number): Count {
  const skipLazy = (end: number): number => (source[end] === '?' ? end + 1 : end);
  const char = source[at];
  if (char === '?') return { least: 0, most: 1, end: skipLazy(at + 1) };
  if (char === '*') return { least: 0, most: Infinity, end: skipLazy(at + 1) };
  if (char === '+') return { least: 1, most: Infinity, end: skipLazy(at + 1) };
  const match = char === '{' ? /^\{(\d+)(,?)(\d*)\}/.exec(source.slice(at, at + 12)) : null;
  if (match === null) return { least: 1, most: 1, end: at };
  const least = Number(match[1]);
  const most = match[2] === '' ? least : match[3] === '' ? Infinity : Number(match[3]);
  return { least, most, end: skipLazy(at + match[0].length) };
}

const openAll = (heads: readonly Head[]): readonly Head[] =>
  heads.map((head) => ({ text: head.text, isOpen: true }));

/** Whether what follows a run could be taken for a part of it. */
function runsOn(text: string, next: readonly Head[]): boolean {
  const chars = runChars[text.at(-1) ?? ''];
  if (chars === undefined) return false;
  return next.some(
    ({ text: tail }) =>
      tail !== '' && (runChars[tail[0] ?? ''] !== undefined || chars.includes(tail[0] ?? '')),
  );
}

/** The run that a repeated class of characters is; undefined for other terms. */
function runOf(term: Term, least: number): string | undefined {
  const chars = (term.heads ?? []).map((head) => head.text);
  if (chars.some((char) => char.length !== 1)) return undefined;
  const all = chars.join('');
  if (all === '0123456789') return digitRun;
  if (!/^0123456789(?:abcdef|ABCDEF|abcdefABCDEF)$/.test(all)) return undefined;
  return least >= 8 ? hexRun8 : least >= 4 ? hexRun4 : hexRun;
}

function append(heads: readonly Head[], next: readonly Head[] | undefined): readonly Head[] {
  if (next === undefined) return openAll(heads);
  const closed = heads.filter((head) => !head.isOpen);
  if (closed.length * next.length + heads.length - closed.length > mostHeads) return openAll(heads);
  return heads.flatMap((head) =>
    head.isOpen
      ? [head]
      : runsOn(head.text, next)
        ? [{ text: head.text, isOpen: true }]
        : next.map((tail) => ({
            text: (head.text + tail.text).slice(0, longestHead),
            isOpen: tail.isOpen || head.text.length + tail.text.length >= longestHead,
          })),
  );
}

function repeat(heads: readonly Head[], term: Term, count: Count): readonly Head[] {
  const run = count.most > 1 ? runOf(term, count.least) : undefined;
  if (run !== undefined) {
    const once: Head = { text: run, isOpen: false };
    return append(heads, count.least === 0 ? [once, { text: '', isOpen: false }] : [once]);
  }
  let result = heads;
  for (let i = 0; i < Math.min(count.least, longestHead); i++) result = append(result, term.heads);
  if (count.most === count.least) return result;
  if (count.most === 1)
    return append(
      result,
      term.heads === undefined ? undefined : [...term.heads, { text: '', isOpen: false }],
    );
  return openAll(result);
}

function readSequence(source: string, at: number): { heads: readonly Head[]; end: number } {
  let heads: readonly Head[] = [{ text: '', isOpen: false }];
  let i = at;
  while (i < source.length && source[i] !== '|' && source[i] !== ')') {
    const term = readTerm(source, i);
    const count = readQuantifier(source, term.end);
    heads = repeat(heads, term, count);
    i = count.end;
  }
  return { heads, end: i };
}

function readAlternatives(source: string, at: number): { heads: readonly Head[]; end: number } {
  const first = readSequence(source, at);
  let heads = first.heads;
  let end = first.end;
  while (source[end] === '|') {
    const next = readSequence(source, end + 1);
    heads = [...heads, ...next.heads];
    end = next.end;
  }
  return { heads, end };
}

/** The beginnings of an anchored expression. An empty text among them means: it can begin with anything. */
export function headsOf(source: string): readonly string[] {
  const { heads } = readAlternatives(source, 0);
  return [...new Set(heads.map((head) => head.text))];
}

/** The first term of an expression's source with its quantifier, and what follows it. */
export function splitFirstTerm(
  source: string,
): { readonly term: string; readonly rest: string } | undefined {
  const start = source.startsWith('^') ? 1 : 0;
  const end = readQuantifier(source, readTerm(source, start).end).end;
  if (end >= source.length || source[end] === '|') return undefined;
  return { term: source.slice(start, end), rest: source.slice(end) };
}

const shortest = (texts: readonly string[]): number =>
  texts.length === 0 ? 0 : Math.min(...texts.map((text) => text.length));

/** Alternatives of a group `(?:a|b)`; the source itself when it is no group. */
function alternativesOf(group: string): readonly string[] {
  const body = group.replace(/^\((?:\?:|\?<\w+>)?/, '').replace(/\)$/, '');
  const parts: string[] = [];
  for (let at = 0; at <= body.length;) {
    const { end } = readSequence(body, at);
    parts.push(body.slice(at, end));
    at = end + 1;
  }
  return parts;
}

/**
 * Texts of which any match must contain at least one: the longest run without operators, or one run of each
 * alternative of a group. Empty when none is sure.
 */
export function requiredLiterals(source: string): readonly string[] {
  let best: readonly string[] = [];
  let run = '';
  const offer = (texts: readonly string[]): void => {
    if (shortest(texts) > shortest(best)) best = texts;
  };
  for (let i = 0; i < source.length;) {
    if (source[i] === '|') return [];
    const term = readTerm(source, i);
    const count = readQuantifier(source, term.end);
    const only = term.heads?.length === 1 ? term.heads[0] : undefined;
    const isOnce = count.least >= 1;
    const isText = only !== undefined && !only.isOpen && !/[\u0001-\u0004]/.test(only.text);
    if (isText && count.least === 1 && count.most === 1) run += only.text;
    else {
      offer([run]);
      run = '';
      if (isOnce && source[i] === '(')
        offer(alternativesOf(source.slice(i, term.end)).flatMap(mostRequired));
    }
    i = count.end;
  }
  offer([run]);
  return best;
}

/** The literals of one alternative; a blank one when it has none, which spoils the whole. */
function mostRequired(alternative: string): readonly string[] {
  const literals = requiredLiterals(alternative);
  return literals.length === 0 ? [''] : literals;
}
