import * as vscode from 'vscode';
import { isXenLog } from '#core/gate';

/** What VS Code takes a log for: its built-in log language, or no language at all. */
const GENERIC_LANGUAGES: ReadonlySet<string> = new Set(['plaintext', 'log']);
/** Only so much of a text decides. */
const LOOK_LINES = 400;
/** A text put into an empty document at once is pasted or dropped, not typed. */
const PASTED_CHARACTERS = 200;

/**
 * Gives texts in which the hypervisor or its toolstack speaks their language. Names alone cannot tell (`serial.txt`,
 * a paste), so the beginning is looked at; once per document and window, so that the user's own choice stands.
 */
export function recogniseXenLogs(): vscode.Disposable {
  const decided = new Set<string>();
  const look = (document: vscode.TextDocument, isPasted = false): void => {
    const { languageId, uri } = document;
    if (!GENERIC_LANGUAGES.has(languageId) || decided.has(uri.toString())) return;
    const path = isPasted ? `${uri.path}.log` : uri.path;
    const text = (): string => document.getText(new vscode.Range(0, 0, LOOK_LINES, 0));
    if (uri.scheme !== 'untitled' || isPasted) decided.add(uri.toString());
    if (!isXenLog({ languageId, path, text })) return;
    void vscode.languages.setTextDocumentLanguage(document, 'xen-log');
  };
  vscode.workspace.textDocuments.forEach((document) => look(document));
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument((document) => look(document)),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.uri.scheme !== 'untitled') return;
      if (contentChanges.some(({ text }) => text.length > PASTED_CHARACTERS)) look(document, true);
    }),
  );
}
