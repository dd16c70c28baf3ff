import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { nodePorts } from '../node-ports.ts';
import { startServer } from '../server.ts';
import { tuneV8 } from '../v8-flags.ts';
import { UsageError, type Command } from './command.ts';

export const lsp: Command = {
  name: 'lsp',
  summary: 'the language server for any editor, on standard input and output',
  usage: `Usage: xen-devtools lsp --stdio

Speaks the Language Server Protocol on standard input and output until the editor ends it.
`,
  run(args) {
    if (args.length !== 1 || args[0] !== '--stdio')
      throw new UsageError('lsp speaks over standard input and output: call it with --stdio.');
    tuneV8();
    startServer(createConnection(ProposedFeatures.all), nodePorts(join(__dirname, 'knowledge')));
    // The library ends the process when the client says exit or goes away.
    return new Promise(() => {});
  },
};
