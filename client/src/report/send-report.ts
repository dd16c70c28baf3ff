import * as vscode from 'vscode';
import type { StatusAnswer } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { uriOf } from './new-report.ts';

/** `Xen: Check Bug Report`: the score and what is missing, in one message; the rest is in the Problems panel. */
export async function checkReport(context: ClientContext, uri?: unknown): Promise<void> {
  const open = await openReport(context, uri);
  if (!open) return;
  const { status } = open;
  const rest =
    status.missing.length === 0 ? vscode.l10n.t('Nothing is missing.') : status.missing.join(' ');
  const routes = status.publicRoutesOpen
    ? vscode.l10n.t('Goes to: {0}.', status.destinations.join(', '))
    : vscode.l10n.t('It may concern security: public routes are closed.');
  const show = vscode.l10n.t('Show Problems');
  const picked = await vscode.window.showInformationMessage(
    vscode.l10n.t('Complete: {0} of 100. {1} {2}', status.score, rest, routes),
    show,
  );
  if (picked === show) await vscode.commands.executeCommand('workbench.actions.view.problems');
}

/** `Xen: Copy as Plain-Text Mail`. */
export async function copyMail(context: ClientContext, uri?: unknown): Promise<void> {
  const open = await openReport(context, uri);
  const status = open ? await clearedForSending(context, open) : undefined;
  if (!status) return;
  const { to, cc, subject, body } = status.mail;
  const head = [
    ...(to.length > 0 ? [`To: ${to.join(', ')}`] : []),
    ...(cc.length > 0 ? [`Cc: ${cc.join(', ')}`] : []),
    `Subject: ${subject}`,
  ];
  await vscode.env.clipboard.writeText(`${head.join('\n')}\n\n${body}`);
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Copied as plain text for {0}. Attach: {1}',
      to.join(', '),
      status.mail.attachments.join(', '),
    ),
  );
}

/** `Xen: Open in Mail Program`: as an .eml file with attachments, by the mail program, or as an issue. */
export async function openMail(context: ClientContext, uri?: unknown): Promise<void> {
  const open = await openReport(context, uri);
  const status = open ? await clearedForSending(context, open) : undefined;
  if (!open || !status) return;
  const asFile = vscode.l10n.t('As an .eml file with the attachments');
  const byProgram = vscode.l10n.t('In the mail program, without attachments');
  const asIssue = vscode.l10n.t('As a new GitLab issue, filled in');
  const picked = await vscode.window.showQuickPick(
    [asFile, byProgram, ...(status.issueLink === undefined ? [] : [asIssue])],
    {
      title: vscode.l10n.t('Open for {0}. Nothing is sent by itself.', status.mail.to.join(', ')),
    },
  );
  if (picked === asFile) await writeEml(open.document.uri, status);
  if (picked === byProgram)
    await vscode.env.openExternal(vscode.Uri.parse(status.mail.mailto, true));
  if (picked === asIssue && status.issueLink !== undefined) await openLink(status.issueLink);
}

/** `Xen: New GitLab Issue`: the form, filled in; sending it is the user's. */
export async function openIssue(context: ClientContext, uri?: unknown): Promise<void> {
  const open = await openReport(context, uri);
  const status = open ? await clearedForSending(context, open) : undefined;
  if (!status) return;
  if (status.issueLink !== undefined) return openLink(status.issueLink);
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      'An issue is public. Use "Copy as Plain-Text Mail" to write to {0}.',
      status.mail.to.join(', '),
    ),
  );
}

/** Kept as text: parsing it as a Uri would decode and encode the form's brackets anew. */
async function openLink(link: string): Promise<void> {
  await vscode.env.openExternal(link as unknown as vscode.Uri);
}

async function writeEml(report: vscode.Uri, status: StatusAnswer): Promise<void> {
  const target = vscode.Uri.joinPath(report, '..', 'private', 'report.eml');
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(status.mail.eml));
  const open = vscode.l10n.t('Open');
  const picked = await vscode.window.showInformationMessage(
    vscode.l10n.t('Written: {0}', vscode.workspace.asRelativePath(target)),
    open,
  );
  if (picked === open) await vscode.env.openExternal(target);
}

interface OpenReport {
  readonly document: vscode.TextDocument;
  readonly status: StatusAnswer;
}

async function openReport(
  { server }: ClientContext,
  uri: unknown,
): Promise<OpenReport | undefined> {
  const target = uriOf(uri);
  if (target) {
    const document = await vscode.workspace.openTextDocument(target);
    const status = await statusOf(server, document);
    if (status) return { document, status };
  }
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Open the report.md of a bug report first.'),
  );
  return undefined;
}

function statusOf(
  server: ClientContext['server'],
  document: vscode.TextDocument,
): Promise<StatusAnswer | null> {
  return server.request<StatusAnswer | null>('xen/report/status', { uri: document.uri.toString() });
}

/**
 * The gate in front of every way out. While the report may concern security, only the security team is offered, and
 * a public route opens only after the user has said in words why it is none; private texts are asked about too.
 */
async function clearedForSending(
  context: ClientContext,
  open: OpenReport,
): Promise<StatusAnswer | undefined> {
  const status = open.status.publicRoutesOpen ? open.status : await securityFirst(context, open);
  if (!status) return undefined;
  if (status.leftovers === 0) return status;
  const goOn = vscode.l10n.t('Go On');
  const picked = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} private texts are left in the report or its attachments.', status.leftovers),
    { modal: true, detail: vscode.l10n.t('The Problems panel shows them with a fix for each.') },
    goOn,
  );
  return picked === goOn ? status : undefined;
}

async function securityFirst(
  context: ClientContext,
  open: OpenReport,
): Promise<StatusAnswer | undefined> {
  const { status } = open;
  const toTeam = vscode.l10n.t('Write to the Security Team');
  const isNone = vscode.l10n.t('It Is No Security Matter…');
  const picked = await vscode.window.showWarningMessage(
    vscode.l10n.t('This may concern security: public routes are closed.'),
    { modal: true, detail: [...status.securityReasons, '', ...status.securityProcess].join('\n') },
    toTeam,
    isNone,
  );
  if (picked === toTeam) return status;
  return picked === isNone ? stateInWords(context, open) : undefined;
}

/** Asks why it is no security matter and writes the answer into the report, where it can be read again. */
async function stateInWords(
  { server }: ClientContext,
  { document, status }: OpenReport,
): Promise<StatusAnswer | undefined> {
  const reason = await vscode.window.showInputBox({
    title: vscode.l10n.t('Why is it no security matter?'),
    prompt: vscode.l10n.t(
      'In your own words, at least four: who alone can cause it, and why no guest can.',
    ),
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim().split(/\s+/).length >= 4 ? undefined : vscode.l10n.t('Four words or more.'),
  });
  if (reason === undefined) return undefined;
  const edit = new vscode.WorkspaceEdit();
  const line = Math.min(status.statementLine, document.lineCount);
  const end = document.lineAt(Math.max(0, line - 1)).range.end;
  edit.insert(document.uri, end, `\n\n${status.statementPrefix} ${reason.trim()}\n`);
  await vscode.workspace.applyEdit(edit);
  await document.save();
  const after = await statusOf(server, document);
  return after?.publicRoutesOpen === true ? after : undefined;
}
