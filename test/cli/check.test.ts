import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CheckJson } from '../../server/src/cli/check-output.ts';
import { runCli } from './run.ts';

const samples = path.resolve(import.meta.dirname, '../oracle/sysret');
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function report(...args: string[]): Promise<CheckJson> {
  const ran = await runCli(['check', ...args, '--format', 'json', '--fail-on', 'never']);
  expect(ran.stderr).toBe('');
  return JSON.parse(ran.stdout) as CheckJson;
}

describe('check', () => {
  test('text names file, line, column, severity and rule; findings give status 1', async () => {
    const ran = await runCli(['check', path.join(samples, 'att_01_unguarded.S')]);
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(/att_01_unguarded\.S:\d+:\d+: warning: .* \[SR001\]/);
  });

  test('--rules picks by prefix, --exclude leaves out', async () => {
    const all = await report(samples);
    const some = await report(samples, '--rules', 'SR012,SR001', '--exclude', 'nasm_*');
    expect(new Set(some.findings.map(({ rule }) => rule))).toEqual(new Set(['SR001', 'SR012']));
    expect(some.findings.some(({ file }) => file.includes('nasm_'))).toBe(false);
    expect(all.findings.length).toBeGreaterThan(some.findings.length);
  });

  test('the parts of a sharded run merge into the single run', async () => {
    const whole = await report(samples);
    const parts = [];
    for (const part of [1, 2, 3]) {
      const file = path.join(folder, `${part}.json`);
      writeFileSync(file, JSON.stringify(await report(samples, '--shard', `${part}/3`)));
      parts.push(file);
    }
    const merged = await report('--merge', ...parts);
    expect(merged.findings).toEqual(whole.findings);
    expect({ ...merged.summary, milliseconds: 0 }).toEqual({ ...whole.summary, milliseconds: 0 });
  });

  test('any number of threads gives the same report', async () => {
    const one = await report(samples, '--jobs', '1');
    const four = await report(samples, '--jobs', '4');
    expect(four.findings).toEqual(one.findings);
  });

  test('a check in another file of the tree settles an exit that waits for it', async () => {
    const pair = ['att_16_delegated_guard.S', 'att_16_delegated_guard.c'].map((name) =>
      path.join(samples, name),
    );
    const rules = ['--rules', 'SR001'];
    expect((await report(pair[0]!, ...rules)).findings.map(({ severity }) => severity)).toEqual([
      'hint',
    ]);
    expect((await report(...pair, ...rules)).findings).toEqual([]);
    expect((await report(...pair, ...rules, '--no-workspace')).findings).toHaveLength(1);
    const unchecked = path.join(folder, 'att_16_delegated_guard.c');
    const text = readFileSync(pair[1]!, 'utf8');
    writeFileSync(unchecked, text.replace(/if \(f->rip[^;]*;/, ''));
    const [finding] = (await report(pair[0]!, unchecked, ...rules)).findings;
    expect(finding?.severity).toBe('warning');
    expect(finding?.evidence.some(({ file }) => file === unchecked)).toBe(true);
  });

  test('.gitignore is honoured unless told otherwise', async () => {
    const text = readFileSync(path.join(samples, 'att_01_unguarded.S'));
    writeFileSync(path.join(folder, 'entry.S'), text);
    writeFileSync(path.join(folder, '.gitignore'), 'entry.S\n');
    expect((await report(folder)).findings).toEqual([]);
    expect((await report(folder, '--no-ignore')).findings).not.toEqual([]);
    // Kernels leave out what the compiler makes of C, `*.s`, and keep `*.S`; outside a repository `/*` means nothing.
    writeFileSync(path.join(folder, '.gitignore'), '*.s\n/*\n!/debian/\n');
    expect((await report(folder)).findings).not.toEqual([]);
  });

  test('SARIF carries rules, places and evidence', async () => {
    const ran = await runCli(['check', samples, '--format', 'sarif', '--fail-on', 'never']);
    const sarif = JSON.parse(ran.stdout) as {
      version: string;
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; level: string }[];
      }[];
    };
    expect(sarif.version).toBe('2.1.0');
    const [run] = sarif.runs;
    for (const { ruleId, ruleIndex, level } of run!.results) {
      expect(run!.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(['error', 'warning', 'note']).toContain(level);
    }
    expect(run!.results.length).toBeGreaterThan(10);
  });

  test.each([
    [['check'], /needs a file or folder/],
    [['check', '/nowhere/at/all'], /there is no such file or folder/],
    [['check', samples, '--rules', 'XY'], /names no rule/],
    [['check', samples, '--shard', '4/3'], /is not I\/N/],
    [['check', samples, '--fail-on', 'never-ever'], /is not known: use/],
    [['check', '--merge', path.join(samples, 'labels.json')], /is not a JSON or SARIF report/],
  ])('%j is answered by one plain sentence', async (args, sentence) => {
    const ran = await runCli(args);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(sentence);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });
});
