// Reading C: rows 14 to 16 of the performance goals. All of Xen's headers with everything they declare laid out on four
// ABIs, a driver read again after each key, and one header beside gcc with pahole and ctags.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const headers = '/usr/include/xen';
const blkif = path.join(headers, 'io/blkif.h');
const driver = '/usr/src/linux-source-6.1/drivers/block/xen-blkfront.c';
const KEYS = 90;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

export default async function measure() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'c-types-bench-'));
  try {
    const core = await loadCore(folder);
    const missing = (what) => [{ what, ours: 'not installed', peer: '', ratio: '', goal: '' }];
    return [
      ...(existsSync(blkif) ? headerRows(core, folder) : missing(headers)),
      ...(existsSync(driver) ? await driverRows(core) : missing(driver)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function loadCore(folder) {
  const outfile = path.join(folder, 'c-types.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['server/src/core/c-types/index.ts'],
    bundle: true,
    format: 'esm',
    outfile,
  });
  return await import(pathToFileURL(outfile).href);
}

const texts = new Map();
function textOf(file) {
  if (!texts.has(file)) texts.set(file, existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  return texts.get(file);
}

/** Xen's own headers, from memory. */
function resolveInclude({ name, quoted, from }) {
  const places = quoted ? [path.dirname(from)] : [];
  for (const place of [...places, path.dirname(headers)]) {
    const found = path.join(place, name);
    if (found.startsWith(headers) && textOf(found) !== undefined)
      return { path: found, text: textOf(found) };
  }
  return undefined;
}

/** Everything that some files declare, laid out on every ABI; how many layouts, and how many could not be known. */
function layOutAll({ ABIS, HeaderCache, parseUnit, aggregatesOf, layoutOf }, files) {
  const cache = new HeaderCache();
  const counts = { known: 0, unknown: 0, problems: 0 };
  for (const file of files)
    for (const abi of ABIS) {
      const unit = parseUnit(textOf(file), { path: file, abi, resolveInclude }, cache);
      counts.problems += unit.problems.filter(({ severity }) => severity === 'error').length;
      for (const { aggregate } of aggregatesOf(unit)) {
        if (layoutOf(aggregate, unit.scope).kind === 'layout') counts.known++;
        else counts.unknown++;
      }
    }
  return counts;
}

function headerRows(core, folder) {
  const files = readdirSync(headers, { recursive: true })
    .filter((file) => file.endsWith('.h'))
    .map((file) => path.join(headers, file));
  const megabytes = files.reduce((sum, file) => sum + textOf(file).length, 0) / 1e6;
  const warm = Math.min(...times(() => layOutAll(core, files), 20));
  const { known, unknown, problems } = layOutAll(core, files);
  const tags = timeOf('ctags', ['-f', '/dev/null', '--languages=C', ...files]);
  const one = Math.min(...times(() => layOutAll(core, [blkif]), 100));
  const compiled = compileAndReadBack(folder);
  return [
    {
      what: `${files.length} headers (${megabytes.toFixed(2)} MB) on 4 ABIs: ${known} layouts, ${unknown} unknown, ${problems} errors`,
      ours: `${warm.toFixed(1)} ms`,
      peer: tags === undefined ? 'ctags not installed' : `${tags.toFixed(0)} ms (ctags, one pass)`,
      ratio: ratioOf(warm, tags),
      goal: '≤ 46 ms',
    },
    {
      what: 'blkif.h and its headers on 4 ABIs: every layout',
      ours: `${one.toFixed(1)} ms`,
      peer:
        compiled === undefined ? 'gcc, pahole not installed' : `${compiled.toFixed(0)} ms an ABI`,
      ratio: ratioOf(one, compiled),
      goal: '≤ 5 ms',
    },
  ];
}

const ratioOf = (ours, peer) => (peer === undefined ? '–' : (ours / peer).toFixed(2));

function times(run, count) {
  return Array.from({ length: count }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The best of some runs of a program, or undefined when it is not there. */
function timeOf(program, args) {
  try {
    return Math.min(...times(() => execFileSync(program, args, { stdio: 'ignore' }), ROUNDS));
  } catch {
    return undefined;
  }
}

/** What a person does today: a C file with the header, compiled for one ABI, and pahole on the object. */
function compileAndReadBack(folder) {
  const source = path.join(folder, 'blkif.c');
  const object = path.join(folder, 'blkif.o');
  const include = ['stdint.h', 'stddef.h', 'string.h', 'xen/io/blkif.h'];
  const macros = ['#define xen_mb()', '#define xen_rmb()', '#define xen_wmb()'];
  const lines = include.map((name) => `#include <${name}>`);
  writeFileSync(source, [...macros, ...lines, ''].join('\n'));
  const flags = ['-g', '-fno-eliminate-unused-debug-types', '-c', source, '-o', object];
  const compile = timeOf('gcc', flags);
  const read = timeOf('pahole', [object]);
  return compile === undefined || read === undefined ? undefined : compile + read;
}

/** A key at 60 % of the driver, then the next: what a server does before it answers a hover. */
async function driverRows(core) {
  const text = textOf(driver);
  const at = text.indexOf(';\n', Math.floor(text.length * 0.6)) + 2;
  const typed = 'int probe = 1;\n'.repeat(Math.ceil(KEYS / 15)).slice(0, KEYS);
  const edited = Array.from(
    { length: KEYS },
    (_, key) => text.slice(0, at) + typed.slice(0, key + 1) + text.slice(at),
  );
  const cache = new core.HeaderCache();
  const read = (each) => {
    const unit = core.parseUnit(each, { path: driver, abi: 'x86_64', resolveInclude }, cache);
    return unit.declarations.length;
  };
  read(text);
  const ours = edited.map((each) => times(() => read(each), 1)[0]);
  const peer = await treeSitterTimes(text, at, edited);
  const figures = (values) => `${median(values).toFixed(1)} / ${p99(values).toFixed(1)} ms`;
  return [
    {
      what: `xen-blkfront.c (${Math.round(text.length / 1000)} KB) read again after a key, p50 / p99`,
      ours: figures(ours),
      peer: `${figures(peer)} (tree-sitter, wasm, incremental)`,
      ratio: (p99(ours) / p99(peer)).toFixed(2),
      goal: '≤ 5 ms p99',
    },
  ];
}

const p99 = (values) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1];

async function treeSitterTimes(text, at, edited) {
  const { Edit, Language, Parser } = await import('web-tree-sitter');
  await Parser.init();
  const parser = new Parser();
  const grammar = path.join(root, 'node_modules/tree-sitter-c/tree-sitter-c.wasm');
  parser.setLanguage(await Language.load(grammar));
  const before = text.slice(0, at).split('\n');
  const point = { row: before.length - 1, column: before.at(-1).length };
  let tree = parser.parse(text);
  return edited.map((each, key) => {
    const started = performance.now();
    const [startIndex, newEndIndex] = [at + key, at + key + 1];
    const places = { startPosition: point, oldEndPosition: point, newEndPosition: point };
    tree.edit(new Edit({ startIndex, oldEndIndex: startIndex, newEndIndex, ...places }));
    const next = parser.parse(each, tree);
    tree.delete();
    tree = next;
    return performance.now() - started;
  });
}
