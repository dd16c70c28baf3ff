import * as vscode from 'vscode';
import { isXlCfg } from '#core/gate';

/** What VS Code takes a `.cfg` for when nobody else claims it. */
const GENERIC_LANGUAGES: ReadonlySet<string> = new Set(['plaintext', 'properties', 'ini']);

/**
 * Gives `.cfg` files that hold a Xen domain their own language. Names alone cannot tell, so the text is looked at;
 * once per file and window, so that the user's own choice of language stands.
 */
export function recogniseXlCfg(): vscode.Disposable {
  const decided = new Set<string>();
  const look = (document: vscode.TextDocument): void => {
    const { languageId, uri } = document;
    if (!GENERIC_LANGUAGES.has(languageId) || decided.has(uri.toString())) return;
    decided.add(uri.toString());
    if (!isXlCfg({ languageId, path: uri.path, text: () => document.getText() })) return;
    void vscode.languages.setTextDocumentLanguage(document, 'xl-cfg');
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.workspace.onDidOpenTextDocument(look);
}
