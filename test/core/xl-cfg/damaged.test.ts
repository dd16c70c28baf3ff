import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleHost, buildDomain, readHostInput, requestOf } from '#core/numa';
import {
  checkCfg,
  completeAt,
  hostKnowledgeOf,
  hoverAt,
  parseCfg,
  placementSummary,
  readCfgKeys,
  readGuest,
} from '#core/xl-cfg';
import { cases } from '../../effort.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const keys = readCfgKeys(
  JSON.parse(read('server/src/core/knowledge/data/xl-cfg-keys.json')) as Parameters<
    typeof readCfgKeys
  >[0],
);
const known = hostKnowledgeOf(
  assembleHost([readHostInput('host.txt', read('docs/demo/numa/xl-info-n.txt'), () => ({}))]),
  'host.txt',
)!;

const recorded = JSON.parse(read('test/oracle/numa/cfg-diagnostics.json')) as readonly {
  readonly cfg: string;
}[];
const texts = recorded.map((each) => each.cfg);

/** Everything the editor asks of a text, at one place of it. */
function askAll(text: string, offset: number): void {
  const parsed = parseCfg(text);
  const { host } = known;
  const lengths = text.split('\n').map((line) => line.length);
  for (const { range } of [...checkCfg(text, known), ...checkCfg(text, undefined)]) {
    for (const { line, character } of [range.start, range.end])
      expect(character).toBeLessThanOrEqual(lengths[line] ?? -1);
  }
  hoverAt(parsed, offset, { keys, host });
  completeAt(parsed, offset, { keys, host });
  expect(placementSummary(text, known)).toMatch(/^NUMA: /);
  const asked = requestOf(readGuest(parsed, host).guest, host);
  if ('request' in asked) buildDomain(host, [], asked.request);
}

describe('an xl.cfg somebody is still typing, or that was damaged', () => {
  it('never stops the editor, and what it underlines lies inside', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(
          fc.tuple(
            fc.nat(),
            fc.constantFrom('"', '[', ']', "'", ',', '=', '^', '-', '9', '\n', '\\', '#', ''),
          ),
          { maxLength: 6 },
        ),
        fc.nat(),
        (text, damages, at) => {
          let damaged = text;
          for (const [place, by] of damages) {
            const i = place % (damaged.length + 1);
            damaged = damaged.slice(0, i) + by + damaged.slice(i + (place % 3));
          }
          askAll(damaged, at % (damaged.length + 1));
        },
      ),
      { numRuns: cases(5000) },
    ));

  it('keeps every setting that stands before a cut', () =>
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), (text, at) => {
        const cut = text.slice(0, at % (text.length + 1));
        const whole = cut.slice(0, cut.lastIndexOf('\n') + 1);
        const kept = parseCfg(cut).settings.map((setting) => setting.key);
        const before = parseCfg(whole).settings.map((setting) => setting.key);
        expect(kept.slice(0, before.length)).toEqual(before);
      }),
      { numRuns: cases(5000) },
    ));

  it.each([
    ['vcpus beyond any number', 'vcpus = 99999999999999999999'],
    ['four thousand million vCPUs', 'maxvcpus = 4000000000\ncpus = "0-3"'],
    ['memory beyond any number', 'memory = 99999999999999999999999'],
    ['a CPU range without end', 'cpus = "0-4000000000"'],
    ['a node range without end', 'cpus = "node:0-4000000000"'],
    ['lists of such ranges', 'cpus_soft = ["0-99999999", "^4294967295"]'],
    [
      'a vnode of such numbers',
      'vnuma = [["pnode=4294967295","size=99999999999","vcpus=0-99999","vdistances=10"]]',
    ],
    ['lists in lists', 'vnuma = [[[[[[["pnode=0"]]]]]]]'],
    ['a list of five thousand masks', `cpus = [${'"0",'.repeat(5000)}"0"]`],
    ['twenty thousand brackets', '['.repeat(20_000)],
    ['a string without end', `name = "${'x'.repeat(1_000_000)}`],
  ])('takes %s in its stride', (_, text) => askAll(text, text.length >> 1));
});
