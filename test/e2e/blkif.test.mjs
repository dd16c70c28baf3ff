// The main job in a real VS Code: a Xen header of this machine, opened and asked.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeDemo } from '../../scripts/demo-workspace.mjs';
import { openWorkbench } from '../vscode/fixture.mjs';

const HEADER = '/usr/include/xen/io/blkif.h';
const limit = { timeout: 180_000 };
let editor;

before(async () => {
  const { folder } = makeDemo();
  // A copy in which one offset is shifted and one protocol constant changed.
  const broken = readFileSync(HEADER, 'utf8')
    .replace(
      '    uint16_t       nr_segments;  /* number of segments',
      '    uint32_t       nr_segments;  /* number of segments',
    )
    .replace(/(#define BLKIF_OP_INDIRECT\s+)6/, '$17');
  writeFileSync(path.join(folder, 'broken-blkif.h'), broken);
  const lines = readFileSync(HEADER, 'utf8').split('\n');
  const line = lines.findIndex((each) => each.startsWith('struct blkif_request_indirect')) + 4;
  editor = await openWorkbench(folder, { file: HEADER, line });
}, limit);
after(() => editor?.stop());

test('a member hovers with its offset on every ABI and its range', limit, async () => {
  const text = await editor.workbench.hoverWord(
    'blkif.h',
    'nr_segments;',
    'nr_segments',
    'offset',
    'Range:',
  );
  await editor.shot('blkif-hover');
  await editor.page.keyboard.press('Escape');
  assert.match(text, /offset/i);
  assert.match(text, /every ABI|i386/);
  assert.match(text, /Range:.*feature-max-indirect-segments/);
});

test('a code lens says entry size and entries per page', limit, async () => {
  const lines = readFileSync(HEADER, 'utf8').split('\n');
  await editor.workbench.focusEditor('blkif.h');
  await editor.workbench.goTo(lines.findIndex((each) => each.startsWith('DEFINE_RING_TYPES(')) + 1);
  const lens = editor.page.locator('.codelens-decoration', { hasText: '112 B' }).first();
  await lens.waitFor();
  assert.match(await lens.innerText(), /32 per page/);
  await editor.shot('blkif-lens');
});

test('Show Struct Layout opens a document with all ABIs', limit, async () => {
  await editor.workbench.focusEditor('blkif.h');
  const lines = readFileSync(HEADER, 'utf8').split('\n');
  const struct = lines.findIndex((each) => each.startsWith('struct blkif_request {'));
  await editor.workbench.goTo(struct + 1, 10);
  await editor.workbench.run('Xen: Show Struct Layout');
  const layout = editor.page.locator('.editor-instance .view-lines', { hasText: 'i386' });
  await layout.first().waitFor();
  await editor.shot('blkif-layout');
  assert.match((await layout.first().innerText()).replaceAll('\u00a0', ' '), /sector_number/);
});

test('the Problems panel names what a broken copy changed', limit, async () => {
  await editor.workbench.open('broken-blkif.h');
  const problems = await editor.workbench.problems('BLKIF_OP_INDIRECT');
  await editor.shot('blkif-problems');
  assert.ok(
    problems.some((row) => /BLKIF_OP_INDIRECT/.test(row)),
    problems.join('\n'),
  );
});

test('the server restarts from the palette and answers again', limit, async () => {
  await editor.workbench.run('Xen: Restart Language Server');
  await editor.workbench.open(HEADER, 'blkif.h');
  await editor.workbench.hoverWord(
    'blkif.h',
    'uint8_t        operation;',
    'operation',
    'operation',
  );
  await editor.shot('blkif-restarted');
  assert.equal(await editor.workbench.notification('did not start').count(), 0);
});
