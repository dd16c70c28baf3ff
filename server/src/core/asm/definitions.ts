import type { Span } from '#core/text';
import { blankComments } from './comments.ts';
import { DefinitionConditions } from './definition-conditions.ts';
import { evaluate } from './expressions.ts';
import type { Dialect, LinearValue } from './model.ts';
import { linesOf, type SourceLine } from './statements.ts';

/** A `#define` or `%define`: parameters are undefined for an object-like one. */
export interface TextMacro {
  readonly name: string;
  readonly parameters: readonly string[] | undefined;
  readonly body: string;
  readonly span: Span;
  readonly file: string | undefined;
  /** Text of the conditions around the definition, so that two arms can be told apart. */
  readonly conditions: readonly string[];
}

/** A `.macro` or `%macro` with its lines. */
export interface LineMacro {
  readonly name: string;
  readonly parameters: readonly MacroParameter[];
  readonly lines: readonly SourceLine[];
  readonly span: Span;
  readonly file: string | undefined;
  readonly conditions: readonly string[];
}

export interface MacroParameter {
  readonly name: string;
  readonly byDefault: string;
  readonly takesRest: boolean;
}

/** Everything named that a file and its includes define. */
export interface Definitions {
  readonly text: Map<string, TextMacro[]>;
  readonly lines: Map<string, LineMacro[]>;
  /** `.set`, `equ`, `name = value`. */
  readonly values: Map<string, string>;
  /** Names defined by the file itself, outside of any condition. */
  readonly ownNames: Set<string>;
  /** Symbols declared global. */
  readonly globals: Set<string>;
}

/** Finds an included file by the name in the directive; undefined when it is not there or must not be read. */
export type IncludeResolver = (
  name: string,
  fromFile: string | undefined,
) => { readonly path: string; readonly text: string } | undefined;

const INCLUDE_DEPTH = 12;
const INCLUDE_FILES = 400;
const BODY_LINES = 4000;

export function emptyDefinitions(): Definitions {
  return {
    text: new Map(),
    lines: new Map(),
    values: new Map(),
    ownNames: new Set(),
    globals: new Set(),
  };
}

/** Reads definitions out of `code` (comments blank) and of the files it includes. */
export class DefinitionCollector {
  readonly found: Definitions = emptyDefinitions();
  private readonly include: IncludeResolver;
  private readonly isAssembly: boolean;
  private readonly seen = new Set<string>();

  constructor(include: IncludeResolver, isAssembly = false) {
    this.include = include;
    this.isAssembly = isAssembly;
  }

  collect(lines: readonly SourceLine[], file: string | undefined, depth = 0): void {
    const arms = new DefinitionConditions(this.isAssembly);
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i];
      if (!line) continue;
      const first = line.text.charCodeAt(0);
      if (first === 35 || first === 37) {
        if (arms.read(lines, i) || arms.isDead) continue;
        const conditions = arms.texts;
        const end = this.readNasmMacro(lines, i, file, conditions);
        if (end > i) i = end;
        else this.readDirective(line, file, depth, conditions);
      } else if (arms.isDead) continue;
      else if (first === 46 || first === 105)
        i = this.readDot(lines, i, { file, depth, conditions: arms.texts });
      else this.readAssignment(line.text);
    }
  }

  private readDirective(
    line: SourceLine,
    file: string | undefined,
    depth: number,
    conditions: readonly string[],
  ): void {
    const define =
      /^[#%]\s*i?(?:define|xdefine|assign)\s+([A-Za-z_.$?][\w.$?]*)(\(([^)]*)\))?\s*(.*)$/s.exec(
        line.text,
      );
    if (define) {
      const name = define[1] ?? '';
      const parameters =
        define[2] === undefined
          ? undefined
          : (define[3] ?? '').split(',').map((part) => part.trim());
      this.addText({
        name,
        parameters,
        body: define[4] ?? '',
        span: line.span,
        file,
        conditions: [...conditions],
      });
      if (depth === 0 && conditions.length === 0) this.found.ownNames.add(name);
      return;
    }
    const include = /^[#%]\s*include\s*["<']([^">']+)[">']/.exec(line.text);
    if (include) this.follow(include[1] ?? '', file, depth);
  }

  private addText(macro: TextMacro): void {
    const others = this.found.text.get(macro.name);
    if (!others) this.found.text.set(macro.name, [macro]);
    else if (others.length < 8 && !others.some((other) => other.body === macro.body))
      others.push(macro);
  }

  private follow(name: string, file: string | undefined, depth: number): void {
    if (depth >= INCLUDE_DEPTH || this.seen.size >= INCLUDE_FILES) return;
    const target = this.include(name, file);
    if (!target || this.seen.has(target.path)) return;
    this.seen.add(target.path);
    const dialect: Dialect = /\.(asm|inc|nasm)$/i.test(target.path) ? 'nasm' : 'att';
    this.collect(headerLines(target, dialect), target.path, depth + 1);
  }

  private readNasmMacro(
    lines: readonly SourceLine[],
    at: number,
    file: string | undefined,
    conditions: readonly string[],
  ): number {
    const line = lines[at];
    const match = line && /^%\s*i?macro\s+([\w.$?]+)\s*(\d+)?/i.exec(line.text);
    if (!line || !match) return at;
    const end = findEnd(lines, at, /^%\s*i?macro\b/i, /^%\s*endmacro\b/i);
    const parameters = Array.from({ length: Math.min(16, Number(match[2] ?? 0)) }, (_, number) => ({
      name: String(number + 1),
      byDefault: '',
      takesRest: false,
    }));
    this.addLines({
      name: match[1] ?? '',
      parameters,
      lines: lines.slice(at + 1, end),
      span: line.span,
      file,
      conditions: [...conditions],
    });
    return end;
  }

  private readDot(
    lines: readonly SourceLine[],
    at: number,
    context: { file: string | undefined; depth: number; conditions: readonly string[] },
  ): number {
    const line = lines[at];
    if (!line) return at;
    const macro = /^\.macro\s+([\w.$]+)\s*,?\s*(.*)$/i.exec(line.text);
    if (macro) {
      const end = findEnd(lines, at, /^\.macro\b/i, /^\.endm(acro)?\b/i);
      this.addLines({
        name: macro[1] ?? '',
        parameters: macroParameters(macro[2] ?? ''),
        lines: lines.slice(at + 1, end),
        span: line.span,
        file: context.file,
        conditions: [...context.conditions],
      });
      return end;
    }
    const include = /^\.?include\s+"([^"]+)"/.exec(line.text);
    if (include) this.follow(include[1] ?? '', context.file, context.depth);
    const set = /^\.(?:set|equ|equiv)\s+([\w.$]+)\s*,\s*(.+)$/i.exec(line.text);
    if (set) this.found.values.set(set[1] ?? '', set[2] ?? '');
    const global = /^\.(?:globl|global)\s+(.*)$/i.exec(line.text);
    for (const name of global?.[1]?.split(/[;,]/) ?? []) this.found.globals.add(name.trim());
    return at;
  }

  private addLines(macro: LineMacro): void {
    const others = this.found.lines.get(macro.name);
    if (others) others.push(macro);
    else this.found.lines.set(macro.name, [macro]);
  }

  private readAssignment(text: string): void {
    const equal = /^([\w.$]+)\s*(?:=|equ\b)\s*([^=].*)$/i.exec(text);
    if (equal) this.found.values.set(equal[1] ?? '', equal[2] ?? '');
    const global = /^(?:global|GLOBAL)\s+([\w.$@?, \t]+)$/.exec(text);
    for (const name of global?.[1]?.split(',') ?? []) this.found.globals.add(name.trim());
  }
}

const MOST_HEADERS = 512;
const headers = new Map<string, { readonly text: string; readonly lines: SourceLine[] }>();

/** Headers are the same from one key to the next and from one file to the next: their lines are kept. */
function headerLines(
  header: { readonly path: string; readonly text: string },
  dialect: Dialect,
): SourceLine[] {
  const known = headers.get(header.path);
  if (known?.text === header.text) return known.lines;
  const lines = linesOf(blankComments(header.text, dialect));
  if (headers.size >= MOST_HEADERS) headers.clear();
  headers.set(header.path, { text: header.text, lines });
  return lines;
}

function findEnd(lines: readonly SourceLine[], at: number, open: RegExp, close: RegExp): number {
  let depth = 0;
  const last = Math.min(lines.length, at + BODY_LINES);
  for (let i = at; i < last; i++) {
    const text = lines[i]?.text ?? '';
    if (open.test(text)) depth++;
    else if (close.test(text) && --depth === 0) return i;
  }
  return last;
}

function macroParameters(text: string): MacroParameter[] {
  const parameters: MacroParameter[] = [];
  const pattern = /([A-Za-z_$][\w$]*)\s*(?::\s*(req|vararg))?\s*(?:=\s*("[^"]*"|[^\s,]*))?/g;
  for (const match of text.matchAll(pattern)) {
    parameters.push({
      name: match[1] ?? '',
      byDefault: (match[3] ?? '').replaceAll('"', ''),
      takesRest: match[2] === 'vararg',
    });
  }
  return parameters;
}

/** The value of an expression as these definitions have it; names with several meanings stay symbolic. */
export function valueIn(definitions: Definitions, expression: string): LinearValue {
  const lookup = (name: string): string | undefined => {
    const value = definitions.values.get(name);
    if (value !== undefined) return value;
    const macros = definitions.text.get(name);
    const only = macros?.length === 1 ? macros[0] : undefined;
    return only && only.parameters === undefined && only.body !== '' ? only.body : undefined;
  };
  return (
    evaluate(expression, lookup) ?? {
      constant: 0n,
      symbols: expression.replaceAll(/\s+/g, ' ').trim(),
    }
  );
}
