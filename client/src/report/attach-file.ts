import * as vscode from 'vscode';
import type { AttachAnswer } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { uriOf } from './new-report.ts';
import { writeFiles } from './report-files.ts';

/** `Xen: Attach File to Bug Report`: a redacted copy, the original in the private part, and its line in the report. */
export async function attachFile({ server }: ClientContext, uri?: unknown): Promise<void> {
  const report = uriOf(uri);
  if (!report) return;
  const picked = await vscode.window.showOpenDialog({
    canSelectMany: true,
    defaultUri: vscode.Uri.joinPath(report, '..', '..'),
    title: vscode.l10n.t('Attach a log, xl info, or the configuration of the guest'),
  });
  for (const file of picked ?? []) await attach(server, report, file);
}

async function attach(
  server: ClientContext['server'],
  report: vscode.Uri,
  file: vscode.Uri,
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(report);
  const answer = await server.request<AttachAnswer | null>('xen/report/attach', {
    uri: report.toString(),
    file: { uri: file.toString() },
  });
  if (!answer) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} was not attached: is report.md open?', file.fsPath),
    );
    return;
  }
  await writeFiles(vscode.Uri.joinPath(report, '..'), answer.files);
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of answer.edits) {
    const { start, end } = range;
    edit.replace(
      document.uri,
      new vscode.Range(start.line, start.character, end.line, end.character),
      newText,
    );
  }
  await vscode.workspace.applyEdit(edit);
}
