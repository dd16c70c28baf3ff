import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runCli } from './run.ts';

const oracle = path.resolve(import.meta.dirname, '../oracle/ring');
const trace = gunzipSync(readFileSync(path.join(oracle, 'trace-dev.jsonl.gz'))).toString('utf8');

describe('ring replay', () => {
  test('passes the trace of the real macros', async () => {
    expect(await runCli(['ring', 'replay', '-'], trace)).toEqual({
      status: 0,
      stdout: '10000 passed, 0 failed\n',
      stderr: '',
    });
  });

  test('names the line and the field of a difference', async () => {
    const lines = trace.split('\n').slice(0, 40);
    lines[12] = lines[12]?.replace(/"free":\d+/u, '"free":99') ?? '';
    const ran = await runCli(['ring', 'replay', '-'], lines.join('\n'));
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(
      /^-:13: \w+: free is 99 in the trace, the model says \d+\n39 passed, 1 failed\n$/u,
    );
  });

  test.each([
    ['', 'holds no steps'],
    ['hello\n', 'The line is not JSON.'],
  ])('%j is answered with a sentence', async (text, sentence) => {
    const ran = await runCli(['ring', 'replay', '-'], text);
    expect(ran.status).toBeGreaterThan(0);
    expect(ran.stdout + ran.stderr).toContain(sentence);
  });
});

describe('ring vectors', () => {
  test('answers a line per vector and the sum', async () => {
    const ran = await runCli(['ring', 'vectors', path.join(oracle, 'vectors-dev.json')]);
    const lines = ran.stdout.trim().split('\n');
    expect(ran.status).toBe(0);
    expect(JSON.parse(lines[0] ?? '')).toEqual({ id: 'ring-x86_64-o0', ok: true, differs: [] });
    expect(lines.at(-1)).toBe(`${lines.length - 1} passed, 0 failed`);
  });

  test('takes one vector a line as well', async () => {
    const vector = { id: 'x', kind: 'ring', config: { abi: 'i386' }, expect: { nr_ents: 31 } };
    const ran = await runCli(
      ['ring', 'vectors', '-'],
      `${JSON.stringify(vector)}\n${JSON.stringify(vector)}\n`,
    );
    expect(ran.status).toBe(1);
    expect(ran.stdout).toContain('{"id":"x","ok":false,"differs":["nr_ents"]}');
    expect(ran.stdout).toContain('0 passed, 2 failed');
  });
});

describe('ring run', () => {
  test('gives the metrics as JSON', async () => {
    const scenario = '{"config":"linux-map","workload":"one-mib"}';
    const ran = await runCli(['ring', 'run', '-', '--format', 'json'], scenario);
    expect(ran.status).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      version: 1,
      entries: 32,
      ended: 'finished',
      config: { maxSegments: 32, persistent: false },
      metrics: { requests: 8, indirectRequests: 8, grantsMapped: 264, grantHypercalls: 48 },
    });
  });

  test('lists events, stops where asked and writes a trace that replays', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'ring-run-')), 'out.jsonl');
    const ran = await runCli(
      ['ring', 'run', '-', '--events', '--steps', '30', '--trace', file],
      '{}',
    );
    expect(ran.stdout.split('\n').filter((line) => line.includes(' µs  '))).toHaveLength(30);
    expect(ran.stdout).toContain(
      'Frontend pushes: req_event lies in the interval, so it notifies.',
    );
    const replayed = await runCli(['ring', 'replay', file]);
    expect(replayed.stdout).toMatch(/^\d+ passed, 0 failed\n$/u);
  });

  test('ends with status 1 when the scenario does harm, and says what would have helped', async () => {
    const ran = await runCli(
      ['ring', 'run', '-'],
      '{"workload":"random-4k","hazard":{"id":"no-final-check"}}',
    );
    expect(ran.status).toBe(1);
    expect(ran.stdout).toContain('A wake-up was lost');
    expect(ran.stdout).toContain('What helps: RING_FINAL_CHECK_FOR_REQUESTS (XR302');
  });

  test('names what is wrong with a scenario', async () => {
    const ran = await runCli(['ring', 'run', '-'], '{"config":{"queues":99}}');
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain('-: "config.queues" must be a whole number from 1 to 16, not 99.');
  });
});
