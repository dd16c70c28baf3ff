import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeLens, CompletionItem } from 'vscode-languageserver';
import { atCaret } from './marked-text.ts';
import { Session } from './session.ts';

const fixtures = path.resolve(import.meta.dirname, '../fixtures/numa');
let folder: string;
let session: Session;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'xl-cfg-'));
  const host = path.join(fixtures, 'xl-on-mock-host/dev-02-tie');
  for (const file of ['xl-info-n.txt', 'xl-list-n.txt', 'xl-vcpu-list.txt']) {
    cpSync(path.join(host, file), path.join(folder, file));
  }
  session = await Session.start({ folders: [folder] });
});

afterAll(async () => {
  await session.stop();
  rmSync(folder, { recursive: true });
});

let count = 0;
async function openCfg(text: string): Promise<string> {
  count++;
  return session.open(path.join(folder, `guest${count}.cfg`), text, 'xl-cfg');
}

async function hoverAt(marked: string): Promise<string | undefined> {
  const { text, position } = atCaret(marked);
  return session.hover(await openCfg(text), position);
}

async function completionsAt(marked: string): Promise<string[]> {
  const { text, position } = atCaret(marked);
  const items = await session.request<CompletionItem[]>('textDocument/completion', {
    textDocument: { uri: await openCfg(text) },
    position,
  });
  return items.map((item) => item.label);
}

describe('hover', () => {
  test('on a key says what it means and where that is written', async () => {
    const hover = await hoverAt('memory = 1024\nmax|vcpus = 4\n');
    expect(hover).toContain('**maxvcpus**');
    expect(hover).toContain('NUMA placement count this number');
    expect(hover).toContain('xl.cfg(5)');
  });

  test('on an option of a virtual node', async () =>
    expect(await hoverAt('vnuma = [ [ "pn|ode=0" ] ]\n')).toContain('Physical node'));

  test('on a CPU list names its CPUs on the host beside the file', async () =>
    expect(await hoverAt('cpus = "node:|0"\n')).toMatch(/CPUs 0.* of this host, node 0/));

  test('on a comment there is none', async () =>
    expect(await hoverAt('# mem|ory\n')).toBeUndefined());
});

describe('completion', () => {
  test('offers keys that are not set yet', async () => {
    const labels = await completionsAt('memory = 1\n|\n');
    expect(labels).toContain('vnuma');
    expect(labels).not.toContain('memory');
  });

  test('offers the values of a key', async () =>
    expect(await completionsAt('type = |\n')).toEqual(['pv', 'pvh', 'hvm']));

  test('offers the nodes of the host inside a mask', async () =>
    expect(await completionsAt('cpus_soft = "|"\n')).toContain('node:1'));

  test('offers options inside a virtual node', async () =>
    expect(await completionsAt('vnuma = [\n  [ "|" ]\n]\n')).toContain('vdistances'));
});

describe('diagnostics', () => {
  test('carry the rule, its page and a fix that repairs the file', async () => {
    const uri = await openCfg('memory = 512\nvcpus = 4\nmaxvcpus = 2\n');
    const diagnostics = await session.diagnostics(uri);
    const wrong = diagnostics.find((each) => each.code === 'vcpus/max-less')!;
    expect(wrong).toMatchObject({ source: 'xen', severity: 1, range: { start: { line: 2 } } });
    const [fix] = await session.codeActions(uri, wrong);
    expect(fix?.edit?.changes?.[uri]?.[0]?.newText).toBe('4');
  });

  test('use the host beside the file', async () => {
    const uri = await openCfg('memory = 512\nvcpus = 500\n');
    const codes = (await session.diagnostics(uri)).map((each) => each.code);
    expect(codes).toContain('numa/vm-wider-than-pool');
  });

  test('name the line that is no setting and go on behind it', async () => {
    const uri = await openCfg('memory = lots\nvcpus = 4\nmaxvcpus = 2\n');
    const codes = (await session.diagnostics(uri)).map((each) => each.code);
    expect(codes).toEqual(expect.arrayContaining(['cfg/syntax', 'vcpus/max-less']));
  });
});

test('the lens says where the domain goes', async () => {
  const uri = await openCfg('type = "pvh"\nmemory = 256\nvcpus = 1\n');
  const [lens] = await session.request<CodeLens[]>('textDocument/codeLens', {
    textDocument: { uri },
  });
  expect(lens?.command).toMatchObject({ command: 'xen.openNumaPlacement', arguments: [uri] });
  expect(lens?.command?.title).toMatch(/^NUMA: fits nodes? \d.* · open$/);
});

test('a file of another program is left alone', async () => {
  const uri = await session.open('/somewhere/setup.cfg', '[memory]\nlimit = 4\n', 'properties');
  expect(await session.diagnostics(uri)).toEqual([]);
});
