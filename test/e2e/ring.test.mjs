// The ring simulator in a real VS Code: from the palette, a ring's lens and a xenstore dump; stepped, broken, compared,
// exported, reloaded.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { makeDemo } from '../../scripts/demo-workspace.mjs';
import { openWorkbench } from '../vscode/fixture.mjs';

const limit = { timeout: 180_000 };

/** A disk with four queues and a two-page ring, as xenstore-ls -fp prints it. */
const XENSTORE = [
  ['/local/domain/0/backend/vbd/7/51712/feature-max-indirect-segments', '256', '(n0,r7)'],
  ['/local/domain/0/backend/vbd/7/51712/feature-persistent', '1', '(n0,r7)'],
  ['/local/domain/0/backend/vbd/7/51712/state', '4', '(n0,r7)'],
  ['/local/domain/7/device/vbd/51712/feature-persistent', '1', '(n7,r0)'],
  ['/local/domain/7/device/vbd/51712/multi-queue-num-queues', '4', '(n7,r0)'],
  ['/local/domain/7/device/vbd/51712/protocol', 'x86_64-abi', '(n7,r0)'],
  ['/local/domain/7/device/vbd/51712/ring-page-order', '1', '(n7,r0)'],
  ['/local/domain/7/device/vbd/51712/state', '4', '(n7,r0)'],
]
  .map(([node, value, rights]) => `${node} = "${value}"   ${rights}`)
  .join('\n');

let editor;
let folder;

before(async () => {
  ({ folder } = makeDemo());
  writeFileSync(path.join(folder, 'xenstore.txt'), `${XENSTORE}\n`);
  writeFileSync(
    path.join(folder, 'mine.xenring.json'),
    '{ "config": "segments-256", "workload": "one-mib", "position": 5 }\n',
  );
  editor = await openWorkbench(folder, { viewport: { width: 1250, height: 900 } });
  await editor.page.keyboard.press('Control+b');
}, limit);
after(() => editor?.stop());

const panel = () => editor.workbench.webview('.simulator');
const textOf = async (selector) => (await panel()).locator(selector).first().innerText();

/** Waits until a place of the panel holds a text, through reloads of its frame; answers what it holds. */
async function shows(selector, expected) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      const place = (await panel()).locator(selector, { hasText: expected }).first();
      await place.waitFor({ timeout: 5000 });
      return await place.innerText();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

async function focusPanel() {
  const frame = await panel();
  await frame.locator('.ring-view svg[role=listbox], .simulator').first().focus();
}

test('the palette opens it, and keys step, scrub and rewind', limit, async () => {
  await editor.workbench.run('Xen: Open Ring Simulator');
  await shows('.why', 'Why is it waiting?');
  await (await panel()).locator('.inspector [role=tab]').first().waitFor();
  await focusPanel();
  for (let i = 0; i < 40; i++) await editor.page.keyboard.press('ArrowRight');
  await shows('.scrub', '40 /');
  await editor.page.keyboard.press('Shift+ArrowLeft');
  const back = Number(/^(\d+) \//.exec((await textOf('.scrub')).trim())?.[1]);
  assert.ok(back < 40);
  await (await panel()).locator('input[type=range]').fill('500');
  await shows('.scrub', '500 /');
  await editor.shot('ring');
});

test('an indirect request opens to its descriptors', limit, async () => {
  const frame = await panel();
  await frame.locator('.inspector [role=tab]', { hasText: 'Indirect' }).click();
  await shows('.inspector', '32 of 512 entries of 8 bytes');
  assert.match(await textOf('.inspector table[aria-label=Descriptors]'), /0x[0-9a-f]{8}/);
});

test('two configurations stand side by side', limit, async () => {
  await focusPanel();
  await editor.page.keyboard.press('c');
  await shows('.compare .reason', 'segments');
  await editor.shot('ring-compare');
  await editor.page.keyboard.press('c');
});

test('an export asks where to, and the trace that is written replays', limit, async () => {
  const frame = await panel();
  for (const [item, name] of [
    ['Trace up to here (JSONL)', 'ring-trace.jsonl'],
    ['Picture (SVG)', 'ring.svg'],
  ]) {
    await frame.locator('.menu button', { hasText: 'Export' }).first().click();
    await frame.locator('[role=menuitem]', { hasText: item }).click();
    await editor.workbench.quickInput.waitFor();
    await editor.page.keyboard.press('Enter');
    const file = path.join(folder, name);
    for (let i = 0; i < 100; i++) {
      try {
        if (readFileSync(file, 'utf8').length > 0) break;
      } catch {
        await pause(50);
      }
    }
    const text = readFileSync(file, 'utf8');
    if (name.endsWith('.svg')) assert.match(text, /^<svg[^>]*xmlns=/);
    else assert.match(text, /^\{"seed":7,"i":0,"op":"init"/);
  }
});

test('after a reload of the window it is as it was', limit, async () => {
  const before = await textOf('.scrub');
  const reloaded = editor.page.waitForEvent('domcontentloaded');
  await editor.workbench.run('Developer: Reload Window');
  await reloaded;
  await editor.page.locator('.monaco-workbench .part.editor').waitFor();
  await shows('.scrub', before.split('·')[0].trim());
});

test('a ring in blkif.h and a xenstore dump have a lens that opens it', limit, async () => {
  await editor.workbench.open('xenstore.txt');
  const lens = editor.page.locator('.codelens-decoration a', { hasText: 'Open in ring simulator' });
  await lens.first().click();
  await shows('.notices', 'Configured as domain 7');
  await shows('.notices', '4 queues: multi-queue-num-queues of the frontend.');
  const frame = await panel();
  assert.equal(await frame.locator('[role=option]').count(), 64);
  await editor.workbench.open('include/xen/io/blkif.h', 'blkif.h');
  const text = readFileSync(path.join(folder, 'include/xen/io/blkif.h'), 'utf8').split('\n');
  await editor.workbench.goTo(text.findIndex((each) => each.startsWith('DEFINE_RING_TYPES(')) + 1);
  await editor.page.locator('.codelens-decoration a', { hasText: 'Simulate' }).first().click();
  await panel();
});

test('a step leads to the macro in the header', limit, async () => {
  const frame = await panel();
  await focusPanel();
  await editor.page.keyboard.press('Home');
  await editor.page.keyboard.press('Shift+ArrowRight');
  await frame.locator('.why .link', { hasText: 'RING_PUSH_REQUESTS_AND_CHECK_NOTIFY' }).click();
  await editor.workbench.editor('ring.h').waitFor();
});

test('a .xenring.json file opens in it', limit, async () => {
  await editor.page.keyboard.press('Control+p');
  await editor.workbench.quickInput.locator('input').fill('mine.xenring.json');
  await editor.workbench.quickInput
    .locator('.monaco-list-row', { hasText: 'mine' })
    .first()
    .waitFor();
  await editor.page.keyboard.press('Enter');
  await shows('.scrub', '5 / 13');
});
