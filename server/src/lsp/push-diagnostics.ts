import { CancellationTokenSource } from 'vscode-languageserver';
import { guard } from './guard.ts';
import type { LoadedFeatures } from './loaded-features.ts';
import { diagnosticsOf } from './requests.ts';
import type { ServerContext } from './server-context.ts';

/** How long typing must rest before a client that cannot pull is sent new diagnostics. */
const REST_MS = 150;

/** Diagnostics for clients that cannot pull them: sent when typing rests, cleared on close. */
export function pushDiagnostics(server: ServerContext, loaded: LoadedFeatures): void {
  const waiting = new Map<string, { timer: NodeJS.Timeout; source: CancellationTokenSource }>();

  const forget = (uri: string): void => {
    const entry = waiting.get(uri);
    if (!entry) return;
    clearTimeout(entry.timer);
    entry.source.cancel();
    waiting.delete(uri);
  };
  const send = guard<string, void>(server, 'push diagnostics', undefined, async (uri, token) => {
    const version = server.documents.get(uri)?.version;
    const diagnostics = await diagnosticsOf(server, loaded, uri, token);
    if (token.isCancellationRequested || version === undefined) return;
    await server.connection.sendDiagnostics({ uri, version, diagnostics });
  });

  server.documents.onDidChangeContent(({ document }) => {
    forget(document.uri);
    const source = new CancellationTokenSource();
    const timer = setTimeout(() => void send(document.uri, source.token), REST_MS);
    waiting.set(document.uri, { timer, source });
  });
  server.documents.onDidClose(({ document }) => {
    forget(document.uri);
    void server.connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
}
