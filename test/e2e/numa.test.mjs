// The NUMA panel and xl.cfg in a real VS Code: a configuration's lens, problems and hovers; a host recorded from a real
// Xen; moved by mouse and by keyboard, engines switched, the scheduler played, exported, reloaded; looked over by axe.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { makeDemo } from '../../scripts/demo-workspace.mjs';
import { themes, violations } from '../vscode/axe.mjs';
import { openWorkbench } from '../vscode/fixture.mjs';

const limit = { timeout: 180_000 };

let editor;
let folder;

before(async () => {
  ({ folder } = makeDemo());
  writeFileSync(path.join(folder, 'broken.xennuma.json'), '{"xennuma": 1, "inp');
  editor = await openWorkbench(folder, { viewport: { width: 1250, height: 900 } });
}, limit);
after(() => editor?.stop());

const panel = () => editor.workbench.webview('.numa');

/** Waits until a place of the panel holds a text; answers what it holds. */
async function shows(selector, expected) {
  const frame = await panel();
  const found = frame.locator(selector, { hasText: expected }).first();
  await found.waitFor();
  return found.innerText();
}

/** Waits for a file of the workspace to be written; answers its text. */
async function written(name) {
  for (let i = 0; i < 200; i++) {
    try {
      const text = readFileSync(path.join(folder, name), 'utf8');
      if (text.length > 0) return text;
    } catch {
      // Not there yet.
    }
    await pause(50);
  }
  throw new Error(`${name} was not written`);
}

test('an xl.cfg is recognised and its problem says where the memory goes', limit, async () => {
  await editor.workbench.open('numa/pinned.cfg', 'pinned.cfg');
  await editor.page.locator('.statusbar-item', { hasText: 'Xen domain configuration' }).waitFor();
  const rows = await editor.workbench.problems();
  assert.ok(
    rows.some((row) => /every access is remote/.test(row)),
    rows.join('\n'),
  );
  const hover = await editor.workbench.hoverWord(
    'pinned.cfg',
    'memory = 512',
    'memory',
    'MiB the domain',
  );
  assert.match(hover, /xl\.cfg\(5\)/);
  await editor.shot('xl-cfg');
});

test('the lens of a configuration opens the panel on the host beside it', limit, async () => {
  await editor.workbench.open('numa/cache.cfg', 'cache.cfg');
  const lens = editor.page.locator('.codelens-decoration a', { hasText: /NUMA: fits node \d/ });
  const words = await lens.first().innerText();
  await lens.first().click();
  const node = /node (\d)/.exec(words)[1];
  assert.match(await shows('[data-domain="new 0"]', 'cache'), new RegExp(`to node ${node}`));
  assert.match(await shows('#why-title', 'Why xl takes'), new RegExp(`NODE ${node}`, 'i'));
  await shows('tr.chosen', `◆ ${node}`);
  await editor.page.keyboard.press('Control+b');
  await editor.shot('numa');
});

test('a domain is dragged by mouse and moved by keyboard', limit, async () => {
  const frame = await panel();
  const row = await frame.locator('[data-domain="new 0"]').boundingBox();
  const tile = await frame.locator('[data-node="3"]').boundingBox();
  await editor.page.mouse.move(row.x + 60, row.y + 10);
  await editor.page.mouse.down();
  await editor.page.mouse.move(row.x - 40, row.y + 40, { steps: 4 });
  await editor.page.mouse.move(tile.x + 60, tile.y + 50, { steps: 8 });
  await editor.page.mouse.up();
  await shows('.what-if', 'By hand on node 3; xl would take');
  await frame.locator('[data-domain="new 0"]').focus();
  await editor.page.keyboard.press('m');
  await editor.page.keyboard.press('ArrowRight');
  await editor.page.keyboard.press('Enter');
  await shows('[data-domain="new 0"]', 'node 0');
  await editor.shot('numa-moved');
});

test('the other engine gives its own reasons', limit, async () => {
  const frame = await panel();
  await frame.locator('select[aria-label=Engine]').selectOption('xapi');
  await shows('.why', 'least used of the nearest');
  await frame.locator('select[aria-label=Engine]').selectOption('libxl');
  await shows('.why', 'libxl does not look at distances');
});

test('the scheduler plays and stops', limit, async () => {
  const frame = await panel();
  const time = () => frame.locator('[role=slider]').getAttribute('aria-valuenow');
  await frame.locator('button', { hasText: 'Play' }).click();
  for (let i = 0; i < 100 && Number(await time()) < 5; i++) await pause(50);
  await frame.locator('button', { hasText: 'Pause' }).click();
  const stopped = await time();
  assert.ok(Number(stopped) > 0);
  await pause(200);
  assert.equal(await time(), stopped);
});

test('exports: a snippet the engine confirms, a picture as SVG and as PNG', limit, async () => {
  const frame = await panel();
  const choose = async (item) => {
    const entry = frame.locator('[role=menuitem]', { hasText: item });
    // What an earlier dialog still does to the focus may close the menu again.
    while ((await entry.count()) === 0) {
      await frame.locator('.menu button', { hasText: 'Export' }).first().click();
      await entry.waitFor({ timeout: 2000 }).catch(() => undefined);
    }
    await entry.click();
  };
  for (const [item, name] of [
    ['Picture as SVG', 'numa.svg'],
    ['Picture as PNG', 'numa.png'],
  ]) {
    await choose(item);
    await editor.workbench.quickInput.waitFor();
    await editor.page.keyboard.press('Enter');
    await written(name);
  }
  assert.match(await written('numa.svg'), /^<svg[^>]*xmlns=/);
  assert.equal(readFileSync(path.join(folder, 'numa.png')).subarray(1, 4).toString(), 'PNG');
  await choose('xl.cfg with cpus_soft');
  await editor.page.locator('.view-line', { hasText: 'cpus_soft' }).first().waitFor();
  await editor.workbench.run('Xen: Open NUMA Placement');
  await panel();
});

test('after a reload of the window it is as it was', limit, async () => {
  const reloaded = editor.page.waitForEvent('domcontentloaded');
  await editor.workbench.run('Developer: Reload Window');
  await reloaded;
  await editor.page.locator('.monaco-workbench .part.editor').waitFor();
  await shows('.what-if', 'By hand on node 0');
});

test(
  'a pasted xl info -n has a lens, and a broken document is answered plainly',
  limit,
  async () => {
    await editor.workbench.open('numa/xl-info-n.txt', 'xl-info-n.txt');
    const end = readFileSync(path.join(folder, 'numa/xl-info-n.txt'), 'utf8').split('\n');
    await editor.workbench.goTo(end.findIndex((line) => line.startsWith('node:')) + 1);
    const lens = editor.page.locator('.codelens-decoration a', {
      hasText: 'Open in NUMA visualizer',
    });
    await lens.first().click();
    await panel();
    await editor.workbench.pick('broken.xennuma.json');
    await shows('[role=alert]', 'broken.xennuma.json is not JSON');
  },
);

test('the four default themes have no accessibility violation', limit, async () => {
  await editor.workbench.run('Xen: Open NUMA Placement');
  for (const [name, { label, body }] of Object.entries(themes)) {
    await editor.workbench.theme(label);
    await (await panel()).locator(body).waitFor();
    for (const tables of [true, false]) {
      await showTables(tables);
      assert.deepEqual(await violations(await panel()), [], `${name}, tables ${tables}`);
    }
    await editor.shot(`numa-${name}`);
  }
});

async function showTables(wanted) {
  const toggle = (await panel()).locator('button', { hasText: 'Tables' });
  if (((await toggle.getAttribute('aria-pressed')) === 'true') !== wanted) await toggle.click();
}
