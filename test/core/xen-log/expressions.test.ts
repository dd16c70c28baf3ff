import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesUnder, knowledge } from './knowledge.ts';

/** Every regular expression that a line of a log meets: those of the data file and those in the scanner's source. */
function expressionsInSource(): readonly RegExp[] {
  const folder = new URL('../../../server/src/core/xen-log', import.meta.url).pathname;
  const literal =
    /(?<=[(=,:|&!?[{]\s*)\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([gimsuy]*)/g;
  return filesUnder(folder).flatMap((file) => {
    const text = readFileSync(join(file), 'utf8');
    return [...text.matchAll(literal)].map(
      ([, source = '', flags = '']) => new RegExp(source, flags.replace(/[gy]/g, '')),
    );
  });
}

const own = expressionsInSource();
const all = [...knowledge.messages.map((kind) => kind.pattern), ...own];

interface Repeat {
  readonly body: string;
  readonly isUnbounded: boolean;
}

/** Groups of an expression that are repeated, with what they repeat. */
function repeatedGroups(source: string): readonly Repeat[] {
  const open: number[] = [];
  const repeats: Repeat[] = [];
  let isClass = false;
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (isClass) isClass = char !== ']';
    else if (char === '[') isClass = true;
    else if (char === '(') open.push(i);
    else if (char === ')') {
      const body = source.slice((open.pop() ?? 0) + 1, i);
      const quantifier = /^(?:[*+]|\{\d+,\d*\})/.exec(source.slice(i + 1));
      if (quantifier !== null)
        repeats.push({ body, isUnbounded: /^(?:[*+]|\{\d+,\})/.test(quantifier[0]) });
    }
  }
  return repeats;
}

const hasUnboundedInside = (body: string): boolean =>
  /(?<!\\)[*+](?!\?:)|\{\d+,\}/.test(
    body.replace(/\[(?:\\.|[^\]\\])*\]/g, 'x').replace(/\\./g, 'x'),
  );

test('the scanner has expressions of its own, and they were found', () => {
  expect(own.length).toBeGreaterThan(60);
});

/** Repetitions of a repetition that are safe because each round must begin with a character the inner one cannot take. */
const guarded = [String.raw`?:\([^()]*\)[^()]*`, String.raw`?: [A-Z0-9_]+`];

test('no repetition inside an unbounded repetition', () => {
  const nested = all.flatMap((expression) =>
    repeatedGroups(expression.source)
      .filter((repeat) => repeat.isUnbounded && hasUnboundedInside(repeat.body))
      .filter((repeat) => !guarded.includes(repeat.body))
      .map((repeat) => `${expression.source.slice(0, 60)} … ${repeat.body}`),
  );
  expect(nested).toEqual([]);
});

/** Characters and beginnings that make a bad expression walk back and forth. */
const pumps = [
  'a',
  ' ',
  '0',
  ':',
  '.',
  '/',
  'd1 ',
  '[0',
  'a.c:1:',
  '> ',
  '\t',
  '-',
  '(',
  '"',
  'ab ',
  '0x',
  "' failed at ",
  ': ',
  'Domain ',
  ', ',
];

/** Time of the quickest of up to three runs; a busy machine makes single ones slow. */
function quickestOf(run: () => unknown): number {
  let best = Infinity;
  for (let round = 0; round < 3 && best > 20; round++) {
    const began = performance.now();
    run();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

describe('time grows with the length of a line, not with its square', () => {
  const length = 16_384;
  test.each(all.map((expression) => [expression.source.slice(0, 70), expression] as const))(
    '%s',
    (_name, expression) => {
      const example = knowledge.messages.find((kind) => kind.pattern === expression)?.example ?? '';
      const starts = ['', example.slice(0, Math.floor(example.length / 2)), example.slice(0, -1)];
      let slowest = 0;
      for (const start of starts)
        for (const pump of pumps) {
          const text = (start + pump.repeat(Math.ceil(length / pump.length))).slice(0, length);
          slowest = Math.max(
            slowest,
            quickestOf(() => expression.test(text)),
          );
        }
      // A square of the length would take hundreds of milliseconds; linear takes well under one.
      expect(slowest).toBeLessThan(150);
    },
  );
});
