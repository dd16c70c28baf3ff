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
  const keys = typing(parser, checkDriver);
  const row = (what, ours, goal) => ({
    what,
    ours,
    peer: 'no peer has these rules',
    ratio: '',
    goal,
  });
  return [
    row(
      `${drivers.length} of ${texts.length} files, ${kilobytes(drivers)} KiB, one thread`,
      `${whole} ms`,
      '< 3000 ms',
    ),
    row(`typing in xen-blkfront.c, p50 of ${KEYS} keys`, `${percentile(keys, 0.5)} ms`, '< 80 ms'),
    row(
      `typing in xen-blkfront.c, p99 of ${KEYS} keys`,
      `${percentile(keys, 0.99)} ms`,
      '< 200 ms',
    ),
  ];
}

/** One statement typed key by key in the middle of the response handler, parsed and judged after each key. */
function typing(parser, checkDriver) {
  let text = readFileSync(path.join(tree, 'drivers/block/xen-blkfront.c'), 'utf8');
  const at = text.indexOf('{', text.indexOf('blkif_interrupt(int')) + 1;
  const typed = '\n\tif (bret.status > 0 && bret.id != rinfo->ring.rsp_cons)\n\t\tbreak;'.repeat(4);
  let file = parser.parse(text);
  checkDriver(file.source);
  const times = [];
  for (let i = 0; i < KEYS; i++) {
    const place = at + i;
    const next = text.slice(0, place) + typed[i % typed.length] + text.slice(place);
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

function timed(run) {
  const start = performance.now();
  run();
  return Math.round((performance.now() - start) * 10) / 10;
}

const kilobytes = (texts) => Math.round(texts.reduce((sum, text) => sum + text.length, 0) / 1024);

function percentile(times, part) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
}
