// Large logs: the whole analysis against ripgrep counting lines that match the same patterns, side by side; the line
// index against wc; memory. The log is made by perf-kit's generator where it lies beside the project.
import { build } from 'esbuild';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const generator = path.resolve(root, '../shared/perf-kit/genlog.mjs');
const megabytes = Number(process.env.BENCH_LOG_MB ?? 512);
const pieceMegabytes = Math.min(64, megabytes);
const rounds = 3;

export default async function measure() {
  if (!existsSync(generator))
    return [{ what: 'Large logs', ours: 'not measured', peer: 'no generator beside the project' }];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'log-bench-'));
  try {
    const log = makeLog(folder);
    const bundle = await makeBundle(folder);
    return [
      ...searchRows(folder, bundle, log),
      indexRow(bundle, log),
      openRow(bundle, log),
      memoryRow(folder, bundle, log),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A generated piece with crashes in it, as often as it takes. */
function makeLog(folder) {
  const piece = path.join(folder, 'piece.log');
  execFileSync(process.execPath, [generator, '--size', `${pieceMegabytes}M`, '--out', piece]);
  const log = path.join(folder, 'large.log');
  const bytes = readFileSync(piece);
  for (let size = 0; size < megabytes; size += pieceMegabytes) appendFileSync(log, bytes);
  return log;
}

async function makeBundle(folder) {
  const shared = { absWorkingDir: root, bundle: true, platform: 'node', format: 'cjs' };
  const entry = path.join(folder, 'entry.ts');
  writeFileSync(
    entry,
    ['log-files/scan-file', 'log-files/log-knowledge', 'node-ports', 'core/xen-log/index']
      .map(
        (name) => `export * from ${JSON.stringify(path.join(root, 'server/src', `${name}.ts`))};`,
      )
      .join('\n'),
  );
  const outfile = path.join(folder, 'scan.cjs');
  await build({ ...shared, entryPoints: [entry], outfile });
  await build({
    ...shared,
    entryPoints: ['server/src/log-files/worker.ts'],
    outfile: path.join(folder, 'log-worker.js'),
  });
  cpSync(path.join(root, 'server/src/core/knowledge/data'), path.join(folder, 'knowledge'), {
    recursive: true,
  });
  return outfile;
}

function scan(folder, bundle, log, threads) {
  const run = spawnSync(
    process.execPath,
    [path.join(here, 'log-scan.mjs'), bundle, log, String(threads), path.join(folder, 'knowledge')],
    { encoding: 'utf8' },
  );
  return JSON.parse(run.stdout);
}

/** All patterns in one for ripgrep, whose syntax differs in little. */
function alternation(isAnchored) {
  const { messages } = JSON.parse(
    readFileSync(path.join(root, 'server/src/core/knowledge/data/messages.json'), 'utf8'),
  );
  const bodies = messages
    .filter(({ only_prefix }) => only_prefix === undefined)
    .map(({ pattern }) =>
      pattern
        .replace(/\(\?<\w+>/g, '(?:')
        .replaceAll(String.raw`\/`, '/')
        .replaceAll(String.raw`\'`, "'")
        .replace(/\\u([0-9A-Fa-f]{4})/g, String.raw`\x{$1}`)
        .replace(/^\^/, '')
        .replace(/\$$/, ''),
    );
  const any = bodies.map((body) => `(?:${body})`).join('|');
  return isAnchored ? String.raw`^(?:\(XEN\) )?(?:\[[^\]]*\] )?(?:${any})$` : any;
}

function ripgrep(folder, log, isAnchored) {
  const file = path.join(folder, 'patterns.txt');
  writeFileSync(file, alternation(isAnchored));
  const began = performance.now();
  const run = spawnSync(
    'rg',
    ['-a', '-c', '--dfa-size-limit', '1G', '--regex-size-limit', '1G', '-f', file, log],
    { encoding: 'utf8' },
  );
  if (run.error !== undefined || Number(run.stdout) === 0) return undefined;
  return statSync(log).size / 1e3 / (performance.now() - began);
}

const best = (values) => Math.max(0, ...values.filter((value) => value !== undefined));
const speed = (value) => (value === 0 ? 'not installed' : `${value.toFixed(0)} MB/s`);
const ratioOf = (ours, peer) => (peer === 0 ? '' : (ours / peer).toFixed(2));

function searchRows(folder, bundle, log) {
  const one = [];
  const two = [];
  const behindPrefix = [];
  const anywhere = [];
  for (let round = 0; round < rounds; round++) {
    one.push(scan(folder, bundle, log, 1));
    behindPrefix.push(ripgrep(folder, log, true));
    two.push(scan(folder, bundle, log, 2));
    if (round === 0) anywhere.push(ripgrep(folder, log, false));
  }
  const single = best(one.map((run) => run.megabytesPerSecond));
  const double = best(two.map((run) => run.megabytesPerSecond));
  const firstMs = Math.min(...two.map((run) => run.firstMs));
  const row = (what, ours, peer, goal) => ({
    what,
    ours: speed(ours),
    peer: `rg -c ${speed(peer)}`,
    ratio: ratioOf(ours, peer),
    goal,
  });
  const name = `Analysis of a ${megabytes} MB log`;
  return [
    row(`${name}, 2 threads; the patterns anywhere in a line`, double, best(anywhere), '>= 1.1'),
    row(`${name}, 1 thread; the patterns anywhere in a line`, single, best(anywhere), '>= 0.6'),
    row(`${name}, 2 threads; the patterns behind a prefix`, double, best(behindPrefix), '>= 1.1'),
    row(`${name}, 1 thread; the patterns behind a prefix`, single, best(behindPrefix), '>= 0.6'),
    {
      what: `${name}: first event`,
      ours: `${firstMs.toFixed(0)} ms`,
      peer: '',
      goal: '<= 1000 ms',
    },
  ];
}

function indexRow(bundle, log) {
  const { SparseLineIndex } = createRequire(import.meta.url)(bundle);
  const buffer = Buffer.allocUnsafe(1 << 20);
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const index = new SparseLineIndex(buffer.length);
    const file = openSync(log, 'r');
    for (let got; (got = readSync(file, buffer, 0, buffer.length, null)) > 0;)
      index.add(buffer, got);
    closeSync(file);
    least = Math.min(least, performance.now() - began);
  }
  const began = performance.now();
  const hasWc = spawnSync('wc', ['-l', log]).error === undefined;
  const peer = hasWc ? statSync(log).size / 1e3 / (performance.now() - began) : 0;
  const ours = statSync(log).size / 1e3 / least;
  return {
    what: 'Sparse line index, 1 thread',
    ours: speed(ours),
    peer: `wc -l ${speed(peer)}`,
    ratio: ratioOf(ours, peer),
    goal: '>= 1500 MB/s',
  };
}

/** What an editor waits for after it opened a log of 20 MB: the text is in memory already. */
function openRow(bundle, log) {
  const { scanBytes, logKnowledge, nodePorts } = createRequire(import.meta.url)(bundle);
  const knowledge = logKnowledge(nodePorts(path.join(root, 'server/src/core/knowledge/data')));
  const text = readFileSync(log).subarray(0, 20_000_000).toString('utf8');
  const decode = (bytes, start, end) => bytes.toString('utf8', start, end);
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    scanBytes(Buffer.from(text), knowledge, { decode });
    least = Math.min(least, performance.now() - began);
  }
  return {
    what: 'Diagnostics of an open log of 20 MB',
    ours: `${least.toFixed(0)} ms`,
    peer: '',
    goal: '<= 1000 ms',
  };
}

/** Four times the log, at most 2 GB. */
function memoryRow(folder, bundle, log) {
  const bytes = readFileSync(path.join(folder, 'piece.log'));
  const wanted = Math.min(2000, megabytes * 4);
  for (let size = statSync(log).size / 2 ** 20; size < wanted; size += pieceMegabytes)
    appendFileSync(log, bytes);
  const run = scan(folder, bundle, log, 2);
  return {
    what: `Peak memory for ${(statSync(log).size / 1e9).toFixed(2)} GB, ${run.crashCount} crashes in it`,
    ours: `${run.peakMegabytes.toFixed(0)} MB`,
    peer: '',
    goal: '<= 150 MB',
  };
}
