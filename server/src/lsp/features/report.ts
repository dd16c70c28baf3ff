import type { CodeAction, CodeLens, Diagnostic } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { decodeReportRequest } from '#core/protocol';
import {
  describeRoute,
  describeScore,
  lineRange,
  reportFindings,
  type MaintainersLookup,
  type ReportStatus,
} from '#core/report';
import { checkFolder } from '../../report-folder/check-folder.ts';
import { readReportFolder } from '../../report-folder/read-folder.ts';
import { reportTools, type ReportTools } from '../../report-folder/report-knowledge.ts';
import { maintainersOfTree } from '../../report-folder/xen-tree.ts';
import { pathOf, toCodeActions, toDiagnostic } from '../convert.ts';
import type { CreateFeature } from '../language-feature.ts';
import type { ServerContext } from '../server-context.ts';
import { attachFile, draftReport, statusAnswer } from './report-requests.ts';

/** report.md: what is missing, where it may go, quick fixes; and the requests behind the commands. */
export const createReport: CreateFeature = (server) => {
  const bench = new ReportBench(server);
  return {
    name: 'report',
    diagnostics(document) {
      const { status, text } = bench.judge(document);
      return status
        ? reportFindings(text, status).map((each) => toDiagnostic(each, document.uri))
        : [];
    },
    codeActions(document, _range, { diagnostics }) {
      const { status, text } = bench.judge(document);
      if (!status) return [];
      const edits = toCodeActions(reportFindings(text, status), diagnostics, document.uri);
      return server.clientRunsXenCommands()
        ? [...edits, ...attachActions(document, diagnostics)]
        : edits;
    },
    codeLenses(document) {
      const { status, text } = bench.judge(document);
      return status && server.clientRunsXenCommands() ? lenses(document, text, status) : [];
    },
    closed: (uri) => bench.forget(uri),
    requests: {
      'xen/report/draft': (parameters) => {
        const request = decodeReportRequest.draft(parameters);
        return request ? draftReport(server, bench.tools(), request, bench.maintainers()) : null;
      },
      'xen/report/status': (parameters) => {
        const uri = decodeReportRequest.status(parameters)?.uri;
        const document = uri === undefined ? undefined : server.documents.get(uri);
        if (!document) return null;
        const { status, text } = bench.judge(document);
        return status ? statusAnswer(status, text, bench.attachments(document)) : null;
      },
      'xen/report/attach': (parameters) => {
        const request = decodeReportRequest.attach(parameters);
        const document = request ? server.documents.get(request.uri) : undefined;
        const folder = document ? bench.folder(document) : undefined;
        return request && folder ? attachFile(server, bench.tools(), request, folder) : null;
      },
    },
  };
};

interface Judged {
  readonly text: string;
  readonly status: ReportStatus | undefined;
}

/** Judges open reports, each version once, and scans each attachment once. */
class ReportBench {
  private readonly server: ServerContext;
  private readonly judged = new Map<string, Judged & { readonly version: number }>();
  private made: ReportTools | undefined;

  constructor(server: ServerContext) {
    this.server = server;
  }

  tools(): ReportTools {
    if (!this.made) {
      const tools = reportTools(this.server.ports);
      this.made = { ...tools, scan: rememberLast(tools.scan) };
    }
    return this.made;
  }

  judge(document: TextDocument): Judged {
    const known = this.judged.get(document.uri);
    if (known?.version === document.version) return known;
    const folder = this.folder(document);
    const text = document.getText();
    const status = folder ? checkFolder(folder, this.tools(), this.maintainers()) : undefined;
    const entry = { text, status, version: document.version };
    this.judged.set(document.uri, entry);
    return entry;
  }

  folder(document: TextDocument): ReturnType<typeof readReportFolder> {
    const path = pathOf(document.uri);
    const text = document.getText();
    if (path === undefined) {
      return {
        reportPath: '',
        reportText: text,
        attachments: [],
        state: { version: 1, pseudonyms: {}, kept: [] },
      };
    }
    return readReportFolder(this.server.ports, path, text);
  }

  attachments(
    document: TextDocument,
  ): NonNullable<ReturnType<typeof readReportFolder>>['attachments'] {
    return this.folder(document)?.attachments ?? [];
  }

  /** The first workspace folder that is a Xen tree says whom to ask; none in an untrusted workspace. */
  maintainers(): MaintainersLookup | undefined {
    if (!this.server.trusted()) return undefined;
    for (const folder of this.server.folders()) {
      const found = maintainersOfTree(this.server.ports, folder);
      if (found) return found;
    }
    return undefined;
  }

  /** Attachments may have changed with it. */
  forget(uri: string): void {
    this.judged.delete(uri);
  }
}

type Scan = ReportTools['scan'];

/** Remembers the last texts by name: attachments do not change while the report is written. */
function rememberLast(scan: Scan): Scan {
  const last = new Map<string, ReturnType<Scan>>();
  return (source) => {
    const known = last.get(source.name);
    if (known?.text === source.text) return known;
    const found = scan(source);
    if (last.size > 32) last.clear();
    last.set(source.name, found);
    return found;
  };
}

function lenses(document: TextDocument, text: string, status: ReportStatus): CodeLens[] {
  const range = lineRange(text, status.document.titleLine);
  const lens = (title: string, command: string): CodeLens => ({
    range,
    command: { title, command, arguments: [document.uri] },
  });
  return [
    lens(describeScore(status), 'xen.report.check'),
    lens(describeRoute(status.routing), 'xen.report.check'),
    lens('Copy as mail', 'xen.report.copyMail'),
    lens('Send…', 'xen.report.openMail'),
    lens('Attach…', 'xen.report.attach'),
  ];
}

/** Where a file would help, offers to attach one. */
function attachActions(document: TextDocument, asked: readonly Diagnostic[]): CodeAction[] {
  if (!asked.some(({ code }) => code === 'report-missing')) return [];
  const attach = (title: string): CodeAction => ({
    title,
    kind: 'quickfix',
    command: { title, command: 'xen.report.attach', arguments: [document.uri] },
  });
  const isAbout = (pattern: RegExp): boolean =>
    asked.some(({ message }) =>
      pattern.test(typeof message === 'string' ? message : message.value),
    );
  return [
    ...(isAbout(/log|dump|crash/i) ? [attach('Attach the log…')] : []),
    ...(isAbout(/xl info|cpuinfo|DMI|os-release|uname/)
      ? [attach('Add xl info or another output of the host…')]
      : []),
    ...(isAbout(/configuration/) ? [attach('Attach the guest configuration…')] : []),
  ];
}
