import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { followedFile } from './follow-log.ts';
import { firstLineOf, placeOfPart } from './log-parts.ts';

/** From here on VS Code neither colours a text nor shows lenses (`editor.largeFileOptimizations`). */
const UNCOLOURED_CHARACTERS = 20_000_000;
const UNCOLOURED_LINES = 300_000;

/** The language status item of logs: what is limited for the one in front, and why. */
export function showLogStatus(_context: ClientContext): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('xen.log', { language: 'xen-log' });
  item.name = vscode.l10n.t('Xen log');
  item.command = { command: 'xen.explainLog', title: vscode.l10n.t('Explain') };
  const show = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== 'xen-log') return;
    const limits = limitsOf(document);
    item.text = textOf(document, limits.length > 0);
    item.detail = limits.join('; ');
  };
  show();
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.workspace.onDidOpenTextDocument(show),
  );
}

function textOf({ uri, lineCount }: vscode.TextDocument, isLimited: boolean): string {
  const part = placeOfPart(uri);
  if (part !== undefined) {
    const first = firstLineOf(part);
    return vscode.l10n.t('Xen log: lines {0} to {1}', first, first + lineCount - 1);
  }
  if (followedFile(uri) !== undefined) return vscode.l10n.t('Xen log: followed');
  return isLimited ? vscode.l10n.t('Xen log: limited') : vscode.l10n.t('Xen log');
}

function limitsOf(document: vscode.TextDocument): readonly string[] {
  const { uri, lineCount } = document;
  if (placeOfPart(uri) !== undefined)
    return [vscode.l10n.t('a part of a log that is too large for an editor')];
  if (followedFile(uri) !== undefined)
    return [vscode.l10n.t('the last lines of a file, as they are appended')];
  const characters = document.offsetAt(document.lineAt(lineCount - 1).range.end);
  const limits: string[] = [];
  if (characters > UNCOLOURED_CHARACTERS || lineCount > UNCOLOURED_LINES)
    limits.push(
      vscode.l10n.t(
        'VS Code shows no colours and no lenses above 20 million characters or 300,000 lines',
      ),
    );
  if (characters > UNCOLOURED_CHARACTERS)
    limits.push(vscode.l10n.t('read on open and on save, not with every key'));
  return limits;
}
