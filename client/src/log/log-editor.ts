import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { LOG_FOLLOW_SCHEME, LOG_PART_SCHEME } from '../document-selector.ts';
import { forgetSummaries, summaryText } from './explain-log.ts';
import { FollowedLogs } from './follow-log.ts';
import { offerPartLenses, textOfPart } from './log-parts.ts';
import { showLogStatus } from './log-status.ts';
import { logViewOf } from './log-view.ts';

export { copyDecodedCrash, explainLog } from './explain-log.ts';
export { followLog } from './follow-log.ts';
export { indexMessages } from './index-messages.ts';
export { openLargeLog, showLine } from './large-log.ts';
export { clearLogFilter, filterLog } from './log-view.ts';

const followed = new WeakMap<ClientContext, FollowedLogs>();

/** Everything about logs that needs code of some size: the view, the status, followed and large logs. */
export function startLogEditor(
  context: ClientContext,
  textChanged: vscode.EventEmitter<vscode.Uri>,
): vscode.Disposable {
  const logs = new FollowedLogs(textChanged);
  followed.set(context, logs);
  return vscode.Disposable.from(
    logs,
    forgetSummaries(),
    offerPartLenses(),
    logViewOf(context).disposables,
    showLogStatus(context),
  );
}

/** The text of one of our documents; undefined when there is none (any more). */
export function textOf(
  context: ClientContext,
  uri: vscode.Uri,
): Promise<string | undefined> | string | undefined {
  if (uri.scheme === LOG_PART_SCHEME) return textOfPart(context, uri);
  if (uri.scheme === LOG_FOLLOW_SCHEME) return followed.get(context)?.textOf(uri);
  return summaryText(uri);
}
