// The recipes of docs/ci, their shell parts run as a CI system would, with the packaged extension, on a tree of samples.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { withoutUnzip } from './unzip.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const SHARDS = 4;
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-ci-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const recipe = (name) => parse(readFileSync(path.join(root, 'docs/ci', name), 'utf8'));

/** A fresh copy of the tree, with the folder `.xen-devtools` of another job not in it. */
function checkout(name) {
  const tree = path.join(folder, name);
  cpSync(path.join(root, 'test/fixtures/driver'), tree, { recursive: true });
  return tree;
}

function shell(tree, script, variables) {
  const env = {
    ...process.env,
    XEN_DEVTOOLS_VSIX: path.join(root, 'dist/xen-devtools.vsix'),
    ...variables,
  };
  const ran = spawnSync('bash', ['-eu', '-c', script], { cwd: tree, encoding: 'utf8', env });
  return { status: ran.status, output: ran.stdout + ran.stderr };
}

/** What one job's tree leaves to another: files by pattern. */
function handOn(from, to, pattern) {
  for (const file of readdirSync(from).filter((each) => pattern.test(each)))
    cpSync(path.join(from, file), path.join(to, file));
}

/** Places and rules of the merged SARIF, and of a single run over the whole tree. */
function assertSameAsSingleRun(tree) {
  const sarif = JSON.parse(readFileSync(path.join(tree, 'xen-check.sarif'), 'utf8'));
  const single = spawnSync(
    process.execPath,
    [path.join(root, 'dist/cli.js'), 'check', '.', '--format', 'sarif'],
    { cwd: tree, encoding: 'utf8' },
  );
  const results = JSON.parse(single.stdout).runs[0].results;
  assert.ok(results.length > 20, `${results.length} findings`);
  assert.deepEqual(sarif.runs[0].results, results);
}

test('the GitLab recipe: four shards, merged into one report', { skip: withoutUnzip }, () => {
  const {
    '.xen-devtools': shared,
    'xen-check': check,
    'xen-check-report': report,
  } = recipe('gitlab-ci.yml');
  assert.equal(check.parallel, SHARDS);
  const last = checkout('gitlab-report');
  for (let i = 1; i <= SHARDS; i++) {
    const tree = checkout(`gitlab-${i}`);
    const script = [...shared.before_script, ...check.script].join('\n');
    const variables = { CI_NODE_INDEX: String(i), CI_NODE_TOTAL: String(SHARDS) };
    const { status, output } = shell(tree, script, variables);
    assert.equal(status, 0, output);
    handOn(tree, last, /^xen-check-\d\.json$/);
  }
  const merged = shell(last, [...shared.before_script, ...report.script].join('\n'), {});
  assert.equal(merged.status, 1, `findings fail the job: ${merged.output}`);
  assertSameAsSingleRun(last);
});

test('the GitHub recipe: the same', { skip: withoutUnzip }, () => {
  const { jobs } = recipe('github-actions.yml');
  const { shard: shards } = jobs.check.strategy.matrix;
  assert.equal(shards.length, SHARDS);
  const runOf = (job) => job.steps.find((step) => step.run).run;
  const last = checkout('github-report');
  for (const shard of shards) {
    const tree = checkout(`github-${shard}`);
    const variables = { SHARD: String(shard), SHARDS: String(SHARDS) };
    const { status, output } = shell(tree, runOf(jobs.check), variables);
    assert.equal(status, 0, output);
    handOn(tree, last, /^xen-check-\d\.json$/);
  }
  const merged = shell(last, runOf(jobs.report), {});
  assert.equal(merged.status, 1, `findings fail the job: ${merged.output}`);
  assertSameAsSingleRun(last);
});
