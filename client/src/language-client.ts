import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
  type ErrorHandler,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { documentSelector, watchedFiles } from './document-selector.ts';

/** The part of the language client that the rest of the extension uses. */
export interface RunningClient {
  request<R>(method: string, parameters: unknown, token?: vscode.CancellationToken): Promise<R>;
  notify(method: string): Promise<void>;
  onNotification(method: string, handler: (parameters: unknown) => void): void;
  stop(): Promise<void>;
}

/** The server reads hostile files: nothing in them may ever become code. */
const NO_CODE_FROM_TEXT = '--disallow-code-generation-from-strings';

/** A server that dies this often within the window is left alone; the status item says so. */
const RESTARTS = 4;
const RESTART_WINDOW_MS = 3 * 60_000;

/**
 * Starts the server process and the client library's features.
 * `onDead` is called once when the server died too often to be started again.
 */
export async function connect(
  extension: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  onDead: (why: string) => void,
): Promise<RunningClient> {
  const module = extension.asAbsolutePath('dist/server.js');
  const watchers = watchedFiles.map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
  const options: LanguageClientOptions = {
    documentSelector,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: { trusted: vscode.workspace.isTrusted, runsXenCommands: true },
    synchronize: { fileEvents: watchers },
    diagnosticPullOptions: { onChange: true, onSave: true },
    errorHandler: giveUpAfter(RESTARTS, onDead),
  };
  const client = new LanguageClient(
    'xen',
    'Xen Language Server',
    {
      run: { module, transport: TransportKind.ipc, options: { execArgv: [NO_CODE_FROM_TEXT] } },
      debug: {
        module,
        transport: TransportKind.ipc,
        options: { execArgv: [NO_CODE_FROM_TEXT, '--inspect=6009'] },
      },
    },
    options,
  );
  await client.start();
  return {
    // The library takes an absent token that is given all the same for a second parameter.
    request: (method, parameters, token) =>
      token === undefined
        ? client.sendRequest(method, parameters)
        : client.sendRequest(method, parameters, token),
    notify: (method) => client.sendNotification(method),
    onNotification: (method, handler) => void client.onNotification(method, handler),
    stop: async () => {
      for (const watcher of watchers) watcher.dispose();
      await client.dispose();
    },
  };
}

function giveUpAfter(limit: number, onDead: (why: string) => void): ErrorHandler {
  const closed: number[] = [];
  return {
    error: (_error, _message, count) => ({
      action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
      handled: true,
    }),
    closed: () => {
      const now = Date.now();
      closed.push(now);
      while (closed[0] !== undefined && now - closed[0] > RESTART_WINDOW_MS) closed.shift();
      if (closed.length <= limit) return { action: CloseAction.Restart, handled: true };
      onDead(`the server stopped ${closed.length} times within three minutes`);
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}
