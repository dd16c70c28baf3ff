import type { AsmBlock } from './embedded-c.ts';
import type { AsmInput, Dialect } from './model.ts';
import { splitOutside } from './operands.ts';

interface Literal {
  readonly start: number;
  readonly end: number;
  /** The contents at their offsets, escapes blank. */
  readonly text: string;
}

/**
 * Assembly in a Rust file: `asm!`, `naked_asm!`, `global_asm!` and macros that wrap them. Any macro call or
 * `macro_rules!` body whose strings hold instructions of the SYSRET family counts, because kernels wrap `asm!`.
 */
export function asmBlocksOfRust(source: string): AsmBlock[] {
  const literals = findLiterals(source);
  const bare = blankLiterals(source, literals);
  const blocks: AsmBlock[] = [];
  let doneTo = 0;
  for (const literal of literals) {
    if (literal.start < doneTo || !/sysret|swapgs|iretq|0x0f\s*,\s*0x07/i.test(literal.text))
      continue;
    const group = enclosingGroup(bare, literal.start);
    doneTo = group.end;
    blocks.push(blockOf(source, bare, literals, group));
  }
  return blocks;
}

function findLiterals(source: string): Literal[] {
  const literals: Literal[] = [];
  const pattern =
    /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\\n]|\\.)'|r(#*)"([\s\S]*?)"\1|"((?:[^"\\]|\\[\s\S])*)(?:"|$)/g;
  for (const match of source.matchAll(pattern)) {
    const raw = match[2];
    const plain = match[3];
    if (raw === undefined && plain === undefined) continue;
    const quote = raw === undefined ? 1 : 2 + (match[1]?.length ?? 0);
    const start = match.index + quote;
    const contents = raw ?? plain ?? '';
    literals.push({ start, end: start + contents.length, text: raw ?? decoded(contents) });
  }
  return literals;
}

function decoded(contents: string): string {
  return contents.replaceAll(/\\([\s\S])/g, (_, next: string) =>
    next === 'n' ? ' \n' : next === '"' ? ' "' : '  ',
  );
}

/** The file without comments' and strings' brackets, for finding the group around a place. */
function blankLiterals(source: string, literals: readonly Literal[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const literal of literals) {
    parts.push(source.slice(from, literal.start), ' '.repeat(literal.end - literal.start));
    from = literal.end;
  }
  parts.push(source.slice(from));
  return parts
    .join('')
    .replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (comment) =>
      comment.replaceAll(/[^\n]/g, ' '),
    );
}

interface Group {
  readonly start: number;
  readonly end: number;
}

/** The bracketed list around a literal; `concat!(...)` inside `asm!(...)` widens to the outer one. */
function enclosingGroup(bare: string, at: number): Group {
  let group = bracketAround(bare, at);
  for (let round = 0; round < 4; round++) {
    const before = bare.slice(Math.max(0, group.start - 80), group.start);
    if (!/concat!\s*$/.test(before)) break;
    group = bracketAround(bare, group.start);
  }
  return group;
}

function bracketAround(bare: string, at: number): Group {
  let depth = 0;
  let start = 0;
  for (let i = at - 1; i >= 0; i--) {
    const character = bare.charAt(i);
    if (')]}'.includes(character)) depth++;
    else if ('([{'.includes(character) && depth-- === 0) {
      start = i;
      break;
    }
  }
  depth = 0;
  for (let i = start; i < bare.length; i++) {
    const character = bare.charAt(i);
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && --depth === 0) return { start, end: i };
  }
  return { start, end: bare.length };
}

function blockOf(
  source: string,
  bare: string,
  literals: readonly Literal[],
  group: Group,
): AsmBlock {
  const rest = bare.slice(group.start, group.end);
  const dialect: Dialect = /att_syntax/.test(rest) ? 'att' : 'intel';
  const pieces: string[] = [' '.repeat(group.start)];
  let from = group.start;
  const inside = literals.filter(
    (literal) => literal.start > group.start && literal.end <= group.end,
  );
  for (const literal of inside) {
    pieces.push(between(bare, from, literal.start, group), withoutComments(literal.text));
    from = literal.end;
  }
  return {
    text: pieces.join(''),
    span: { start: group.start, end: group.end },
    dialect,
    inputs: inputsOf(source.slice(group.start, group.end)),
    function: undefined,
  };
}

/** Between two strings a comma ends the line; a nested macro call keeps its name (its body may be known). */
function between(bare: string, from: number, to: number, group: Group): string {
  const text = bare.slice(from, to);
  const isConcatenated =
    /concat!\s*$/.test(bare.slice(Math.max(0, group.start - 80), group.start)) ||
    /concat!/.test(bare.slice(group.start, from));
  const call = /([a-z_]\w*)!\s*\(\s*\)/.exec(text);
  const blank: string[] = text
    .split('')
    .map((character) => (character === ',' ? (isConcatenated ? ' ' : '\n') : ' '));
  if (!call) return blank.join('');
  const at = call.index;
  const name = call[1] ?? '';
  for (let i = 0; i < name.length; i++) blank[at + i] = name.charAt(i);
  blank[at - 1] = '\n';
  blank[at + name.length] = '\n';
  return blank.join('').slice(0, text.length);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (comment) =>
    comment.replaceAll(/[^\n]/g, ' '),
  );
}

function inputsOf(text: string): AsmInput[] {
  const inputs: AsmInput[] = [];
  let unnamed = 0;
  for (const part of splitOutside(text.replace(/^[([{]/, ''), ',')) {
    const match =
      /^\s*(?:(\w+)\s*=\s*)?(in|inout|inlateout|const|sym)\s*(?:\(\s*("?[\w]+"?)\s*\))?\s*(.+?)\s*$/s.exec(
        part,
      );
    if (!match) continue;
    const [, name, kind, place, value] = match;
    const expression =
      (value ?? '')
        .split('=>')[0]
        ?.trim()
        .replace(/^\((.*)\)$/s, '$1') ?? '';
    const fixed = place?.startsWith('"') === true ? place.replaceAll('"', '') : undefined;
    if (fixed !== undefined) inputs.push({ register: fixed, expression, isMemory: false });
    else inputs.push({ register: `op:${name ?? unnamed++}`, expression, isMemory: kind === 'sym' });
  }
  return inputs;
}

/** Bodies of `macro_rules!` that are nothing but strings: `push_scratch!()` inside an asm list. */
export function stringMacrosOfRust(source: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of source.matchAll(
    /macro_rules!\s*(\w+)\s*\{\s*\(\s*\)\s*=>\s*[{(]([^{}]*)[)}]/g,
  )) {
    const literals = findLiterals(match[2] ?? '');
    if (literals.length === 0) continue;
    const body = literals.map((literal) => withoutComments(literal.text)).join('\n');
    found.set(
      match[1] ?? '',
      body
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ; '),
    );
  }
  return found;
}
