import path from 'node:path';
import {
  CodeActionKind,
  MarkupKind,
  type CodeAction,
  type Diagnostic,
  type Position,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { checkDriver, describeRule, driverRules, suppressionComment } from '#core/driver';
import type { Finding } from '#core/findings';
import { usesSharedRing } from '#core/gate';
import { hazardForRule } from '#core/ring';
import { matchesGlob } from '#core/text';
import { loadCParser, type ParsedFile } from '../../c-syntax/c-parser.ts';
import { LocalIncludes } from '../../c-syntax/local-includes.ts';
import { pathOf, rulePage, toCodeActions, toDiagnostic } from '../convert.ts';
import type { CreateFeature } from '../language-feature.ts';
import type { ServerContext } from '../server-context.ts';

interface Analysis {
  readonly version: number;
  readonly text: string;
  readonly file: ParsedFile;
}

interface Judged {
  readonly key: string;
  readonly findings: readonly Finding[];
}

/** Drivers over shared rings: the XR rules, their quick fixes, suppression, and what each rule is about. */
export const createDriver: CreateFeature = (server) => {
  const analyses = new DriverAnalyses(server);
  return {
    async diagnostics(document) {
      return (await analyses.findings(document)).map((finding) => withAdvisory(finding, document));
    },
    async codeActions(document, _range, context) {
      const asked = context.diagnostics.filter(isOurs);
      if (asked.length === 0) return [];
      const findings = await analyses.findings(document);
      const fixes = toCodeActions(findings, asked, document.uri);
      const schedules = server.clientRunsXenCommands() ? asked.flatMap(scheduleAction) : [];
      return [...fixes, ...schedules, ...asked.map((each) => suppress(each, document))];
    },
    hover(document, position) {
      // A hover does not wait for the rules: the editor has pulled their findings, or will after this key.
      const finding = analyses.known(document).find((each) => holds(each, position));
      const rule = finding?.rule ?? ruleNameAt(document, position);
      const value = rule && describeRule(rule, rulePage(rule));
      return value ? { contents: { kind: MarkupKind.Markdown, value } } : null;
    },
    closed: (uri) => analyses.forget(uri),
    filesChanged: () => analyses.headersChanged(),
  };
};

/** One syntax tree per open document, edited along with it. */
class DriverAnalyses {
  private readonly server: ServerContext;
  private readonly analyses = new Map<string, Analysis>();
  private readonly judged = new Map<string, Judged>();
  private readonly includes: LocalIncludes;

  constructor(server: ServerContext) {
    this.server = server;
    this.includes = new LocalIncludes((file) => this.read(file));
  }

  async findings(document: TextDocument): Promise<readonly Finding[]> {
    if (!this.isDriver(document)) return [];
    const { driver } = await this.server.settings(document.uri);
    const parser = await loadCParser(__dirname);
    const key = `${document.version} ${JSON.stringify(driver)}`;
    const known = this.judged.get(document.uri);
    if (known?.key === key) return known.findings;
    const file = this.parse(document, parser);
    const disabled = new Set(driver.disabledRules);
    const name = pathOf(document.uri) ?? document.uri;
    const findings = checkDriver(file.source, {
      enabledRules: new Set(editorRules.filter((id) => !disabled.has(id))),
      trustedPeer: driver.trustedPeers.some((glob) => matchesGlob(name, glob)),
    });
    this.judged.set(document.uri, { key, findings });
    return findings;
  }

  /** What was found in this very text, if the rules have been asked. */
  known({ uri, version }: TextDocument): readonly Finding[] {
    const judged = this.judged.get(uri);
    return judged?.key.startsWith(`${version} `) ? judged.findings : [];
  }

  forget(uri: string): void {
    this.analyses.get(uri)?.file.tree.delete();
    this.analyses.delete(uri);
    this.judged.delete(uri);
  }

  headersChanged(): void {
    this.includes.forget();
  }

  /** Until the workspace is trusted nothing outside it is read. */
  private read(file: string): Uint8Array | undefined {
    const isInside = this.server
      .folders()
      .some((folder) => !path.relative(folder, file).startsWith('..'));
    return this.server.trusted() || isInside ? this.server.ports.readFile(file) : undefined;
  }

  private isDriver(document: TextDocument): boolean {
    const text = document.getText();
    if (usesSharedRing(text)) return true;
    const file = pathOf(document.uri);
    return file !== undefined && this.includes.reachRing(text, file);
  }

  private parse(
    document: TextDocument,
    parser: Awaited<ReturnType<typeof loadCParser>>,
  ): ParsedFile {
    const previous = this.analyses.get(document.uri);
    if (previous?.version === document.version) return previous.file;
    const text = document.getText();
    this.analyses.delete(document.uri);
    const file = parser.parse(text, previous);
    this.analyses.set(document.uri, { version: document.version, text, file });
    return file;
  }
}

/** XR402 is told by the feature for headers, which knows the layouts on every ABI. */
const editorRules = driverRules.map((rule) => rule.id).filter((id) => id !== 'XR402');

const isOurs = (diagnostic: Diagnostic): boolean =>
  diagnostic.source === 'xen' && /^XR\d{3}$/.test(String(diagnostic.code));

/** The message names the advisory the rule was learnt from; the page behind the code links to it. */
function withAdvisory(finding: Finding, document: TextDocument): Diagnostic {
  const rule = driverRules.find((each) => each.id === finding.rule);
  const advisory = rule?.sources.find((source) => source.startsWith('XSA-'));
  const diagnostic = toDiagnostic(finding, document.uri);
  return advisory ? { ...diagnostic, message: `${finding.message} (${advisory})` } : diagnostic;
}

/** Opens the ring simulator on a schedule that makes the mistake bite. */
function scheduleAction(diagnostic: Diagnostic): CodeAction[] {
  const rule = String(diagnostic.code);
  if (hazardForRule(rule) === undefined) return [];
  return [
    {
      title: 'Show the schedule that breaks this',
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      command: {
        title: 'Show the schedule that breaks this',
        command: 'xen.openRingSimulator',
        arguments: [{ schedule: rule }],
      },
    },
  ];
}

function suppress(diagnostic: Diagnostic, document: TextDocument): CodeAction {
  const { line } = diagnostic.range.start;
  const at = { line, character: 0 };
  const end = { line: line + 1, character: 0 };
  const indent = /^[ \t]*/.exec(document.getText({ start: at, end }))?.[0] ?? '';
  const rule = String(diagnostic.code);
  const newText = `${indent}${suppressionComment(rule)}\n`;
  return {
    title: `Silence ${rule} here, with a reason`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: { changes: { [document.uri]: [{ range: { start: at, end: at }, newText }] } },
  };
}

const holds = ({ range }: Finding, { line, character }: Position): boolean =>
  (range.start.line < line || (range.start.line === line && range.start.character <= character)) &&
  (line < range.end.line || (line === range.end.line && character <= range.end.character));

/** A rule's name written in a comment, where the position is. */
function ruleNameAt(document: TextDocument, { line, character }: Position): string | undefined {
  const text = document.getText({
    start: { line, character: 0 },
    end: { line: line + 1, character: 0 },
  });
  for (const match of text.matchAll(/\bXR\d{3}\b/g))
    if (match.index <= character && character <= match.index + match[0].length) return match[0];
  return undefined;
}
