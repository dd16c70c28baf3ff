// The SYSRET rules on real trees, through the command line. Linux has a check before its SYSRET: an error or warning there
// is ours. XEN_TREES names further trees (separated by colons), whose findings are printed to be read.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const LIMIT_SECONDS = 120;

export default function check(tree) {
  const failures = [];
  const x86 = checked(path.join(tree, 'arch/x86'));
  print('arch/x86', x86);
  const whole = checked(tree);
  print('the whole tree', whole);
  for (const [name, run] of Object.entries({ 'arch/x86': x86, 'the whole tree': whole })) {
    failures.push(...run.failures);
    const wrong = run.findings.filter(({ severity }) => severity !== 'hint');
    if (name === 'arch/x86' && wrong.length > 0)
      failures.push(
        `${wrong.length} errors and warnings in ${name}, where there is nothing to find`,
      );
    if (run.seconds > LIMIT_SECONDS) failures.push(`${name} took ${run.seconds.toFixed(0)} s`);
  }
  for (const further of (process.env.XEN_TREES ?? '').split(':').filter(Boolean)) {
    const run = checked(further);
    print(further, run);
    failures.push(...run.failures);
  }
  return failures;
}

function checked(place) {
  const start = performance.now();
  const ran = spawnSync(
    process.execPath,
    [
      path.join(root, 'dist/cli.js'),
      'check',
      place,
      '--rules',
      'SR',
      '--format',
      'json',
      '--fail-on',
      'never',
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28, timeout: LIMIT_SECONDS * 1000 },
  );
  const seconds = (performance.now() - start) / 1000;
  if (ran.status !== 0)
    return {
      findings: [],
      seconds,
      summary: {},
      failures: [`${place}: the command ended with ${ran.status ?? ran.signal}: ${ran.stderr}`],
    };
  const { findings, summary } = JSON.parse(ran.stdout);
  return { findings, seconds, summary, failures: [] };
}

function print(title, { findings, summary, seconds }) {
  console.log(
    `${title}: ${findings.length} findings in ${summary.analysed} of ${summary.files} files, ${seconds.toFixed(1)} s`,
  );
  for (const { file, line, severity, rule, message } of findings)
    console.log(`  ${file}:${line}: ${severity}: ${message} [${rule}]`);
}
