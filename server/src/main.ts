import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { nodePorts } from './node-ports.ts';
import { startServer } from './server.ts';

const OPTIMISE_AFTER_MS = 1000;

// Re-reading a file for each key leaves garbage that V8 answers with a young generation of 48 MB; kept small, it costs
// nothing in time and some 20 MB less at the peak.
setFlagsFromString('--semi-space-growth-factor=1');
// The first answers run through much code once. V8 would optimise it all the same, beside the thread that answers and
// in its way: on two cores that doubles the time to the first hover. Code that is still in use later is worth it.
setFlagsFromString('--no-opt');
setTimeout(() => setFlagsFromString('--opt'), OPTIMISE_AFTER_MS).unref();

// Started by VS Code over IPC (--node-ipc) or by any editor over --stdio; the library reads the arguments.
startServer(createConnection(ProposedFeatures.all), nodePorts(join(__dirname, 'knowledge')));
