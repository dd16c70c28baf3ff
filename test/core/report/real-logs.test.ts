import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDecodeTables, readMessages } from '#core/knowledge';
import { buildReport, type LogSource, type ReportDraft } from '#core/report';
import { scanLog } from '#core/xen-log';
import decodeData from '../../../server/src/core/knowledge/data/decode.json' with { type: 'json' };
import messagesData from '../../../server/src/core/knowledge/data/messages.json' with { type: 'json' };
import { knowledge } from './sample.ts';

/** Real logs beside the repository: booted and crashed for the project, each with what it shows. */
const logs = path.resolve(import.meta.dirname, '../../../../shared/logs');
const present = existsSync(logs);
if (process.env['CI'] === 'true' && !present) throw new Error(`${logs} is missing`);

const logKnowledge = { messages: readMessages(messagesData), tables: readDecodeTables(decodeData) };

const scanned = new Map<string, LogSource>();
function read(file: string): LogSource {
  const known = scanned.get(file);
  if (known) return known;
  const text = readFileSync(path.join(logs, file), 'utf8');
  const source = { name: path.basename(file), text, analysis: scanLog(text, logKnowledge) };
  scanned.set(file, source);
  return source;
}

function report(...files: readonly string[]): ReportDraft {
  return buildReport({ logs: files.map(read), hostInfo: [], configs: [], knowledge });
}

interface Entry {
  readonly file: string;
  readonly route: string;
  readonly key_patterns: readonly string[];
  readonly truth?: { readonly file: string; readonly line: number; readonly release: string };
}

const entries: readonly Entry[] = present
  ? (JSON.parse(readFileSync(path.join(logs, 'lab/manifest.json'), 'utf8')) as Entry[])
  : [];
/** What the text itself says, found without the scanner. */
const first = (text: string, pattern: RegExp): string | undefined =>
  pattern.exec(text)?.[1]?.trim();

describe.skipIf(!present)('reports from real logs', () => {
  it.each(entries.map((entry) => ({ name: entry.file, entry })))(
    'routes $name as the manifest says',
    ({ entry }) => {
      const { routing } = report(`lab/${entry.file}`);
      expect(routing.kind).toBe(entry.route);
      // None of these is a guest's doing: nothing is withheld, nothing goes to the security team by itself.
      expect(routing.publicRoutesOpen).toBe(true);
      expect(routing.destinations[0]?.id).not.toBe('security');
    },
  );

  const crashed = [
    ...entries.filter(({ route }) => route !== 'no-fault').map(({ file }) => `lab/${file}`),
    'boot-keep-first-boot-dom0-panic/serial.log',
    'boot-keep-gpf-panic-epyc/serial.log',
    'boot-panic-badkernel/serial.log',
    'boot-panic-dom0mem/serial.log',
    'boot-panic-nodom0/serial.log',
    'boot-bootD/serial.log',
  ];
  it.each(crashed)(
    '%s: complete to 80 of 100 without typing, with version and command line',
    (file) => {
      const draft = report(file);
      const text = readFileSync(path.join(logs, file), 'utf8').replaceAll('\r', '');
      expect(draft.completeness.score).toBeGreaterThanOrEqual(80);
      expect(draft.fault.crash).toBeDefined();
      expect(draft.facts['xen.version']?.value).toBe(first(text, /Xen version (\S+) \(/));
      const command = first(text, /^\(XEN\).*?Command line: (.*)$/m);
      expect(draft.facts['xen.cmdline']?.value ?? '').toBe(command ?? '');
      if (command !== undefined)
        expect(draft.reportText).toContain(command.replaceAll(/\s+/g, ' '));
    },
  );

  const truths = entries.filter(({ truth }) => truth);
  it.each(truths.map((entry) => ({ name: entry.file, entry })))(
    '$name: crash, trace and place',
    ({ entry }) => {
      const { fault, reportText } = report(`lab/${entry.file}`);
      const { crash } = fault;
      const printed = crash?.panicText.join('\n') ?? '';
      const named = [
        ...(crash?.callTrace ?? []).map(({ file }) => file ?? ''),
        crash?.place?.file ?? '',
        printed,
      ];
      // The function or the text that was crashed on purpose.
      expect(named.join('\n') + reportText).toMatch(/crashlab|lab:/);
      expect(crash?.domain).toBeUndefined();
      if (crash && crash.callTrace.length > 0) expect(reportText).toContain('call trace:');
    },
  );

  it('tells the domain of a guest’s crash and asks for its configuration', () => {
    const draft = report('boot-live/serial.log');
    expect(draft.fault.guests.length).toBe(1);
    expect(draft.reportText).toContain(`Domain: d${draft.fault.guests[0]}`);
    expect(draft.completeness.checks.find(({ id }) => id === 'guest')?.missing).toContain(
      'configuration',
    );
    const config = readFileSync(path.join(logs, 'boot-live/res/guests/crash1.cfg'), 'utf8');
    const complete = buildReport({
      logs: [read('boot-live/serial.log')],
      hostInfo: [],
      configs: [{ name: 'crash1.cfg', text: config }],
      knowledge,
    });
    expect(complete.completeness.score).toBeGreaterThanOrEqual(80);
  });

  it('makes the best of a fragment, and says what it lacks', () => {
    for (const name of readdirSync(path.join(logs, 'crashes')).filter((each) =>
      each.endsWith('.txt'),
    )) {
      const draft = report(`crashes/${name}`);
      expect(draft.fault.kind).toBe('xen-bug');
      expect(draft.facts['xen.version']?.value).toBe('4.17.7');
      const lacking = draft.completeness.checks
        .filter(({ missing }) => missing !== undefined)
        .map(({ id }) => id);
      expect(lacking).toContain('fullboot');
      expect(lacking).not.toContain('dump');
    }
  });

  it('fills what the log leaves open from the host’s own words', () => {
    const hostInfo = [
      {
        name: 'xl-info.txt',
        text: readFileSync(path.join(logs, 'boot-bootB/res/host/xl-info.txt'), 'utf8'),
      },
    ];
    const draft = buildReport({
      logs: [read('crashes/bug.serial.txt')],
      hostInfo,
      configs: [],
      knowledge,
    });
    expect(draft.facts['xen.buildid']?.value).toMatch(/^[0-9a-f]{40}$/);
    expect(draft.facts['dom0.kernel']?.value).toBe('6.1.0-56-amd64');
    expect(draft.reportText).not.toContain('xen-tcg');
    expect(
      draft.files.find(({ path: file }) => file.startsWith('attachments/xl-info'))?.text,
    ).toContain('<HOST-1>');
  });

  it('says that a healthy log holds no fault, and where to ask', () => {
    const { notices, fault } = report('boot-bootB/serial.log');
    expect(fault.kind).toBe('no-fault');
    expect(notices.map(({ kind }) => kind)).toEqual(['no-fault']);
    expect(notices[0]?.instead).toContain('xen-users');
  });

  it('names the misconfiguration before the report is written', () => {
    expect(report('boot-panic-nodom0/serial.log').notices[0]?.title).toContain('no dom0 kernel');
    expect(report('boot-panic-dom0mem/serial.log').notices[0]?.title).toContain('dom0_mem');
    expect(report('boot-panic-badkernel/serial.log').notices[0]?.title).toContain(
      'could not load the dom0 kernel',
    );
  });

  it('knows the downstream by the banner', () => {
    expect(report('boot-bootD/serial.log').routing.downstream).toBe('Debian');
    expect(report('lab/302-lab-bug.log').routing.downstream).toBeUndefined();
  });
});
