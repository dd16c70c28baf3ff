import * as vscode from 'vscode';
import { offerCheckTask } from './check-task.ts';
import type { ClientContext, ClientFeature } from './client-context.ts';
import { commands } from './commands/index.ts';
import { offerLogs } from './log/offer-logs.ts';
import { offerNumaLens } from './numa-lens.ts';
import { registerNumaPanel } from './panels/numa.ts';
import { registerRingPanel } from './panels/ring.ts';
import { offerRingLens } from './ring-lens.ts';
import { serveSamples } from './samples/sample-documents.ts';
import { ServerSession } from './server-session.ts';
import { showStatus } from './status.ts';
import { startOnFirstXenDocument } from './xen-documents.ts';
import { recogniseXlCfg } from './xl-cfg-documents.ts';

/** The table of contents of the client. */
const features: readonly ClientFeature[] = [
  registerCommands,
  showStatus,
  recogniseXlCfg,
  startOnFirstXenDocument,
  registerNumaPanel,
  registerRingPanel,
  offerNumaLens,
  offerRingLens,
  offerCheckTask,
  offerLogs,
  serveSamples,
];

export function activate(extension: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Xen', { log: true });
  const server = new ServerSession(extension, log);
  const context: ClientContext = { extension, log, server };
  extension.subscriptions.push(log, server, tellTrust(context));
  for (const feature of features) extension.subscriptions.push(feature(context));
}

function registerCommands(context: ClientContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, handler]) =>
      vscode.commands.registerCommand(id, (...args: unknown[]) => handler(context, ...args)),
    ),
  );
}

function tellTrust({ server }: ClientContext): vscode.Disposable {
  return vscode.workspace.onDidGrantWorkspaceTrust(() => void server.notify('xen/trusted'));
}
