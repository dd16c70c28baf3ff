import { readFileSync } from 'node:fs';
import { analyseSysret, noNames, type SysretOptions } from '#core/sysret';
import { describe, expect, it } from 'vitest';

interface Label {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly verdict: 'safe' | 'unsafe';
  readonly why: string;
}

const folder = new URL('../../oracle/sysret/', import.meta.url);
const labels = JSON.parse(readFileSync(new URL('labels.json', folder), 'utf8')) as readonly Label[];
const alone: SysretOptions = { names: noNames, include: () => undefined, workspace: undefined };

/** Labels that say "workspace" need the other file; they are checked where the index is (test/cli/check). */
const needsWorkspace = (label: Label): boolean =>
  label.why.includes('workspace') || label.file.startsWith('att_16');

function findingsOf(file: string) {
  return analyseSysret({ path: file, text: readFileSync(new URL(file, folder), 'utf8') }, alone)
    .findings;
}

describe('labelled samples, each file by itself', () => {
  it.each(labels.filter((label) => !needsWorkspace(label)))(
    '$file:$line $rule is $verdict',
    (label) => {
      const hits = findingsOf(label.file).filter(
        (finding) => finding.rule === label.rule && finding.range.start.line === label.line - 1,
      );
      expect(hits.length > 0).toBe(label.verdict === 'unsafe');
    },
  );

  it.each([...new Set(labels.map((label) => label.file))])(
    '%s shows no other warning or error',
    (file) => {
      const expected = new Set(
        labels
          .filter((label) => label.file === file && label.verdict === 'unsafe')
          .map((label) => `${label.rule}:${label.line}`),
      );
      const unexpected = findingsOf(file)
        .filter((finding) => finding.severity === 'error' || finding.severity === 'warning')
        .map((finding) => `${finding.rule}:${finding.range.start.line + 1}`)
        .filter((key) => !expected.has(key));
      expect(unexpected).toEqual([]);
    },
  );
});
