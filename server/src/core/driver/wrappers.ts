/** A macro of the file that stands for one call, or for one access that the compiler may not repeat. */
export interface Wrapper {
  /** Empty for an access. */
  readonly callee: string;
  /** Each argument: the number of a parameter, or text in which `$0`, `$1` stand for parameters. */
  readonly args: readonly (number | string)[];
}

const definition =
  /^[ \t]*#[ \t]*define[ \t]+(\w+)\(([\w\s,]*)\)[ \t]*((?:[^\n]*\\\r?\n)*[^\n]*)/gm;

/** The macros of a file that only pass on: `#define NEXT(be) RING_GET_REQUEST(&(be)->ring, (be)->cons)`. */
export function wrappersIn(text: string): ReadonlyMap<string, Wrapper> {
  const wrappers = new Map<string, Wrapper>();
  for (const [, name = '', list = '', body = ''] of text.matchAll(definition)) {
    if (name.startsWith('RING_')) continue;
    const parameters = list.split(',').map((each) => each.trim());
    const wrapper = readBody(stripped(body), parameters);
    if (wrapper && wrapper.callee !== name) wrappers.set(name, wrapper);
  }
  return wrappers;
}

/** The body without line ends, comments, casts, outer parentheses and `do { } while (0)`. */
function stripped(body: string): string {
  let text = body
    .replace(/\\\r?\n/g, ' ')
    .replace(/\/\*[^]*?\*\/|\/\/.*$/g, ' ')
    .trim();
  for (let round = 0; round < 6; round++) {
    const before = text;
    text = (/^do\s*\{([^{}]*)\}\s*while\s*\(\s*0\s*\)$/.exec(text)?.[1] ?? text).trim();
    text = text.replace(/;$/, '').trim();
    if (text.startsWith('(') && closingOf(text, 0) === text.length - 1)
      text = text.slice(1, -1).trim();
    const cast = /^\((?:(?:const|struct|volatile)\s+)*\w+\s*\*+\s*\)\s*(?=[\w(])/.exec(text);
    if (cast) text = text.slice(cast[0].length);
    if (text === before) break;
  }
  return text;
}

function readBody(body: string, parameters: readonly string[]): Wrapper | undefined {
  const access = /^\*\s*\(\s*(?:const\s+)?volatile\b.*\*\s*\)\s*&?\s*\(?\s*(\w+)\s*\)?$/s.exec(
    body,
  );
  const place = access ? parameters.indexOf(access[1] ?? '') : -1;
  if (place >= 0) return { callee: '', args: [place] };
  const call = /^(\w+)\s*\(/.exec(body);
  if (!call || closingOf(body, call[0].length - 1) !== body.length - 1) return undefined;
  if (/^(?:if|while|for|switch|return|sizeof)$/.test(call[1] ?? '')) return undefined;
  const inside = body.slice(call[0].length, -1);
  return {
    callee: call[1] ?? '',
    args: splitArguments(inside).map((arg) => {
      const plain = parameters.indexOf(arg.replace(/^\(\s*(\w+)\s*\)$/, '$1'));
      return plain >= 0 ? plain : withPlaces(arg, parameters);
    }),
  };
}

const withPlaces = (text: string, parameters: readonly string[]): string =>
  text.replace(/\(\s*(\w+)\s*\)|\b\w+\b/g, (word, inner: string | undefined) => {
    const at = parameters.indexOf(inner ?? word);
    return at < 0 ? word : `$${at}`;
  });

/** Offset of the parenthesis that closes the one at `open`; -1 when none does. */
function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

/** Arguments split at the commas outside any parenthesis. */
function splitArguments(text: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const character = text[i];
    if (character === '(' || character === '[') depth++;
    else if (character === ')' || character === ']') depth--;
    else if (depth === 0 && (character === ',' || i === text.length)) {
      args.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return args.length === 1 && args[0] === '' ? [] : args;
}
