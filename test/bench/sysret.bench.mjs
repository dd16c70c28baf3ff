// The SYSRET rules: one edit in Linux's own entry code, and the whole of Linux beside what people do today, ripgrep for the
// word. Runs take turns, so that noise of the machine meets both.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const tree = '/usr/src/linux-source-6.1';
const entry = path.join(tree, 'arch/x86/entry/entry_64.S');
const ROUNDS = 5;
const KEYS = 40;

export default async function measure() {
  if (!existsSync(tree))
    return [{ what: tree, ours: 'not installed', peer: '', ratio: '', goal: '' }];
  return [...scans(), ...(await edits())];
}

function scans() {
  const cli = (jobs) => [
    process.execPath,
    path.join(root, 'dist/cli.js'),
    'check',
    tree,
    '--rules',
    'SR',
    '--fail-on',
    'never',
    '--jobs',
    jobs,
  ];
  const hasRipgrep = spawnSync('rg', ['--version']).status === 0;
  const ours = { 2: [], 4: [] };
  const peer = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const jobs of Object.keys(ours)) ours[jobs].push(timed(cli(jobs)));
    if (hasRipgrep) peer.push(timed(['rg', '--files-with-matches', '--no-ignore', 'sysret', tree]));
  }
  return Object.entries(ours).map(([jobs, times]) =>
    row(
      `all of Linux 6.1, warm, ${jobs} threads`,
      median(times),
      hasRipgrep ? median(peer) : undefined,
      '<= 2 x rg',
    ),
  );
}

function row(what, ours, peer, goal) {
  return {
    what,
    ours: `${ours.seconds.toFixed(2)} s, ${Math.round(ours.megabytes)} MB`,
    peer: peer ? `rg sysret ${peer.seconds.toFixed(2)} s` : 'rg is not installed',
    ratio: peer ? (ours.seconds / peer.seconds).toFixed(2) : '',
    goal,
  };
}

/** Wall time and peak memory of a program. */
function timed([program, ...args]) {
  const start = performance.now();
  const ran = spawnSync('/usr/bin/env', ['time', '-f', '%M', program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, megabytes: Number(ran.stderr.trim().split('\n').at(-1)) / 1000 };
}

const median = (runs) =>
  runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)];

/** Keys typed into a comment at the end of entry_64.S, the file judged again after each. */
async function edits() {
  const { analyseSysret, noNames, includedFile } = await loadOurs();
  const text = readFileSync(entry, 'utf8');
  const options = {
    names: noNames,
    include: (name, from) => includedFile(name, from ?? entry),
    workspace: undefined,
  };
  const times = [];
  for (let key = 0; key < KEYS; key++) {
    const start = performance.now();
    analyseSysret({ path: entry, text: `${text}/* ${'x'.repeat(key)} */\n` }, options);
    times.push(performance.now() - start);
  }
  const sorted = times.slice(KEYS / 4).sort((a, b) => a - b);
  const at = (part) => sorted[Math.floor(sorted.length * part)].toFixed(0);
  return [
    {
      what: `one key in entry_64.S (${text.split('\n').length} lines, headers included), p50`,
      ours: `${at(0.5)} ms`,
      peer: 'spatch does not read .S',
      ratio: '',
      goal: '<= 20 ms',
    },
  ];
}

async function loadOurs() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: `export { analyseSysret, noNames } from '#core/sysret';
export { includedFile } from './server/src/workspace-scan/include-files.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  return import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
}
