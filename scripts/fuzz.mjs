// npm run fuzz -- [--minutes N] [--target NAME] [--from NUMBER] [--inputs COUNT]: mutated real inputs against every reader,
// one worker at a time. An input is a number: `--target T --from N --inputs 1` runs it again. Failing inputs are
// written to test/fuzz/found, where npm test replays them for ever.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ensureDependencies, root } from './prepare.mjs';

ensureDependencies();
const { build } = await import('esbuild');

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string' },
    from: { type: 'string' },
    inputs: { type: 'string' },
  },
});
/** No sign of life for this long is a hang. */
const HANG_MS = 20_000;
const found = path.join(root, 'test/fuzz/found');
const output = path.join(root, '.cache/fuzz');

await build({
  absWorkingDir: root,
  entryPoints: {
    runner: 'test/fuzz/runner.ts',
    mutate: 'test/fuzz/mutate.ts',
    targets: 'test/fuzz/targets.ts',
  },
  outdir: output,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  banner: {
    // What a CommonJS bundle in dist/ has.
    js: `import{createRequire}from'node:module';const require=createRequire(import.meta.url);const __dirname=${JSON.stringify(path.join(root, 'dist'))};`,
  },
  logLevel: 'warning',
});
const { targets } = await import(pathToFileURL(path.join(output, 'targets.mjs')).href);
const { inputOf } = await import(pathToFileURL(path.join(output, 'mutate.mjs')).href);

const chosen = targets.filter(
  ({ name, seeds }) => (values.target ?? name) === name && seeds().length > 0,
);
if (chosen.length === 0) {
  console.error(
    `There is no target "${values.target}": use one of ${targets.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
// Each run starts elsewhere unless told; the first number is printed, so that a run can be repeated.
const from = Number(values.from ?? Math.floor(Date.now() / 1000) % 2_000_000_000);
const until = Math.min(2 ** 31 - 1, from + Number(values.inputs ?? Infinity));
const sliceMs = (Number(values.minutes) * 60_000) / chosen.length;

let inputs = 0;
let failures = 0;
for (const target of chosen) {
  const ran = await fuzz(target);
  inputs += ran.inputs;
  failures += ran.failures;
  console.log(`${target.name}: ${ran.inputs} inputs from ${from}, ${ran.failures} failures`);
}
console.log(`${inputs} inputs, ${failures} failures`);
process.exitCode = failures > 0 ? 1 : 0;

async function fuzz(target) {
  const deadlineMs = Date.now() + sliceMs;
  const ran = { inputs: 0, failures: 0 };
  let next = from;
  // A hang ends the worker; the next one goes on behind the input that hung.
  while (next < until && Date.now() < deadlineMs)
    next = await runWorker(target, next, deadlineMs, ran);
  return ran;
}

async function runWorker(target, start, deadlineMs, ran) {
  const progress = new SharedArrayBuffer(8);
  const shared = new Int32Array(progress);
  const worker = new Worker(path.join(output, 'runner.mjs'), {
    workerData: { target: target.name, from: start, until, progress, deadlineMs },
  });
  const life = { ended: false };
  const end = new Promise((done) => worker.once('exit', done)).then(() => (life.ended = true));
  worker.on('message', ({ number, why }) => save(target, number, why, ran));
  worker.on('error', (error) => save(target, Atomics.load(shared, 0), error.stack, ran));
  let seen = -1;
  while (!life.ended) {
    await Promise.race([end, pause(HANG_MS)]);
    if (!life.ended && Atomics.load(shared, 1) === seen) {
      save(target, Atomics.load(shared, 0), `no end within ${HANG_MS} ms`, ran);
      await worker.terminate();
    }
    seen = Atomics.load(shared, 1);
  }
  ran.inputs += Atomics.load(shared, 1);
  return Atomics.load(shared, 0) + 1;
}

function save(target, number, why, ran) {
  ran.failures++;
  if (ran.failures > 20) return;
  mkdirSync(found, { recursive: true });
  const input = inputOf(number, { seeds: target.seeds(), dictionary: target.dictionary });
  writeFileSync(path.join(found, `${target.name}-${number}.bin`), input);
  console.log(`${target.name} ${number}: ${why}`);
}
