import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { partUri, placeOfPart, firstLineOf } from './log-parts.ts';
import { uriOfActiveTab } from './log-uri.ts';
import { isTooLarge, looksLikeLargeLog } from './log-size.ts';
import { logViewOf } from './log-view.ts';

/**
 * `Xen: Open Large Log`: scans a file of any size on the server, with progress and cancellation, and shows what it
 * found in the view; VS Code itself need not open it.
 */
export async function openLargeLog(context: ClientContext, value?: unknown): Promise<void> {
  const uri = value instanceof vscode.Uri ? value : ((await activeLargeLog()) ?? (await pick()));
  if (!uri) return;
  if (uri.scheme !== 'file') {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('Only files on disk can be scanned: save or copy this log to one first.'),
    );
    return;
  }
  await vscode.commands.executeCommand('setContext', 'xen.log.seen', true);
  const view = logViewOf(context);
  await view.reveal();
  const name = uri.path.split('/').at(-1) ?? '';
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Scanning {0}', name),
    cancellable: true,
  };
  try {
    await vscode.window.withProgress(options, async (progress, token) => {
      let done = 0;
      const told = view.onDidShow((shown) => {
        const share = Math.round((shown?.found?.share ?? 0) * 100);
        progress.report({ increment: Math.max(0, share - done), message: `${share} %` });
        done = Math.max(done, share);
      });
      const wasRead = await view.read(uri, token).finally(() => told.dispose());
      if (!wasRead && !token.isCancellationRequested)
        void vscode.window.showErrorMessage(
          vscode.l10n.t('{0} could not be read: it was moved, or is not readable.', name),
        );
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.log.error(`${uri.fsPath} was not scanned: ${why}`);
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} was not scanned: {1}', name, why));
  }
}

async function activeLargeLog(): Promise<vscode.Uri | undefined> {
  const uri = vscode.window.activeTextEditor === undefined ? uriOfActiveTab() : undefined;
  return uri !== undefined && (await looksLikeLargeLog(uri)) ? uri : undefined;
}

async function pick(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Which log? Its size does not matter.'),
  });
  return picked?.[0];
}

/** Shows a line of a log: in the log itself, or where that is too large, in a part around the line. */
export async function showLine(
  _context: ClientContext,
  value?: unknown,
  line?: unknown,
): Promise<void> {
  if (!(value instanceof vscode.Uri) || typeof line !== 'number') return;
  const place = placeOfPart(value);
  const uri = place?.file ?? value;
  const target = (await isTooLarge(uri)) ? partUri(uri, line) : uri;
  const part = placeOfPart(target);
  const row = line - (part === undefined ? 1 : firstLineOf(part));
  const document = await vscode.workspace.openTextDocument(target);
  const at = document.lineAt(Math.min(Math.max(0, row), document.lineCount - 1)).range;
  const editor = await vscode.window.showTextDocument(document, {
    preview: true,
    selection: new vscode.Range(at.start, at.start),
  });
  editor.revealRange(at, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
