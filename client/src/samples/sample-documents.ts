import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { SAMPLE_SCHEME } from '../document-selector.ts';

/** Files of ours that the walkthrough tries things on; they are packaged with the extension. */
export type Sample = 'serial.log' | 'entry.S';

/** Serves our samples as read-only documents: nothing of the user's is touched, and closing one asks nothing. */
export function serveSamples({ extension }: ClientContext): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SAMPLE_SCHEME, {
    provideTextDocumentContent: async ({ path }) => {
      const file = vscode.Uri.joinPath(extension.extensionUri, 'docs/demo', path);
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    },
  });
}

export async function showSample(name: Sample): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.from({ scheme: SAMPLE_SCHEME, path: `/${name}` });
  const document = await vscode.workspace.openTextDocument(uri);
  return vscode.window.showTextDocument(document, { preview: false });
}
