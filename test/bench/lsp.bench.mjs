// The language server beside clangd on real input: rows 1 to 9 of the performance goals. Each server runs in turn, each
// round in a fresh process; ratios are medians of pairs. BENCH_ROUNDS sets the rounds (3).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bench, parseArgs } from './lsp-driver.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const server = `${process.execPath} ${path.join(root, 'dist/server.js')} --stdio`;
const header = '/usr/include/xen/io/blkif.h';
const kernel = '/usr/src/linux-source-6.1';
const driver = `${kernel}/drivers/block/xen-blkfront.c`;
const rounds = process.env.BENCH_ROUNDS ?? '3';

const installed = (name) => {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
};

export default async function measure() {
  const clangd = installed('clangd-22') ?? installed('clangd-19') ?? installed('clangd');
  const rows = [];
  if (existsSync(header)) rows.push(...(await headerRows(clangd)));
  else rows.push({ what: header, ours: 'not installed', peer: '', ratio: '', goal: '' });
  if (existsSync(driver)) rows.push(...(await driverRows(clangd)));
  else rows.push({ what: driver, ours: 'not installed', peer: '', ratio: '', goal: '' });
  rows.push(startRow());
  return rows;
}

async function run(clangd, file, folder, more) {
  const args = ['--a', server, '--name-a', 'ours', '--root', folder, '--file', file, '--lang', 'c'];
  if (clangd)
    args.push('--b', `${clangd} --log=error --background-index=0 ${more}`, '--name-b', 'peer');
  args.push('--rounds', rounds, '--methods', 'documentSymbol');
  const { summary } = await bench(parseArgs(args));
  if (!summary.servers.ours) throw new Error('our server failed every round');
  return summary;
}

async function headerRows(clangd) {
  const summary = await run(clangd, header, path.dirname(header), '');
  const row = rowOf(summary, 'io/blkif.h');
  return [
    row('spawn → first hover', 'spawnToFirstHoverMs', 'ratio ≤ 1.4 (Node 20), 0.9 (Node 22)', 'ms'),
    row('hover p50', 'hover.p50', 'ratio ≤ 1', 'ms'),
    row('hover p99', 'hover.p99', '≤ 3 ms', 'ms'),
    row('hovers answered while typing', 'typing.hover.answeredPct', '100 %', '%'),
    row('hover while typing p50', 'typing.hover.p50', '≤ 5 ms', 'ms'),
    row('hover while typing p99', 'typing.hover.p99', '≤ 25 ms', 'ms'),
    row('error typed → diagnostics', 'edit.toDiagnostics.p50', 'ratio ≤ 0.5', 'ms'),
    row('documentSymbol, first', 'documentSymbol.first', 'ratio ≤ 1', 'ms'),
    row('peak memory', 'peakRssMb', '≤ 100 MB', 'MB'),
    row('CPU of the session', 'serverCpuMs', '≤ 500 ms', 'ms'),
  ];
}

async function driverRows(clangd) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-bench-'));
  try {
    const flags = compileFlags();
    writeFileSync(
      path.join(folder, 'compile_commands.json'),
      JSON.stringify([{ directory: kernel, file: driver, arguments: ['clang', ...flags, driver] }]),
    );
    const summary = await run(clangd, driver, kernel, `--compile-commands-dir=${folder}`);
    const row = rowOf(summary, 'xen-blkfront.c');
    return [
      row('spawn → first hover', 'spawnToFirstHoverMs', '≤ 150 ms, ratio ≤ 0.2', 'ms'),
      row('hover p50', 'hover.p50', 'ratio ≤ 1', 'ms'),
      row('hover p99', 'hover.p99', '≤ 3 ms', 'ms'),
      row('hovers answered while typing', 'typing.hover.answeredPct', '100 %', '%'),
      row('hover while typing p50', 'typing.hover.p50', '≤ 5 ms', 'ms'),
      row('error typed → diagnostics', 'edit.toDiagnostics.p50', 'ratio ≤ 0.25', 'ms'),
      row('peak memory', 'peakRssMb', '≤ 100 MB', 'MB'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The kernel's own include folders and definitions, as its build passes them; generated headers may be missing. */
function compileFlags() {
  const include = [
    'arch/x86/include',
    'arch/x86/include/generated',
    'include',
    'arch/x86/include/uapi',
    'include/uapi',
  ];
  return [
    '-std=gnu11',
    '-nostdinc',
    ...include.flatMap((folder) => ['-I', path.join(kernel, folder)]),
    '-include',
    path.join(kernel, 'include/linux/compiler-version.h'),
    '-include',
    path.join(kernel, 'include/linux/kconfig.h'),
    '-D__KERNEL__',
    '-DMODULE',
    '-DKBUILD_MODNAME="xen_blkfront"',
  ];
}

function rowOf({ servers, ratio }, file) {
  const cell = (figures, key, unit) => (figures?.[key] ? `${figures[key].median} ${unit}` : '–');
  return (what, key, goal, unit) => ({
    what: `${file}: ${what}`,
    ours: cell(servers.ours, key, unit),
    peer: servers.peer ? cell(servers.peer, key, unit) : 'not installed',
    ratio: ratio?.[key] ? String(ratio[key].median) : '–',
    goal,
  });
}

/** What Node alone costs, in the same run: the floor of every start. */
function startRow() {
  const times = Array.from({ length: 5 }, () => {
    const before = process.hrtime.bigint();
    execFileSync(process.execPath, ['-e', '0']);
    return Number(process.hrtime.bigint() - before) / 1e6;
  }).sort((a, b) => a - b);
  return {
    what: `node -e 0 (${process.version}), the floor of every start`,
    ours: `${times[2].toFixed(0)} ms`,
    peer: '',
    ratio: '',
    goal: '',
  };
}
