import * as vscode from 'vscode';
import { LOG_INDEX_REQUEST, type LogIndexAnswer, type LogRequest } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { logOf } from './log-uri.ts';

/** `Xen: Index Messages of Source Tree`: reads which call prints which line, so that logs lead there. */
export async function indexMessages({ server, log }: ClientContext): Promise<void> {
  const request: LogRequest = { uri: logOf()?.toString() ?? '' };
  const options = {
    location: vscode.ProgressLocation.Window,
    title: vscode.l10n.t('Reading the messages of the source tree'),
  };
  try {
    const answer = await vscode.window.withProgress(options, () =>
      server.request<LogIndexAnswer | null>(LOG_INDEX_REQUEST, request),
    );
    const trees = answer?.trees ?? [];
    if (trees.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'No workspace folder is a tree of Xen or Linux: open one, or set xen.log.sourceTree.',
        ),
      );
      return;
    }
    for (const { root, messageCount } of trees) log.info(`${messageCount} messages in ${root}`);
    const count = trees.reduce((sum, { messageCount }) => sum + messageCount, 0);
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('{0} messages lead to their source', count.toLocaleString()),
      6000,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.error(`The messages were not read: ${why}`);
    void vscode.window.showErrorMessage(vscode.l10n.t('The messages were not read: {0}', why));
  }
}
