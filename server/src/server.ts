import {
  CodeActionKind,
  DidChangeConfigurationNotification,
  TextDocuments,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type Connection,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { ClientSettings } from './lsp/client-settings.ts';
import { documentTexts } from './lsp/document-texts.ts';
import { features } from './lsp/features.ts';
import { LoadedFeatures } from './lsp/loaded-features.ts';
import { pushDiagnostics } from './lsp/push-diagnostics.ts';
import { registerOwnRequests, registerRequests } from './lsp/requests.ts';
import { semanticTokensLegend } from './lsp/semantic-tokens.ts';
import type { ServerContext } from './lsp/server-context.ts';
import { WorkspaceState } from './lsp/workspace-state.ts';
import type { Ports } from './ports.ts';

const capabilities: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  diagnosticProvider: {
    identifier: 'xen',
    interFileDependencies: true,
    workspaceDiagnostics: false,
  },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  documentSymbolProvider: true,
  definitionProvider: true,
  inlayHintProvider: true,
  codeLensProvider: {},
  documentLinkProvider: {},
  foldingRangeProvider: true,
  semanticTokensProvider: { legend: semanticTokensLegend, full: true },
  completionProvider: { triggerCharacters: ['"', '=', '[', ','] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/**
 * Serves one client until the connection ends. The same for VS Code (IPC), any editor (stdio) and tests
 * (streams in memory).
 */
export function startServer(connection: Connection, ports: Ports): void {
  const documents = new TextDocuments(documentTexts);
  const workspace = new WorkspaceState();
  const settings = new ClientSettings(
    connection,
    () => workspace.client.workspace?.configuration === true,
  );
  const server: ServerContext = {
    connection,
    ports,
    documents,
    folders: () => workspace.folders,
    trusted: () => workspace.trusted,
    settings: (uri) => settings.of(uri),
    refreshDiagnostics: () => {
      if (workspace.client.workspace?.diagnostics?.refreshSupport)
        connection.languages.diagnostics.refresh().catch(() => {});
    },
    clientRunsXenCommands: () => workspace.clientRunsXenCommands,
  };
  const loaded = new LoadedFeatures(features, server);

  connection.onInitialize((parameters) => {
    workspace.initialize(parameters);
    if (!canPull(parameters.capabilities)) pushDiagnostics(server, loaded);
    return { capabilities, serverInfo: { name: 'xen-devtools' } };
  });
  connection.onInitialized(() => {
    if (workspace.client.workspace?.didChangeConfiguration?.dynamicRegistration)
      void connection.client.register(DidChangeConfigurationNotification.type, { section: 'xen' });
    if (workspace.client.workspace?.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders((change) => {
        workspace.changeFolders(change);
        server.refreshDiagnostics();
      });
  });
  connection.onDidChangeConfiguration(() => {
    settings.forget();
    server.refreshDiagnostics();
  });
  connection.onNotification('xen/trusted', () => {
    workspace.trusted = true;
    server.refreshDiagnostics();
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const uris = changes.map(({ uri }) => uri);
    for (const feature of await loaded.alreadyLoaded()) feature.filesChanged?.(uris);
    server.refreshDiagnostics();
  });
  documents.onDidSave(async ({ document }) => {
    for (const feature of await loaded.alreadyLoaded()) feature.saved?.(document.uri);
  });
  documents.onDidClose(async ({ document }) => {
    for (const feature of await loaded.alreadyLoaded()) feature.closed?.(document.uri);
  });
  registerRequests(server, loaded);
  registerOwnRequests(server, loaded, features);
  documents.listen(connection);
  connection.listen();
}

const canPull = (client: ClientCapabilities): boolean =>
  client.textDocument?.diagnostic !== undefined;
