import { readdirSync, readFileSync } from 'node:fs';
import { analyseSysret, examineSysret, noNames, type SysretOptions } from '#core/sysret';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cases } from '../../effort.ts';

const folder = new URL('../../oracle/sysret/', import.meta.url);
const samples = readdirSync(folder).filter((name) => !name.endsWith('.json'));
const alone: SysretOptions = { names: noNames, include: () => undefined, workspace: undefined };
const paths = ['entry.S', 'entry.asm', 'entry.c', 'entry.h', 'entry.rs', 'entry.go'];

const pieces = fc.constantFrom(
  'sysretq',
  '.macro M a\nM \\a\n.endm\nM 1\n',
  '#define X X X\nX\n',
  '/*',
  '"',
  'asm volatile("',
  '.rept 1000000000\n',
  '.endr\n',
  '#if 1\n',
  '#else\n',
  'ALTERNATIVE "", "jmp 1b", F\n',
  'jmp *%rax\n',
  '1: jne 1b\n',
  '%macro q 9\n',
  '((((((((((',
  '\u0000\uffff',
);

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 200 }),
  how: fc.constantFrom('cut', 'double', 'insert', 'truncate' as const),
  piece: pieces,
});

function edited(
  text: string,
  { at, length, how, piece }: { at: number; length: number; how: string; piece: string },
): string {
  const from = Math.floor(at * text.length);
  const end = Math.min(text.length, from + length);
  if (how === 'cut') return text.slice(0, from) + text.slice(end);
  if (how === 'double') return text.slice(0, end) + text.slice(from, end) + text.slice(end);
  if (how === 'truncate') return text.slice(0, from);
  return text.slice(0, from) + piece + text.slice(from);
}

/** Ranges must lie in the text: an editor is going to underline them. */
function expectSound(path: string, text: string): void {
  const { analysis } = examineSysret({ path, text }, alone, new Set(['sysret_allowed', 'FLAG']));
  const lineCount = text.split('\n').length;
  for (const { range } of analysis.findings) {
    expect(range.start.line).toBeLessThan(lineCount);
    expect(range.end.line).toBeLessThan(lineCount);
  }
}

test('samples with pieces cut out, doubled, or put in are read to the end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.option(fc.constantFrom(...paths)),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (name, otherPath, edits) => {
        const text = edits.reduce(edited, readFileSync(new URL(name, folder), 'utf8'));
        expectSound(otherPath ?? name, text);
      },
    ),
    { numRuns: cases(3000) },
  );
}, 300_000);

test.each([
  ['binary', '\u0000\u0001\ufffd\u007fELF'.repeat(20_000)],
  ['one line of five megabytes', 'movq %rcx, %rax; '.repeat(300_000) + 'sysretq'],
  ['five megabytes without a blank', `sysretq ${'x'.repeat(5_000_000)}`],
  ['a macro that uses itself', '.macro M\nM\nM\n.endm\nM\nsysretq\n'],
  [
    'macros that double',
    `${Array.from({ length: 40 }, (_, i) => `#define A${i + 1} A${i}; A${i}`).join('\n')}\n#define A0 nop\nA40\nsysretq\n`,
  ],
  ['a repetition beyond measure', '.rept 1000000000\nmovq 8(%rsp), %rcx\n.endr\nsysretq\n'],
  ['a string without an end', 'x: .ascii "abc\nsysretq\nmovq "'],
  ['a comment without an end', 'x: sysretq /* and then\n'.repeat(1000)],
  ['a thousand conditions', `x:\n${'#ifdef A\nnop\n#else\n'.repeat(1000)}sysretq\n`],
  [
    'labels that all jump to each other',
    `${Array.from({ length: 300 }, (_, i) => `l${i}: testq %rax, %rax; jne l${(i * 7) % 300}; addq $${i}, %rax`).join('\n')}\nsysretq\n`,
  ],
])(
  '%s ends in every reader',
  (_what, text) => {
    for (const path of paths) expect(() => analyseSysret({ path, text }, alone)).not.toThrow();
  },
  60_000,
);
