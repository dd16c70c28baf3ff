// A crash that a guest may cause: the gate in front of every public route, in a real VS Code.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { themes } from '../vscode/axe.mjs';
import { poll, ReportStage } from '../vscode/report-stage.mjs';

const stage = new ReportStage('guest.log');
const { dialog, lens, problem, row, reports, inReport, clipboard, emptyClipboard } = stage;

stage.check('a crash that a guest may cause closes the public routes', async () => {
  await lens('New bug report').waitFor();
  await stage.editor.workbench.run('Xen: New Bug Report from This Crash');
  await dialog('Before you report').waitFor();
  await stage.press('Before you report', 'Report Anyway');
  await row('hv-ams-07').first().waitFor();
  await stage.editor.page.keyboard.press('Enter');
  await poll('the report', () => reports().length === 1);
  await lens('Security first: public routes closed · Xen Project security team').waitFor();
  await stage.closeTab('guest.log');
  await stage.editor.workbench.problems();
  await problem('This may concern security').waitFor();
  await stage.editor.shot('report-security');

  await emptyClipboard();
  await stage.editor.workbench.run('Xen: Copy as Plain-Text Mail');
  await dialog('public routes are closed').waitFor();
  await stage.editor.shot('report-security-first');
  const words = await dialog('public routes are closed').innerText();
  for (const part of [
    'guest d3',
    'security@xenproject.org',
    'Do not post it',
    'Encryption',
    'embargo',
  ])
    assert.ok(words.includes(part), part);
  await stage.press('public routes are closed', 'Cancel');
  assert.equal(await clipboard(), 'nothing');
});

stage.check('no issue can be opened for it, and a tick is not a statement', async () => {
  await emptyClipboard();
  await stage.editor.workbench.run('Xen: New GitLab Issue from Bug Report');
  await stage.press('public routes are closed', 'It Is No Security Matter');
  const input = stage.editor.workbench.quickInput.locator('input').first();
  await input.fill('it is fine');
  await stage.editor.page.keyboard.press('Enter');
  await stage.editor.workbench.quickInput.getByText('Four words or more.').waitFor();
  await stage.editor.shot('report-statement');
  await stage.editor.page.keyboard.press('Escape');
  await lens('Security first').waitFor();
  assert.equal(await dialog('external website').count(), 0);

  await stage.editor.workbench.run('Xen: New GitLab Issue from Bug Report');
  await stage.press('public routes are closed', 'Write to the Security Team');
  await stage.editor.workbench.notification('An issue is public').first().waitFor();
  assert.equal(await dialog('external website').count(), 0);
});

stage.check('the security team is one press away, with nobody else in the mail', async () => {
  await stage.editor.workbench.run('Xen: Copy as Plain-Text Mail');
  await stage.press('public routes are closed', 'Write to the Security Team');
  const mail = await stage.copied('To: ');
  assert.match(mail, /^To: security@xenproject\.org\nSubject: /);
  assert.match(mail, /Why it may concern security:\n- The host died while it worked for guest d3/);
  assert.doesNotMatch(mail, /Do not post it/);
});

/** Sizes from a large screen to half a window; the second is that of the other tests. */
const sizes = [
  [1920, 1080],
  [1280, 800],
  [720, 800],
];

stage.check('the gate holds in every theme and size', async ({ page, workbench, shot }) => {
  const gate = async (look) => {
    await lens('Security first').waitFor();
    await shot(`report-look-${look}`);
    await workbench.run('Xen: Copy as Plain-Text Mail');
    await dialog('public routes are closed').waitFor();
    await shot(`report-gate-${look}`);
    const { width, height } = page.viewportSize();
    const box = await dialog('public routes are closed').boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height, look);
    await stage.press('public routes are closed', 'Cancel');
  };
  for (const [name, { label }] of Object.entries(themes)) {
    await workbench.theme(label);
    await gate(name);
  }
  await workbench.theme(themes.dark.label);
  for (const [width, height] of sizes.toReversed()) {
    await page.setViewportSize({ width, height });
    await gate(String(width));
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

stage.check('a reason in words opens the public routes, and stays in the report', async () => {
  await emptyClipboard();
  await stage.editor.workbench.run('Xen: Copy as Plain-Text Mail');
  await stage.press('public routes are closed', 'It Is No Security Matter');
  const input = stage.editor.workbench.quickInput.locator('input').first();
  await input.fill('only a debugger of ours in dom0 reaches it');
  await stage.editor.page.keyboard.press('Enter');
  const mail = await stage.copied('To: ');
  assert.match(mail, /^To: xen-devel@lists\.xenproject\.org\n/);
  assert.match(mail, /Not a security matter: only a debugger of ours in dom0 reaches it/);
  await lens('Goes to: xen-devel').waitFor();
});

stage.check(
  'the configuration of the guest is asked for, attached, and loses its secrets',
  async () => {
    await problem('A guest is involved (d3)').waitFor();
    await stage.editor.workbench.run('Xen: Attach File to Bug Report');
    await stage.chooseFile('billing-db.cfg');
    await problem('A guest is involved (d3)').waitFor({ state: 'detached' });
    const [name] = reports();
    const attached = readdirSync(inReport(name, 'attachments')).filter((each) =>
      each.endsWith('.cfg'),
    );
    assert.deepEqual(attached, ['GUEST-1.cfg']);
    const text = readFileSync(inReport(name, 'attachments/GUEST-1.cfg'), 'utf8');
    for (const secret of ['billing', 'vgams', 's3same-0pen', '4d:11:02'])
      assert.ok(!text.includes(secret), text);
    assert.match(text, /type = "hvm"\nmemory = 2048/);
  },
);
