import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  blockGeometry,
  NOTIFY_SCHEDULES,
  type NotifySchedule,
  parseVectors,
  runNotifySchedule,
  runVector,
  TraceComparison,
  type TraceReport,
  vectorKinds,
} from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../effort.ts';

const oracle = path.join(import.meta.dirname, '../../oracle/ring');

const geometry = blockGeometry(SLOT_LAYOUTS.x86_64);

function replay(text: string): TraceReport {
  const comparison = new TraceComparison(geometry);
  for (const line of text.split('\n')) comparison.feed(line);
  return comparison.report();
}

const trace = gunzipSync(readFileSync(path.join(oracle, 'trace-dev.jsonl.gz'))).toString();

describe('the trace made by the real macros', () => {
  it('is replayed with every field equal', () => {
    expect(replay(trace)).toEqual({ passed: 10_000, failed: 0, differences: [] });
  });

  it('is noticed when one figure is wrong', () => {
    const lines = trace.split('\n');
    const at = lines.findIndex(
      (line) => line.includes('"op":"b_respond"') && line.includes('"n":3'),
    );
    lines[at] = lines[at]?.replace('"infl":', '"infl":1') ?? '';
    const report = replay(lines.join('\n'));
    expect(report).toMatchObject({
      passed: 9999,
      failed: 1,
      differences: [{ line: at + 1, field: 'infl' }],
    });
  });

  it.each([
    ['not json', 'The line is not JSON.'],
    ['[1]', 'The line is not a JSON object.'],
    ['{"seed":1}', 'The line has no "op".'],
    ['{"seed":1,"i":1,"op":"f_push"}', 'A trace must begin with an "init" line.'],
    [
      '{"seed":1,"i":0,"op":"init","order":99}',
      'The ring page order must be a whole number from 0 to 10, not 99.',
    ],
    ['{"seed":1,"i":0,"op":"constructor"}', '"constructor" is not an operation of a ring trace'],
  ])('answers %s with a sentence', (line, sentence) => {
    const report = replay(line);
    expect(report.failed).toBe(1);
    expect(report.differences[0]?.actual).toContain(sentence);
  });
});

describe('the notification schedules', () => {
  const lines = readFileSync(path.join(oracle, 'scenarios.jsonl'), 'utf8').trim().split('\n');
  const scenarios = lines.map(
    (line) => JSON.parse(line) as Record<string, number> & { scenario: NotifySchedule },
  );

  it('covers every schedule', () => {
    expect(new Set(scenarios.map((one) => one.scenario))).toEqual(new Set(NOTIFY_SCHEDULES));
  });

  it.each(scenarios)('$scenario depth $depth notifies as often as the macros do', (expected) => {
    const { rounds = 0, depth = 0, nr_ents: entryCount = 0 } = expected;
    const counts = runNotifySchedule(expected.scenario, { rounds, depth, entryCount });
    expect({
      requests: counts.requests,
      req_pushes: counts.requestPushes,
      req_notifies: counts.requestNotifies,
      req_saved: counts.requestPushes - counts.requestNotifies,
      rsp_pushes: counts.responsePushes,
      rsp_notifies: counts.responseNotifies,
      rsp_saved: counts.responsePushes - counts.responseNotifies,
    }).toEqual({
      requests: expected['requests'],
      req_pushes: expected['req_pushes'],
      req_notifies: expected['req_notifies'],
      req_saved: expected['req_saved'],
      rsp_pushes: expected['rsp_pushes'],
      rsp_notifies: expected['rsp_notifies'],
      rsp_saved: expected['rsp_saved'],
    });
  });
});

describe('the vectors', () => {
  const vectors = parseVectors(readFileSync(path.join(oracle, 'vectors-dev.json'), 'utf8'));
  if (typeof vectors === 'string') throw new Error(vectors);

  it('covers every kind that is computed', () => {
    expect(new Set(vectors.map((vector) => vector.kind))).toEqual(new Set(vectorKinds()));
  });

  it.each(vectors)('$id', (vector) => {
    expect(runVector(vector, SLOT_LAYOUTS)).toEqual({ id: vector.id, ok: true, differs: [] });
  });

  it('fails on a wrong figure, an unknown figure, an unknown kind and an unknown ABI', () => {
    const vector = { id: 'x', kind: 'ring', config: {}, expect: { nr_ents: 33, colour: 'red' } };
    expect(runVector(vector, SLOT_LAYOUTS)).toEqual({
      id: 'x',
      ok: false,
      differs: ['nr_ents', 'colour'],
    });
    expect(runVector({ ...vector, kind: 'toString' }, SLOT_LAYOUTS).why).toContain('are not known');
    expect(runVector({ ...vector, config: { abi: 'sparc' } }, SLOT_LAYOUTS).why).toContain(
      '"sparc" is not known',
    );
  });
});

/** Compiles a program of the oracle against the installed headers; undefined where there are none. */
function compiled(source: string): string | undefined {
  if (!existsSync('/usr/include/xen/io/ring.h')) {
    if (process.env['CI'] !== 'true') return undefined;
    throw new Error('libxen-dev is not installed: nothing to compare with.');
  }
  const program = path.join(mkdtempSync(path.join(tmpdir(), 'ring-oracle-')), 'oracle');
  execFileSync('gcc', ['-O1', '-Wall', path.join(oracle, source), '-o', program]);
  return program;
}

const output = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { maxBuffer: 1 << 28 }).toString();

const starts = ['0', '0xfffffff0', '0xffffff00', '0x7ffffff8'];

describe('fresh traces of the real macros', () => {
  const seeds = Array.from({ length: 20 }, (_, i) => i + 101);
  let program: string | undefined;

  beforeAll(() => {
    program = compiled('ring_oracle.c');
  });

  it.each(seeds)('seed %i agrees step by step', (seed) => {
    if (program === undefined) return;
    const steps = cases(10_000);
    const order = seed % 5;
    const start = starts[Math.floor(seed / 5) % starts.length] ?? '0';
    const text = output(program, ['trace', String(seed), String(steps), String(order), start]);
    expect(replay(text)).toEqual({ passed: steps, failed: 0, differences: [] });
  });
});

describe('traces of the real macros under other protocols and entry sizes', () => {
  const program = compiled('protocol_trace.c');
  const protocols = program === undefined ? [] : output(program, []).trim().split('\n');

  it.runIf(program !== undefined)('cover a small, an odd and a large entry', () => {
    expect(protocols).toEqual(
      expect.arrayContaining(['blkif', 'netif_rx', 'vscsiif', 'xen_sndif', 'of37', 'of1000']),
    );
  });

  it.each(protocols)('%s agrees step by step on rings of order 0 to 4', (protocol) => {
    for (let order = 0; order <= 4; order++) {
      const start = starts[(order + protocols.indexOf(protocol)) % starts.length] ?? '0';
      const steps = String(cases(3000));
      const text = output(program ?? '', [
        protocol,
        String(order + 1),
        steps,
        String(order),
        start,
      ]);
      const { passed, differences } = replay(text);
      expect(differences).toEqual([]);
      expect(passed).toBeGreaterThanOrEqual(Number(steps));
    }
  });

  it('refuse an entry that no page holds', () => {
    const line = '{"seed":1,"i":0,"op":"init","arg":0,"order":0,"entry":5000}';
    expect(replay(line).differences[0]?.actual).toContain('does not fit a ring of page order 0');
  });
});
