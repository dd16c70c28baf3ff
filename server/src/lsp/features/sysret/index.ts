import path from 'node:path';
import { MarkupKind, type CancellationToken } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { sourceKindOf } from '#core/asm';
import type { Finding } from '#core/findings';
import {
  decodeSysretFileParams,
  SYSRET_FILE_REQUEST,
  SYSRET_PROGRESS_NOTIFICATION,
  SYSRET_WORKSPACE_REQUEST,
  type SysretAudit,
  type SysretProgress,
  type XenSettings,
} from '#core/protocol';
import {
  analyseSysret,
  describeWord,
  type SysretNames,
  sysretRules,
  wordFactsAt,
  type FileAnalysis,
} from '#core/sysret';
import type { CheckSettings } from '../../../workspace-scan/checker.ts';
import { includedFile } from '../../../workspace-scan/include-files.ts';
import { pathOf, toCodeActions, toDiagnostic } from '../../convert.ts';
import type { CreateFeature } from '../../language-feature.ts';
import type { ServerContext } from '../../server-context.ts';
import { auditInThread, toExit } from './audits.ts';

/** Returns by SYSRET: the SR rules in assembly, C and Rust, their repairs, hovers on the instructions, audits. */
export const createSysret: CreateFeature = (server) => {
  const analyses = new SysretAnalyses(server);
  return {
    async diagnostics(document) {
      const findings = await analyses.findings(document);
      return findings.map((finding) => toDiagnostic(finding, document.uri));
    },
    async codeActions(document, _range, context) {
      const asked = context.diagnostics.filter(({ code }) => /^SR\d{3}$/.test(String(code)));
      if (asked.length === 0) return [];
      return toCodeActions(await analyses.findings(document), asked, document.uri);
    },
    hover(document, position) {
      const isAssembly = sourceKindOf(document.uri) === 'assembly';
      const found = wordFactsAt(document.getText(), document.offsetAt(position), isAssembly);
      if (!found) return null;
      return {
        contents: { kind: MarkupKind.Markdown, value: describeWord(found.facts) },
        range: {
          start: document.positionAt(found.start),
          end: document.positionAt(found.end),
        },
      };
    },
    requests: {
      [SYSRET_FILE_REQUEST]: (parameters) => auditDocument(server, analyses, parameters),
      [SYSRET_WORKSPACE_REQUEST]: (_, token) => auditWorkspace(server, token),
    },
    closed: (uri) => analyses.forget(uri),
    filesChanged: () => analyses.forgetAll(),
  };
};

interface Known {
  readonly version: number;
  readonly settings: XenSettings;
  readonly analysis: FileAnalysis;
}

/** What was found in the open documents. */
class SysretAnalyses {
  private readonly server: ServerContext;
  private readonly known = new Map<string, Known>();

  constructor(server: ServerContext) {
    this.server = server;
  }

  /** Findings of the rules that the settings ask for. */
  async findings(document: TextDocument): Promise<readonly Finding[]> {
    const settings = await this.server.settings(document.uri);
    const enabled = enabledRules(settings);
    return this.of(document, settings).findings.filter(({ rule }) => enabled.has(rule));
  }

  /** Everything about a document's exits, whatever rules are on. */
  of(document: TextDocument, settings: XenSettings): FileAnalysis {
    const { uri, version } = document;
    const known = this.known.get(uri);
    if (known?.version === version && known.settings === settings) return known.analysis;
    const file = { path: pathOf(uri) ?? uri, text: document.getText() };
    const analysis = analyseSysret(file, {
      names: namesOf(settings),
      include: (name, from) => includedFile(name, from ?? file.path, (each) => this.mayRead(each)),
      workspace: undefined,
    });
    this.known.set(uri, { version, settings, analysis });
    return analysis;
  }

  forget(uri: string): void {
    this.known.delete(uri);
  }

  forgetAll(): void {
    this.known.clear();
  }

  /** Until the workspace is trusted nothing outside it is read. */
  private mayRead(file: string): boolean {
    if (this.server.trusted()) return true;
    return this.server.folders().some((folder) => !path.relative(folder, file).startsWith('..'));
  }
}

function enabledRules({ sysret }: XenSettings): ReadonlySet<string> {
  const disabled = new Set(sysret.disabledRules);
  return new Set(
    sysretRules
      .filter((rule) => (rule.enabledByDefault || sysret.allRules) && !disabled.has(rule.id))
      .map(({ id }) => id),
  );
}

function namesOf({ sysret }: XenSettings): SysretNames {
  return {
    sysretMacros: new Set(sysret.macros),
    guardFunctions: new Set(sysret.guardFunctions),
    iretFlags: new Set(sysret.iretFlags),
    userLimits: new Set(sysret.userLimits),
    interruptMacros: new Set(sysret.interruptMacros),
  };
}

async function auditDocument(
  server: ServerContext,
  analyses: SysretAnalyses,
  parameters: unknown,
): Promise<SysretAudit | null> {
  const request = decodeSysretFileParams(parameters);
  const document = request && server.documents.get(request.uri);
  if (!document) return null;
  const { exits } = analyses.of(document, await server.settings(document.uri));
  return {
    exits: exits.map((exit) => toExit({ file: document.uri, exit })),
    // An open document's findings are its diagnostics already.
    problems: [],
    analysed: 1,
    limits: [],
  };
}

async function auditWorkspace(
  server: ServerContext,
  token: CancellationToken,
): Promise<SysretAudit | null> {
  const folders = server.folders();
  if (folders.length === 0) return null;
  const settings = await server.settings();
  const order = {
    folders,
    enabledRules: [...enabledRules(settings)],
    settings: checkSettings(settings),
  };
  const audit = await auditInThread(order, token, (done, total) => {
    const progress: SysretProgress = { done, total };
    void server.connection.sendNotification(SYSRET_PROGRESS_NOTIFICATION, progress);
  });
  return audit ?? null;
}

function checkSettings({ sysret }: XenSettings): CheckSettings {
  const { macros: sysretMacros, guardFunctions, iretFlags, userLimits, interruptMacros } = sysret;
  return { sysretMacros, guardFunctions, iretFlags, userLimits, interruptMacros };
}
