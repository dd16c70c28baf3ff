// The stage of the tests of bug reports: a workspace with logs, a workbench on it, and what a person does there.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openWorkbench } from './fixture.mjs';
import { bugLog, guestConfig, guestCrashLog, maintainers, xlInfo } from './report-logs.mjs';

const limit = { timeout: 240_000 };

/** Whether a thing shows within a time. */
export const shows = (locator, timeout) =>
  locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );

/** Asks until the answer holds. */
export async function poll(what, question, deadline = Date.now() + 60_000) {
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`not seen in time: ${what}`);
    await pause(100);
  }
}

/** Opens one of the two logs at its crash before the tests and closes everything after them. */
export class ReportStage {
  folder = mkdtempSync(path.join(os.tmpdir(), 'xen-report-'));
  bug = bugLog();
  guestCrash = guestCrashLog();
  isBroken = false;

  constructor(log) {
    const crash = log === 'serial.log' ? this.bug : this.guestCrash;
    before(async () => {
      this.fill();
      this.editor = await openWorkbench(this.folder, {
        file: path.join(this.folder, log),
        line: crash.crashLine + 2,
        settings: { 'workbench.colorTheme': 'Default Dark Modern' },
      });
      this.editor.page.setDefaultTimeout(90_000);
    }, limit);
    after(async () => {
      await this.editor?.stop();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  fill() {
    const files = {
      'serial.log': this.bug.text,
      'guest.log': this.guestCrash.text,
      'billing-db.cfg': guestConfig,
      'xl-info.txt': xlInfo,
      MAINTAINERS: maintainers,
      'xen/common/crashlab.c': 'void lab_check(void)\n{\n    BUG();\n}\n',
      'notes.md': '# Notes\n\nThis looks like XSA-7, or CVE-2021-28689 of Xen.\n',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(this.folder, name)), { recursive: true });
      writeFileSync(path.join(this.folder, name), text);
    }
  }

  /** One step: the steps build on each other, so nothing is tried after the first that failed. */
  check(name, body) {
    test(name, limit, async () => {
      assert.equal(this.isBroken, false, 'an earlier step failed');
      try {
        await body(this.editor);
      } catch (error) {
        this.isBroken = true;
        await this.editor.shot('report-failure');
        throw error;
      }
    });
  }

  dialog = (text) => this.editor.page.locator('.monaco-dialog-box', { hasText: text });
  lens = (text) => this.editor.page.locator('.codelens-decoration a', { hasText: text }).first();
  problem = (text) =>
    this.editor.page.locator('.markers-panel .monaco-list-row', { hasText: text });
  row = (text) => this.editor.workbench.quickInput.locator('.monaco-list-row', { hasText: text });

  async press(text, button) {
    await this.dialog(text).locator('.monaco-button', { hasText: button }).click();
    await this.dialog(text).waitFor({ state: 'detached' });
  }

  clipboard = () => this.editor.page.evaluate(() => navigator.clipboard.readText());
  emptyClipboard = () => this.editor.page.evaluate(() => navigator.clipboard.writeText('nothing'));

  copied(text) {
    return poll(`${text} in the clipboard`, async () => {
      const held = await this.clipboard();
      return held.includes(text) ? held : undefined;
    });
  }

  /** Closes a log beside the report: its problems would come first in the panel. */
  async closeTab(name) {
    const tab = this.editor.page.locator(`.tab[data-resource-name="${name}"]`);
    await tab.click({ button: 'middle' });
    await tab.waitFor({ state: 'detached' });
  }

  /** Presses the lens over the crash until the check before the report shows. */
  async pressCrashLens() {
    await poll('the check before the report', async () => {
      await this.lens('New bug report').click();
      return shows(this.dialog('Before you report'), 15_000);
    });
  }

  /** Writes a path where the file dialog asks for one, again while the dialog still fills itself. */
  async chooseFile(file) {
    const { quickInput } = this.editor.workbench;
    const input = quickInput.locator('input').first();
    await poll('the file dialog', async () => (await input.inputValue()).startsWith('/'));
    await poll(`the file ${file}`, async () => {
      await input.fill(path.join(this.folder, file));
      const isListed = await shows(
        quickInput.locator('.monaco-list-row.focused', { hasText: file }),
        5000,
      );
      if (!isListed) return false;
      await this.editor.page.keyboard.press('Enter');
      return quickInput.waitFor({ state: 'hidden', timeout: 5000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** The folders of reports. */
  reports = () => readdirSync(this.folder).filter((name) => name.startsWith('xen-report-'));
  inReport = (name, file) => path.join(this.folder, name, file);
}
