import type { Fix } from '#core/findings';
import type { Instruction, Program } from '#core/asm';
import type { LineIndex, Position } from '#core/text';
import type { Judgement, UnsafePath } from './judge.ts';
import { placeAt } from './trace.ts';

/** The text being edited, for indentation and for writing in its own style. */
export interface FixContext {
  readonly program: Program;
  readonly text: string;
  readonly lines: LineIndex;
  /** True inside C strings, where a line is `"... \n\t"`. */
  readonly quoting: 'none' | 'c' | 'rust';
}

/** Repairs for an unchecked exit: the check Xen uses, a sign extension, or a comment that takes responsibility. */
export function fixesFor(context: FixContext, judgement: Judgement, path: UnsafePath): Fix[] {
  const fixes: Fix[] = [];
  const loadedAt = path.arrival.state.rcxLoadedAt;
  const load = instructionAt(context.program, loadedAt);
  const isOwnLine = load !== undefined && placeAt(context.program, loadedAt).macro === undefined;
  const spellings = dialectSpelling(context, load);
  if (isOwnLine && spellings) {
    const after = lineAfter(context, placeAt(context.program, loadedAt).span.end);
    const target = iretLabel(context.program);
    if (target !== undefined && spellings.reload !== undefined) {
      fixes.push(
        insertion(
          context,
          after,
          [...spellings.test, spellings.reload, `ja${spellings.gap}${target}`],
          `Check that RCX is canonical, else leave by IRET at \`${target}\``,
          true,
        ),
      );
    }
    fixes.push(
      insertion(
        context,
        after,
        spellings.extend,
        'Make RCX canonical by sign extension',
        fixes.length === 0,
      ),
    );
  }
  fixes.push(suppression(context, placeAt(context.program, judgement.site.at).span.start));
  return fixes;
}

function instructionAt(program: Program, at: number): Instruction | undefined {
  const operation = at < 0 ? undefined : program.operations[at];
  return operation?.kind === 'instruction' ? operation.instruction : undefined;
}

interface Spelling {
  readonly test: readonly string[];
  readonly extend: readonly string[];
  readonly reload: string | undefined;
  readonly gap: string;
}

/** The guard in the file's dialect: Xen 6b091fa4 for the test, L4Re e266f7b6 for the extension. */
function dialectSpelling(context: FixContext, load: Instruction | undefined): Spelling | undefined {
  const written = load?.text;
  const isMove = load?.mnemonic === 'mov';
  const gap = /^\w+(\s+)/.exec(written ?? '')?.[1] ?? ' ';
  const line = (mnemonic: string, operands: string): string => `${mnemonic}${gap}${operands}`;
  switch (context.program.dialect) {
    case 'att': {
      const percent = context.quoting === 'c' ? '%%' : '%';
      const suffix = /^\w+q\b/.test(written ?? 'movq') ? 'q' : '';
      return {
        gap,
        test: [
          line('sarq', `$47, ${percent}rcx`),
          line('incl', `${percent}ecx`),
          line('cmpl', `$1, ${percent}ecx`),
        ],
        extend: [
          line(`shl${suffix}`, `$16, ${percent}rcx`),
          line(`sar${suffix}`, `$16, ${percent}rcx`),
        ],
        reload: isMove ? written : undefined,
      };
    }
    case 'intel':
    case 'nasm':
      return {
        gap,
        test: [line('sar', 'rcx, 47'), line('inc', 'ecx'), line('cmp', 'ecx, 1')],
        extend: [line('shl', 'rcx, 16'), line('sar', 'rcx, 16')],
        reload: isMove ? written : undefined,
      };
    case 'plan9':
      return {
        gap,
        test: [],
        extend: [line('SHLQ', '$16, CX'), line('SARQ', '$16, CX')],
        reload: undefined,
      };
  }
}

/** The label in front of an IRET of this program, as the place that takes what SYSRET must not. */
function iretLabel(program: Program): string | undefined {
  for (let at = 0; at < program.operations.length; at++) {
    const operation = program.operations[at];
    if (operation?.kind !== 'instruction' || !operation.instruction.mnemonic.startsWith('iret'))
      continue;
    for (let before = at - 1; before >= Math.max(0, at - 6); before--) {
      const label = program.operations[before];
      if (label?.kind === 'label' && !label.isNumeric && !label.name.startsWith('\u0000'))
        return label.name;
      if (label?.kind === 'instruction' && /^(jmp|ret|sysret)/.test(label.instruction.mnemonic))
        break;
    }
  }
  return undefined;
}

function lineAfter(context: FixContext, offset: number): Position {
  return { line: context.lines.positionAt(offset).line + 1, character: 0 };
}

function insertion(
  context: FixContext,
  at: Position,
  instructions: readonly string[],
  title: string,
  preferred: boolean,
): Fix {
  const above = lineText(context, at.line - 1);
  const indent = /^[ \t]*/.exec(above)?.[0] ?? '';
  const newText = instructions.map((text) => `${indent}${quoted(context, text, above)}\n`).join('');
  return { title, preferred, edits: [{ edits: [{ range: { start: at, end: at }, newText }] }] };
}

function quoted(context: FixContext, text: string, neighbour: string): string {
  switch (context.quoting) {
    case 'none':
      return text;
    case 'c': {
      const ending = /(\\n(?:\\t)?|;\s*)"\s*$/.exec(neighbour)?.[1] ?? '\\n\\t';
      return `"${text}${ending}"`;
    }
    case 'rust':
      return /"\s*,?\s*(?:\/\/.*)?$/.test(neighbour)
        ? `"${text}${/;"/.test(neighbour) ? ';' : ''}",`
        : text;
  }
}

function lineText(context: FixContext, line: number): string {
  const start = context.lines.startOfLine(line);
  return context.text.slice(start, context.lines.startOfLine(line + 1)).replace(/\r?\n$/, '');
}

function suppression(context: FixContext, offset: number): Fix {
  const { line } = context.lines.positionAt(offset);
  const at = { line, character: 0 };
  const indent = /^[ \t]*/.exec(lineText(context, line))?.[0] ?? '';
  const mark =
    context.program.dialect === 'nasm'
      ? ['; ', '']
      : context.quoting === 'rust'
        ? ['// ', '']
        : ['/* ', ' */'];
  const newText = `${indent}${mark[0]}sysret-ok: say here why RCX is canonical${mark[1]}\n`;
  return {
    title: 'Take responsibility in a comment (sysret-ok)',
    preferred: false,
    edits: [{ edits: [{ range: { start: at, end: at }, newText }] }],
  };
}
