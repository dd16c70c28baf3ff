import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runCli } from './run.ts';

const fixtures = path.resolve(import.meta.dirname, '../fixtures/numa');
const host = path.join(fixtures, 'xl-on-mock-host/dev-12-huge');
const vectors = gunzipSync(
  readFileSync(path.resolve(import.meta.dirname, '../oracle/numa/vectors-xapi-dev.jsonl.gz')),
).toString('utf8');

describe('numa replay', () => {
  test('answers a line per vector and the sum', async () => {
    const ran = await runCli(['numa', 'replay', '-'], vectors);
    const lines = ran.stdout.trim().split('\n');
    expect(ran.status).toBe(0);
    expect(JSON.parse(lines[0]!)).toEqual({ id: 'xapi-dev-001', ok: true, differs: [] });
    expect(lines.at(-1)).toBe('150 passed, 0 failed');
  });

  test('ends with status 1 and names the field when a vector differs', async () => {
    const vector = JSON.parse(vectors.split('\n')[0]!) as { expect: { enabled: boolean } };
    vector.expect.enabled = false;
    const ran = await runCli(['numa', 'replay', '-'], JSON.stringify(vector));
    expect(ran.status).toBe(1);
    expect(ran.stdout).toContain('"differs":["enabled"]');
    expect(ran.stdout).toContain('0 passed, 1 failed');
  });

  test('names the line that is no JSON', async () => {
    const ran = await runCli(['numa', 'replay', '-'], '{"id":');
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain('-, line 1 is not JSON');
  });
});

describe('numa place', () => {
  const request = ['--vcpus', '2', '--memory', '2048'];

  test('gives the same from a folder of outputs and from the truth behind them', async () => {
    const place = async (source: string): Promise<Record<string, unknown>> => {
      const asked = ['numa', 'place', '--host', source, ...request, '--format', 'json'];
      const ran = await runCli(asked);
      expect(ran.stderr).toBe('');
      return JSON.parse(ran.stdout) as Record<string, unknown>;
    };
    const read = await place(host);
    const truth = await place(path.join(host, 'truth.json'));
    expect(read['version']).toBe(1);
    expect(read['best']).toMatchObject({ nodes: (truth['best'] as { nodes: number[] }).nodes });
    expect(read['vcpus_on_node']).toEqual(truth['vcpus_on_node']);
    expect(read['missing']).toEqual([]);
  });

  test('says what the host file should be', async () => {
    const ran = await runCli(['numa', 'place', '--host', '-', ...request], 'nothing of use\n');
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/name no NUMA nodes with CPUs: give the output of "xl info -n"/);
  });

  test('says which pool a request misses', async () => {
    const ran = await runCli(['numa', 'place', '--host', host, ...request, '--pool', 'nowhere']);
    expect(ran).toMatchObject({ status: 2 });
    expect(ran.stderr).toContain('The host has no cpupool named "nowhere".');
  });

  test('reads the request from an xl.cfg and from xapi looks at distances', async () => {
    const cfg = 'type = "hvm"\nmemory = 1024\nvcpus = 2\n';
    const asText = await runCli(['numa', 'place', '--host', host, '--request', '-'], cfg);
    expect(asText.stdout).toMatch(/^Need: 1,0\d\d,\d{3} KiB/);
    const asXapi = await runCli(
      ['numa', 'place', '--host', host, '--request', '-', '--engine', 'xapi'],
      cfg,
    );
    expect(asXapi.stdout).toMatch(/xapi chooses nodes \d/);
  });
});
