import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { places, root, rulesIn } from './c-source.ts';

interface Label {
  readonly file: string;
  readonly rule?: string;
  readonly must_not_report?: readonly string[];
  readonly expect: readonly { readonly rule: string; readonly line: number }[];
}

const folder = path.join(root, 'test/fixtures/driver');
const labelsIn = (name: string) =>
  (JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as { samples: readonly Label[] })
    .samples;
const labels = { samples: [...labelsIn('labels.json'), ...labelsIn('own-labels.json')] };
const textOf = (label: Label) => readFileSync(path.join(folder, label.file), 'utf8');

describe('the labelled samples', () => {
  const bad = labels.samples.filter((label) => label.expect.length > 0);
  test.each(bad.map((label) => [label.file, label] as const))(
    '%s: exactly its labels',
    (_, label) =>
      expect(places(textOf(label))).toEqual(
        label.expect.map(({ rule, line }) => `${rule}:${line}`),
      ),
  );

  const good = labels.samples.filter((label) => label.expect.length === 0);
  test.each(good.map((label) => [label.file, label] as const))('%s: quiet', (_, label) => {
    const unwanted = label.must_not_report ?? [label.rule ?? ''];
    expect(rulesIn(textOf(label)).filter((rule) => unwanted.includes(rule))).toEqual([]);
  });

  test('cover bad and good', () => {
    expect(bad.length).toBeGreaterThanOrEqual(28);
    expect(good.length).toBeGreaterThanOrEqual(37);
  });
});
