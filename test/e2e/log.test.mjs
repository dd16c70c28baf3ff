// A crash of a real Xen, read in a real VS Code: hovers, outline, problems, the view, the way into the source, and a log
// that VS Code keeps from extensions.
import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { openWorkbench, root } from '../vscode/fixture.mjs';

const limit = { timeout: 240_000 };
const lab = (name) =>
  gunzipSync(readFileSync(path.join(root, `test/fixtures/xen-log/lab/${name}.gz`)));

/** A small Xen tree of the test's own, with the functions that the log names. */
const source = `/* A laboratory for crashes. */
struct lab {
    unsigned long pad[2];
    unsigned long value;
};

static unsigned long lab_read_value(const struct lab *lab)
{
    return lab->value;
}

static void lab_level2(const struct lab *lab)
{
    lab_read_value(lab);
}
`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-log-'));
const crashLog = path.join(folder, 'host-crash.log');
const largeLog = path.join(folder, 'large.log');
let editor;

/** Lines of the crash log as an editor counts them: a lone CR ends one, too. */
const lines = lab('301-lab-null.log')
  .toString('latin1')
  .split(/\r\n|\r|\n/);
const lineOf = (text) => lines.findIndex((line) => line.includes(text)) + 1;

before(async () => {
  mkdirSync(path.join(folder, 'xen/common'), { recursive: true });
  writeFileSync(path.join(folder, 'xen/common/crashlab.c'), source);
  writeFileSync(crashLog, lab('301-lab-null.log'));
  const once = lab('302-lab-bug.log');
  const times = Math.ceil(60_000_000 / once.length);
  writeFileSync(largeLog, Buffer.concat(Array.from({ length: times }, () => once)));
  const rip = lineOf('RIP:    e008');
  editor = await openWorkbench(folder, { file: crashLog, line: rip });
}, limit);
after(async () => {
  await editor?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks until the answer satisfies; the last answer is in the error. */
async function poll(ask, satisfies, what) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: ${JSON.stringify(answer)}`);
    await pause(200);
  }
}

const view = () =>
  editor.page.locator('.pane', {
    has: editor.page.locator('.pane-header', { hasText: 'Xen Log' }),
  });
const viewRows = () =>
  view()
    .locator('.monaco-list-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? row.innerText));

test('the file is a Xen log, coloured and with lenses', limit, async () => {
  const { page, workbench } = editor;
  await page.locator('.statusbar-item', { hasText: 'Xen log' }).first().waitFor();
  await workbench.editor('host-crash.log').locator('.view-line').first().waitFor();
  await page.locator('.codelens-decoration', { hasText: 'Explain' }).first().waitFor();
});

test('hover on RIP and on the page-fault error code', limit, async () => {
  const { page, workbench } = editor;
  const rip = await workbench.hoverWord(
    'host-crash.log',
    'RIP:',
    'ffff82d04025eebd',
    'Part of a crash',
  );
  assert.match(rip, /NULL pointer plus member offset 16/);
  await editor.shot('log-hover-rip');
  await page.keyboard.press('Escape');
  await workbench.focusEditor('host-crash.log');
  await workbench.goTo(lineOf('[error_code='));
  const code = await workbench.hoverWord(
    'host-crash.log',
    '[error_code=',
    '0000',
    'Page-fault error code',
  );
  assert.match(code, /a read from supervisor mode on a page that is not present/);
  await editor.shot('log-hover-error-code');
  await page.keyboard.press('Escape');
});

test('Problems names the cause, and nothing popped up', limit, async () => {
  const rows = await poll(
    () => editor.workbench.problems(),
    (problems) => problems.some((row) => /NULL pointer plus member offset 16/.test(row)),
    'no problem for the crash',
  );
  assert.ok(rows.length < 20, `${rows.length} problems`);
  assert.equal(await editor.page.locator('.notification-toast').count(), 0);
  await editor.shot('log-problems');
  await editor.page.keyboard.press('Control+Shift+m');
});

test('the outline has the boot with its sections', limit, async () => {
  const { page, workbench } = editor;
  await workbench.focusEditor('host-crash.log');
  await page.keyboard.press('Control+Shift+o');
  await workbench.quickInput.waitFor();
  const rows = await poll(
    () => workbench.quickInput.locator('.monaco-list-row').allInnerTexts(),
    (all) => all.some((row) => /Memory map/.test(row)),
    'no outline',
  );
  assert.ok(
    rows.some((row) => /boot/.test(row)),
    rows.join('\n'),
  );
  await editor.shot('log-outline');
  await page.keyboard.press('Escape');
});

test('the view lists the crash; a row leads to its line', limit, async () => {
  await view().locator('.pane-header').click();
  const rows = await poll(
    viewRows,
    (all) => all.some((row) => /NULL pointer/.test(row)),
    'no rows',
  );
  assert.ok(
    rows.some((row) => /Errors and warnings/.test(row)),
    rows.join('\n'),
  );
  await view().locator('.monaco-list-row', { hasText: 'NULL pointer' }).first().click();
  await editor.shot('log-view');
});

test('a frame leads into the source tree', limit, async () => {
  const { page, workbench } = editor;
  const frame = lineOf('] R common/crashlab.c#lab_read_value');
  await workbench.focusEditor('host-crash.log');
  await workbench.goTo(frame, lines[frame - 1].indexOf('lab_read_value') + 3);
  await page.keyboard.press('F12');
  await workbench.editor('crashlab.c').waitFor();
  await page.locator('.statusbar-item', { hasText: 'Ln 7,' }).waitFor();
  await editor.shot('log-source');
});

test('Explain Log opens a summary beside', limit, async () => {
  const { page, workbench } = editor;
  await page.locator('.tab', { hasText: 'host-crash.log' }).first().click();
  await workbench.focusEditor('host-crash.log');
  await workbench.run('Xen: Explain Log');
  const summary = page.locator('.monaco-editor[data-uri^="xen-log-summary:"]');
  await summary.locator('.view-line', { hasText: 'Crash 1' }).first().waitFor();
  await editor.shot('log-explain');
  await page.keyboard.press('Control+w');
});

test('a log of 60 MB is scanned from disk and shown in parts', limit, async () => {
  const { page, workbench } = editor;
  await page.keyboard.press('Control+p');
  await workbench.quickInput.locator('input').fill('large.log');
  await workbench.quickInput
    .locator('.monaco-list-row', { hasText: 'large.log' })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('colours none above 20 million').first().waitFor();
  await editor.shot('log-too-large');
  const started = Date.now();
  await workbench.run('Xen: Open Large Log');
  await poll(viewRows, (all) => all.some((row) => /Found so far|crashlab\.c/.test(row)), 'no rows');
  console.log(`first rows of 60 MB after ${Date.now() - started} ms`);
  await poll(viewRows, (all) => all.some((row) => /Crashes/.test(row)), 'not read to the end');
  console.log(`60 MB read after ${Date.now() - started} ms`);
  await editor.shot('log-large');
  const row = view().locator('.monaco-list-row', { hasText: 'crashlab.c:38' }).first();
  await row.click();
  const part = page.locator('.monaco-editor[data-uri^="xen-log-part:"]');
  await part.locator('.view-line', { hasText: 'Xen BUG at' }).first().waitFor();
  await poll(
    () =>
      part
        .locator('.view-line span span')
        .evaluateAll((all) => new Set(all.map((each) => each.className)).size),
    (kinds) => kinds > 3,
    'the part has no colours',
  );
  await editor.shot('log-part');
});

test('a growing log is followed', limit, async () => {
  const { page, workbench } = editor;
  await page.locator('.tab', { hasText: 'host-crash.log' }).first().click();
  await workbench.focusEditor('host-crash.log');
  await workbench.run('Xen: Follow Log');
  const followed = page.locator('.monaco-editor[data-uri^="xen-log-follow:"]');
  await followed.locator('.view-line', { hasText: 'noreboot' }).first().waitFor();
  appendFileSync(crashLog, '(XEN) [   20.000000] Domain 1 (vcpu#0) crashed on cpu#3:\r\n');
  await followed.locator('.view-line', { hasText: 'crashed on cpu#3' }).first().waitFor();
  await editor.shot('log-follow');
});
