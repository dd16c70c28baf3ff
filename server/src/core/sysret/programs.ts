import {
  type AsmBlock,
  AssemblyReader,
  asmBlocksOfC,
  asmBlocksOfRust,
  type CText,
  type DefinitionCollector,
  detectDialect,
  link,
  linesOf,
  type Program,
  type Reading,
  sourceKindOf,
  stringMacrosOfRust,
} from '#core/asm';
import type { SysretOptions } from './options.ts';

/** One piece of executable code of a file, and the block it came from when it stands in C or Rust. */
export interface FileProgram {
  readonly program: Program;
  readonly block: AsmBlock | undefined;
  /** Set for a macro that the file defines but does not use: its body, judged by itself. */
  readonly macroName: string | undefined;
}

/** A file as the analysis sees it. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

const mentionsExit = /sysret|0x0f\s*,\s*(?:0x)?0?7\b|swapgs/i;

/** Reads every program of a file that could leave for user mode. */
export function programsOf(
  file: SourceText,
  c: CText | undefined,
  options: SysretOptions,
): FileProgram[] {
  switch (sourceKindOf(file.path)) {
    case 'assembly':
      return assemblyPrograms(file, options);
    case 'c':
      return c ? cPrograms(file, c, options) : [];
    case 'rust':
      return rustPrograms(file, options);
    default:
      return [];
  }
}

function assemblyPrograms(file: SourceText, options: SysretOptions): FileProgram[] {
  const dialect = detectDialect(file.path, file.text);
  const reader = new AssemblyReader({
    text: file.text,
    path: file.path,
    dialect,
    include: options.include,
  });
  const reading = reader.result();
  const jumped = options.workspace?.jumpTargets();
  const main: FileProgram = {
    program: link(reading, dialect, jumped),
    block: undefined,
    macroName: undefined,
  };
  return [main, ...unusedMacros(file, reading, options)];
}

/** Macros that nothing in the file uses: a header of macros is judged by the bodies. */
function unusedMacros(file: SourceText, reading: Reading, options: SysretOptions): FileProgram[] {
  const programs: FileProgram[] = [];
  const used = new Set(reading.operations.map((operation) => operation.place.macro));
  for (const [name, macros] of reading.definitions.lines) {
    for (const macro of macros) {
      if (
        macro.file !== undefined ||
        used.has(name) ||
        !macro.lines.some((line) => mentionsExit.test(line.text))
      )
        continue;
      const first = macro.lines[0]?.span.start ?? 0;
      const last = macro.lines.at(-1)?.span.end ?? first;
      const body = ' '.repeat(first) + file.text.slice(first, last);
      const dialect = detectDialect(file.path, file.text);
      const inner = new AssemblyReader({
        text: body,
        dialect,
        include: options.include,
        outer: (collector) => shareDefinitions(collector, reading),
      });
      programs.push({ program: link(inner.result(), dialect), block: undefined, macroName: name });
    }
  }
  return programs;
}

function shareDefinitions(collector: DefinitionCollector, reading: Reading): void {
  for (const [name, macros] of reading.definitions.text) collector.found.text.set(name, macros);
  for (const [name, macros] of reading.definitions.lines) collector.found.lines.set(name, macros);
  for (const [name, value] of reading.definitions.values) collector.found.values.set(name, value);
}

function cPrograms(file: SourceText, c: CText, options: SysretOptions): FileProgram[] {
  const programs: FileProgram[] = [];
  for (const block of asmBlocksOfC(c)) {
    if (!mentionsExit.test(block.text)) continue;
    const reader = new AssemblyReader({
      text: block.text,
      path: file.path,
      dialect: block.dialect,
      include: options.include,
      outer: (collector) => collectFromC(collector, c),
    });
    programs.push({ program: link(reader.result(), block.dialect), block, macroName: undefined });
  }
  if (c.code.includes('.macro') && /^[ \t]*\.macro\b/m.test(c.code))
    programs.push(...headerMacros(file, options));
  return programs;
}

/** A header of assembler macros: read as assembly only for its macros. */
function headerMacros(file: SourceText, options: SysretOptions): FileProgram[] {
  const reader = new AssemblyReader({
    text: file.text,
    path: file.path,
    dialect: 'att',
    include: options.include,
  });
  return unusedMacros(file, reader.result(), options);
}

/** Preprocessor constants of the C file; a macro that is a string of instructions becomes one of the assembler's. */
export function collectFromC(collector: DefinitionCollector, c: CText): void {
  const directives = linesOf(c.code).filter((line) => line.text.startsWith('#'));
  collector.collect(directives, undefined);
  for (const [name, macros] of collector.found.text) {
    const [macro] = macros;
    if (!macro || !/^\s*"/.test(macro.body)) continue;
    const body = [...macro.body.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
      .map((match) => match[1] ?? '')
      .join('')
      .replaceAll(/\\[nrt]/g, ' ; ')
      .replaceAll('%%', '%');
    collector.found.text.set(name, [{ ...macro, body }]);
  }
}

function rustPrograms(file: SourceText, options: SysretOptions): FileProgram[] {
  const macros = stringMacrosOfRust(file.text);
  return asmBlocksOfRust(file.text).map((block) => {
    const reader = new AssemblyReader({
      text: block.text,
      path: file.path,
      dialect: block.dialect,
      include: options.include,
      outer: (collector) => {
        for (const [name, body] of macros) {
          collector.found.text.set(name, [
            {
              name,
              parameters: undefined,
              body,
              span: block.span,
              file: undefined,
              conditions: [],
            },
          ]);
        }
      },
    });
    return { program: link(reader.result(), block.dialect), block, macroName: undefined };
  });
}
