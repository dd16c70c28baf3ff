// The walkthrough as a newcomer meets it: five steps, a picture each, every button does something real.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openWorkbench } from '../vscode/fixture.mjs';

const limit = { timeout: 180_000 };
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-start-'));
let editor;

before(async () => {
  // In a narrow editor VS Code leaves the pictures out.
  editor = await openWorkbench(folder, { viewport: { width: 1680, height: 900 } });
}, limit);
after(async () => {
  await editor?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function openStep(title) {
  await editor.workbench.run('View: Close All Editors');
  await editor.workbench.run('Welcome: Open Walkthrough...');
  const pick = editor.page.locator('.quick-input-widget .monaco-list-row', {
    hasText: 'Xen Developer Tools',
  });
  await pick.first().click();
  const step = editor.page.locator('.getting-started-step', { hasText: title }).first();
  await step.click();
  await step.locator('.step-description-container .monaco-button').first().waitFor();
  return step;
}

const button = (step) => step.locator('.step-description-container .monaco-button').first();

test('five steps, each with a picture', limit, async () => {
  await openStep('Hover a real header');
  assert.equal(await editor.page.locator('.getting-started-step').count(), 5);
  const picture = await editor.workbench.webview('svg');
  await picture.getByText('nr_segments', { exact: true }).first().waitFor();
  await editor.shot('walkthrough');
});

test('the header step hovers a member of a real blkif.h', limit, async () => {
  await button(await openStep('Hover a real header')).click();
  await editor.workbench.editor('blkif.h').waitFor();
  await editor.workbench.hover('Range').waitFor();
  await editor.shot('walkthrough-header');
});

test('the log step explains the crash', limit, async () => {
  await button(await openStep('Explain a log')).click();
  await editor.page.locator('.view-line', { hasText: 'Xen hit BUG()' }).first().waitFor();
  await editor.shot('walkthrough-log');
});

test('the ring step opens the simulator', limit, async () => {
  await button(await openStep('Step through the shared ring')).click();
  await editor.workbench.webview('main button');
  await editor.shot('walkthrough-ring');
});

test('the NUMA step places the sample guest', limit, async () => {
  await button(await openStep('Place a guest')).click();
  const frame = await editor.workbench.webview('main');
  await frame.getByText('cache').first().waitFor();
  await editor.shot('walkthrough-numa');
});

test('the last step audits the sample', limit, async () => {
  await button(await openStep('Check an entry.S')).click();
  const tree = editor.page.locator('.pane', { hasText: 'SYSRET Audit' });
  await tree.locator('.monaco-list-row', { hasText: 'exit_fast' }).first().waitFor();
  await editor.shot('walkthrough-sysret');
});
