import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadCParser } from '../../../server/src/c-syntax/c-parser.ts';
import { checkDriver } from '#core/driver';
import { cases } from '../../effort.ts';
import { check, root } from './c-source.ts';

const folder = path.join(root, 'test/fixtures/driver');
const texts = ['bad', 'good'].flatMap((kind) =>
  readdirSync(path.join(folder, kind)).map((name) =>
    readFileSync(path.join(folder, kind, name), 'utf8'),
  ),
);
const pieces = [
  '{',
  '}',
  '(',
  ')',
  ';',
  '*',
  '->',
  '&',
  '[',
  '#if 0\n',
  '#endif\n',
  'switch (',
  'goto out;',
  '/*',
  '"',
  'RING_GET_REQUEST(',
  '\0',
  '\u{1F600}',
  'for (;;)',
  'case 1:',
  '\\\n',
];

const mutation = fc.record({
  text: fc.constantFrom(...texts),
  edits: fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 0, max: 40 }),
      insert: fc.constantFrom(...pieces, ''),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

const mutated = ({
  text,
  edits,
}: {
  text: string;
  edits: readonly { at: number; length: number; insert: string }[];
}) =>
  edits.reduce((done, { at, length, insert }) => {
    const start = Math.floor(at * done.length);
    return done.slice(0, start) + insert + done.slice(start + length);
  }, text);

test('mutated drivers never throw, and every range lies in the text', () => {
  fc.assert(
    fc.property(mutation, (input) => {
      const text = mutated(input);
      const lineCount = text.split(/\r\n|\r|\n/).length;
      for (const finding of check(text)) {
        expect(finding.range.end.line).toBeLessThan(lineCount);
        for (const evidence of finding.evidence)
          expect(evidence.range.end.line).toBeLessThan(lineCount);
      }
    }),
    { numRuns: cases(3000) },
  );
});

test('an edited file gives what the same text gives afresh', async () => {
  const parser = await loadCParser(root);
  fc.assert(
    fc.property(mutation, (input) => {
      const after = mutated(input);
      const first = parser.parse(input.text);
      const second = parser.parse(after, { file: first, text: input.text });
      expect(checkDriver(second.source)).toEqual(check(after));
      second.tree.delete();
    }),
    { numRuns: cases(1000) },
  );
});

test.each([
  [
    'parentheses',
    `void f(void) { int x = ${'('.repeat(5000)}1${')'.repeat(5000)}; RING_FULL(x); }`,
  ],
  ['blocks', `void f(void) ${'{'.repeat(5000)} RING_FULL(x); ${'}'.repeat(5000)}`],
  ['operators', `void f(void) { RING_FULL(x); y = ${'a + '.repeat(20000)}1; }`],
  ['else if', `void f(int x) { RING_FULL(x); ${'if (x) { y(); } else '.repeat(3000)} z(); }`],
  ['calls', `void f(void) { ${'RING_GET_REQUEST(&r, i)->id = p->id;'.repeat(3000)} }`],
])('deep or long %s end in good time', (_, text) => {
  expect(Array.isArray(check(text))).toBe(true);
});
