import * as vscode from 'vscode';
import type { DraftAnswer, DraftRequest, ReportFile } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { freeFolder, writeReportFolder } from './report-files.ts';

/** `Xen: New Bug Report`: asks for the log and for the few things only a person knows. */
export async function newReport(context: ClientContext): Promise<void> {
  const logs = await pickLogs();
  if (!logs) return;
  const answers = await askPerson();
  if (!answers) return;
  await makeReport(context, { logs, answers });
}

/** `... from This Log`: the open log, or the one clicked in the explorer. */
export async function newReportFromLog(context: ClientContext, uri?: unknown): Promise<void> {
  const log = uriOf(uri);
  if (!log) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a log first, or pick one in the explorer.'),
    );
    return;
  }
  await makeReport(context, { logs: [fileOf(log)], answers: {} });
}

/** `... from This Crash`: by code lens, or the crash at the cursor. */
export async function newReportFromCrash(
  context: ClientContext,
  uri?: unknown,
  line?: unknown,
): Promise<void> {
  const log = uriOf(uri);
  if (!log) return newReportFromLog(context);
  const editor = vscode.window.activeTextEditor;
  const atCursor =
    editor?.document.uri.toString() === log.toString()
      ? editor.selection.active.line + 1
      : undefined;
  const crashLine = typeof line === 'number' ? line : atCursor;
  await makeReport(context, {
    logs: [fileOf(log)],
    answers: {},
    ...(crashLine === undefined ? {} : { crashLine }),
  });
}

type Wish = Pick<DraftRequest, 'logs' | 'answers' | 'crashLine'>;

async function makeReport({ server, log }: ClientContext, wish: Wish): Promise<void> {
  const request: DraftRequest = { configs: [], hostInfo: [], keep: [], ...wish };
  try {
    const draft = await ask(server, request);
    if (!draft || !(await showNotices(draft))) return;
    const keep = await acceptRedactions(draft);
    if (!keep) return;
    const final = keep.length === 0 ? draft : await ask(server, { ...request, keep });
    if (!final) return;
    await saveAndShow(final, request.logs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.error(`The report was not made: ${why}`);
    void vscode.window.showErrorMessage(vscode.l10n.t('The report was not made: {0}', why));
  }
}

function ask(server: ClientContext['server'], request: DraftRequest): Thenable<DraftAnswer | null> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Reading the log for a bug report'),
    },
    () => server.request<DraftAnswer | null>('xen/report/draft', request),
  );
}

/** The check before the report: is it a bug at all? Answers whether to go on. */
async function showNotices({ notices }: DraftAnswer): Promise<boolean> {
  if (notices.length === 0) return true;
  const goOn = vscode.l10n.t('Report Anyway');
  const detail = notices
    .map(({ title, text, instead }, at) =>
      [...(at === 0 ? [] : [`${title}.`]), text, ...(instead === undefined ? [] : [instead])].join(
        ' ',
      ),
    )
    .join('\n\n');
  const picked = await vscode.window.showWarningMessage(
    vscode.l10n.t('Before you report: {0}', notices[0]?.title ?? ''),
    { modal: true, detail },
    goOn,
  );
  return picked === goOn;
}

interface RedactionItem extends vscode.QuickPickItem {
  readonly text: string;
}

/** Shows what will be replaced, all of it picked; answers the texts to leave, or undefined when cancelled. */
async function acceptRedactions({
  redactions,
}: DraftAnswer): Promise<readonly string[] | undefined> {
  if (redactions.length === 0) return [];
  const items: RedactionItem[] = redactions.map(({ kind, text, pseudonym, count }) => ({
    label: `${text} → ${pseudonym}`,
    description: count === 1 ? kind : vscode.l10n.t('{0}, {1} times', kind, count),
    text,
    picked: true,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    ignoreFocusOut: true,
    title: vscode.l10n.t(
      'Replace private texts (registers and stack words stay: they can hold guest data)',
    ),
    placeHolder: vscode.l10n.t('Unpick what may stay; git ignores the originals'),
  });
  if (!picked) return undefined;
  const accepted = new Set(picked.map(({ text }) => text));
  return items.map(({ text }) => text).filter((text) => !accepted.has(text));
}

async function saveAndShow(draft: DraftAnswer, logs: readonly ReportFile[]): Promise<void> {
  const parent = folderFor(logs) ?? (await pickParent());
  if (!parent) return;
  const target = await freeFolder(parent, draft.folderName);
  await writeReportFolder(target, draft.files);
  const document = await vscode.workspace.openTextDocument(
    vscode.Uri.joinPath(target, 'report.md'),
  );
  await vscode.window.showTextDocument(document, { preview: false });
  if (!draft.publicRoutesOpen) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'This may concern security: public routes are closed. {0}',
        draft.securityReasons.join(' '),
      ),
    );
  }
}

/** Beside the log when that is in the workspace, else the workspace's first folder. */
function folderFor(logs: readonly ReportFile[]): vscode.Uri | undefined {
  const log = logs[0] ? vscode.Uri.parse(logs[0].uri) : undefined;
  const own =
    log && log.scheme !== 'untitled' ? vscode.workspace.getWorkspaceFolder(log) : undefined;
  return own?.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
}

async function pickParent(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t('Where to put the report folder'),
  });
  return picked?.[0];
}

async function pickLogs(): Promise<readonly ReportFile[] | undefined> {
  const open = vscode.window.activeTextEditor?.document;
  if (open && (open.languageId === 'xen-log' || /\.(?:log|txt)$/.test(open.uri.path))) {
    const useOpen = vscode.l10n.t('Use {0}', open.uri.path.split('/').at(-1) ?? '');
    const other = vscode.l10n.t('Choose Files…');
    const picked = await vscode.window.showQuickPick([useOpen, other], {
      title: vscode.l10n.t('Which log shows it?'),
    });
    if (picked === undefined) return undefined;
    if (picked === useOpen) return [fileOf(open.uri)];
  }
  const files = await vscode.window.showOpenDialog({
    canSelectMany: true,
    title: vscode.l10n.t('Logs: serial console, xl dmesg, xl -vvv create, dom0 kernel'),
  });
  return files?.map(fileOf);
}

/** What no log tells. Undefined when the user gave up. */
async function askPerson(): Promise<Readonly<Record<string, string>> | undefined> {
  const summary = await vscode.window.showInputBox({
    title: vscode.l10n.t('New bug report (1 of 2)'),
    prompt: vscode.l10n.t(
      'What was done, what happened, since when? Leave it empty to write it later.',
    ),
    ignoreFocusOut: true,
  });
  if (summary === undefined) return undefined;
  const later = vscode.l10n.t('Say it later');
  const frequency = await vscode.window.showQuickPick(['Always.', 'Sometimes.', 'Once.', later], {
    title: vscode.l10n.t('New bug report (2 of 2): how often does it happen?'),
    ignoreFocusOut: true,
  });
  if (frequency === undefined) return undefined;
  return {
    ...(summary.trim() === '' ? {} : { summary: summary.trim() }),
    ...(frequency === later ? {} : { frequency }),
  };
}

/** A URI given by a menu or a lens, else that of the active editor. */
export function uriOf(value: unknown): vscode.Uri | undefined {
  if (value instanceof vscode.Uri) return value;
  if (typeof value === 'string') return vscode.Uri.parse(value);
  return vscode.window.activeTextEditor?.document.uri;
}

/** Files that are not on disk go to the server with their text. */
function fileOf(uri: vscode.Uri): ReportFile {
  const open = vscode.workspace.textDocuments.find(
    (document) => document.uri.toString() === uri.toString(),
  );
  const needsText = open && (open.isDirty || uri.scheme !== 'file');
  return { uri: uri.toString(), ...(needsText ? { text: open.getText() } : {}) };
}
