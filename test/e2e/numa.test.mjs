// The NUMA panel and xl.cfg in a real VS Code: a configuration's lens, problems and hovers; a host recorded from a real
// Xen; moved by mouse and by keyboard, engines switched, the scheduler played, exported, reloaded; looked over by axe.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { makeDemo } from '../../scripts/demo-workspace.mjs';
import { themes, violations } from '../vscode/axe.mjs';
import { openWorkbench, root } from '../vscode/fixture.mjs';

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
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      const found = (await panel()).locator(selector, { hasText: expected }).first();
      await found.waitFor({ timeout: 5000 });
      return await found.innerText();
    } catch (error) {
      // A frame may be replaced while it is looked at.
      if (Date.now() > deadline) throw error;
    }
  }
}

const line = (name, text) =>
  editor.workbench.editor(name).locator('.view-line', { hasText: text }).first();

/** What the command line says about a configuration on the host of the demo. */
function placeByCli(cfg) {
  const file = path.join(folder, 'exported.cfg');
  writeFileSync(file, cfg);
  const host = path.join(folder, 'numa');
  const cli = path.join(root, 'dist/cli.js');
  const options = { encoding: 'utf8' };
  return execFileSync(
    process.execPath,
    [cli, 'numa', 'place', '--host', host, '--request', file],
    options,
  );
}

/** Tries again what a busy workbench may have swallowed. */
async function repeated(attempt) {
  for (let left = 8; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await editor.page.keyboard.press('Escape');
    }
  }
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

test('a quick fix of an xl.cfg is taken by keyboard, and the problem is gone', limit, async () => {
  await editor.workbench.focusEditor('pinned.cfg');
  const before = readFileSync(path.join(folder, 'numa/pinned.cfg'), 'utf8').split('\n');
  await editor.workbench.goTo(before.findIndex((line) => line.startsWith('cpus')) + 1, 9);
  const fix = editor.page.locator('.action-widget .action', { hasText: 'one mask per vCPU' });
  await repeated(async () => {
    await editor.page.keyboard.press('Control+.');
    await fix.first().waitFor({ timeout: 4000 });
  });
  await editor.shot('xl-cfg-fix');
  await editor.page.keyboard.press('Enter');
  await line('pinned.cfg', 'cpus = ["0-1", "0-1"]').waitFor();
  await editor.page
    .locator('.markers-panel', { hasText: 'every access is remote' })
    .waitFor({ state: 'hidden' });
  await editor.page.keyboard.press('Control+z');
  await line('pinned.cfg', 'cpus = "0-1"').waitFor();
});

test('keys of an xl.cfg are completed with what they mean', limit, async () => {
  await editor.workbench.focusEditor('pinned.cfg');
  await editor.page.keyboard.press('Control+End');
  await editor.page.keyboard.type('maxv');
  const offered = editor.page.locator('.suggest-widget .monaco-list-row', { hasText: 'maxvcpus' });
  await repeated(async () => {
    await editor.page.keyboard.press('Control+Space');
    await offered.first().waitFor({ timeout: 4000 });
  });
  await editor.shot('xl-cfg-completion');
  await editor.page.keyboard.press('Enter');
  await line('pinned.cfg', 'maxvcpus =').waitFor();
  // The browser's VS Code saves by itself, so the text is taken back, not reverted.
  await repeated(async () => {
    await editor.workbench.focusEditor('pinned.cfg');
    await editor.page.keyboard.press('Control+z');
    await line('pinned.cfg', 'maxv').waitFor({ state: 'detached', timeout: 2000 });
  });
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
  const snippet = editor.page.locator('.view-lines', { hasText: 'cpus_soft' }).first();
  await snippet.waitFor();
  const lines = await snippet.locator('.view-line').allInnerTexts();
  assert.match(placeByCli(lines.join('\n').replaceAll('\u00a0', ' ')), /Memory from node 0 /);
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

test('pasted outputs of xl have a lens', limit, async () => {
  for (const [name, header] of [
    ['xl-info-n.txt', 'node:'],
    ['xl-list-n.txt', 'Name'],
    ['xl-vcpu-list.txt', 'Name'],
  ]) {
    await editor.workbench.open(`numa/${name}`, name);
    const lines = readFileSync(path.join(folder, 'numa', name), 'utf8').split('\n');
    await editor.workbench.goTo(lines.findIndex((each) => each.startsWith(header)) + 1);
    await editor.workbench
      .editor(name)
      .locator('.codelens-decoration a', { hasText: 'Open in NUMA visualizer' })
      .first()
      .click();
    await shows('[data-domain="dom 4"]', 'd1');
    await shows('.source', name);
  }
});

test('a broken document is answered plainly', limit, async () => {
  await editor.workbench.pick('broken.xennuma.json');
  await shows('[role=alert]', 'broken.xennuma.json is not JSON');
});

test('from an empty panel to a moved domain with the keyboard alone', limit, async () => {
  await editor.workbench.run('Xen: Open NUMA Placement');
  // The document's own panel goes away first.
  await shows('.source', 'xl-vcpu-list.txt');
  const { keyboard } = editor.page;
  const frame = await panel();
  await frame.locator('.menu button', { hasText: 'Import' }).first().focus();
  const take = async (item) => {
    await keyboard.press('Enter');
    const entry = frame.locator('[role=menuitem]', { hasText: item });
    await entry.waitFor();
    while (!(await entry.evaluate(isFocused))) await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
  };
  await take('Forget everything');
  await shows('.host-area', 'xl info -n');
  const host = ['xl-info-n.txt', 'xl-list-n.txt', 'xl-vcpu-list.txt', 'cache.cfg'];
  for (const name of host) {
    await take('Paste text');
    await frame.locator('dialog textarea').waitFor();
    while (!(await frame.locator('dialog textarea').evaluate(isFocused)))
      await keyboard.press('Tab');
    await keyboard.insertText(readFileSync(path.join(folder, 'numa', name), 'utf8'));
    while (!(await frame.locator('dialog button', { hasText: 'Read' }).evaluate(isFocused)))
      await keyboard.press('Tab');
    await keyboard.press('Enter');
    await frame.locator('dialog').waitFor({ state: 'detached' });
    await frame.locator('.menu button', { hasText: 'Import' }).first().focus();
  }
  await shows('[data-domain="dom 4"]', 'd1');
  await shows('[data-domain="new 0"]', 'to node 1');
  while (!(await frame.locator('[data-domain="new 0"]').evaluate(isFocused)))
    await keyboard.press('Tab');
  for (const key of ['m', 'ArrowRight', ' ', 'ArrowRight', ' ', 'Enter']) await keyboard.press(key);
  await shows('.what-if', 'By hand on nodes 2-3; xl would take node 1');
  await shows('#announcer', 'cache was put on nodes 2-3.');
});

const isFocused = (element) => element === document.activeElement;

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
