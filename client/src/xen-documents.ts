import * as vscode from 'vscode';
import { concernsXen } from '#core/gate';
import type { ClientContext } from './client-context.ts';

/** Starts the server when the first document that concerns Xen is opened; until then nothing is loaded. */
export function startOnFirstXenDocument({ server }: ClientContext): vscode.Disposable {
  const look = (document: vscode.TextDocument): void => {
    if (server.state.kind !== 'idle') return;
    const { languageId, uri } = document;
    if (!concernsXen({ languageId, path: uri.path, text: () => document.getText() })) return;
    // The session logs a failed start and shows it in the status item.
    server.start().catch(() => {});
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.workspace.onDidOpenTextDocument(look);
}
