import * as vscode from 'vscode';
import { LOG_CRASH_REQUEST, LOG_EXPLAIN_REQUEST, type LogRequest } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { LOG_SUMMARY_SCHEME } from '../document-selector.ts';
import { logOf } from './log-uri.ts';

let summaryCount = 0;

/** Texts of the summaries that are open, by their URI. */
const summaries = new Map<string, string>();

/** Summaries are read-only documents: closing one asks nothing. */
export const summaryText = (uri: vscode.Uri): string | undefined => summaries.get(uri.toString());

export function forgetSummaries(): vscode.Disposable {
  return vscode.workspace.onDidCloseTextDocument(({ uri }) => summaries.delete(uri.toString()));
}

/** `Xen: Explain Log`, and the lens on a crash: what happened, as Markdown that can go into a mail. */
export async function explainLog(
  context: ClientContext,
  uri?: unknown,
  line?: unknown,
): Promise<void> {
  const request = requestOf(uri, line);
  if (!request) return tellToOpenLog();
  const text = await ask(context, LOG_EXPLAIN_REQUEST, request);
  if (text === undefined) return;
  const name = vscode.Uri.parse(request.uri).path.split('/').at(-1) ?? 'log';
  const place = request.line === undefined ? '' : vscode.l10n.t(', line {0}', request.line);
  // A new summary is a new document: one that is open already would keep its text.
  const summary = vscode.Uri.from({
    scheme: LOG_SUMMARY_SCHEME,
    path: `/${name}${place}.md`,
    query: String(++summaryCount),
  });
  summaries.set(summary.toString(), text);
  const document = await vscode.workspace.openTextDocument(summary);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
}

/** The lens "Copy decoded": the crash in plain words on the clipboard. */
export async function copyDecodedCrash(
  context: ClientContext,
  uri?: unknown,
  line?: unknown,
): Promise<void> {
  const request = requestOf(uri, line ?? caretLine());
  if (!request) return tellToOpenLog();
  const text = await ask(context, LOG_CRASH_REQUEST, request);
  if (text === undefined) return;
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied the decoded crash'), 4000);
}

const caretLine = (): number | undefined => {
  const editor = vscode.window.activeTextEditor;
  return editor && editor.selection.active.line + 1;
};

function requestOf(uri: unknown, line: unknown): LogRequest | undefined {
  const log = logOf(uri);
  if (!log) return undefined;
  return { uri: log.toString(), ...(typeof line === 'number' ? { line } : {}) };
}

function tellToOpenLog(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Open a log first, or pick one in the explorer.'),
  );
}

/** Asks with a progress that can be cancelled; says in one sentence why there is no answer. */
async function ask(
  { server, log }: ClientContext,
  method: string,
  request: LogRequest,
): Promise<string | undefined> {
  const options = {
    location: vscode.ProgressLocation.Window,
    title: vscode.l10n.t('Reading the log'),
  };
  try {
    const text = await vscode.window.withProgress(options, () =>
      server.request<string | null>(method, request),
    );
    if (text !== null) return text;
    void vscode.window.showInformationMessage(
      method === LOG_CRASH_REQUEST
        ? vscode.l10n.t('There is no crash in this log.')
        : vscode.l10n.t('The log could not be read: it was moved, or is not on disk.'),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.error(`The log was not explained: ${why}`);
    void vscode.window.showErrorMessage(vscode.l10n.t('The log was not explained: {0}', why));
  }
  return undefined;
}
