import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { nodePorts } from './node-ports.ts';
import { startServer } from './server.ts';
import { tuneV8 } from './v8-flags.ts';

tuneV8();
// Started by VS Code over IPC (--node-ipc) or by any editor over --stdio; the library reads the arguments.
startServer(createConnection(ProposedFeatures.all), nodePorts(join(__dirname, 'knowledge')));
