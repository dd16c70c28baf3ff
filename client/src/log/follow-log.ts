import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { LOG_FOLLOW_SCHEME } from '../document-selector.ts';
import { FollowedFile } from './followed-file.ts';
import { placeOfPart } from './log-parts.ts';
import { logOf } from './log-uri.ts';

/** The document in which a file is followed. */
function followUri(file: vscode.Uri): vscode.Uri {
  const name = file.path.split('/').at(-1) ?? 'log';
  return vscode.Uri.from({
    scheme: LOG_FOLLOW_SCHEME,
    path: vscode.l10n.t('/{0}, followed', name) + '.xenlog',
    query: JSON.stringify({ file: file.toString() }),
  });
}

/** The file that a following document follows. */
export function followedFile(uri: vscode.Uri): vscode.Uri | undefined {
  if (uri.scheme !== LOG_FOLLOW_SCHEME) return undefined;
  try {
    const { file } = JSON.parse(uri.query) as Record<string, unknown>;
    return typeof file === 'string' ? vscode.Uri.parse(file) : undefined;
  } catch {
    return undefined;
  }
}

/** `Xen: Follow Log`: the last lines of a file on disk, of any size, as they are appended. */
export async function followLog(_context: ClientContext, value?: unknown): Promise<void> {
  const log = logOf(value);
  const file = log && (placeOfPart(log)?.file ?? log);
  if (file?.scheme !== 'file') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Only a file on disk grows: open one first.'),
    );
    return;
  }
  const document = await vscode.workspace.openTextDocument(followUri(file));
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  toEnd(editor);
}

/** The files that are followed. A caret at the end stays there; one that was moved up is left alone. */
export class FollowedLogs {
  private readonly files = new Map<string, FollowedFile>();
  private readonly changed: vscode.EventEmitter<vscode.Uri>;
  private readonly listeners: vscode.Disposable;

  constructor(changed: vscode.EventEmitter<vscode.Uri>) {
    this.changed = changed;
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        for (const editor of vscode.window.visibleTextEditors)
          if (editor.document === document && wasAtEnd.has(editor)) toEnd(editor);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        if (textEditor.document.uri.scheme !== LOG_FOLLOW_SCHEME || kind === undefined) return;
        if (isAtEnd(textEditor)) wasAtEnd.add(textEditor);
        else wasAtEnd.delete(textEditor);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.stop(uri.toString())),
    );
  }

  /** The followed text so far; the first call begins to follow. */
  async textOf(uri: vscode.Uri): Promise<string | undefined> {
    const path = followedFile(uri)?.fsPath;
    if (path === undefined) return undefined;
    const key = uri.toString();
    let file = this.files.get(key);
    if (file === undefined) {
      file = new FollowedFile(path, () => this.changed.fire(uri));
      this.files.set(key, file);
      await file.start();
    }
    return file.text;
  }

  dispose(): void {
    this.listeners.dispose();
    for (const key of this.files.keys()) this.stop(key);
  }

  private stop(key: string): void {
    this.files.get(key)?.stop();
    this.files.delete(key);
  }
}

const wasAtEnd = new WeakSet<vscode.TextEditor>();

const isAtEnd = ({ selection, document }: vscode.TextEditor): boolean =>
  selection.active.line >= document.lineCount - 1;

function toEnd(editor: vscode.TextEditor): void {
  const { end } = editor.document.lineAt(editor.document.lineCount - 1).range;
  editor.selection = new vscode.Selection(end, end);
  editor.revealRange(new vscode.Range(end, end));
  wasAtEnd.add(editor);
}
