// The driver rules on Debian's Linux: the whole set of Xen drivers, and diagnostics while typing in xen-blkfront.c.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const tree = '/usr/src/linux-source-6.1';
const places = [
  'drivers/block/xen-blkback',
  'drivers/block/xen-blkfront.c',
  'drivers/net/xen-netback',
  'drivers/net/xen-netfront.c',
  'drivers/xen',
  'sound/xen',
  'drivers/gpu/drm/xen',
];
/** Where keys are typed: the largest frontend and the largest backend. */
const typingPlaces = [
  ['drivers/block/xen-blkfront.c', 'irqreturn_t blkif_interrupt('],
  ['drivers/block/xen-blkback/blkback.c', 'static int dispatch_rw_block_io('],
];
const KEYS = 200;

export default async function measure() {
  if (!existsSync(tree))
    return [{ what: tree, ours: 'not installed', peer: '', ratio: '', goal: '' }];
  const { loadCParser, checkDriver, usesSharedRing } = await loadOurs();
  const parser = await loadCParser(root);
  const texts = places
    .flatMap((place) => sourcesOf(path.join(tree, place)))
    .map((file) => readFileSync(file, 'utf8'));
  const drivers = texts.filter(usesSharedRing);
  const whole = timed(() => drivers.forEach((text) => checkDriver(parser.read(text))));
  const row = (what, ours, goal) => ({
    what,
    ours,
    peer: 'no peer has these rules',
    ratio: '',
    goal,
  });
  const rows = [
    row(
      `${drivers.length} of ${texts.length} files, ${kilobytes(drivers)} KiB, one thread`,
      figures(whole),
      '< 3000 ms',
    ),
  ];
  for (const [file, place] of typingPlaces) {
    const keys = typing(parser, checkDriver, file, place);
    const name = path.basename(file);
    for (const [part, goal] of [
      [0.5, '< 80 ms'],
      [0.99, '< 200 ms'],
    ])
      rows.push(
        row(
          `a key in ${name} to its findings, p${part * 100} of ${KEYS}`,
          figures({
            ms: percentile(
              keys.map(({ ms }) => ms),
              part,
            ),
            cpuMs: percentile(
              keys.map(({ cpuMs }) => cpuMs),
              part,
            ),
          }),
          goal,
        ),
      );
  }
  const megabytes = Math.round(process.memoryUsage().rss / 1e6);
  rows.push(row('memory of this process after all that', `${megabytes} MB`, ''));
  return rows;
}

/** One statement typed key by key at the head of a function, parsed and judged after each key. */
function typing(parser, checkDriver, name, place) {
  let text = readFileSync(path.join(tree, name), 'utf8');
  const at = text.indexOf('{', text.lastIndexOf(place)) + 1;
  const typed = '\n\tif (bret.status > 0 && bret.id != rinfo->ring.rsp_cons)\n\t\tbreak;'.repeat(4);
  let file = parser.parse(text);
  checkDriver(file.source);
  const times = [];
  for (let i = 0; i < KEYS; i++) {
    const next = text.slice(0, at + i) + typed[i % typed.length] + text.slice(at + i);
    times.push(
      timed(() => {
        file = parser.parse(next, { file, text });
        checkDriver(file.source);
      }),
    );
    text = next;
  }
  return times;
}

async function loadOurs() {
  const outfile = path.join(root, '.cache/driver-bench.cjs');
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `export { loadCParser } from './server/src/c-syntax/c-parser.ts';
        export { checkDriver } from '#core/driver';
        export { usesSharedRing } from '#core/gate';`,
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' },
    outfile,
    logLevel: 'warning',
  });
  return (await import(outfile)).default;
}

function sourcesOf(place) {
  if (!existsSync(place)) return [];
  if (place.endsWith('.c')) return [place];
  return readdirSync(place, { recursive: true })
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => path.join(place, name));
}

/** Wall and CPU time: on a busy machine only the second says what the work costs. */
function timed(run) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

const figures = ({ ms, cpuMs }) => `${ms.toFixed(1)} ms (CPU ${cpuMs.toFixed(1)} ms)`;

const kilobytes = (texts) => Math.round(texts.reduce((sum, text) => sum + text.length, 0) / 1024);

function percentile(times, part) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
}
