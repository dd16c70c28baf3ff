import type { Span } from '#core/text';
import { closingBracket, type CFunction, type CText } from './c-text.ts';
import type { AsmInput, Dialect } from './model.ts';
import { splitOutside } from './operands.ts';

/** Assembly found inside another language, laid out at its own offsets in a text that is blank elsewhere. */
export interface AsmBlock {
  readonly text: string;
  readonly span: Span;
  readonly dialect: Dialect;
  readonly inputs: readonly AsmInput[];
  /** The C function around it; undefined for file-scope assembly. */
  readonly function: CFunction | undefined;
}

interface Statement {
  readonly span: Span;
  readonly template: Span;
  readonly operandText: string;
  readonly hasOperands: boolean;
}

const keyword = /\b(?:asm|__asm__|__asm|ASM_VOLATILE)\b/g;

/** Every inline-assembly block of a C or C++ file; statements without operands join the block before them. */
export function asmBlocksOfC(c: CText): AsmBlock[] {
  const blocks: AsmBlock[] = [];
  let open: { statements: Statement[]; in: CFunction | undefined } | undefined;
  const close = (): void => {
    if (open) blocks.push(blockOf(c, open.statements, open.in));
    open = undefined;
  };
  for (const statement of statementsOf(c)) {
    const around = c.functionAt(statement.span.start);
    const joins =
      open &&
      open.in === around &&
      (!statement.hasOperands || statement.operandText.replaceAll(/[:\s]|"[^"]*"|,/g, '') === '');
    if (!joins) {
      close();
      open = { statements: [], in: around };
    }
    open?.statements.push(statement);
  }
  close();
  return blocks;
}

function statementsOf(c: CText): Statement[] {
  const statements: Statement[] = [];
  for (const match of c.bare.matchAll(keyword)) {
    const after =
      /^\s*(?:(?:volatile|__volatile__|__volatile|goto|inline|__inline__|_VOLATILE_)\s*)*\(/.exec(
        c.bare.slice(match.index + match[0].length, match.index + match[0].length + 80),
      );
    if (!after) continue;
    const open = match.index + match[0].length + after[0].length - 1;
    const end = closingBracket(c.bare, open);
    const colon = firstColon(c.bare, open + 1, end - 1);
    const template = { start: open + 1, end: colon ?? end - 1 };
    // `register long x asm("rcx")` names a register, it runs nothing.
    if (
      /^\s*"\s*%?\w*\s*"\s*$/.test(c.code.slice(template.start, template.end)) &&
      !/"\s*(?:sysret|swapgs|iret|cli|sti|hlt|nop)/i.test(
        c.code.slice(template.start, template.end),
      )
    )
      continue;
    statements.push({
      span: { start: match.index, end },
      template,
      operandText:
        colon === undefined ? '' : c.code.slice(colon, end - 1).replaceAll(/^[ \t]*#[^\n]*/gm, ''),
      hasOperands: colon !== undefined,
    });
  }
  return statements;
}

function firstColon(bare: string, from: number, to: number): number | undefined {
  let depth = 0;
  for (let i = from; i < to; i++) {
    const character = bare.charAt(i);
    if (character === '(' || character === '[') depth++;
    else if (character === ')' || character === ']') depth--;
    else if (character === ':' && depth === 0) return i;
  }
  return undefined;
}

function blockOf(
  c: CText,
  statements: readonly Statement[],
  around: CFunction | undefined,
): AsmBlock {
  const first = statements[0]?.span ?? { start: 0, end: 0 };
  const last = statements.at(-1)?.span ?? first;
  const text = statements
    .map((statement) => layOut(c.code, statement))
    .reduce((all, part) => merge(all, part), { start: first.start, text: '' });
  const inputs = statements.flatMap((statement) => inputsOf(c, statement, around));
  return {
    text: ' '.repeat(first.start) + text.text,
    span: { start: first.start, end: last.end },
    dialect: looksIntel(text.text) ? 'intel' : 'att',
    inputs,
    function: around,
  };
}

function merge(
  all: { start: number; text: string },
  part: { start: number; text: string },
): { start: number; text: string } {
  const gap = part.start - all.start - all.text.length;
  return {
    start: all.start,
    text: all.text + (gap > 0 ? `${' '.repeat(gap - 1)}\n` : '') + part.text,
  };
}

/** The strings of a template at their offsets; `\n` becomes a line end, line ends of the file become blanks. */
function layOut(code: string, statement: Statement): { start: number; text: string } {
  const { start, end } = statement.template;
  const out: string[] = [];
  let inString = false;
  for (let i = start; i < end; i++) {
    const character = code.charAt(i);
    if (!inString) {
      const directive = character === '\n' ? directiveAfter(code, i, end) : undefined;
      if (directive !== undefined) {
        out.push(directive);
        i += directive.length - 1;
        continue;
      }
      if (character === '\n' && out.at(-1)?.startsWith('\n') === true) {
        out.push('\n');
        continue;
      }
      if (character === '"') inString = true;
      // Names between the strings are macros: they stay, so that a known one can be expanded.
      out.push(/\w/.test(character) ? character : ' ');
    } else if (character === '"' || character === '\n') {
      inString = false;
      out.push(' ');
    } else if (character === '\\') {
      const next = code.charAt(i + 1);
      out.push(' ', next === 'n' || next === 'r' ? '\n' : next === '"' ? '"' : ' ');
      i++;
    } else out.push(character);
  }
  const text = out
    .join('')
    .replaceAll(/\b__stringify\b|\bSTR(?:INGIFY)?\b/g, (word) => ' '.repeat(word.length));
  return { start, text: statement.hasOperands ? chooseAttSyntax(text) : text };
}

/** A preprocessor line between the strings, from the line end before it on: it stays a line of its own. */
function directiveAfter(code: string, newline: number, end: number): string | undefined {
  const lineEnd = code.indexOf('\n', newline + 1);
  const line = code.slice(newline, lineEnd < 0 || lineEnd >= end ? end : lineEnd);
  return /^\n[ \t]*#/.test(line) ? line : undefined;
}

/** `{att|intel}` in a template with operands: the AT&T half stays. */
function chooseAttSyntax(text: string): string {
  return text.replaceAll(
    /\{([^{}|]*)\|([^{}]*)\}/g,
    (_, att: string, intel: string) => ` ${att}${' '.repeat(intel.length + 2)}`,
  );
}

function looksIntel(text: string): boolean {
  if (/\.intel_syntax/.test(text)) return true;
  if (/%%?r|%%?e|\$/.test(text)) return false;
  return /\b(?:mov|pop|push|shl|sar|cmp)\s+(?:r[a-d]x|r[sd]i|r[sb]p|r\d+|e[a-d]x|\[)/.test(text);
}

const letters: Readonly<Record<string, string>> = {
  a: 'rax',
  b: 'rbx',
  c: 'rcx',
  d: 'rdx',
  S: 'rsi',
  D: 'rdi',
};

function inputsOf(c: CText, statement: Statement, around: CFunction | undefined): AsmInput[] {
  const parts = splitColons(statement.operandText);
  const operands = [...operandsOf(parts[0] ?? '', true), ...operandsOf(parts[1] ?? '', false)];
  const inputs: AsmInput[] = [];
  operands.forEach((operand, number) => {
    if (operand.isOutput && !operand.constraint.includes('+')) return;
    const fixed = fixedRegister(c, operand, around);
    const shared = {
      expression: operand.expression,
      isMemory: /^[=+&]*m$/.test(operand.constraint),
    };
    if (fixed !== undefined) inputs.push({ register: fixed, ...shared });
    inputs.push({ register: `op:${number}`, ...shared });
    if (operand.name !== '') inputs.push({ register: `op:${operand.name}`, ...shared });
  });
  return inputs;
}

interface AsmOperand {
  readonly name: string;
  readonly constraint: string;
  readonly expression: string;
  readonly isOutput: boolean;
}

function fixedRegister(
  c: CText,
  operand: AsmOperand,
  around: CFunction | undefined,
): string | undefined {
  const letter = /[abcdSD]/.exec(operand.constraint.replaceAll(/[=+&%]/g, ''))?.[0];
  if (letter !== undefined && operand.constraint.length <= 3) return letters[letter];
  if (!around || !/^\w+$/.test(operand.expression)) return undefined;
  const body = c.code.slice(around.body.start, around.body.end);
  const pinned = new RegExp(
    `register[^;]*\\b${operand.expression}\\s+(?:asm|__asm__)\\s*\\(\\s*"%?(\\w+)"`,
  ).exec(body);
  return pinned?.[1]?.toLowerCase();
}

function splitColons(text: string): string[] {
  return splitOutside(text.replace(/^:/, '').replaceAll('::', ': :'), ':');
}

function operandsOf(text: string, isOutput: boolean): AsmOperand[] {
  const operands: AsmOperand[] = [];
  for (const part of splitOutside(text, ',')) {
    const match = /^\s*(?:\[\s*(\w+)\s*\])?\s*"([^"]*)"\s*\((.*)\)\s*$/s.exec(part);
    if (!match) continue;
    operands.push({
      name: match[1] ?? '',
      constraint: match[2] ?? '',
      expression: (match[3] ?? '').trim().replaceAll(/\s+/g, ' '),
      isOutput,
    });
  }
  return operands;
}
