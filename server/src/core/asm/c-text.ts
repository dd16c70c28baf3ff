import type { Span } from '#core/text';
import { blankComments } from './comments.ts';

/** One function body of a C or C++ file. */
export interface CFunction {
  readonly name: string;
  /** From the opening brace to the closing one. */
  readonly body: Span;
  /** From the first character of the head, so that attributes can be looked at. */
  readonly headStart: number;
}

/** C text with comments blank, and a twin whose strings are blank too, for counting braces. */
export class CText {
  readonly code: string;
  readonly bare: string;
  private functionList: readonly CFunction[] | undefined;
  private defineMap: ReadonlyMap<string, string> | undefined;

  constructor(text: string) {
    this.code = blankComments(text, 'c');
    this.bare = blankStrings(this.code);
  }

  /** Function bodies, in order; found once, on first use. */
  get functions(): readonly CFunction[] {
    this.functionList ??= findFunctions(this.bare);
    return this.functionList;
  }

  /** Object-like macros by name; the first definition of each. */
  get defines(): ReadonlyMap<string, string> {
    this.defineMap ??= findDefines(this.code);
    return this.defineMap;
  }

  functionAt(offset: number): CFunction | undefined {
    return this.functions.find((each) => each.body.start <= offset && offset < each.body.end);
  }
}

function blankStrings(code: string): string {
  return code.replaceAll(/"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)+'/g, (match) =>
    match.length < 2
      ? match
      : `${match.charAt(0)}${' '.repeat(match.length - 2)}${match.charAt(match.length - 1)}`,
  );
}

/** Offset just past the bracket that closes the one at `open`; the end of the text when none does. */
export function closingBracket(bare: string, open: number): number {
  const opener = bare.charAt(open);
  const closer = opener === '(' ? ')' : opener === '[' ? ']' : '}';
  let depth = 0;
  for (let i = open; i < bare.length; i++) {
    const character = bare.charAt(i);
    if (character === opener) depth++;
    else if (character === closer && --depth === 0) return i + 1;
  }
  return bare.length;
}

const notFunctions = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'sizeof',
  'return',
  'asm',
  '__asm__',
  '__attribute__',
  'defined',
  'do',
  'else',
]);

function findFunctions(bare: string): CFunction[] {
  const functions: CFunction[] = [];
  for (let at = bare.indexOf('{'); at >= 0; at = bare.indexOf('{', at)) {
    const head = functionHead(bare, at);
    if (!head) {
      at++;
      continue;
    }
    const end = closingBracket(bare, at);
    functions.push({ name: head.name, headStart: head.start, body: { start: at, end } });
    at = end;
  }
  return functions;
}

/** The name before the parameter list that precedes a brace: `name(...)`, with attributes or `const` between. */
function functionHead(
  bare: string,
  brace: number,
): { readonly name: string; readonly start: number } | undefined {
  const from = Math.max(0, brace - 2000);
  const before = bare.slice(from, brace);
  let end = before.length;
  for (let round = 0; round < 6; round++) {
    const trimmed = before.slice(0, end).trimEnd();
    const word = /(?:\b(?:const|noexcept|override|final|volatile)|\b[A-Z_][A-Z0-9_]*)$/.exec(
      trimmed,
    );
    if (trimmed.endsWith(')')) {
      const open = openingParenthesis(trimmed);
      const name = /([A-Za-z_~][\w:~]*)\s*$/.exec(
        trimmed.slice(Math.max(0, open - 120), open),
      )?.[1];
      if (name === undefined || notFunctions.has(name.replace(/^.*::/, ''))) {
        if (name === '__attribute__') {
          end = trimmed.lastIndexOf('__attribute__', open);
          continue;
        }
        return undefined;
      }
      const start =
        Math.max(
          trimmed.lastIndexOf(';', open),
          trimmed.lastIndexOf('}', open),
          trimmed.lastIndexOf('#', open),
        ) + 1;
      return { name: name.replace(/^.*::/, ''), start: from + start };
    }
    if (!word) return undefined;
    end = word.index;
  }
  return undefined;
}

function openingParenthesis(text: string): number {
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text.charAt(i) === ')') depth++;
    else if (text.charAt(i) === '(' && --depth === 0) return i;
  }
  return 0;
}

function findDefines(code: string): Map<string, string> {
  const defines = new Map<string, string>();
  for (const match of code.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+([^\n]+)$/gm)) {
    const name = match[1] ?? '';
    if (!defines.has(name)) defines.set(name, (match[2] ?? '').trim());
  }
  return defines;
}
