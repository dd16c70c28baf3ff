// What must hold in a running window: the panels' policy, no request to the network, and a killed extension host.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openWorkbench } from '../vscode/fixture.mjs';
import { makeDemo } from '../../scripts/demo-workspace.mjs';

const limit = { timeout: 240_000 };
const requests = [];
let editor;
let demo;

before(async () => {
  demo = makeDemo();
  editor = await openWorkbench(demo.folder, { file: path.join(demo.folder, 'backend.c') });
  editor.page.on('request', (request) => requests.push(request.url()));
}, limit);
after(async () => {
  await editor?.stop();
  rmSync(demo.folder, { recursive: true, force: true });
});

const problems = () =>
  editor.workbench.editor('backend.c').locator('.squiggly-error, .squiggly-warning').first();

/** Runs in a panel: tries what the policy forbids, and tells what happened. */
async function tryForbidden() {
  const outcome = {};
  // Later, as code of the page: what the debugger evaluates is exempt.
  outcome.eval = await new Promise((done) =>
    setTimeout(() => {
      try {
        // oxlint-disable-next-line no-implied-eval -- that it is refused is what is tested
        done(String(new Function('return 1')()));
      } catch (error) {
        done(error.name);
      }
    }),
  );
  const script = document.createElement('script');
  script.textContent = 'window.inlineRan = true';
  document.head.append(script);
  outcome.inlineScript = window.inlineRan === true ? 'ran' : 'blocked';
  outcome.fetch = await fetch('https://example.invalid/').then(
    () => 'answered',
    (error) => error.name,
  );
  const policies = document.querySelectorAll('meta[http-equiv="Content-Security-Policy"]');
  outcome.policies = Array.from(policies, (each) => each.content);
  const blocked = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    blocked.push(event.effectiveDirective),
  );
  const box = document.createElement('div');
  box.innerHTML = '<p style="color: red">x</p><img src="https://example.invalid/a.png">';
  document.body.append(box);
  await new Promise((done) => setTimeout(done, 200));
  box.remove();
  return { ...outcome, blocked };
}

for (const [title, viewType] of [
  ['Xen: Open Ring Simulator', 'ring'],
  ['Xen: Open NUMA Placement', 'numa'],
])
  test(`the ${viewType} panel runs under its policy`, limit, async () => {
    await editor.workbench.run(title);
    const frame = await editor.workbench.webview('main button');
    const outcome = await frame.evaluate(tryForbidden);
    assert.equal(outcome.eval, 'EvalError');
    assert.equal(outcome.inlineScript, 'blocked');
    assert.equal(outcome.fetch, 'TypeError');
    assert.ok(outcome.policies.some((policy) => policy.startsWith("default-src 'none'")));
    for (const policy of outcome.policies) assert.doesNotMatch(policy, /unsafe-(?:inline|eval)/);
    assert.ok(outcome.blocked.some((directive) => directive.startsWith('style-src')));
    assert.ok(outcome.blocked.includes('img-src'));
    await editor.workbench.run('View: Close All Editors');
    await editor.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
  });

test('nothing was asked of any other machine', limit, () => {
  const elsewhere = requests
    .filter((url) => /^(?:https?|wss?):/.test(url))
    .map((url) => new URL(url))
    .filter(
      ({ hostname }) =>
        !/^(?:127\.0\.0\.1|localhost)$|\.vscode-cdn\.net$|^example\.invalid$/.test(hostname),
    );
  assert.deepEqual(elsewhere.map(String), []);
  assert.ok(requests.length > 0, 'the watch sees requests');
});

test(
  'a killed extension host comes back with everything, and we say nothing of it',
  limit,
  async () => {
    await editor.workbench.open('backend.c');
    await problems().waitFor();
    const hosts = execFileSync('pgrep', ['-f', 'type=extensionHost'], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
    for (const host of hosts.filter(isOurs)) process.kill(host, 'SIGKILL');
    // The problems go with the host, and come back with it.
    await problems().waitFor({ state: 'detached' });
    await problems().waitFor();
    const said = await editor.page.locator('.notification-toast').allInnerTexts();
    assert.deepEqual(
      said.filter((text) => /Xen/.test(text)),
      [],
    );
  },
);

/** Whether a process belongs to this test's code-server. */
function isOurs(pid) {
  try {
    const environment = execFileSync('cat', [`/proc/${pid}/environ`], { encoding: 'utf8' });
    const args = execFileSync('cat', [`/proc/${pid}/cmdline`], { encoding: 'utf8' });
    const own = path.dirname(editor.server.userDataDir);
    return environment.includes(own) || args.includes(own);
  } catch {
    return false;
  }
}
