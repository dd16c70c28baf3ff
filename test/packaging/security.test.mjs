// The packaged extension, walked as a sceptic would: what its scripts contain, and what its server asks of the system.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import languageServer from 'vscode-languageserver/node';
import { withoutUnzip } from './unzip.mjs';

const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = languageServer;
const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-security-'));
const extension = path.join(folder, 'extension');
const workspace = path.join(folder, 'workspace');
const outside = path.join(folder, 'outside');
let scripts;

before(() => {
  if (withoutUnzip) return;
  execFileSync('unzip', ['-q', path.join(root, 'dist/xen-devtools.vsix'), '-d', folder]);
  scripts = new Map(
    readdirSync(path.join(extension, 'dist'))
      .filter((file) => file.endsWith('.js'))
      .map((file) => [file, readFileSync(path.join(extension, 'dist', file), 'utf8')]),
  );
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Modules of Node that a bundle requires, without the prefix. */
const modulesOf = (text) =>
  new Set(
    Array.from(text.matchAll(/require\("(?:node:)?([\w/]+)"\)/g), ([, name]) => name).filter(
      (name) => isBuiltin(name),
    ),
  );

/** What an expression finds, alone: the texts are too long to print. */
const wordIn = (text, expression) => expression.exec(text)?.[0];
/** Bundles that run in the editor's window or beside it; the server's run in a process of their own. */
const isInEditor = (file) => /^(?:extension|language-client|numa|ring|panel)\b/.test(file);

test('no bundle asks Node for a network', { skip: withoutUnzip }, () => {
  const network = ['http', 'https', 'http2', 'dgram', 'dns', 'tls', 'inspector'];
  for (const [file, text] of scripts) {
    const modules = modulesOf(text);
    assert.deepEqual(
      network.filter((name) => modules.has(name)),
      [],
      file,
    );
  }
});

test(
  'scripts of the editor window fetch nothing and make no code from text',
  { skip: withoutUnzip },
  () => {
    const forbidden =
      /\b(?:XMLHttpRequest|WebSocket|EventSource|sendBeacon)\b|\bfetch\(|\beval\(|\bnew Function\b/;
    const inEditor = [...scripts].filter(([file]) => isInEditor(file));
    for (const needed of ['extension.js', 'language-client.js', 'numa.js', 'ring.js'])
      assert.ok(scripts.has(needed), needed);
    for (const [file, text] of inEditor) assert.equal(wordIn(text, forbidden), undefined, file);
  },
);

test('no panel makes markup from text', { skip: withoutUnzip }, () => {
  const media = path.join(root, 'media');
  const sources = readdirSync(media, { recursive: true }).filter((file) => /\.tsx?$/.test(file));
  assert.ok(sources.length > 20);
  for (const file of sources)
    assert.equal(
      wordIn(readFileSync(path.join(media, file), 'utf8'), /innerHTML|insertAdjacentHTML|srcdoc/i),
      undefined,
      file,
    );
});

test(
  'only the client that starts the server, and the command that asks this host, start programs',
  { skip: withoutUnzip },
  () => {
    const starters = [...scripts].filter(([, text]) => modulesOf(text).has('child_process'));
    // The language server library carries a starter of its own, which nothing calls: seen below.
    const unexpected = starters
      .map(([file]) => file)
      .filter((file) => !/^(?:extension|language-client|cli|server)\b/.test(file));
    assert.deepEqual(unexpected, []);
    // Of the parts that load with the editor, one asks the host.
    const parts = starters.map(([file]) => file).filter((file) => /^extension\b/.test(file));
    assert.ok(parts.length <= 2, parts.join());
  },
);

const header = `#include "../outside/private.h"
#include "inside.h"
#include <xen/io/ring.h>
struct blkif_request { blkif_vdev_t handle; uint64_t id; };
DEFINE_RING_TYPES(blkif, struct blkif_request, struct blkif_response);
`;

function fillWorkspace() {
  mkdirSync(workspace, { recursive: true });
  mkdirSync(outside, { recursive: true });
  writeFileSync(path.join(outside, 'private.h'), 'typedef uint16_t blkif_vdev_t;\n');
  writeFileSync(path.join(workspace, 'inside.h'), 'struct blkif_response { uint64_t id; };\n');
  writeFileSync(path.join(workspace, 'blkif.h'), header);
  for (const file of ['backend.c', 'frontend.c'])
    writeFileSync(
      path.join(workspace, file),
      readFileSync(path.join(root, 'docs/demo', file), 'utf8'),
    );
}

/** Runs the packaged server over the workspace, asking everything; answers what it asked of the system. */
async function watchedSession(trusted) {
  fillWorkspace();
  const log = path.join(folder, `watched-${trusted}.jsonl`);
  writeFileSync(log, '');
  const server = spawn(
    process.execPath,
    [
      '--disallow-code-generation-from-strings',
      '--require',
      path.join(import.meta.dirname, 'watch-process.cjs'),
      path.join(extension, 'dist/server.js'),
      '--stdio',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, XEN_WATCH_LOG: log } },
  );
  const client = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const faults = [];
  client.onNotification('window/logMessage', ({ message }) => faults.push(message));
  client.onRequest('workspace/configuration', ({ items }) =>
    items.map(() => ({ includePaths: [outside], hostInfo: path.join(outside, 'host.txt') })),
  );
  client.onRequest('client/registerCapability', () => null);
  client.listen();
  const uri = pathToFileURL(workspace).href;
  await client.sendRequest('initialize', {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'workspace' }],
    initializationOptions: { trusted },
    capabilities: { workspace: { configuration: true }, textDocument: { diagnostic: {} } },
  });
  await client.sendNotification('initialized', {});
  const documents = [
    ['blkif.h', 'c'],
    ['backend.c', 'c'],
    ['frontend.c', 'c'],
  ].map(([file, languageId]) => ({
    languageId,
    uri: pathToFileURL(path.join(workspace, file)).href,
    text: readFileSync(path.join(workspace, file), 'utf8'),
  }));
  documents.push(
    {
      languageId: 'xl-cfg',
      uri: `${uri}/guest.cfg`,
      text: 'name = "a"\nmemory = 512\nvcpus = 2\n',
    },
    {
      languageId: 'markdown',
      uri: `${uri}/report.md`,
      text: '# Xen\n\nXSA-155 (XEN) Xen BUG at a.c:1\n',
    },
  );
  for (const document of documents) await askEverything(client, document);
  await client.sendRequest('shutdown');
  await client.sendNotification('exit');
  const asked = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { asked, faults };
}

async function askEverything(client, { uri, languageId, text }) {
  const textDocument = { uri };
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId, version: 1, text },
  });
  for (const method of ['diagnostic', 'documentSymbol', 'codeLens', 'foldingRange', 'documentLink'])
    await client.sendRequest(`textDocument/${method}`, { textDocument });
  const lines = text.split('\n');
  for (const [line, words] of lines.entries())
    for (let character = 0; character < words.length; character += 6)
      for (const method of ['hover', 'definition'])
        await client.sendRequest(`textDocument/${method}`, {
          textDocument,
          position: { line, character },
        });
}

const isInside = (file, place) => !path.relative(place, path.resolve(file)).startsWith('..');

test(
  'in an untrusted workspace the server reads nothing outside it, starts nothing, connects to nothing',
  { skip: withoutUnzip },
  async () => {
    const { asked, faults } = await watchedSession(false);
    assert.deepEqual(faults, []);
    const elsewhere = asked
      .filter(({ kind }) => kind === 'read')
      .map(({ what }) => (what.startsWith('file:') ? fileURLToPath(what) : what))
      .filter((file) => !isInside(file, workspace) && !isInside(file, extension));
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(
      asked.filter(({ kind }) => kind !== 'read'),
      [],
    );
    assert.ok(
      asked.some(({ what }) => what.endsWith('inside.h')),
      'what lies inside is read',
    );
  },
);

test(
  'in a trusted one it reads included headers outside, and still starts and connects to nothing',
  { skip: withoutUnzip },
  async () => {
    const { asked } = await watchedSession(true);
    assert.ok(
      asked.some(({ what }) => what.endsWith('private.h')),
      'the watch sees reads outside',
    );
    assert.deepEqual(
      asked.filter(({ kind }) => kind !== 'read'),
      [],
    );
  },
);
