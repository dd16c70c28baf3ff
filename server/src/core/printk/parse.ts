import { alwaysEndsLine, levelOfCall, levelOfMacro } from './calls.ts';
import { ANY, textOfMacro, unescape } from './format-text.ts';
import type { PrintkFormat, PrintkLevel } from './model.ts';

const call = /\b([A-Za-z_]\w{2,40})[ \t]{0,4}\(/g;
const longestCall = 4000;

interface Token {
  readonly kind: 'text' | 'name' | 'sign';
  readonly text: string;
}

/** The token at or behind `at`, without blanks and comments; undefined at the end. */
function tokenAt(
  source: string,
  at: number,
): { readonly token: Token; readonly end: number } | undefined {
  let i = at;
  for (;;) {
    while (/[\s\\]/.test(source[i] ?? '')) i++;
    if (source.startsWith('/*', i)) {
      const end = source.indexOf('*/', i + 2);
      i = end < 0 ? source.length : end + 2;
    } else if (source.startsWith('//', i)) {
      const end = source.indexOf('\n', i);
      i = end < 0 ? source.length : end;
    } else break;
  }
  const char = source[i];
  if (char === undefined) return undefined;
  if (char === '"' || char === "'") {
    let end = i + 1;
    while (end < source.length && source[end] !== char) end += source[end] === '\\' ? 2 : 1;
    const body = source.slice(i + 1, end);
    return { token: { kind: char === '"' ? 'text' : 'sign', text: body }, end: end + 1 };
  }
  const word = /^[A-Za-z_]\w*/.exec(source.slice(i, i + 80))?.[0];
  if (word !== undefined) return { token: { kind: 'name', text: word }, end: i + word.length };
  return { token: { kind: 'sign', text: char }, end: i + 1 };
}

interface FormatArgument {
  readonly texts: readonly string[];
  readonly level: PrintkLevel | undefined;
}

/** Gathers one argument's string pieces; alternatives of `? :` stay apart. */
class ArgumentReader {
  readonly texts: string[] = [];
  level: PrintkLevel | undefined;
  private current: string | undefined;
  /** What a macro in front of the string stands for, such as `PREFIX`. */
  private lead = '';
  private hasCall = false;

  take(token: Token): void {
    if (token.kind === 'text') this.current = (this.current ?? this.lead) + unescape(token.text);
    else if (token.kind === 'name') this.takeName(token.text);
    else if (token.text === '?' || token.text === ':') this.flush();
    else this.hasCall = true;
  }

  flush(): void {
    if (this.current !== undefined) this.texts.push(this.current);
    this.current = undefined;
    this.lead = '';
  }

  get isFormat(): boolean {
    return this.texts.length > 0 && !this.hasCall;
  }

  private takeName(name: string): void {
    const level = levelOfMacro(name);
    if (level !== undefined) {
      this.level ??= level;
      return;
    }
    if (/^(?:XENLOG|KERN)_/.test(name)) return;
    if (this.current === undefined) this.lead = ANY;
    else this.current += textOfMacro(name, /%[-+ #0-9.*lhzjt]{0,8}$/.test(this.current));
  }
}

/** The first argument of a call that is a string, from behind its bracket. */
function readFormat(source: string, from: number): FormatArgument | undefined {
  let depth = 0;
  let level: PrintkLevel | undefined;
  let reader = new ArgumentReader();
  for (let at = from; at < from + longestCall;) {
    const next = tokenAt(source, at);
    if (next === undefined) return undefined;
    const { token, end } = next;
    at = end;
    const isEnd =
      depth === 0 && token.kind === 'sign' && (token.text === ',' || token.text === ')');
    if (token.kind === 'sign' && token.text === ';' && depth === 0) return undefined;
    if (!isEnd) {
      if (token.kind === 'sign' && /[([{]/.test(token.text)) depth++;
      if (token.kind === 'sign' && /[)\]}]/.test(token.text)) depth--;
      reader.take(token);
      continue;
    }
    reader.flush();
    level ??= reader.level;
    if (reader.isFormat) return { texts: reader.texts, level };
    if (token.text === ')') return undefined;
    reader = new ArgumentReader();
  }
  return undefined;
}

/** Text with comments blanked, so that nothing in them looks like a call; lengths and lines stay. */
function withoutComments(source: string): string {
  return source.replace(
    /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|\/\*[^]*?\*\/|\/\/[^\n]*/g,
    (part) => (part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part),
  );
}

interface FunctionStart {
  readonly name: string;
  readonly offset: number;
}

const longestHead = 1200;

/** The name of the function whose body opens at `open`: the word in front of the first bracket of its head. */
function nameBefore(source: string, open: number): string | undefined {
  const text = source.slice(Math.max(0, open - longestHead), open);
  const directive = text.lastIndexOf('\n#');
  const start = Math.max(
    text.lastIndexOf(';'),
    text.lastIndexOf('\n}'),
    directive < 0 ? 0 : text.indexOf('\n', directive + 1),
  );
  return /([A-Za-z_]\w{0,120})[ \t]{0,4}\(/.exec(text.slice(start + 1))?.[1];
}

/** Functions whose body opens in the first column, as Xen and Linux write them. */
function functionsIn(source: string): readonly FunctionStart[] {
  const functions: FunctionStart[] = [];
  for (let open = source.indexOf('\n{'); open >= 0; open = source.indexOf('\n{', open + 2)) {
    const name = nameBefore(source, open);
    if (name !== undefined) functions.push({ name, offset: open });
  }
  return functions;
}

/** The prefix that `#define pr_fmt(fmt) "xen:" ... fmt` puts in front of a file's `pr_*` messages. */
function prefixOf(source: string, macro: 'pr_fmt' | 'dev_fmt'): string {
  const define = new RegExp(`^#[ \\t]*define[ \\t]+${macro}\\((\\w+)\\)([^\\n]{0,200})`, 'm').exec(
    source,
  );
  if (define === null) return '';
  let prefix = '';
  for (let at = 0; ;) {
    const next = tokenAt(define[2] ?? '', at);
    if (next === undefined || next.token.text === define[1]) return prefix;
    at = next.end;
    if (next.token.kind === 'text') prefix += unescape(next.token.text);
    else if (next.token.kind === 'name') prefix += textOfMacro(next.token.text, false);
  }
}

/** Splits a format into the lines it prints. */
function linesOf(format: string): readonly { readonly text: string; readonly endsLine: boolean }[] {
  const lines = format.split('\n');
  return lines
    .map((text, index) => ({ text, endsLine: index < lines.length - 1 }))
    .filter(({ text }) => text.trim() !== '');
}

/**
 * Every message that a C file prints through the printk family of Xen and Linux and the log macros of Xen's
 * libraries. One format per printed line.
 */
export function printkFormatsOf(text: string, path: string): readonly PrintkFormat[] {
  const source = withoutComments(text);
  const functions = functionsIn(source);
  const prefixes = { pr: prefixOf(source, 'pr_fmt'), dev: prefixOf(source, 'dev_fmt') };
  const formats: PrintkFormat[] = [];
  let line = 1;
  let counted = 0;
  let around = -1;
  for (const match of source.matchAll(call)) {
    const name = match[1] ?? '';
    const callLevel = levelOfCall(name);
    if (callLevel === undefined) continue;
    const argument = readFormat(source, match.index + match[0].length);
    if (argument === undefined) continue;
    for (; counted < match.index; counted++) if (source.charCodeAt(counted) === 10) line++;
    while ((functions[around + 1]?.offset ?? Infinity) <= match.index) around++;
    const functionName = functions[around]?.name;
    const prefix = name.startsWith('pr_')
      ? prefixes.pr
      : name.startsWith('dev_')
        ? prefixes.dev
        : '';
    for (const each of argument.texts)
      for (const { text: format, endsLine } of linesOf(prefix + each))
        formats.push({
          path,
          line,
          ...(functionName === undefined ? {} : { functionName }),
          call: name,
          level: argument.level ?? callLevel,
          format,
          endsLine: endsLine || alwaysEndsLine(name),
        });
  }
  return formats;
}
