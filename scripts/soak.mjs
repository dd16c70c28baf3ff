// npm run soak [-- --steps N --seed N]: scripted opens, edits, hovers, requests and closes against the built server.
// Memory after the last tenth must be at most 10 % above that after the first, and latencies flat.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureDependencies, root } from './prepare.mjs';

ensureDependencies();
const { bundle } = await import('../esbuild.mjs');
const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = (
  await import('vscode-languageserver/node')
).default;
await bundle();

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});
const steps = Number(values.steps);
const GROWTH_LIMIT = 1.1;
/** A last tenth this much slower than the first is not flat, allowing for a noisy machine. */
const SLOWER_LIMIT = 2;

/** Real documents where the machine has them, our own samples besides: { path, languageId, text }. */
function documents() {
  const headers = '/usr/include/xen/io';
  const found = [
    ...(existsSync(headers) ? readdirSync(headers) : [])
      .filter((file) => /^(?:blkif|netif|ring|displif|sndif)\.h$/.test(file))
      .map((file) => ({ path: path.join(headers, file), languageId: 'c' })),
    { path: path.join(root, 'docs/demo/frontend.c'), languageId: 'c' },
    { path: path.join(root, 'docs/demo/serial.log'), languageId: 'xen-log' },
    { path: path.join(root, 'docs/demo/entry.S'), languageId: 'asm-intel-x86-generic' },
    { path: path.join(root, 'docs/demo/guest.cfg'), languageId: 'xl-cfg' },
    { path: '/usr/src/linux-source-6.1/drivers/block/xen-blkfront.c', languageId: 'c' },
  ];
  return found
    .filter((document) => existsSync(document.path))
    .map((document) => ({ ...document, text: readFileSync(document.path, 'utf8') }));
}

let state = Number(values.seed) >>> 0;
function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

const server = spawn(process.execPath, [path.join(root, 'dist/server.js'), '--stdio'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const client = createProtocolConnection(
  new StreamMessageReader(server.stdout),
  new StreamMessageWriter(server.stdin),
);
client.onRequest('workspace/configuration', ({ items }) => items.map(() => ({})));
client.onRequest('client/registerCapability', () => null);
let faults = 0;
client.onNotification('window/logMessage', ({ type, message }) => {
  if (type !== 1) return;
  faults++;
  console.log(message);
});
client.listen();
await client.sendRequest('initialize', {
  processId: process.pid,
  rootUri: pathToFileURL(root).href,
  capabilities: { workspace: { configuration: true }, textDocument: { diagnostic: {} } },
});
await client.sendNotification('initialized', {});

const all = documents();
const open = new Map();
const latencies = [];
const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;

const tenth = Math.floor(steps / 10);
const tenths = [];
for (let step = 1; step <= steps; step++) {
  await oneStep();
  if (step % tenth === 0) tenths.push(summary());
}
await client.sendRequest('shutdown');
await client.sendNotification('exit');

console.log('tenth  RSS MB  p50 ms  p99 ms');
tenths.forEach(({ rss, p50, p99 }, i) =>
  console.log(`${String(i + 1).padStart(5)}  ${rss.toFixed(1).padStart(6)}  ${p50}  ${p99}`),
);
const [first, last] = [tenths[0], tenths[tenths.length - 1]];
const growth = last.rss / first.rss;
const slower = Number(last.p50) / Number(first.p50);
console.log(
  `${steps} steps, ${faults} faults, memory x ${growth.toFixed(2)}, median latency x ${slower.toFixed(2)}`,
);
process.exitCode = faults > 0 || growth > GROWTH_LIMIT || slower > SLOWER_LIMIT ? 1 : 0;

async function oneStep() {
  const document = all[below(all.length)];
  const uri = pathToFileURL(document.path).href;
  const opened = open.get(uri);
  if (!opened) return openDocument(uri, document);
  const dice = below(100);
  if (dice < 3) return closeDocument(uri);
  if (dice < 40) return edit(uri, opened);
  const position = { line: below(opened.lines), character: below(40) };
  const textDocument = { uri };
  if (dice < 80) return ask('textDocument/hover', { textDocument, position });
  if (dice < 90) return ask('textDocument/diagnostic', { textDocument });
  if (dice < 95) return ask('textDocument/documentSymbol', { textDocument });
  return ask('textDocument/codeLens', { textDocument });
}

async function openDocument(uri, { languageId, text }) {
  open.set(uri, { version: 1, lines: text.split('\n').length });
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId, version: 1, text },
  });
}

async function closeDocument(uri) {
  open.delete(uri);
  await client.sendNotification('textDocument/didClose', { textDocument: { uri } });
}

/** Types a character and takes it away again, so that the texts stay as they are. */
async function edit(uri, opened) {
  const start = { line: below(opened.lines), character: 0 };
  const end = { line: start.line, character: 1 };
  await change(uri, opened, { start, end: start }, 'x');
  await change(uri, opened, { start, end }, '');
}

async function change(uri, opened, range, text) {
  opened.version++;
  await client.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: opened.version },
    contentChanges: [{ range, text }],
  });
}

async function ask(method, parameters) {
  const start = performance.now();
  await client.sendRequest(method, parameters);
  latencies.push(performance.now() - start);
}

function summary() {
  const sorted = latencies.splice(0).sort((a, b) => a - b);
  const at = (share) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
  return { rss: residentMb(), p50: at(0.5), p99: at(0.99) };
}
