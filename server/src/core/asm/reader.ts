import type { Span } from '#core/text';
import { readAlternative, readUnlikely } from './alternatives.ts';
import { blankComments } from './comments.ts';
import { Conditionals } from './conditionals.ts';
import { ByteRun } from './data-bytes.ts';
import {
  DefinitionCollector,
  type Definitions,
  type IncludeResolver,
  type LineMacro,
  type TextMacro,
} from './definitions.ts';
import { sourceKindOf } from './detect.ts';
import { argumentsAt, expandLines, expandText, substitute } from './expansion.ts';
import { parseInstruction } from './instructions.ts';
import { handleLoop } from './loops.ts';
import type { Dialect, Instruction, Operation } from './model.ts';
import { splitOutside } from './operands.ts';
import { handleSection } from './sections.ts';
import { isCodeSection, OperationSink } from './sink.ts';
import { linesOf, type SourceLine, statementsOf } from './statements.ts';

/** One text to read; `include` gives the files that its `#include` lines name, as far as they may be read. */
export interface AssemblySource {
  readonly text: string;
  readonly path?: string;
  readonly dialect: Dialect;
  readonly include: IncludeResolver;
  /** Definitions from elsewhere (a workspace index, the C file around an asm block). */
  readonly outer?: (collector: DefinitionCollector) => void;
}

/** What a label is by the way it is written: `ENTRY(x)` begins a function, `LABEL(x)` may only be a mark. */
type LabelRole = 'plain' | 'entry' | 'function' | 'inner';

const DEPTH_LIMIT = 24;
const STATEMENT_BUDGET = 100_000;

/** What one reading yields; `unresolved` holds the names of macros used but not known. */
export interface Reading {
  readonly operations: readonly Operation[];
  readonly definitions: Definitions;
  readonly unresolved: ReadonlySet<string>;
}

/** Walks the lines of one source and emits operations in the order the assembler would. */
export class AssemblyReader {
  readonly sink: OperationSink = new OperationSink();
  readonly unresolved: Set<string> = new Set<string>();
  readonly definitions: Definitions;
  private readonly source: AssemblySource;
  private readonly conditionals: Conditionals;
  private readonly bytes: ByteRun;
  dialect: Dialect;
  private depth = 0;
  private budget = STATEMENT_BUDGET;
  private lastGlobalLabel = '';

  constructor(source: AssemblySource) {
    this.source = source;
    this.dialect = source.dialect;
    const collector = new DefinitionCollector(
      source.include,
      source.outer === undefined && sourceKindOf(source.path ?? '') === 'assembly',
    );
    source.outer?.(collector);
    this.definitions = collector.found;
    this.conditionals = new Conditionals(this.sink, this.definitions);
    this.bytes = new ByteRun(this.sink);
    this.readAll(collector);
  }

  private readAll(collector: DefinitionCollector): void {
    const lines = linesOf(blankComments(this.source.text, this.dialect));
    collector.collect(lines, undefined);
    this.readLines(lines);
    const end = { start: this.source.text.length, end: this.source.text.length };
    this.bytes.flush();
    this.conditionals.closeTo(0, end);
  }

  result(): Reading {
    return {
      operations: this.sink.finish(),
      definitions: this.definitions,
      unresolved: this.unresolved,
    };
  }

  readLines(lines: readonly SourceLine[]): void {
    for (let i = 0; i < lines.length && !this.sink.isFull; i++) {
      const line = lines[i];
      if (!line || this.budget-- <= 0) return;
      if (this.readDirectiveLine(line)) continue;
      if (this.conditionals.isSkipping) continue;
      i = this.readCodeLine(lines, i, line);
    }
  }

  /** Preprocessor lines; `.if` and its like are statements and come through `readStatement`. */
  private readDirectiveLine(line: SourceLine): boolean {
    const first = line.text.charCodeAt(0);
    if (first !== 35 && first !== 37) return false;
    const match = /^[#%]\s*(\w+)\s*(.*)$/s.exec(line.text);
    if (!match) return first === 35;
    const word = (match[1] ?? '').toLowerCase();
    if (
      first === 37 &&
      !/^(if|el|endif|i?define|i?macro|endmacro|include|rep|endrep|assign|undef|xdefine|push|pop|line|use|error|warning|pragma|rotate|exitrep|strlen|substr|unmacro|arg|local|stacksize|endrep)/.test(
        word,
      )
    ) {
      return false;
    }
    if (first === 35 && word === 'define') return true;
    if (/^(if|el|end)/.test(word)) this.bytes.flush();
    if (word === 'rep' && first === 37) return false;
    this.conditionals.handle(word, match[2] ?? '', line.span);
    return !/^i?macro$/.test(word);
  }

  private readCodeLine(lines: readonly SourceLine[], at: number, line: SourceLine): number {
    const skip = definitionEnd(lines, at);
    if (skip > at) return skip;
    const loop = handleLoop(
      lines,
      at,
      (body) => this.nested(() => this.readLines(body)),
      this.definitions,
    );
    if (loop > at) return loop;
    for (const statement of statementsOf(line, this.dialect === 'nasm' ? '\u0000' : ';')) {
      this.readStatement(statement);
    }
    return at;
  }

  nested(run: () => void): void {
    if (this.depth >= DEPTH_LIMIT) return;
    this.depth++;
    run();
    this.depth--;
  }

  readStatement(statement: SourceLine, original: string = statement.text): void {
    if (this.budget-- <= 0) return;
    let text = statement.text;
    const conditional = /^\.(if\w*|else\w*|endif|endc)\b\s*(.*)$/is.exec(text);
    if (conditional) {
      this.bytes.flush();
      this.conditionals.handle(
        (conditional[1] ?? '').toLowerCase(),
        expandText(conditional[2] ?? '', this.definitions),
        statement.span,
      );
      return;
    }
    if (this.conditionals.isSkipping) return;
    text = this.readLabels(text, statement.span);
    if (text === '' || this.readAssignment(text)) return;
    if (text.startsWith('.') && this.readDirective(text, statement.span)) return;
    if (this.readNasmDirective(text, statement.span)) return;
    this.readOperation(text, statement, original);
  }

  private readLabels(text: string, span: Span): string {
    for (;;) {
      const match = /^(?:"([^"]+)"|([A-Za-z_.$@?·][\w.$@?·]*|\d+))\s*:(?![:=])\s*/.exec(text);
      if (!match || /^[c-gs]s$/i.test(match[2] ?? '')) return text;
      this.addLabel(match[1] ?? match[2] ?? '', span);
      text = text.slice(match[0].length);
    }
  }

  addLabel(written: string, span: Span, role: LabelRole = 'plain'): void {
    this.bytes.flush();
    const isNumeric = /^\d+$/.test(written);
    let name = written;
    if (this.dialect === 'nasm') {
      if (name.startsWith('.')) name = this.lastGlobalLabel + name;
      else if (!name.startsWith('..@')) this.lastGlobalLabel = name;
    }
    const isGlobal = role === 'function' || role === 'entry' || this.definitions.globals.has(name);
    this.sink.add(
      {
        kind: 'label',
        name,
        isNumeric,
        entry: isGlobal && !isNumeric,
        inner: role === 'inner',
        startsFunction: role === 'function',
      },
      span,
    );
  }

  /** A NASM jump to `.local` means the local label of the last global one. */
  private qualify(instruction: Instruction | undefined): Instruction | undefined {
    const target = instruction?.operands[0];
    if (
      !instruction ||
      this.dialect !== 'nasm' ||
      target?.kind !== 'name' ||
      !target.text.startsWith('.')
    ) {
      return instruction;
    }
    return {
      ...instruction,
      operands: [{ kind: 'name', text: this.lastGlobalLabel + target.text }],
    };
  }

  private readAssignment(text: string): boolean {
    const match = /^([A-Za-z_.$][\w.$]*)\s*(?:=|\bequ\b)\s*([^=].*)$/i.exec(text);
    if (!match) return false;
    this.definitions.values.set(match[1] ?? '', match[2] ?? '');
    return true;
  }

  private readDirective(text: string, span: Span): boolean {
    const match = /^\.([A-Za-z_]\w*)\s*(.*)$/s.exec(text);
    if (!match) return false;
    const [, word = '', rest = ''] = match;
    const lower = word.toLowerCase();
    if (lower === 'byte') {
      if (isCodeSection(this.sink.sectionName))
        this.bytes.add(expandText(rest, this.definitions), span);
      return true;
    }
    if (lower === 'intel_syntax') this.dialect = 'intel';
    else if (lower === 'att_syntax') this.dialect = 'att';
    else if (lower === 'set' || lower === 'equ') {
      const [name = '', value = ''] = splitOutside(rest, ',');
      this.definitions.values.set(name.trim(), value.trim());
    } else if (handleSection(this.sink, lower, rest)) this.bytes.flush();
    else if (this.definitions.lines.has(`.${word}`)) return false;
    return true;
  }

  private readNasmDirective(text: string, span: Span): boolean {
    if (this.dialect !== 'nasm') return false;
    const bytes = /^d[b]\s+(.*)$/i.exec(text);
    if (bytes) {
      if (isCodeSection(this.sink.sectionName)) this.bytes.add(bytes[1] ?? '', span);
      return true;
    }
    const match =
      /^\[?\s*(section|segment|bits|use64|global|extern|default|align|alignb|org|cpu|struc|endstruc|istruc|iend|at|res[bwdq]|d[wdqt]|times|common|static|required|absolute)\b\s*(.*?)\]?$/i.exec(
        text,
      );
    if (!match) return false;
    const word = (match[1] ?? '').toLowerCase();
    if (word === 'section' || word === 'segment') {
      this.bytes.flush();
      this.sink.enterSection((match[2] ?? '').split(/\s/)[0] ?? 'text');
    }
    return true;
  }

  private readOperation(text: string, statement: SourceLine, original: string): void {
    const name = /^[A-Za-z_.$@?][\w.$@?]*/.exec(text)?.[0] ?? '';
    const rest = text.slice(name.length);
    if (
      readAlternative(this, name, rest, statement) ||
      readUnlikely(this, name, rest, statement.span)
    ) {
      return;
    }
    // By its name such a macro (instrumentation, mostly) leaves all registers as they were: it saves and restores them
    // around a call, which a model in which every call may write to memory would not believe.
    if (/_NOCLOBBER$/i.test(name)) return;
    const lineMacros =
      this.definitions.lines.get(name) ?? this.definitions.lines.get(name.toLowerCase());
    if (lineMacros) {
      this.useAnyOf(lineMacros, statement.span, (macro) =>
        this.expandLineMacro(macro, rest, statement),
      );
      return;
    }
    if (this.readEntry(name, rest, statement.span)) return;
    const textMacros = this.definitions.text.get(name);
    if (textMacros && this.depth < DEPTH_LIMIT) {
      const usable = textMacros.filter((macro) => macro.body.trim() !== name);
      if (usable.length > 0) {
        this.useAnyOf(usable, statement.span, (macro) =>
          this.expandTextMacro(macro, rest, statement),
        );
        return;
      }
    }
    this.readInstruction(text, statement, original, name);
  }

  private readInstruction(
    text: string,
    statement: SourceLine,
    original: string,
    name: string,
  ): void {
    const expanded = expandText(text, this.definitions);
    this.budget -= expanded.length >> 4;
    if (expanded !== text && expanded.includes(';') && this.dialect !== 'nasm') {
      this.readText(expanded, statement.span, original);
      return;
    }
    if (!isCodeSection(this.sink.sectionName)) return;
    const instruction = this.qualify(parseInstruction(expanded, this.dialect));
    if (instruction) {
      const repeated = this.bytes.prefixFor(instruction, statement.span);
      this.sink.add(
        {
          kind: 'instruction',
          instruction: { ...repeated, text: original.trim().slice(0, 200).replaceAll(/\s+/g, ' ') },
        },
        statement.span,
      );
      return;
    }
    this.bytes.flush();
    if (this.dialect === 'nasm' && /^[A-Za-z_]\w*$/.test(text)) {
      // NASM takes a lone unknown word for a label; a misspelt instruction vanishes this way.
      this.sink.add({ kind: 'macro', name: text, arguments: [] }, statement.span);
      return;
    }
    if (name === '') return;
    this.unresolved.add(name);
    const call = argumentsAt(text, name.length);
    const values = call
      ? call.arguments
      : splitOutside(text.slice(name.length), ',').map((part) => part.trim());
    this.sink.add(
      { kind: 'macro', name, arguments: values.filter((value) => value !== '') },
      statement.span,
    );
  }

  /** Text made up elsewhere (an alternative's string, a macro's body): split like source, positions of the use. */
  readText(text: string, span: Span, original?: string): void {
    this.nested(() => {
      for (const line of text.split(/\n|\\n/)) {
        for (const part of statementsOf({ text: line.replaceAll('\\t', ' ').trim(), span })) {
          this.readStatement({ text: part.text, span }, original ?? part.text);
        }
      }
    });
  }

  private useAnyOf<T extends TextMacro | LineMacro>(
    macros: readonly T[],
    span: Span,
    use: (macro: T) => void,
  ): void {
    const [first] = macros;
    if (macros.length === 1 && first) {
      use(first);
      return;
    }
    this.bytes.flush();
    const end = this.sink.uniqueLabel('macro');
    const arms = macros.map(() => this.sink.uniqueLabel('macro'));
    this.sink.add({ kind: 'fork', targets: arms, features: [] }, span);
    const outer = this.sink.configuration;
    const group = this.sink.uniqueNumber();
    macros.forEach((macro, number) => {
      this.sink.label(arms[number] ?? '', span);
      for (const condition of macro.conditions) {
        const parsed = assumptionOf(condition);
        if (parsed) this.sink.assume({ ...parsed, group });
      }
      use(macro);
      this.sink.add({ kind: 'goto', target: end }, span);
      this.sink.configuration = outer;
    });
    this.sink.label(end, span);
  }

  private expandLineMacro(macro: LineMacro, rest: string, statement: SourceLine): void {
    const unique = this.sink.uniqueNumber();
    const lines = expandLines(
      macro,
      expandText(rest.trim(), this.definitions),
      unique,
      this.dialect === 'nasm',
    );
    this.inMacro(macro, statement.span, () => {
      const depth = this.conditionals.depth;
      this.readLines(lines);
      this.conditionals.closeTo(depth, statement.span);
    });
  }

  private expandTextMacro(macro: TextMacro, rest: string, statement: SourceLine): void {
    const call = macro.parameters ? argumentsAt(rest, 0) : undefined;
    const body = macro.parameters ? substitute(macro, call?.arguments ?? []) : macro.body;
    const after = call ? rest.slice(call.end) : rest;
    this.inMacro(macro, statement.span, () => {
      for (const part of statementsOf(
        { text: body + after, span: macro.span },
        this.dialect === 'nasm' ? '\u0000' : ';',
      )) {
        this.readStatement({ text: part.text.trim(), span: macro.span }, part.text);
      }
    });
  }

  private inMacro(macro: TextMacro | LineMacro, use: Span, run: () => void): void {
    const before = this.sink.via;
    this.sink.via = before ?? { use, macro: macro.name, file: macro.file };
    this.nested(run);
    this.sink.via = before;
  }

  /** ENTRY(x), FUNC(x), SYM_CODE_START(x), IDTVEC(x) and their kin define labels; END(x) and the like do not. */
  private readEntry(name: string, rest: string, span: Span): boolean {
    if (this.dialect === 'plan9' && name === 'TEXT') {
      const symbol = /([\w·./]+)\(SB\)/.exec(rest)?.[1] ?? '';
      this.addLabel(symbol.replace(/^·/, ''), span, 'function');
      return true;
    }
    if (
      !/^[A-Z_][A-Z0-9_]*$/.test(name) ||
      !/ENTRY|FUNC|LABEL|IDTVEC|SYM_|_START$|^PROC|GLOBAL|TEXT_START|ENTRYPOINT/.test(name)
    )
      return false;
    const call = argumentsAt(rest, 0);
    const symbol = call?.arguments[0] ?? rest.trim().split(/[\s,]/)[0] ?? '';
    if (!/^[A-Za-z_.$][\w.$]*$/.test(symbol) || /END|SIZE|UNWIND|CFI|ALIAS|_EXPORT/.test(name))
      return false;
    const isLocal = /LOCAL/.test(name) || /LOCAL|NOALIGN_LOCAL/.test(call?.arguments[1] ?? '');
    const inner = /INNER|LABEL/.test(name) && !/^LABEL$/.test(name);
    const isMark = /LABEL|GLOBAL/.test(name);
    this.addLabel(
      symbol,
      span,
      inner ? 'inner' : isLocal ? 'plain' : isMark ? 'entry' : 'function',
    );
    return true;
  }
}

function assumptionOf(condition: string): { condition: string; holds: boolean } | undefined {
  const match = /^(ifdef|ifndef|if)\s+(.+)$/.exec(condition);
  if (!match) return undefined;
  if (match[1] === 'if') return { condition: match[2] ?? '', holds: true };
  return { condition: `defined(${(match[2] ?? '').trim()})`, holds: match[1] === 'ifdef' };
}

/** Index of the line that ends a macro definition starting here; the definition itself was read beforehand. */
function definitionEnd(lines: readonly SourceLine[], at: number): number {
  const text = lines[at]?.text ?? '';
  const isGas = /^\.macro\b/i.test(text);
  if (!isGas && !/^%\s*i?macro\b/i.test(text)) return at;
  let depth = 0;
  for (let i = at; i < lines.length; i++) {
    const line = lines[i]?.text ?? '';
    if (/^(\.|%\s*i?)macro\b/i.test(line)) depth++;
    else if (/^(\.endm(acro)?|%\s*endmacro)\b/i.test(line) && --depth === 0) return i;
  }
  return lines.length;
}
