import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attachToReport,
  buildReport,
  checkReport,
  downstreamOf,
  parseReport,
  readPrivateState,
  reportFindings,
  reportRules,
  sectionOf,
  subjectFault,
  type FactKey,
  type ReportStatus,
} from '#core/report';
import { cases } from '../../effort.ts';
import { anyText, bootBeforeDom0, crash, frame, knowledge, log } from './sample.ts';

const source = log([crash()]);
const draft = buildReport({ logs: [source], hostInfo: [], configs: [], knowledge });
const status = (reportText: string): ReportStatus =>
  checkReport({ reportText, logs: [source], others: [], knowledge });
const missing = (reportText: string): readonly string[] =>
  status(reportText)
    .completeness.checks.filter((check) => check.missing !== undefined)
    .map(({ id }) => id);

/** Applies the edits of the fix with this title. */
function fixed(text: string, title: string): string {
  const fix = reportFindings(text, status(text))
    .flatMap(({ fixes }) => fixes ?? [])
    .find((each) => each.title === title);
  const edit = fix?.edits[0]?.edits[0];
  if (!edit) throw new Error(`no fix "${title}"`);
  const lines = text.split('\n');
  const { start, end } = edit.range;
  const offset = (line: number, character: number): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return (
    text.slice(0, offset(start.line, start.character)) +
    edit.newText +
    text.slice(offset(end.line, end.character))
  );
}

describe('a report', () => {
  it('has the sections of the scaffold, the facts, and asks for what is missing', () => {
    const report = parseReport(draft.reportText, knowledge.scaffold);
    expect(report.title).toBe('[BUG] sched/credit2: FATAL PAGE FAULT in f [Xen 4.17]');
    expect(report.sections.map(({ id }) => id)).toEqual([
      'summary',
      'environment',
      'steps',
      'expected',
      'actual',
      'frequency',
      'regression',
      'guest',
      'logs',
      'tried',
    ]);
    expect(sectionOf(report, 'environment')?.text).toContain(
      '- Machine: (missing) `dmesg | grep DMI:`',
    );
    expect(sectionOf(report, 'steps')?.text).toMatch(
      /^1\. Boot Xen 4\.17\.6 with the command line `com1/,
    );
  });

  it('keeps the originals and the pseudonyms in a part that git ignores', () => {
    const paths = draft.files.map(({ path }) => path);
    expect(paths).toEqual([
      '.gitignore',
      'report.md',
      'attachments/serial.log',
      'private/original/serial.log',
      'private/report.json',
    ]);
    expect(draft.files[0]?.text).toBe('private/\n');
  });

  it('scores by the points of the scaffold, and what is filled in counts', () => {
    expect(knowledge.scaffold.checks.reduce((sum, { points }) => sum + points, 0)).toBe(100);
    expect(missing(draft.reportText)).toEqual(['hardware', 'steps', 'frequency']);
    let text = fixed(draft.reportText, 'Add a step');
    expect(missing(text)).toEqual(['hardware', 'frequency']);
    text = fixed(text, 'Happened once');
    expect(missing(text)).toEqual(['hardware']);
    text = text.replace(/- Machine: .*/, '- Machine: `Some Board`');
    expect(status(text).completeness.score).toBe(100);
    expect(
      reportFindings(text, status(text)).filter(({ severity }) => severity === 'warning'),
    ).toEqual([]);
  });

  it('puts the decoded fault back when it was deleted', () => {
    const without = draft.reportText.replace(
      /(## Actual result\n)[\s\S]*?(?=\n## How often)/,
      '$1',
    );
    expect(missing(without)).toContain('expectedactual');
    const text = fixed(without, 'Insert the decoded fault');
    expect(missing(text)).not.toContain('expectedactual');
    expect(text).toContain('- Signature: `page-fault|');
  });

  it('says nothing of what does not apply: no guest, no dom0', () => {
    const early = log(
      [
        crash({
          kind: 'panic',
          registers: {},
          callTrace: [],
          panicText: ['dom0 kernel not specified'],
        }),
      ],
      {
        events: [],
        boots: [bootBeforeDom0],
      },
    );
    const { completeness, reportText, fault } = buildReport({
      logs: [early],
      hostInfo: [],
      configs: [],
      knowledge,
    });
    expect(fault.kind).toBe('configuration');
    expect(reportText).toContain('- dom0 kernel: not started');
    const lacking = completeness.checks
      .filter((check) => check.missing !== undefined)
      .map(({ id }) => id);
    expect(lacking).toEqual(['hardware', 'frequency']);
  });

  it('finds the advisories that touch the crashing code', () => {
    const old = log(
      [
        crash({
          culprit: frame('x', 'arch/x86/x86_64/entry.S'),
          callTrace: [frame('x', 'arch/x86/x86_64/entry.S')],
        }),
      ],
      {
        boots: [{ ...source.analysis.boots[0]!, xenVersion: '4.1.2' }],
      },
    );
    const { notices } = buildReport({ logs: [old], hostInfo: [], configs: [], knowledge });
    expect(notices[0]?.advisories.map(({ number }) => number)).toContain(7);
    expect(notices.at(-1)?.kind).toBe('old-release');
  });

  it('has every rule explained, and no finding without one', () => {
    const ids = new Set(reportRules.map(({ id }) => id));
    for (const { rule } of reportFindings(draft.reportText, status(draft.reportText)))
      expect(ids).toContain(rule);
  });

  it('notices private texts that came in later, and replaces them', () => {
    const text = draft.reportText.replace('Not known.', 'Not known. Ask jane@corp.example.com.');
    expect(status(text).leftovers.map(({ kind }) => kind)).toEqual(['email']);
    expect(fixed(text, 'Replace by <EMAIL-1>')).not.toContain('jane@');
  });

  it('takes any text for a report without failing', () => {
    const pieces = fc.constantFrom(
      '# T',
      '## Summary',
      '## Environment',
      '- Xen version: x',
      '```',
      '<!--',
      '-->',
      '1. a',
      '2. b',
      '## Security note',
      'text',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (lines) => {
        const text = lines.join('\n');
        const result = status(text);
        reportFindings(text, result);
        expect(result.completeness.score).toBeGreaterThanOrEqual(0);
        expect(result.completeness.score).toBeLessThanOrEqual(100);
      }),
      { numRuns: cases(1000) },
    );
  });
});

describe('a subject', () => {
  it('is one line of ASCII, 75 characters at most, with its tag', () => {
    fc.assert(
      fc.property(anyText({ minLength: 1, maxLength: 200 }), (text) => {
        const { title } = buildReport({
          logs: [log([crash({ panicText: [text], cause: text })])],
          hostInfo: [],
          configs: [],
          knowledge,
        });
        expect(title.length).toBeLessThanOrEqual(75);
        expect(title).toMatch(/^\[BUG\] [\x20-\x7e]*$/);
      }),
      { numRuns: cases(500) },
    );
  });

  it('is judged', () => {
    expect(subjectFault('[BUG] x86/p2m: it dies [Xen 4.17]')).toBeUndefined();
    expect(subjectFault('it dies')).toContain('[BUG]');
    expect(subjectFault(`[BUG] ${'x'.repeat(80)}`)).toContain('75');
    expect(subjectFault('[BUG] URGENT it dies')).toContain('urgent');
    expect(subjectFault('[BUG] stürzt ab')).toContain('ASCII');
    expect(subjectFault('')).toContain('no subject');
  });
});

describe('downstream projects', () => {
  const facts = (values: Partial<Record<FactKey, string>>) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, { value, from: 'test' }]),
    );
  const known: readonly (readonly [string | undefined, Partial<Record<FactKey, string>>])[] = [
    ['Debian', { 'xen.origin': 'Debian 4.17.7+13-g2445b30a44-0+deb12u1' }],
    ['Debian', { 'xen.origin': 'lists.alioth.debian.org' }],
    ['Ubuntu', { 'xen.origin': 'Ubuntu 4.16.0-1~ubuntu2' }],
    [
      'Qubes OS',
      { 'xen.origin': 'mockbuild@[unknown]', 'dom0.kernel': '6.6.48-1.qubes.fc37.x86_64' },
    ],
    [
      'XCP-ng',
      { 'xen.version': '4.13.5-9.40', 'xen.changeset': 'pq 4563ab1', distro: 'XCP-ng 8.2.1' },
    ],
    ['XenServer or XCP-ng', { 'xen.origin': 'mockbuild@[unknown]', 'dom0.kernel': '4.19.0+1' }],
    ['XenServer', { 'xen.origin': 'build@xenserver' }],
    ['SUSE', { 'xen.origin': 'abuild@suse.de' }],
    ['Fedora', { 'xen.origin': 'mockbuild@fedoraproject.org', 'xen.version': '4.17.2.fc38' }],
    ['NixOS', { 'xen.origin': 'nixbld@localhost' }],
    ['FreeBSD', { 'xen.origin': 'root@freebsd.org' }],
    [undefined, { 'xen.origin': 'joe@laptop' }],
    [undefined, { 'xen.version': '4.20-unstable' }],
    [undefined, {}],
  ];
  it.each(known.map(([name, values]) => ({ name: String(name), values })))(
    '$name: $values',
    ({ name, values }) => {
      expect(String(downstreamOf(facts(values))?.name)).toBe(name);
    },
  );
});

describe('attaching a file later', () => {
  const hostInfo = {
    name: 'xl-info.txt',
    text: 'host                   : hvams01\nrelease                : 6.1.0\n',
  };
  const dmesg = {
    name: 'dmesg-hvams01.txt',
    text: 'Nov 22 11:26:01 hvams01 kernel: DMI: Some Board 9, BIOS 1\n',
  };
  const state = readPrivateState({ version: 1, pseudonyms: { hvams01: '<HOST-4>' }, kept: [] });
  const attach = (file: { name: string; text: string }, existing: readonly string[] = []) =>
    attachToReport({
      reportText: draft.reportText,
      state,
      existing,
      source: file,
      scaffold: knowledge.scaffold,
    });

  it('redacts with the report’s own pseudonyms and keeps the original private', () => {
    const { files } = attach(hostInfo);
    expect(files.map(({ path }) => path)).toEqual([
      'attachments/xl-info.txt',
      'private/original/xl-info.txt',
      'private/report.json',
    ]);
    expect(files[0]?.text).toContain('<HOST-4>');
    expect(files[1]?.text).toContain('hvams01');
  });

  it('fills facts that were missing and lists the file', () => {
    const { edits, files } = attach(dmesg);
    const texts = edits.map(({ newText }) => newText);
    expect(texts[0]).toBe('- Machine: `Some Board 9, BIOS 1`');
    expect(texts[1]).toContain('attachments/dmesg-HOST-4.txt');
    expect(files[0]?.path).toBe('attachments/dmesg-HOST-4.txt');
  });

  it('gives a second file of a name another one', () => {
    expect(attach(hostInfo, ['xl-info.txt']).files[0]?.path).toBe('attachments/xl-info-2.txt');
  });
});
