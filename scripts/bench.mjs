// npm run bench [NAME...]: our figures beside the peers', measured in one run on this machine. Never fails on an absolute
// time: two noisy cores make those worthless; read the ratios.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, root } from './prepare.mjs';

ensureDependencies();
const { bundle } = await import('../esbuild.mjs');
await bundle();

const folder = path.join(root, 'test/bench');
const wanted = process.argv.slice(2);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();
const columns = ['what', 'ours', 'peer', 'ratio', 'goal'];

const all = [];
for (const name of names) {
  console.log(`\n== ${name}`);
  const { default: measure } = await import(
    pathToFileURL(path.join(folder, `${name}.bench.mjs`)).href
  );
  try {
    const rows = await measure();
    all.push(...rows.map((row) => ({ bench: name, ...row })));
    print(rows);
  } catch (error) {
    console.log(`not measured: ${error.message}`);
    process.exitCode = 1;
  }
}
const machine = `${os.cpus()[0]?.model}, ${os.cpus().length} cores, Node ${process.version}`;
console.log(`\n${machine}, load ${os.loadavg()[0]?.toFixed(1)}`);
mkdirSync(path.join(root, '.cache'), { recursive: true });
writeFileSync(
  path.join(root, '.cache/bench.json'),
  JSON.stringify({ machine, rows: all }, null, 2),
);

function print(rows) {
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
}
