import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { replayVector } from '#core/numa';

function vectors(name: string): readonly Parameters<typeof replayVector>[0][] {
  const file = new URL(`../../oracle/numa/${name}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Parameters<typeof replayVector>[0]);
}

describe('placements recorded from libxl', () => {
  const recorded = vectors('vectors-dev');

  it('has all of them', () => {
    expect(recorded).toHaveLength(471);
  });

  it('computes every field of every expectation', () => {
    const failed = recorded.map(replayVector).filter((result) => !result.ok);
    expect(failed).toEqual([]);
  });

  it('notices a changed expectation', () => {
    const vector = structuredClone(recorded[0]) as { expect: { best: { nr_vcpus: number } } };
    vector.expect.best.nr_vcpus++;
    expect(replayVector(vector as never).differs).toEqual(['best.nr_vcpus']);
  });
});

describe('placements recorded from xapi', () => {
  it('computes every placement of every scenario', () => {
    const recorded = vectors('vectors-xapi-dev');
    expect(recorded).toHaveLength(150);
    expect(recorded.map(replayVector).filter((result) => !result.ok)).toEqual([]);
  });
});
