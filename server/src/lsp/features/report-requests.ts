import { basename } from 'node:path';
import type {
  AttachAnswer,
  AttachRequest,
  DraftAnswer,
  DraftRequest,
  ReportFile,
  StatusAnswer,
} from '#core/protocol';
import { secretKindNames, type NamedText } from '#core/redaction';
import {
  attachToReport,
  buildEml,
  buildReport,
  mailAddresses,
  mailtoLink,
  newIssueLink,
  outgoingText,
  plainTextOf,
  sectionOf,
  securityProcess,
  statementPrefix,
  type MaintainersLookup,
  type ReportStatus,
} from '#core/report';
import type { FolderOnDisk } from '../../report-folder/read-folder.ts';
import type { ReportTools } from '../../report-folder/report-knowledge.ts';
import { pathOf } from '../convert.ts';
import type { ServerContext } from '../server-context.ts';

/** `xen/report/draft`: the files of a new report; nothing is written here. */
export function draftReport(
  server: ServerContext,
  tools: ReportTools,
  request: DraftRequest,
  maintainersOf: MaintainersLookup | undefined,
): DraftAnswer {
  const read = (files: readonly ReportFile[]): NamedText[] =>
    files.map((file) => readFile(server, file)).filter((file) => file !== undefined);
  const logs = read(request.logs).map(tools.scan);
  const crash = logs[0]?.analysis.crashes.findIndex(
    ({ line, endLine }) =>
      request.crashLine !== undefined && line <= request.crashLine && request.crashLine <= endLine,
  );
  const draft = buildReport({
    logs,
    configs: read(request.configs),
    hostInfo: read(request.hostInfo),
    answers: request.answers,
    keep: new Set(request.keep),
    knowledge: tools.knowledge,
    ...(crash !== undefined && crash >= 0 ? { chosen: { log: 0, crash } } : {}),
    ...(maintainersOf ? { maintainersOf } : {}),
  });
  return {
    title: draft.title,
    folderName: folderName(draft.title),
    files: draft.files,
    score: draft.completeness.score,
    notices: draft.notices.map(({ title, text, instead }) => ({
      title,
      text,
      ...(instead === undefined ? {} : { instead }),
    })),
    securityReasons: draft.routing.security.reasons.map(({ why }) => why),
    publicRoutesOpen: draft.routing.publicRoutesOpen,
    redactions: draft.redactions.map(({ kind, text, pseudonym, count }) => ({
      kind: secretKindNames[kind].replace(/^(?:an?|the) /, ''),
      text,
      pseudonym,
      count,
    })),
  };
}

/** `[BUG] sched/credit2: FATAL PAGE FAULT in f [Xen 4.17]` as a name for a folder. */
function folderName(title: string): string {
  const words = title
    .replace(/^\[BUG\]\s*/, '')
    .replace(/\s*\[Xen [^\]]*\]$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return `xen-report-${words.slice(0, 48).replace(/-+$/, '')}`;
}

/** `xen/report/status`: everything the client's commands show or copy. */
export function statusAnswer(
  status: ReportStatus,
  text: string,
  attachments: readonly NamedText[],
): StatusAnswer {
  const { routing, completeness, document } = status;
  const { to, cc } = mailAddresses(routing);
  const body = plainTextOf(text);
  const mail = { to, cc, subject: document.title, body };
  return {
    title: document.title,
    score: completeness.score,
    missing: completeness.checks.map(({ missing }) => missing).filter((each) => each !== undefined),
    leftovers: status.leftovers.length,
    publicRoutesOpen: routing.publicRoutesOpen,
    securityReasons: routing.security.reasons.map(({ why }) => why),
    securityProcess,
    statementPrefix,
    statementLine: (sectionOf(document, 'security')?.endLine ?? document.lineCount - 1) + 1,
    destinations: routing.destinations.map(({ name }) => name),
    mail: {
      ...mail,
      attachments: attachments.map(({ name }) => name),
      eml: buildEml({ ...mail, attachments }),
      mailto: mailtoLink(to, document.title, body),
    },
    ...(routing.publicRoutesOpen
      ? { issueLink: newIssueLink(document.title, withoutTitle(outgoingText(text))) }
      : {}),
  };
}

/** The form has a field of its own for the title. */
const withoutTitle = (text: string): string => text.replace(/^\s*# .*\n+/, '');

/** `xen/report/attach`: the files to write and the edits of report.md. */
export function attachFile(
  server: ServerContext,
  tools: ReportTools,
  request: AttachRequest,
  folder: FolderOnDisk,
): AttachAnswer | null {
  const source = readFile(server, request.file);
  if (!source) return null;
  return attachToReport({
    reportText: folder.reportText,
    state: folder.state,
    existing: folder.attachments.map(({ name }) => basename(name)),
    source,
    scaffold: tools.knowledge.scaffold,
  });
}

/** A file by its open document, by the text given, or from disk. */
function readFile(server: ServerContext, { uri, text }: ReportFile): NamedText | undefined {
  const path = pathOf(uri);
  const name = basename(path ?? decodeURIComponent(uri));
  const open = text ?? server.documents.get(uri)?.getText();
  if (open !== undefined) return { name, text: open };
  const bytes = path === undefined ? undefined : server.ports.readFile(path);
  return bytes ? { name, text: Buffer.from(bytes).toString('utf8') } : undefined;
}
