import * as vscode from 'vscode';
import type { ClientContext } from './client-context.ts';
import { documentSelector } from './document-selector.ts';
import type { SessionState } from './server-session.ts';

/** The language status item: starting, ready, limited and why, stopped with a way back. */
export function showStatus({ server }: ClientContext): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('xen.server', documentSelector);
  item.name = vscode.l10n.t('Xen');
  const show = (state: SessionState): void => {
    item.busy = state.kind === 'starting';
    item.severity =
      state.kind === 'stopped'
        ? vscode.LanguageStatusSeverity.Error
        : vscode.LanguageStatusSeverity.Information;
    item.text = textOf(state);
    item.detail = detailOf(state);
    item.command = { command: 'xen.restartServer', title: vscode.l10n.t('Restart') };
  };
  show(server.state);
  return vscode.Disposable.from(
    item,
    server.onDidChangeState(show),
    vscode.workspace.onDidGrantWorkspaceTrust(() => show(server.state)),
  );
}

function textOf(state: SessionState): string {
  switch (state.kind) {
    case 'idle':
      return vscode.l10n.t('Xen: waits for a Xen file');
    case 'starting':
      return vscode.l10n.t('Xen: starting');
    case 'ready':
      return limits() === '' ? vscode.l10n.t('Xen: ready') : vscode.l10n.t('Xen: limited');
    case 'stopped':
      return vscode.l10n.t('Xen: stopped');
  }
}

function detailOf(state: SessionState): string {
  if (state.kind === 'stopped') return state.why;
  return state.kind === 'ready' ? limits() : '';
}

/** What this window cannot have, in one sentence each. */
function limits(): string {
  const reasons = [];
  if (!vscode.workspace.isTrusted)
    reasons.push(vscode.l10n.t('headers are only read inside the workspace until you trust it'));
  if (vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme !== 'file'))
    reasons.push(vscode.l10n.t('included headers of a virtual workspace cannot be read'));
  return reasons.join('; ');
}
