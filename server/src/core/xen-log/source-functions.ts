/** Where a function is defined; lines count from 1. */
export interface FunctionPlace {
  readonly name: string;
  readonly line: number;
}

const keywords: ReadonlySet<string> = new Set([
  'if',
  'for',
  'while',
  'switch',
  'return',
  'else',
  'do',
  'case',
  'sizeof',
  'typedef',
  'defined',
  'goto',
]);
const head = /^[A-Za-z_][\w \t*,]{0,200}?\b([A-Za-z_]\w{0,120})[ \t]?\(/;
const assembler =
  /^(?:ENTRY|FUNC|FUNC_LOCAL|GLOBAL|ENTRY_LOCAL|LABEL|LABEL_LOCAL|DATA)\((\w{1,120})\)|^([A-Za-z_]\w{0,120}):/;
const linesToBody = 24;

/** Whether a body opens before the declaration ends. */
function opensBody(lines: readonly string[], from: number): boolean {
  for (let i = from; i < Math.min(lines.length, from + linesToBody); i++) {
    const line = lines[i] ?? '';
    const open = line.indexOf('{');
    const semicolon = line.indexOf(';');
    if (open >= 0 && (semicolon < 0 || open < semicolon)) return true;
    if (semicolon >= 0 || (i > from && line.startsWith('#'))) return false;
  }
  return false;
}

/** The functions that a C file defines, by their first line. */
export function functionsOfC(text: string): readonly FunctionPlace[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const name = head.exec(line)?.[1];
    if (name === undefined || keywords.has(name) || !opensBody(lines, index)) return [];
    return [{ name, line: index + 1 }];
  });
}

/** The entry points that an assembler file defines. */
export function functionsOfAssembler(text: string): readonly FunctionPlace[] {
  return text.split('\n').flatMap((line, index) => {
    const match = assembler.exec(line);
    const name = match?.[1] ?? match?.[2];
    return name === undefined ? [] : [{ name, line: index + 1 }];
  });
}

/**
 * Paths in a Xen tree that a printed file name may stand for, the likeliest first: names are relative to `xen/`,
 * objects stand for their source, bare names are in `common/` or the architecture's folder.
 */
export function pathsOfPrintedFile(printed: string): readonly string[] {
  const clean = printed.replace(/^(?:\.\/)+/, '').replace(/^\.{3}/, '');
  const names = clean.endsWith('.o')
    ? [clean.replace(/\.o$/, '.S'), clean.replace(/\.o$/, '.c')]
    : [clean];
  const folders = ['', 'xen/'];
  const guesses = [
    'xen/common/',
    'xen/arch/x86/',
    'xen/arch/arm/',
    'xen/arch/x86/x86_64/',
    'xen/arch/arm/arm64/',
    'tools/libs/light/',
    'tools/xl/',
  ];
  return names.flatMap((name) => [
    ...folders.map((folder) => folder + name),
    ...(name.includes('/') ? [`xen/arch/x86/${name}`] : guesses.map((folder) => folder + name)),
  ]);
}
