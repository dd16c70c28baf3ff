// npm test: everything, in the order in which a fault is cheapest to see. Ends with `N passed, N failed`.
// With CI=true nothing is skipped: what a system package gives must be there.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureDependencies, root, run } from './prepare.mjs';
import { missingPrograms } from './system-programs.mjs';

const ci = process.env.CI === 'true';
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const results = path.join(root, '.cache/results');

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function count(name, { passed = 0, failed = 0, skipped = 0 }) {
  counts.passed += passed;
  counts.failed += failed;
  counts.skipped += skipped;
  if (failed > 0) failures.push(name);
}

/** One check that either holds or not. */
function check(name, program, args) {
  console.log(`\n== ${name}`);
  const ok = run(program, args) === 0;
  count(name, ok ? { passed: 1 } : { failed: 1 });
  return ok;
}

function vitest() {
  console.log(
    '\n== unit, property, oracle, LSP-session, panel, manifest, grammar and architecture tests',
  );
  const file = path.join(results, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const status = run(bin('vitest'), ['run', ...reporters]);
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const failed = report?.numFailedTests ?? 0;
  // A file that cannot be loaded fails without a failed test.
  count('vitest', {
    passed: report?.numPassedTests ?? 0,
    failed: status !== 0 ? Math.max(failed, 1) : failed,
    skipped: report?.numPendingTests ?? 0,
  });
}

/** node:test files, one after the other: they share the machine with a whole VS Code. */
function nodeTests(name, pattern) {
  console.log(`\n== ${name}`);
  const file = path.join(results, `${pattern.replace(/\W+/g, '-')}.tap`);
  const status = run(process.execPath, [
    '--test',
    '--test-concurrency=1',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${file}`,
    ...filesOf(pattern),
  ]);
  const tap = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const number = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(tap)?.[1] ?? 0);
  const failed = number('fail') + number('cancelled');
  count(name, {
    passed: number('pass'),
    failed: status !== 0 ? Math.max(failed, 1) : failed,
    skipped: number('skipped'),
  });
}

function filesOf(pattern) {
  const folder = path.join(root, path.dirname(pattern));
  return readdirSync(folder)
    .filter((file) => file.endsWith('.test.mjs'))
    .sort()
    .map((file) => path.join(folder, file));
}

ensureDependencies();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const missing = missingPrograms();
for (const { sentence } of missing) console.log(sentence);
if (ci && missing.length > 0) count('system packages', { failed: missing.length });

check('types', bin('tsc'), ['-b']);
check('lint', bin('oxlint'), [
  '--type-aware',
  '--deny-warnings',
  'client',
  'server',
  'media',
  'test',
  'scripts',
]);
check('format', bin('prettier'), ['--check', '--log-level=warn', '.']);
const built = check('build', process.execPath, ['esbuild.mjs']);
vitest();
if (
  built &&
  check('package', bin('vsce'), ['package', '--no-dependencies', '--out', 'dist/xen-devtools.vsix'])
) {
  nodeTests('packaging', 'test/packaging/*');
  if (missing.some(({ needed }) => needed === 'e2e')) count('end to end', { skipped: 1 });
  else nodeTests('end to end in a real VS Code', 'test/e2e/*');
}

if (failures.length > 0) console.log(`\nfailed: ${failures.join(', ')}`);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
