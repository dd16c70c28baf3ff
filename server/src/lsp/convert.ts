import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CodeActionKind,
  DiagnosticSeverity,
  type CodeAction,
  type Diagnostic,
  type TextEdit,
} from 'vscode-languageserver';
import type { Finding, Fix, Severity } from '#core/findings';

/** Where the rule pages are published; `codeDescription` links there. */
const RULE_PAGES = 'https://gitlab.com/xen-devtools/xen-devtools/-/blob/main/docs/rules/';

const severities: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Address of the page about a rule. */
export const rulePage = (rule: string): string => `${RULE_PAGES}${rule}.md`;

/** URI of a finding's file, which the core gives as path, as URI, or not at all (the document's own). */
export function uriOf(file: string | undefined, own: string): string {
  if (file === undefined) return own;
  return /^[a-z][a-z0-9+.-]+:/i.test(file) ? file : pathToFileURL(file).href;
}

/** Absolute path of a `file:` URI; undefined for any other scheme. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

export function toDiagnostic(finding: Finding, uri: string): Diagnostic {
  return {
    source: 'xen',
    code: finding.rule,
    codeDescription: { href: finding.help ?? rulePage(finding.rule) },
    severity: severities[finding.severity],
    message: finding.message,
    range: finding.range,
    relatedInformation: finding.evidence.map(({ file, range, message }) => ({
      location: { uri: uriOf(file, uri), range },
      message,
    })),
  };
}

/** The quick fixes of those findings whose diagnostic the editor asks about. */
export function toCodeActions(
  findings: readonly Finding[],
  asked: readonly Diagnostic[],
  uri: string,
): CodeAction[] {
  return findings.flatMap((finding) => {
    const diagnostic = asked.find((each) => each.code === finding.rule && sameRange(each, finding));
    if (!diagnostic) return [];
    return (finding.fixes ?? []).map((fix) => toCodeAction(fix, diagnostic, uri));
  });
}

function toCodeAction(fix: Fix, diagnostic: Diagnostic, uri: string): CodeAction {
  const changes: Record<string, TextEdit[]> = {};
  for (const { file, edits } of fix.edits)
    (changes[uriOf(file, uri)] ??= []).push(...edits.map((edit) => ({ ...edit })));
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: fix.preferred,
    edit: { changes },
  };
}

function sameRange(a: Pick<Finding, 'range'>, b: Pick<Finding, 'range'>): boolean {
  return (
    a.range.start.line === b.range.start.line &&
    a.range.start.character === b.range.start.character &&
    a.range.end.line === b.range.end.line &&
    a.range.end.character === b.range.end.character
  );
}
