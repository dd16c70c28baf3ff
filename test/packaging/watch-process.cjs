// Loaded with NODE_OPTIONS=--require: writes to XEN_WATCH_LOG what a process asks of the system, one JSON line each:
// files opened or listed, programs started, connections made.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const childProcess = require('node:child_process');
const { fileURLToPath } = require('node:url');

const log = fs.openSync(process.env.XEN_WATCH_LOG, 'a');
const write = fs.writeSync;
const tell = (kind, what) =>
  write(log, `${JSON.stringify({ kind, what, script: process.argv[1] ?? '' })}\n`);
const pathOf = (file) =>
  file instanceof URL ? fileURLToPath(file) : Buffer.isBuffer(file) ? file.toString() : file;

function watch(holder, name, kind, describe) {
  const original = holder[name];
  holder[name] = function watched(...args) {
    const what = describe(args);
    if (typeof what === 'string') tell(kind, what);
    return original.apply(this, args);
  };
  Object.assign(holder[name], original);
}

for (const holder of [fs, fs.promises])
  for (const name of [
    'open',
    'openSync',
    'readFile',
    'readFileSync',
    'readdir',
    'readdirSync',
    'opendir',
    'opendirSync',
    'createReadStream',
  ])
    if (typeof holder[name] === 'function') watch(holder, name, 'read', ([file]) => pathOf(file));
for (const name of ['spawn', 'fork', 'execFile', 'exec', 'spawnSync', 'execFileSync', 'execSync'])
  watch(childProcess, name, 'start', ([program]) => String(program));
watch(net.Socket.prototype, 'connect', 'connect', (args) => {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  // A path is a socket of this machine, not a network.
  return first?.path ?? (typeof first === 'object' ? `${first.host}:${first.port}` : String(first));
});
// So that destructured imports see the watched functions, too.
require('node:module').syncBuiltinESMExports();
