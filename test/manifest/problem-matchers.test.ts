import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../cli/run.ts';

interface Pattern {
  readonly name: string;
  readonly regexp: string;
  readonly [part: string]: string | number;
}

const root = path.resolve(import.meta.dirname, '../..');
const { contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly contributes: {
    readonly problemPatterns: readonly Pattern[];
    readonly problemMatchers: readonly { readonly name: string; readonly pattern: string }[];
  };
};
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-matchers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a matcher makes of an output: one object of its parts per line that matches. */
function matched(name: string, output: string): Record<string, string | undefined>[] {
  const matcher = contributes.problemMatchers.find((each) => each.name === name);
  const pattern = contributes.problemPatterns.find((each) => `$${each.name}` === matcher?.pattern);
  const { name: _, regexp, ...parts } = pattern!;
  const expression = new RegExp(regexp);
  return output
    .split('\n')
    .map((line) => expression.exec(line))
    .filter((match) => match !== null)
    .map((match) =>
      Object.fromEntries(
        Object.entries(parts).map(([part, group]) => [part, match[Number(group)]]),
      ),
    );
}

/** Runs a compiler in the folder on one file; answers what it printed. */
function compile(program: string, args: readonly string[], file: string, text: string): string {
  writeFileSync(path.join(folder, file), text);
  const ran = spawnSync(program, [...args, file], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return ran.stderr;
}

test('every pattern belongs to a matcher', () =>
  expect(contributes.problemMatchers.map(({ pattern }) => pattern.slice(1))).toEqual(
    contributes.problemPatterns.map(({ name }) => name),
  ));

test('check: each finding once, its evidence lines left out', async () => {
  const samples = path.join(root, 'test/fixtures/driver/bad');
  const report = JSON.parse((await runCli(['check', samples, '--format', 'json'])).stdout) as {
    readonly findings: readonly { readonly rule: string; readonly line: number }[];
  };
  const found = matched('xen-check', (await runCli(['check', samples])).stdout);
  expect(found.length).toBeGreaterThan(20);
  expect(found.map(({ code, line }) => `${code}:${line}`)).toEqual(
    report.findings.map(({ rule, line }) => `${rule}:${line}`),
  );
});

describe.skipIf(spawnSync('gcc', ['--version']).status !== 0 && process.env['CI'] !== 'true')(
  'what gcc 12 and binutils print',
  () => {
    test('a compiler error and its warning', () => {
      const output = compile(
        'gcc',
        ['-Wall', '-c', '-o', 'a.o'],
        'a.c',
        'int f(void)\n{\n  g;\n}\n',
      );
      expect(matched('xen-gcc', output)).toContainEqual({
        file: 'a.c',
        line: '3',
        column: '3',
        severity: 'error',
        message: expect.stringContaining("'g' undeclared") as unknown,
      });
    });

    test('an assembler error', () => {
      const output = compile('gcc', ['-c', '-o', 'b.o'], 'b.S', '\tnop\n\tsysretx\n');
      expect(matched('xen-gcc', output)).toContainEqual(
        expect.objectContaining({ file: 'b.S', line: '2', severity: 'Error' }),
      );
    });

    test('an undefined reference, with the place that debug information tells', () => {
      const output = compile(
        'gcc',
        ['-g', '-o', 'c'],
        'c.c',
        'int h(void);\nint main(void)\n{\n  return h();\n}\n',
      );
      expect(matched('xen-ld', output)).toEqual([
        {
          file: expect.stringMatching(/c\.c$/) as unknown,
          line: '4',
          message: expect.stringContaining('undefined reference') as unknown,
        },
      ]);
    });
  },
);

const lab = path.join(root, '../shared/logs/lab');
describe.skipIf(!existsSync(lab) && process.env['CI'] !== 'true')(
  'consoles of debug builds',
  () => {
    test.each([
      ['302-lab-bug.log', 'common/crashlab.c', '38'],
      ['303-lab-assert.log', 'common/crashlab.c', '49'],
      ['312-lab-deadlock.log', 'common/spinlock.c', '144'],
    ])('%s', (log, file, line) => {
      const found = matched('xen-console', readFileSync(path.join(lab, log), 'latin1'));
      expect(found).toContainEqual(expect.objectContaining({ file, line }));
    });
  },
);
