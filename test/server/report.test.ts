import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeLens } from 'vscode-languageserver';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { AdvisoriesAnswer, AttachAnswer, DraftAnswer, StatusAnswer } from '#core/protocol';
import { atCaret } from './marked-text.ts';
import { Session } from './session.ts';

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});
const scratch = mkdtempSync(path.join(tmpdir(), 'xen-report-lsp-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const log = (context: string): string =>
  [
    '(XEN) Xen version 4.17.6 (joe@hvams01) (gcc 12.2.0) debug=n Wed Nov  4 16:52:28 UTC 2026',
    '(XEN) Command line: console=com1 loglvl=all guest_loglvl=all',
    "(XEN) *** Serial input to DOM0 (type 'CTRL-a' three times to switch input)",
    '(XEN) ----[ Xen-4.17.6  x86_64  debug=n  Not tainted ]----',
    '(XEN) CPU:    3',
    '(XEN) RIP:    e008:[<ffff82d04025f13b>] common/sched/credit2.c#burn_credits+0x9/0xb',
    `(XEN) RFLAGS: 0000000000010246   CONTEXT: hypervisor${context}`,
    '(XEN) rax: 0000000000000000   rbx: 0000000000000001   rcx: 0000000000000008',
    '(XEN) Xen call trace:',
    '(XEN)    [<ffff82d04025f13b>] R common/sched/credit2.c#burn_credits+0x9/0xb',
    '(XEN) ',
    '(XEN) ****************************************',
    '(XEN) Panic on CPU 3:',
    '(XEN) FATAL PAGE FAULT',
    '(XEN) ****************************************',
    '',
  ].join('\n');

/** Makes a report folder on disk through the server, as the client does. */
async function makeReport(name: string, context: string) {
  session = await Session.start({ folders: [scratch] });
  const file = path.join(scratch, `${name}.log`);
  writeFileSync(file, log(context));
  const draft = await session.request<DraftAnswer>('xen/report/draft', {
    logs: [{ uri: pathToFileURL(file).href }],
    configs: [],
    hostInfo: [],
    answers: {},
    keep: [],
  });
  const folder = path.join(scratch, name);
  for (const each of draft.files) {
    mkdirSync(path.dirname(path.join(folder, each.path)), { recursive: true });
    writeFileSync(path.join(folder, each.path), each.text);
  }
  const report = path.join(folder, 'report.md');
  const text = readFileSync(report, 'utf8');
  const uri = await session.open(report, text, 'markdown');
  return { draft, uri, text, folder };
}

describe('advisories', () => {
  test.each([
    ['c', '/* XSA-|7 was this */ #include <xen/lib.h>', '**XSA-7**'],
    ['git-commit', 'x86: this is CVE-2012-|0217 in Xen', '**XSA-7**'],
    ['markdown', 'see xsa|155', 'paravirtualized drivers incautious'],
    ['diff', '+ * XSA-155| ', '**XSA-155**'],
  ])('hover in %s: %s', async (language, source, expected) => {
    session = await Session.start();
    const { text, position } = atCaret(source);
    const uri = await session.open(`/nowhere/a.${language}`, text, language);
    expect(await session.hover(uri, position)).toContain(expected);
  });

  test('a number nobody gave out says nothing', async () => {
    session = await Session.start();
    const { text, position } = atCaret('XSA-99|99 and CVE-1999-0001 of xen');
    const uri = await session.open('/nowhere/a.md', text, 'markdown');
    expect(await session.hover(uri, position)).toBeUndefined();
  });

  test('all of them can be looked up', async () => {
    session = await Session.start();
    const all = await session.request<AdvisoriesAnswer>('xen/advisories', {});
    expect(all.length).toBe(520);
    expect(all.find(({ number }) => number === 7)?.detail).toContain('CVE-2012-0217');
  });
});

describe('report.md', () => {
  test('is drafted without a word of the builder, and judged when opened', async () => {
    const { draft, uri } = await makeReport('ordinary', '');
    expect(draft.folderName).toBe('xen-report-sched-credit2-fatal-page-fault-in-burn-credits');
    expect(draft.redactions.map(({ text }) => text)).toContain('joe@hvams01');
    const diagnostics = await session!.diagnostics(uri);
    expect(diagnostics.map(({ code }) => code)).toContain('report-missing');
    expect(diagnostics.map(({ message }) => message as string).join('\n')).toContain(
      'No steps to reproduce',
    );
    const lenses = await session!.request<CodeLens[]>('textDocument/codeLens', {
      textDocument: { uri },
    });
    expect(lenses.map(({ command }) => command?.title)).toEqual([
      expect.stringMatching(/^Complete: \d+ of 100 · \d+ things missing$/),
      expect.stringContaining('xen-devel'),
      'Copy as mail',
      'Send…',
      'Attach…',
    ]);
  });

  test('offers fixes that fill it', async () => {
    const { uri } = await makeReport('fixed', '');
    const diagnostics = await session!.diagnostics(uri);
    const often = diagnostics.find(({ message }) =>
      (message as string).includes('Always, sometimes'),
    )!;
    const actions = await session!.codeActions(uri, often);
    expect(actions.map(({ title }) => title)).toContain('Happens always');
    const machine = diagnostics.find(({ message }) => (message as string).includes('Machine'))!;
    const attach = await session!.codeActions(uri, machine);
    expect(attach.map(({ title }) => title)).toContain(
      'Add xl info or another output of the host…',
    );
  });

  test('is ready to be mailed: addresses, plain text, attachments, issue link', async () => {
    const { uri, draft } = await makeReport('mailed', '');
    const status = await session!.request<StatusAnswer>('xen/report/status', { uri });
    expect(status.publicRoutesOpen).toBe(true);
    expect(status.mail.to).toEqual(['xen-devel@lists.xenproject.org']);
    expect(status.mail.subject).toBe(draft.title);
    expect(status.mail.attachments).toEqual(['attachments/mailed.log']);
    expect(status.mail.eml).toContain('filename="mailed.log"');
    expect(status.issueLink).toContain('gitlab.com/xen-project/xen/-/issues/new');
  });

  test('closes the public routes until the user says in words that it is none', async () => {
    const { uri, text, draft } = await makeReport('secret', ' (d3v0)');
    expect(draft.publicRoutesOpen).toBe(false);
    const before = await session!.request<StatusAnswer>('xen/report/status', { uri });
    expect(before.publicRoutesOpen).toBe(false);
    expect(before.mail.to).toEqual(['security@xenproject.org']);
    expect(before.mail.cc).toEqual([]);
    expect(before.issueLink).toBeUndefined();
    expect(
      (await session!.diagnostics(uri)).find(({ code }) => code === 'report-security')?.severity,
    ).toBe(1);
    await session!.change(
      uri,
      `${text}\n${before.statementPrefix} only my own test module does this.\n`,
    );
    const after = await session!.request<StatusAnswer>('xen/report/status', { uri });
    expect(after.publicRoutesOpen).toBe(true);
    expect(after.mail.to).toEqual(['xen-devel@lists.xenproject.org']);
    expect((await session!.diagnostics(uri)).map(({ code }) => code)).not.toContain(
      'report-security',
    );
  });

  test('takes a file that is attached later', async () => {
    const { uri, folder, text } = await makeReport('attached', '');
    const info = path.join(scratch, 'xl-info.txt');
    writeFileSync(
      info,
      'host                   : hvams01\nrelease                : 6.1.0-56-amd64\n',
    );
    const answer = await session!.request<AttachAnswer>('xen/report/attach', {
      uri,
      file: { uri: pathToFileURL(info).href },
    });
    expect(answer.files.map(({ path: file }) => file)).toContain('attachments/xl-info.txt');
    expect(answer.files[0]?.text).toMatch(/<HOST-\d>/);
    expect(answer.edits.map(({ newText }) => newText)).toContain('- dom0 kernel: `6.1.0-56-amd64`');
    expect(readFileSync(path.join(folder, 'report.md'), 'utf8')).toBe(text);
  });

  test('a wrong request is answered with nothing', async () => {
    session = await Session.start();
    for (const method of ['draft', 'status', 'attach']) {
      expect(await session.request(`xen/report/${method}`, { uri: 7 })).toBeNull();
    }
    expect(session.logged).toEqual([]);
  });
});
