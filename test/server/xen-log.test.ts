import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type {
  CodeLens,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Location,
  SemanticTokens,
} from 'vscode-languageserver';
import type { LogFound, LogOverview, LogPart } from '#core/protocol';
import { labLog } from '../core/xen-log/knowledge.ts';
import { Session } from './session.ts';

/** A small tree of the test's own; its lines are those that the log names. */
const crashlab = [
  ...Array.from({ length: 36 }, (_, i) => `/* line ${i + 1} */`),
  'static void lab_check(unsigned int value)',
  '{ BUG_ON(value); }',
  'unsigned int lab_read_value(const struct lab *lab)',
  '{',
  '    return lab->value;',
  '}',
  'void lab_report(unsigned int value)',
  '{',
  '    printk(XENLOG_WARNING "lab: odd value %u in slot %#x\\n", value, 3);',
  '}',
].join('\n');

let folder: string;
let session: Session;
let uri: string;
let lines: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'xen-log-'));
  mkdirSync(path.join(folder, 'xen/common'), { recursive: true });
  writeFileSync(path.join(folder, 'xen/common/crashlab.c'), crashlab);
  // What is learnt of the tree is kept here, not in the home of who runs the tests.
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
  session = await Session.start({ folders: [folder] });
  const text = labLog('301-lab-null.log');
  lines = text.split(/\r\n|\r|\n/);
  uri = await session.open(path.join(folder, 'null.log'), text, 'xen-log');
});
afterAll(async () => {
  await session.stop();
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

/** The first place of a text in a line that holds another. */
function placeOf(lineText: string, word: string): { line: number; character: number } {
  const line = lines.findLastIndex((each) => each.includes(lineText));
  const character = lines[line]?.indexOf(word) ?? -1;
  if (line < 0 || character < 0) throw new Error(`no "${word}" in "${lineText}"`);
  return { line, character: character + 1 };
}
const hoverOf = (lineText: string, word: string) => session.hover(uri, placeOf(lineText, word));
const ofDocument = <R>(method: string, more: object = {}, of: string = uri): Promise<R> =>
  session.request<R>(`textDocument/${method}`, { textDocument: { uri: of }, ...more });

describe('hover', () => {
  test.each([
    ['RIP: ', 'ffff82d0', /Xen's own image.*lab_read_value.*byte 3 of 12/s],
    ['[error_code=0000]', '0000]', /read from supervisor mode on a page that is not present/],
    ['Faulting linear address', '0000000000000010', /NULL pointer plus member offset 16/],
    ['CONTEXT: hypervisor', 'RFLAGS', /RFLAGS.*`(?:IF|ZF|PF|AF|CF|SF)/s],
    ['cr0: ', 'cr0', /CR0.*`PE/s],
    ['cr4: ', 'cr4', /CR4.*`PAE/s],
    ['ds: ', 'cs: ', /Segment selector\*\* e008/],
    ['Panic on CPU', 'Panic', /panic/i],
    ['R common/crashlab.c#lab_read_value+', '#lab_read', /byte \d+ of \d+/],
  ])('%s %s', async (line, word, words) => {
    expect(await hoverOf(line, word)).toMatch(words);
  });

  test('every line that is not blank has one', async () => {
    const silent: string[] = [];
    for (const [line, text] of lines.entries()) {
      if (/^(?:\(XEN\) )?(?:\[[^\]]*\] )?\s*$/.test(text)) continue;
      const found = await session.hover(uri, { line, character: text.length });
      if (found === undefined) silent.push(text);
    }
    expect(silent).toEqual([]);
  });
});

test('Problems: one error for the crash, with its evidence', async () => {
  const problems = await session.diagnostics(uri);
  const errors = problems.filter(({ code }) => String(code).startsWith('crash.'));
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/read of 0x10, a NULL pointer plus member offset 16/),
  ]);
  expect(errors[0]?.severity).toBe(1);
  expect(errors[0]?.relatedInformation?.length).toBeGreaterThan(0);
});

test('outline and folding: the boot with its sections, the crash in it', async () => {
  const symbols = await ofDocument<DocumentSymbol[]>('documentSymbol');
  const boot = symbols.find(({ name }) => /boot/.test(name));
  const names = boot?.children?.map(({ name }) => name) ?? [];
  expect(names).toContain('Memory map');
  expect(names.some((name) => /NULL pointer/.test(name))).toBe(true);
  const folds = await ofDocument<FoldingRange[]>('foldingRange');
  expect(folds.length).toBeGreaterThan(names.length / 2);
  for (const { startLine, endLine } of folds) expect(startLine).toBeLessThan(endLine);
});

test('lenses on the crash', async () => {
  const lenses = await ofDocument<CodeLens[]>('codeLens');
  expect(lenses.map(({ command }) => command?.title)).toEqual([
    'Explain',
    'New bug report',
    'Copy decoded',
  ]);
});

describe('source', () => {
  test('a frame leads to its function', async () => {
    const found = await ofDocument<Location[]>('definition', {
      position: placeOf('R common/crashlab.c#lab_read_value', '#lab_read_value'),
    });
    expect(found).toEqual([
      {
        uri: pathToFileURL(path.join(folder, 'xen/common/crashlab.c')).href,
        range: { start: { line: 38, character: 0 }, end: { line: 38, character: 0 } },
      },
    ]);
  });

  test('a printed file and line is a link', async () => {
    const text = labLog('302-lab-bug.log');
    const bug = await session.open(path.join(folder, 'bug.log'), text, 'xen-log');
    const links = await ofDocument<DocumentLink[]>('documentLink', {}, bug);
    expect(links.map(({ target }) => target)).toContain(
      `${pathToFileURL(path.join(folder, 'xen/common/crashlab.c')).href}#L38`,
    );
  });

  test('a line that the knowledge does not know leads to the call that prints it', async () => {
    const text = '(XEN) [   20.000000] lab: odd value 7 in slot 0x3\n';
    const odd = await session.open(path.join(folder, 'printed.log'), text, 'xen-log');
    const index = await session.request('xen/log/index', { uri: odd });
    expect(index).toEqual({ trees: [{ root: folder, messageCount: 1 }] });
    const position = { line: 0, character: 30 };
    expect(await session.hover(odd, position)).toMatch(
      /Printed by `printk` at \[xen\/common\/crashlab\.c:45\].* in `lab_report\(\)`, level warning/,
    );
    const [found] = await ofDocument<Location[]>('definition', { position }, odd);
    expect(found?.range.start.line).toBe(44);
  });

  test('no printed path leads out of the tree', async () => {
    const text = `(XEN) ../../etc/secret.c:3: text\n(XEN) Xen BUG at ../../../etc/x.c:1\n`;
    const odd = await session.open(path.join(folder, 'odd.log'), text, 'xen-log');
    expect(await ofDocument('documentLink', {}, odd)).toEqual([]);
  });
});

test('a symbol map of another build is not used, and that is said', async () => {
  const map = path.join(folder, 'maps');
  mkdirSync(map);
  writeFileSync(
    path.join(map, 'xen-syms.map'),
    '0xffff82d040200000 T _start\n0xffff82d040900000 T _end\n',
  );
  const text = labLog('301-lab-null.log');
  const beside = await session.open(path.join(map, 'null.log'), text, 'xen-log');
  const wrong = (await session.diagnostics(beside)).find(({ code }) => code === 'log.wrong-map');
  expect(wrong?.message).toMatch(/xen-syms\.map is not used\..*belongs to another build/);
});

test('semantic tokens: the key line of the crash and the function to blame', async () => {
  const { data } = await ofDocument<SemanticTokens>('semanticTokens/full');
  expect(data.length).toBeGreaterThan(0);
  expect(data.length % 5).toBe(0);
});

test('a clean boot has no problem', async () => {
  const clean = await session.open('/nowhere/clean.log', labLog('206-gen-vtd.log'), 'xen-log');
  expect(await session.diagnostics(clean)).toEqual([]);
});

test('plain text in which Xen speaks is a log; other text is not', async () => {
  const log = await session.open('/nowhere/serial.txt', '(XEN) Panic on CPU 0:\n', 'plaintext');
  expect(await session.hover(log, { line: 0, character: 8 })).toMatch(/panic/i);
  const text = await session.open('/nowhere/notes.txt', 'Panic on CPU 0:\n', 'plaintext');
  expect(await session.hover(text, { line: 0, character: 8 })).toBeUndefined();
});

describe('the view', () => {
  test('shows crashes, phases, domains and the most frequent messages', async () => {
    const overview = await session.request<LogOverview>('xen/log/overview', { uri });
    expect(overview.lineCount).toBe(lines.length - (lines.at(-1) === '' ? 1 : 0));
    expect(overview.crashes[0]).toMatchObject({ severity: 'error' });
    expect(overview.phases[0]?.label).toMatch(/boot$/);
    expect(overview.frequent.length).toBeGreaterThan(5);
    expect(overview.frequent[0]?.children?.length).toBeGreaterThan(0);
  });

  test('a summary tells which fixes the version lacks', async () => {
    const text = labLog('301-lab-null.log').replaceAll('4.20.4', '4.17.0');
    const old = await session.open(path.join(folder, 'old.log'), text, 'xen-log');
    const summary = await session.request<string>('xen/log/explain', { uri: old });
    expect(summary).toMatch(/1 crash, \d+ other incidents/);
    expect(summary).toMatch(/By its version, Xen 4\.17\.0 lacks the fixes of \d+ advisories/);
  });

  test('a crash is decoded for a mail, by a line of it', async () => {
    const { line } = placeOf('Xen call trace', 'Xen');
    expect(await session.request('xen/log/crash', { uri, line: line + 1 })).toMatch(
      /lab_read_value/,
    );
  });

  test.each([null, {}, { uri: 3 }, { uri: 'file:///none', line: 0 }, { uri: 'file:///none' }])(
    'answers %j with nothing',
    async (parameters) => {
      for (const name of ['overview', 'explain', 'crash', 'part'])
        expect(await session.request(`xen/log/${name}`, parameters)).toBeNull();
    },
  );
});

test('a file that is not open: scanned from disk, told while it is read, shown in parts', async () => {
  const file = path.join(folder, 'large.log');
  const once = labLog('302-lab-bug.log').replaceAll('\r', '');
  const count = once.split('\n').length - 1;
  const times = Math.ceil(9_000_000 / once.length);
  writeFileSync(file, once.repeat(times));
  const found: LogFound[] = [];
  session.client.onNotification('xen/log/found', (news: LogFound) => {
    found.push(news);
  });
  const large = pathToFileURL(file).href;
  const overview = await session.request<LogOverview>('xen/log/overview', { uri: large });
  expect(overview.lineCount).toBe(count * times);
  expect(overview.crashes.length).toBeGreaterThan(1);
  expect(found[0]?.rows.length).toBeGreaterThan(0);
  const line = overview.crashes.at(-1)!.line;
  const part = await session.request<LogPart>('xen/log/part', { uri: large, line });
  const shown = part.text.split('\n');
  expect(shown.length).toBe(part.lastLine - part.firstLine + 1);
  expect(shown[line - part.firstLine]).toBe(once.split('\n')[(line - 1) % count]);
});
