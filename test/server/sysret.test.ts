import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SysretAudit } from '#core/protocol';
import { atCaret } from './marked-text.ts';
import { Session } from './session.ts';

const root = path.resolve(import.meta.dirname, '../..');
const entry = readFileSync(path.join(root, 'docs/demo/entry.S'), 'utf8');
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-sysret-'));

let session: Session;
beforeAll(async () => {
  writeFileSync(path.join(folder, 'entry.S'), entry);
  cpSync(path.join(root, 'docs/demo/backend.c'), path.join(folder, 'backend.c'));
  // The built server: the workspace audit runs in a thread of its own bundle.
  session = await Session.start({ folders: [folder], mode: 'spawn' });
});
afterAll(async () => {
  await session.stop();
  rmSync(folder, { recursive: true, force: true });
});

const open = (text: string, name = 'entry.S', language = 'plaintext') =>
  session.open(path.join(folder, name), text, language);

test('the exit without a check is reported with its path; the checked one is not', async () => {
  const uri = await open(entry);
  const found = (await session.diagnostics(uri)).filter(({ code }) => code === 'SR001');
  expect(found).toHaveLength(1);
  expect(entry.split('\n')[found[0]!.range.start.line]).toContain('sysretq');
  expect(found[0]!.message).toMatch(/XSA-7/);
  const places = (found[0]!.relatedInformation ?? []).map(
    ({ location }) => entry.split('\n')[location.range.start.line],
  );
  expect(places.join('\n')).toMatch(/exit_fast[^]*FRAME_RIP[^]*/);
});

test('every repair offered clears the finding', async () => {
  const uri = await open(entry, 'repaired.S');
  const [finding] = (await session.diagnostics(uri)).filter(({ code }) => code === 'SR001');
  const actions = await session.codeActions(uri, finding!);
  expect(actions.map(({ title }) => title).join('\n')).toMatch(/IRET at `exit_slow`/);
  for (const action of actions) {
    let text = entry;
    for (const { range, newText } of action.edit?.changes?.[uri] ?? []) {
      const lines = text.split('\n');
      const at = lines.slice(0, range.start.line).join('\n').length + 1 + range.start.character;
      expect(range.end).toEqual(range.start);
      text = text.slice(0, at) + newText + text.slice(at);
    }
    await session.change(uri, text);
    const left = (await session.diagnostics(uri)).filter(({ code }) => code === 'SR001');
    expect(left, `${action.title}\n${text}`).toEqual([]);
    await session.change(uri, entry);
  }
});

describe('hovers', () => {
  test.each([
    ['entry.S', '\tsysret|q\n', 'SYSRETQ'],
    ['entry.S', '\tmovq $1, %rcx; rex64 sysr|et\n', 'SYSRETQ'],
    ['entry.S', '\tswapgs\n\tiret|q\n', 'IRETQ'],
    ['entry.S', '\tsyscall # |MSR_LSTAR\n', 'LSTAR'],
    ['setup.c', 'void f(void) { wrmsr(MSR_|STAR, 0); asm("swapgs"); }\n', 'STAR'],
    ['setup.c', 'void f(void) { asm volatile("swap|gs; sysretq"); }\n', 'SWAPGS'],
    ['setup.c', 'int g(void) { return n & VGCF_|in_syscall; } /* swapgs */\n', '0x100'],
  ])('%s: %j', async (name, marked, title) => {
    const { text, position } = atCaret(marked);
    const uri = await open(text, name, name.endsWith('.c') ? 'c' : 'plaintext');
    expect(await session.hover(uri, position)).toMatch(title);
    await session.close(uri);
  });

  test('a name in plain C code is not an instruction', async () => {
    const { text, position } = atCaret('long r = sys|call(1); asm("swapgs");\n');
    const uri = await open(text, 'user.c', 'c');
    expect((await session.hover(uri, position)) ?? '').not.toMatch(/SYSCALL/);
  });
});

test('an audit of a file gives each exit a verdict and a reason', async () => {
  const uri = await open(entry);
  const audit = await session.request<SysretAudit>('xen/sysret/file', { uri });
  expect(audit.exits.map(({ label, verdict }) => [label, verdict])).toEqual([
    ['exit_fast', 'unsafe'],
    ['exit_checked', 'safe'],
  ]);
  for (const { why } of audit.exits) expect(why.length).toBeGreaterThan(10);
});

test('an audit of the workspace reads what is saved, in a thread of its own', async () => {
  const audit = await session.request<SysretAudit>('xen/sysret/workspace', {});
  const saved = audit.exits.filter(({ uri }) => uri.endsWith('/entry.S'));
  expect(saved.map(({ verdict }) => verdict)).toEqual(['unsafe', 'safe']);
  expect(audit.problems.map(({ rule, uri }) => [rule, path.posix.basename(uri)])).toContainEqual([
    'SR001',
    'entry.S',
  ]);
});
