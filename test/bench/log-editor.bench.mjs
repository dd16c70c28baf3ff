// A log of 20 MB in the editor: how soon its problems show, and what typing and hovering cost then. BENCH_ROUNDS sets the
// rounds (3).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { bench, parseArgs } from './lsp-driver.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const server = `${process.execPath} ${path.join(root, 'dist/server.js')} --stdio`;
/** Just below the size from which a log is read on save only: the most that is read with every key. */
const CHARACTERS = 19_900_000;

/** Boots and crashes of the lab one after the other, as a serial log of weeks holds them. */
function weeksOfLog() {
  const names = ['206-gen-vtd', '301-lab-null', '203-gen-keys', '302-lab-bug', '304-lab-warn'];
  const logs = names.map((name) =>
    gunzipSync(readFileSync(path.join(root, `test/fixtures/xen-log/lab/${name}.log.gz`)))
      .toString('latin1')
      .replaceAll('\r', ''),
  );
  const parts = [];
  for (let length = 0, i = 0; length < CHARACTERS; i++) {
    const log = logs[i % logs.length];
    parts.push(log);
    length += log.length;
  }
  return parts.join('').slice(0, CHARACTERS);
}

export default async function measure() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-bench-'));
  try {
    const file = path.join(folder, 'serial.log');
    writeFileSync(file, weeksOfLog());
    const places = path.join(folder, 'places.json');
    const lines = Array.from({ length: 200 }, (_, i) => [i * 1000, 20]);
    writeFileSync(places, JSON.stringify(lines));
    const args = ['--a', server, '--name-a', 'ours', '--root', folder, '--file', file];
    args.push('--lang', 'xen-log', '--rounds', process.env.BENCH_ROUNDS ?? '3');
    args.push('--hover-at', places, '--methods', 'documentSymbol,foldingRange');
    args.push('--type-at', '100000:0', '--type-text', '(XEN) typed', '--error-text', '');
    const { summary } = await bench(parseArgs(args));
    const ours = summary.servers.ours;
    if (!ours) throw new Error('the server failed every round');
    const row = (what, key, goal, unit = 'ms') => ({
      what: `20 MB log: ${what}`,
      ours: ours[key] ? `${ours[key].median} ${unit}` : 'not measured',
      peer: '',
      ratio: '',
      goal,
    });
    return [
      row('open → diagnostics', 'openToDiagnosticsMs', '≤ 1,000 ms'),
      row('hover p50', 'hover.p50', ''),
      row('hover p99', 'hover.p99', '≤ 50 ms'),
      row('hovers answered while typing', 'typing.hover.answeredPct', '100 %', '%'),
      row('hover while typing p50', 'typing.hover.p50', '≤ 50 ms'),
      row('outline, first', 'documentSymbol.first', ''),
      row('peak memory', 'peakRssMb', '', 'MB'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
