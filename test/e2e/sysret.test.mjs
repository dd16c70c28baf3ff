// An entry.S with the mistake of XSA-7, as a developer meets it: underlined with its path, repaired, audited.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { themes } from '../vscode/axe.mjs';
import { openWorkbench, root } from '../vscode/fixture.mjs';

const limit = { timeout: 180_000 };
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-sysret-'));
let editor;

before(async () => {
  const file = path.join(folder, 'entry.S');
  cpSync(path.join(root, 'docs/demo/entry.S'), file);
  editor = await openWorkbench(folder, {
    file,
    line: 19,
    viewport: { width: 1180, height: 720 },
  });
}, limit);
after(async () => {
  await editor?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const tree = () => editor.page.locator('.pane', { hasText: 'SYSRET Audit' });
const row = (text) => tree().locator('.monaco-list-row', { hasText: text }).first();

test('the unchecked exit is underlined, and the hover says why', limit, async () => {
  const underlined = editor.workbench
    .editor('entry.S')
    .locator('.squiggly-warning, .squiggly-error');
  await underlined.first().waitFor();
  const text = await editor.workbench.hoverWord(
    'entry.S',
    'sysretq',
    'sysretq',
    'ring 0',
    'SYSRETQ',
  );
  await editor.shot('sysret-hover');
  await editor.page.keyboard.press('Escape');
  assert.match(text, /XSA-7/);
  assert.match(text, /entry\.S\(1\d, \d+\)/, 'the path is there to click');
});

test('checking the workspace fills the tree with a verdict per exit', limit, async () => {
  await editor.workbench.run('Xen: Check SYSRET Paths in Workspace');
  await row('exit_fast').waitFor();
  await row('exit_checked').waitFor();
  await row('Unsafe').waitFor();
  await row('Safe').waitFor();
  await editor.shot('sysret-audit');
});

test('the finding and the audit can be read in the four default themes', limit, async () => {
  for (const [name, { label }] of Object.entries(themes)) {
    await editor.workbench.theme(label);
    await editor.workbench.hoverWord('entry.S', 'sysretq', 'sysretq', 'ring 0', 'SYSRETQ');
    await row('exit_checked').waitFor();
    await editor.shot(`sysret-${name}`);
    await editor.page.keyboard.press('Escape');
  }
  await editor.workbench.theme(Object.values(themes)[0].label);
});

test('the quick fix inserts the check, and the problem is gone', limit, async () => {
  await editor.workbench.focusEditor('entry.S');
  await editor.workbench.goTo(19, 10);
  await editor.page.keyboard.press('Control+.');
  const menu = editor.page.locator('.action-widget');
  const fix = menu.locator('.monaco-list-row', { hasText: 'exit_slow' }).first();
  await fix.waitFor();
  await editor.shot('sysret-fixes');
  await fix.click();
  await editor.workbench
    .editor('entry.S')
    .locator('.squiggly-warning, .squiggly-error')
    .first()
    .waitFor({ state: 'detached' });
  await editor.shot('sysret-fixed');
  await editor.workbench.run('Xen: Check SYSRET Paths in This File');
  await row('Unsafe').waitFor({ state: 'detached' });
  assert.equal(await tree().locator('.monaco-list-row', { hasText: 'exit_fast' }).count(), 1);
});
