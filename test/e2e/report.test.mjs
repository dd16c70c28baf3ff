// From a crash in a log to a mail that can be sent, in a real VS Code.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { hostSecrets } from '../vscode/report-logs.mjs';
import { poll, ReportStage, shows } from '../vscode/report-stage.mjs';

const stage = new ReportStage('serial.log');
const { dialog, lens, problem, row, reports, inReport, emptyClipboard } = stage;

stage.check(
  'a crash becomes a report: known fixes first, then the private texts, then the folder',
  async () => {
    await lens('New bug report').waitFor();
    await stage.editor.shot('report-lens');
    await stage.pressCrashLens();
    await stage.editor.shot('report-notice');
    assert.match(
      await dialog('Before you report').innerText(),
      /4\.20\.1 lacks the fixes of \d+ advisories/,
    );
    await stage.press('Before you report', 'Report Anyway');

    await row('hv-ams-07').first().waitFor();
    await stage.editor.shot('report-private');
    const shown = (await stage.editor.workbench.quickInput.innerText()).replaceAll('\u00a0', ' ');
    for (const secret of hostSecrets) assert.ok(shown.includes(secret), shown);
    assert.match(shown, /host name, 2 times/);
    await stage.editor.page.keyboard.press('Enter');

    await stage.editor.workbench.editor('report.md').waitFor();
    await lens('Complete: ').waitFor();
    const [name] = reports();
    assert.equal(name, 'xen-report-crashlab-bug-at-crashlab-c-38-in-lab-check');
    for (const file of ['report.md', 'attachments/serial.log']) {
      const text = readFileSync(inReport(name, file), 'utf8');
      for (const secret of hostSecrets) assert.ok(!text.includes(secret), `${secret} in ${file}`);
      assert.ok(text.includes('RIP:    e008:[<'), file);
    }
    assert.equal(
      readFileSync(inReport(name, 'private/original/serial.log'), 'utf8'),
      stage.bug.text,
    );
    assert.equal(readFileSync(inReport(name, '.gitignore'), 'utf8'), 'private/\n');
  },
);

stage.check('what is missing is a problem with a fix, and the score follows', async () => {
  await lens('Complete: 82 of 100 · 2 things missing').waitFor();
  await lens('Goes to: xen-devel').waitFor();
  await stage.closeTab('serial.log');
  await stage.editor.workbench.problems();
  await problem('No steps to reproduce after booting').waitFor();
  await stage.editor.shot('report-problems');

  await goToProblem('No steps to reproduce');
  await fix('Add a step');
  await problem('No steps to reproduce').waitFor({ state: 'detached' });
  await goToProblem('Always, sometimes');
  await fix('Happens always');
  await problem('Always, sometimes').waitFor({ state: 'detached' });
  await stage.editor.workbench.focusEditor('report.md');
  await stage.editor.workbench.goTo(1);
  await lens('Complete: 100 of 100 · nothing missing').waitFor();
  await stage.editor.shot('report-complete');
});

/** Takes a quick fix at the caret; the menu may need a second asking while the editor settles. */
async function fix(title) {
  const choice = stage.editor.page
    .locator('.action-widget .monaco-list-row', { hasText: title })
    .first();
  await poll(`the fix "${title}"`, async () => {
    await stage.editor.workbench.focusEditor('report.md');
    await stage.editor.page.keyboard.press('Control+.');
    return shows(choice, 5000);
  });
  await choice.click();
}

/** Puts the caret into the line of a problem. */
async function goToProblem(text) {
  const line = /\[Ln (\d+),/.exec(await problem(text).first().innerText())?.[1];
  await stage.editor.workbench.focusEditor('report.md');
  await stage.editor.workbench.goTo(Number(line), 6);
}

stage.check('Check Bug Report says it in one message', async () => {
  await stage.editor.workbench.run('Xen: Check Bug Report');
  const message = stage.editor.workbench.notification('Complete: 100 of 100');
  await message.first().waitFor();
  assert.match(await message.first().innerText(), /Nothing is missing.*Goes to: xen-devel/);
});

stage.check(
  'the mail is plain text with the people of the code in Cc, and nothing private',
  async () => {
    await emptyClipboard();
    await stage.editor.workbench.run('Xen: Copy as Plain-Text Mail');
    const mail = await stage.copied('To: ');
    assert.match(
      mail,
      /^To: xen-devel@lists\.xenproject\.org\nCc: Lab Person <lab@example\.org>\nSubject: \[BUG\] crashlab: /,
    );
    assert.match(mail, /\n> \(XEN\).*Xen BUG at common\/crashlab\.c:38/);
    assert.match(mail, /\n2\. Run xl create guest\.cfg\./);
    assert.doesNotMatch(mail, /\(missing\)|<!--|```/);
    for (const secret of hostSecrets) assert.ok(!mail.includes(secret), secret);
  },
);

stage.check(
  'Open in Mail Program writes an .eml that a mail parser reads, and sends nothing',
  async () => {
    await stage.editor.workbench.run('Xen: Open in Mail Program');
    await row('As an .eml file').waitFor();
    await stage.editor.shot('report-send');
    await row('As a new GitLab issue').waitFor();
    await stage.editor.page.keyboard.press('Enter');
    const file = inReport(reports()[0], 'private/report.eml');
    await poll('report.eml', () => existsSync(file));
    await stage.editor.workbench.notification('Written: ').first().waitFor();
    const mail = await PostalMime.parse(readFileSync(file, 'utf8'), { attachmentEncoding: 'utf8' });
    assert.deepEqual(
      mail.to.map(({ address }) => address),
      ['xen-devel@lists.xenproject.org'],
    );
    assert.match(mail.subject, /^\[BUG\] crashlab: .*\[Xen 4\.20\]$/);
    assert.equal(mail.html, undefined);
    const long = mail.text.split('\n').filter((line) => line.length > 72 && !line.startsWith('> '));
    assert.deepEqual(long, []);
    assert.deepEqual(
      mail.attachments.map(({ filename }) => filename),
      ['serial.log'],
    );
    assert.equal(
      mail.attachments[0].content,
      readFileSync(inReport(reports()[0], 'attachments/serial.log'), 'utf8'),
    );
  },
);

stage.check('a new issue is a filled form that the user opens', async () => {
  await stage.editor.workbench.run('Xen: New GitLab Issue from Bug Report');
  await dialog('external website').waitFor();
  await stage.editor.shot('report-issue');
  assert.match(
    await dialog('external website').innerText(),
    /gitlab\.com\/xen-project\/xen\/-\/issues\/new/,
  );
  await stage.press('external website', 'Cancel');
});

stage.check(
  'an attached file is redacted with the same pseudonyms, and its facts fill the report',
  async () => {
    await stage.editor.workbench.run('Xen: Attach File to Bug Report');
    await stage.chooseFile('xl-info.txt');
    const name = reports()[0];
    const copy = inReport(name, 'attachments/xl-info.txt');
    await poll('the attachment', () => existsSync(copy));
    const text = readFileSync(copy, 'utf8');
    assert.match(text, /^host {19}: <HOST-1>$/m);
    assert.ok(!text.includes('hv-ams-07'));
    await stage.editor.workbench.editor('report.md').locator('.view-lines').waitFor();
    await stage.editor.page.keyboard.press('Control+s');
    await poll('its line in the report', () =>
      readFileSync(inReport(name, 'report.md'), 'utf8').includes('[attachments/xl-info.txt]'),
    );
  },
);

stage.check('New Bug Report asks what only a person knows', async () => {
  await stage.editor.workbench.open(path.join(stage.folder, 'serial.log'));
  // Three commands begin with these words: the one that ends there.
  await poll('the command', async () => {
    await stage.editor.page.keyboard.press('F1');
    await stage.editor.workbench.quickInput.locator('input').first().fill('>Xen: New Bug Report');
    const command = stage.editor.workbench.quickInput.getByText('Xen: New Bug Report', {
      exact: true,
    });
    return command
      .first()
      .click({ timeout: 10_000 })
      .then(
        () => true,
        () => false,
      );
  });
  await row('Use serial.log').waitFor();
  await stage.editor.page.keyboard.press('Enter');
  const input = stage.editor.workbench.quickInput.locator('input').first();
  await stage.editor.workbench.quickInput.getByText('1 of 2').waitFor();
  await stage.editor.shot('report-question');
  await input.fill('The host stops when key b is pressed on hv-ams-07.');
  await stage.editor.page.keyboard.press('Enter');
  await row('Sometimes.').click();
  await dialog('Before you report').waitFor();
  await stage.press('Before you report', 'Report Anyway');
  await row('hv-ams-07').first().waitFor();
  await stage.editor.page.keyboard.press('Enter');
  const name = 'xen-report-crashlab-bug-at-crashlab-c-38-in-lab-check-2';
  await poll('the third report', () => existsSync(inReport(name, 'report.md')));
  const text = readFileSync(inReport(name, 'report.md'), 'utf8');
  assert.match(text, /The host stops when key b is pressed on <HOST-1>\./);
  assert.match(text, /## How often\s+Sometimes\./);
  await lens('Complete: 86 of 100').waitFor();
});

stage.check('an advisory is looked up by its CVE, and shown on hover', async () => {
  await stage.editor.workbench.run('Xen: Look Up Advisory');
  await row('XSA-').first().waitFor();
  await stage.editor.workbench.quickInput.locator('input').first().fill('2012-0217');
  await row('XSA-7').waitFor();
  await stage.editor.shot('report-advisories');
  await stage.editor.page.keyboard.press('Enter');
  await dialog('XSA-7').waitFor();
  await stage.editor.shot('report-advisory');
  assert.match(await dialog('XSA-7').innerText(), /2012-06-12 · CVE-2012-0217/);
  await stage.press('XSA-7', 'Copy');
  await stage.copied('xenbits.xen.org/xsa/advisory-7.html');

  await stage.editor.workbench.open('notes.md');
  const text = await stage.editor.workbench.hoverWord(
    'notes.md',
    'This looks like',
    'XSA-7',
    'CVE-2012-0217',
  );
  await stage.editor.shot('report-hover');
  assert.match(text, /Fixed in 4\.0\.4, 4\.1\.3/);
  await stage.editor.page.keyboard.press('Escape');
});

stage.check(
  'host information is collected in a terminal the user sees, after being told to',
  async () => {
    await stage.editor.workbench.run('Xen: Collect Host Information');
    await dialog('Run these commands').waitFor();
    await stage.editor.shot('report-collect');
    assert.match(await dialog('Run these commands').innerText(), /xl info\nxl list\nuname -a/);
    await stage.press('Run these commands', 'Cancel');
    assert.equal(existsSync(path.join(stage.folder, 'host-info.txt')), false);
    await stage.editor.workbench.run('Xen: Collect Host Information');
    await stage.press('Run these commands', 'Run Them in a Terminal');
    await stage.editor.page.locator('.terminal-wrapper .xterm').first().waitFor();
    const file = path.join(stage.folder, 'host-info.txt');
    await poll(
      'host-info.txt',
      () => existsSync(file) && readFileSync(file, 'utf8').includes('# dmesg'),
    );
    assert.match(readFileSync(file, 'utf8'), /^# uname -a\nLinux /m);
    await stage.editor.shot('report-terminal');
  },
);
