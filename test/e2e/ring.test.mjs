// The ring simulator in a real VS Code: from the palette, a ring's lens and a xenstore dump; stepped, broken, compared,
// exported, reloaded; walked by keyboard, looked over by axe in four themes, wide and narrow.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { makeDemo } from '../../scripts/demo-workspace.mjs';
import { openWorkbench, root } from '../vscode/fixture.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const limit = { timeout: 180_000 };
const PATIENCE_MS = 60_000;

/** A backend whose sleep has a hole: XR302, with a schedule in the simulator. */
const BACKEND = `#include <xen/io/ring.h>
#include <xen/io/blkif.h>

struct backend {
    blkif_back_ring_t ring;
};

int take_request(struct backend *be)
{
    blkif_request_t *req = RING_GET_REQUEST(&be->ring, be->ring.req_cons);
    unsigned i;

    if (req->nr_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
        return -1;
    for (i = 0; i < req->nr_segments; i++)
        submit_segment(req->seg[i].gref, req->sector_number);
    be->ring.req_cons++;
    return 0;
}
`;

let editor;
let folder;

before(async () => {
  ({ folder } = makeDemo());
  // As xenstore-ls -fp printed it in a domain 0 with one guest.
  copyFileSync(
    path.join(root, 'test/fixtures/ring/xenstore-ls-fp.txt'),
    path.join(folder, 'xenstore.txt'),
  );
  writeFileSync(path.join(folder, 'backend.c'), BACKEND);
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
  const deadline = Date.now() + PATIENCE_MS;
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

/** Keys go to the panel, not to a field of it. */
async function focusPanel() {
  const frame = await panel();
  const ring = frame.locator('.ring-view svg[role=listbox]');
  if ((await ring.count()) > 0) await ring.focus();
  else await frame.evaluate(() => document.activeElement?.blur());
}

test('the palette opens it, and keys step, scrub and rewind', limit, async () => {
  await editor.workbench.run('Xen: Open Ring Simulator');
  await shows('.why', 'Why is it waiting?');
  await (await panel()).locator('.inspector [role=tab]').first().waitFor();
  await focusPanel();
  for (let i = 0; i < 40; i++) await editor.page.keyboard.press('ArrowRight');
  await shows('.scrub', '40 /');
  await editor.page.keyboard.press('Shift+ArrowLeft');
  const back = Number.parseInt(await textOf('.scrub span'), 10);
  assert.ok(back < 40);
  await (await panel()).locator('input[type=range]').fill('500');
  await shows('.scrub', '500 /');
  await editor.shot('ring');
});

test('playing stops where it was told to', limit, async () => {
  const frame = await panel();
  await frame.locator('select[aria-label="Workload"]').selectOption('full-ring');
  await shows('.scrub', '0 /');
  await frame.locator('select[aria-label="Where playing stops"]').selectOption('full');
  await focusPanel();
  await editor.page.keyboard.press('n');
  await shows('.end.front', '0 of 32');
  await frame.locator('select[aria-label="Where playing stops"]').selectOption('sent');
  await frame.locator('select[aria-label="Speed"]').selectOption('600');
  await focusPanel();
  await editor.page.keyboard.press('Space');
  await frame.locator('.toolbar button', { hasText: 'Play' }).waitFor();
  await shows('.why', 'so it notifies');
  await frame.locator('select[aria-label="Where playing stops"]').selectOption('end');
  await frame.locator('select[aria-label="Workload"]').selectOption('mib-depth-4');
  await frame.locator('input[type=range]').fill('500');
  await shows('.scrub', '500 /');
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

/** A file that the panel was asked to write, once it is whole. */
async function written(name, whole) {
  const file = path.join(folder, name);
  const deadline = Date.now() + 30_000;
  for (;;) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (whole.test(text)) return { file, text };
    if (Date.now() > deadline) throw new Error(`${name} holds ${text.slice(0, 200)}`);
    await pause(50);
  }
}

async function exportAs(item, name, whole) {
  rmSync(path.join(folder, name), { force: true });
  const frame = await panel();
  await frame.locator('.menu button', { hasText: 'Export' }).first().click();
  await frame.locator('[role=menuitem]', { hasText: item }).click();
  await editor.workbench.quickInput.waitFor();
  await editor.page.keyboard.press('Enter');
  return written(name, whole);
}

test(
  'a picture and a trace are exported; the trace replays on the command line',
  limit,
  async () => {
    await exportAs('Picture (SVG)', 'ring.svg', /^<svg[^>]*xmlns=[^]*<\/svg>\s*$/);
    const { file } = await exportAs(
      'Trace up to here',
      'ring-trace.jsonl',
      /^\{"seed":7,"i":0[^]*\}\n$/,
    );
    const replayed = execFileSync(process.execPath, [
      path.join(root, 'dist/cli.js'),
      'ring',
      'replay',
      file,
    ]);
    assert.match(replayed.toString(), /^\d{3} passed, 0 failed$/m);
  },
);

test('after a reload of the window it is as it was', limit, async () => {
  const before = await textOf('.scrub span');
  const reloaded = editor.page.waitForEvent('domcontentloaded');
  await editor.workbench.run('Developer: Reload Window');
  await reloaded;
  await editor.page.locator('.monaco-workbench .part.editor').waitFor();
  await shows('.scrub span', before.trim());
});

test('the guided tour is walked with the keyboard alone', limit, async () => {
  await focusPanel();
  await editor.page.keyboard.press('t');
  for (let stop = 1; stop <= 8; stop++) {
    await shows('.tour h2', `Tour ${stop} of 8`);
    const frame = await panel();
    await frame.locator('.tour .button.primary:focus').waitFor();
    await editor.page.keyboard.press('Enter');
  }
  await (await panel()).locator('.tour').waitFor({ state: 'detached' });
  const heard = (await panel()).locator('#announcer', { hasText: 'The tour is over.' });
  await heard.waitFor({ state: 'attached' });
  // The last stop stands in the comparison.
  await focusPanel();
  await editor.page.keyboard.press('c');
  await shows('.view [role=tab]', 'Page bytes');
  const frame = await panel();
  await frame.locator('select[aria-label="Configuration"]').selectOption('linux');
  await frame.locator('select[aria-label="Workload"]').selectOption('mib-depth-4');
  await frame.locator('input[type=range]').fill('500');
  await shows('.scrub', '500 /');
});

test('nothing moves by itself where motion is to be reduced', limit, async () => {
  await editor.page.emulateMedia({ reducedMotion: 'reduce' });
  const frame = await panel();
  await frame.locator('body.vscode-reduce-motion').waitFor();
  await focusPanel();
  await editor.page.keyboard.press('ArrowRight');
  assert.equal(await frame.evaluate(() => document.getAnimations().length), 0);
  await editor.page.emulateMedia({ reducedMotion: null });
});

/** Gives the panel's own page a size, whatever the workbench takes around it. */
async function sizePanel(width, height) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const inner = await (await panel()).evaluate(() => [innerWidth, innerHeight]);
    if (inner[0] === width && inner[1] === height) return;
    if (Date.now() > deadline) throw new Error(`the panel stays ${inner.join('x')}`);
    const viewport = editor.page.viewportSize();
    await editor.page.setViewportSize({
      width: viewport.width + width - inner[0],
      height: viewport.height + height - inner[1],
    });
    await pause(100);
  }
}

async function violations(where) {
  const frame = await panel();
  await frame.evaluate(axe);
  const found = await frame.evaluate(async () => {
    const result = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map(
      (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 90)).join(' | ')}`,
    );
  });
  assert.deepEqual(found, [], where);
}

/** What the eye would call cut off: a page wider or higher than its window, a text wider than its box. */
function cutOff(mayScroll) {
  const { scrollWidth, scrollHeight } = document.documentElement;
  const found = [];
  if (scrollWidth > innerWidth) found.push(`${scrollWidth} wide`);
  if (!mayScroll && scrollHeight > innerHeight) found.push(`${scrollHeight} high`);
  for (const box of document.querySelectorAll(
    'button, .badge, .figures > div, .legend li, .pointer',
  ))
    if (box instanceof HTMLElement && box.scrollWidth > box.clientWidth + 1)
      found.push(box.outerHTML.slice(0, 80));
  return found;
}

const THEMES = [
  ['dark', 'Dark Modern', 'vscode-dark'],
  ['high-contrast', 'Dark High Contrast', 'vscode-high-contrast'],
  ['high-contrast-light', 'Light High Contrast', 'vscode-high-contrast-light'],
  ['light', 'Light Modern', 'vscode-light'],
];

for (const [name, theme, bodyClass] of THEMES)
  test(`${theme}: no accessibility violation, nothing cut off`, limit, async () => {
    await editor.workbench.theme(theme);
    await (await panel()).locator(`body.${bodyClass}`).waitFor();
    for (const [width, height] of [
      [1200, 800],
      [600, 800],
    ]) {
      await sizePanel(width, height);
      for (const view of ['Page bytes', 'Number line', 'Table', 'Handshake', 'Ring']) {
        await (await panel()).locator('.view [role=tab]', { hasText: view }).click();
        await violations(`${view}, ${width} px`);
        assert.deepEqual(
          await (await panel()).evaluate(cutOff, width < 1000),
          [],
          `${view}, ${width} px`,
        );
      }
      await editor.shot(`ring-${name}-${width}`);
    }
    await sizePanel(1200, 800);
    for (const [key, selector] of [
      ['b', 'dialog'],
      ['?', 'dialog'],
      ['c', '.compare'],
    ]) {
      await focusPanel();
      await editor.page.keyboard.press(key);
      await (await panel()).locator(selector).waitFor();
      await violations(`${key} in ${theme}`);
      await editor.page.keyboard.press(key === 'c' ? 'c' : 'Escape');
      await (await panel()).locator(selector).waitFor({ state: 'detached' });
    }
  });

test('a ring in blkif.h and a xenstore dump have a lens that opens it', limit, async () => {
  await editor.workbench.open('xenstore.txt');
  const lens = editor.page.locator('.codelens-decoration a', { hasText: 'Open in ring simulator' });
  await lens.first().click();
  await shows('.notices', 'Configured as domain 4');
  await shows('.notices', '2 queues: multi-queue-num-queues of the frontend.');
  await (await panel()).locator('select[aria-label="Queue"]').waitFor();
  await editor.workbench.open('include/xen/io/blkif.h', 'blkif.h');
  const text = readFileSync(path.join(folder, 'include/xen/io/blkif.h'), 'utf8').split('\n');
  await editor.workbench.goTo(text.findIndex((each) => each.startsWith('DEFINE_RING_TYPES(')) + 1);
  await editor.page.locator('.codelens-decoration a', { hasText: 'Simulate' }).first().click();
  await panel();
});

test('a problem in a driver leads to the schedule that breaks it', limit, async () => {
  await editor.workbench.open('backend.c');
  await editor.workbench.editor('backend.c').locator('.squiggly-error').first().waitFor();
  const line = BACKEND.split('\n').findIndex((each) => each.includes('for (i')) + 1;
  await editor.workbench.goTo(line, 27);
  await editor.page.keyboard.press('Control+.');
  const action = editor.page.locator('.action-widget .monaco-list-row', {
    hasText: 'Show the schedule that breaks this',
  });
  await action.first().click();
  await shows('.notices', 'check missing');
  await focusPanel();
  await editor.page.keyboard.press('End');
  await shows('.notice.error', 'XR101');
  await editor.shot('ring-schedule');
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
