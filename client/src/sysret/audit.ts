import * as vscode from 'vscode';
import { SYSRET_FILE_REQUEST, SYSRET_WORKSPACE_REQUEST, type SysretAudit } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { AuditProblems } from './audit-problems.ts';
import { AuditTree, type AuditNode } from './audit-tree.ts';

const VIEW = 'xen.sysret';

/** The "SYSRET Audit" view of a window, and the problems of the last workspace audit. */
interface AuditView {
  readonly tree: AuditTree;
  readonly view: vscode.TreeView<AuditNode>;
  readonly problems: AuditProblems;
}

const views = new WeakMap<ClientContext, AuditView>();

/** The view of a window, made with the first audit: until then there is nothing to show. */
function viewOf(context: ClientContext): AuditView {
  let shown = views.get(context);
  if (shown === undefined) {
    const tree = new AuditTree();
    const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree });
    const problems = new AuditProblems();
    shown = { tree, view, problems };
    views.set(context, shown);
    context.extension.subscriptions.push(tree, view, problems);
  }
  return shown;
}

/** `Xen: Check SYSRET Paths in This File`. */
export async function auditFile(context: ClientContext): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Open an assembly, C or Rust file first: the check is about the file in front.',
      ),
    );
    return;
  }
  const audit = await context.server.request<SysretAudit | null>(SYSRET_FILE_REQUEST, {
    uri: document.uri.toString(),
  });
  const name = vscode.workspace.asRelativePath(document.uri);
  if (audit === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is no assembly, C or Rust file that the check can read.', name),
    );
    return;
  }
  await show(context, audit, name);
}

/** `Xen: Check SYSRET Paths in Workspace`: with progress, and a way to stop it. */
export async function auditWorkspace(context: ClientContext): Promise<void> {
  if ((vscode.workspace.workspaceFolders ?? []).length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a folder first: the check reads its assembly, C and Rust files.'),
    );
    return;
  }
  const audit = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Checking SYSRET paths'),
      cancellable: true,
    },
    (_, token) => context.server.request<SysretAudit | null>(SYSRET_WORKSPACE_REQUEST, {}, token),
  );
  if (audit === null) return;
  viewOf(context).problems.show(audit.problems);
  await show(context, audit, vscode.l10n.t('workspace, {0} read', audit.analysed));
}

async function show(context: ClientContext, audit: SysretAudit, what: string): Promise<void> {
  const shown = viewOf(context);
  await vscode.commands.executeCommand('setContext', 'xen.sysret.seen', true);
  shown.tree.show(audit);
  shown.view.description = what;
  const unsafe = audit.exits.filter(({ verdict }) => verdict === 'unsafe').length;
  shown.view.badge =
    unsafe === 0
      ? undefined
      : { value: unsafe, tooltip: vscode.l10n.t('{0} unsafe exits', unsafe) };
  await vscode.commands.executeCommand(`${VIEW}.focus`, { preserveFocus: true });
}
