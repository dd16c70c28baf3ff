import {
  DiagnosticSeverity,
  FoldingRangeKind,
  SymbolKind,
  type CodeLens,
  type Diagnostic,
  type DocumentSymbol,
  type FoldingRange,
  type Range,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Incident, LogAnalysis, LogBlock } from '#core/xen-log';
import type { SemanticToken } from '../../language-feature.ts';

/** Enough to see what happened; the view has all. */
const mostDiagnostics = 500;
const mostRelated = 20;
const mostLensedCrashes = 200;
const longestTitle = 200;

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

/** The text of a line, from 1, without blanks at its ends. */
export function rangeOfLine(document: TextDocument, line: number): Range {
  const start = { line: line - 1, character: 0 };
  const text = document.getText({ start, end: { line, character: 0 } });
  const body = text.trimEnd();
  const indent = body.length - body.trimStart().length;
  return {
    start: { line: line - 1, character: indent },
    end: { line: line - 1, character: body.length },
  };
}

/** What stands before the payload; it keeps its own colour, and no problem is about it. */
const linePrefix = /^(?:\((?:XEN|d\d{1,5})\) )?(?:\[[^\]]{1,30}\] {0,8})?/;

function rangeOfPayload(document: TextDocument, line: number): Range {
  const { start, end } = rangeOfLine(document, line);
  const prefix = linePrefix.exec(document.getText({ start, end }))?.[0].length ?? 0;
  const character = start.character + prefix;
  return { start: { ...start, character: Math.min(character, end.character) }, end };
}

function toDiagnostic(incident: Incident, document: TextDocument): Diagnostic {
  const times = incident.count > 1 ? ` (${incident.count} times)` : '';
  return {
    source: 'xen',
    code: incident.kind,
    severity: severities[incident.severity],
    message: `${incident.message}${times}`,
    range: rangeOfPayload(document, incident.line),
    relatedInformation: incident.related.slice(0, mostRelated).map(({ line, text, why }) => ({
      location: { uri: document.uri, range: rangeOfPayload(document, line) },
      message: `${why}: ${text}`,
    })),
  };
}

const isTrouble = ({ severity }: Incident): boolean =>
  severity === 'error' || severity === 'warning';

/** One diagnostic for each thing that happened, never one for each repeated line. */
export function diagnosticsOf(analysis: LogAnalysis, document: TextDocument): Diagnostic[] {
  return analysis.incidents
    .filter(isTrouble)
    .slice(0, mostDiagnostics)
    .map((incident) => toDiagnostic(incident, document));
}

const symbolKinds = {
  boot: SymbolKind.Module,
  crash: SymbolKind.Event,
  dump: SymbolKind.Event,
  section: SymbolKind.Namespace,
  'debug-key': SymbolKind.Key,
} as const;

function symbolOf(block: LogBlock, document: TextDocument): DocumentSymbol {
  const selectionRange = rangeOfLine(document, block.line);
  return {
    name: block.title.slice(0, longestTitle) || 'Section',
    kind: symbolKinds[block.kind],
    range: {
      start: { line: block.line - 1, character: 0 },
      end: rangeOfLine(document, Math.max(block.line, block.endLine)).end,
    },
    selectionRange,
    children: block.children.map((child) => symbolOf(child, document)),
  };
}

/** The outline: boots with their sections, debug keys, crashes. */
export const symbolsOf = (analysis: LogAnalysis, document: TextDocument): DocumentSymbol[] =>
  analysis.blocks
    .filter(({ line }) => line <= document.lineCount)
    .map((block) => symbolOf(block, document));

/** Crashes, boots, sections and key dumps fold. */
export function foldingOf(analysis: LogAnalysis): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const visit = (block: LogBlock): void => {
    if (block.endLine > block.line)
      ranges.push({
        startLine: block.line - 1,
        endLine: block.endLine - 1,
        kind: FoldingRangeKind.Region,
      });
    block.children.forEach(visit);
  };
  analysis.blocks.forEach(visit);
  return ranges;
}

/** What can be done with a crash, over its first line. */
export function lensesOf(analysis: LogAnalysis, document: TextDocument): CodeLens[] {
  return analysis.crashes.slice(0, mostLensedCrashes).flatMap((crash) => {
    const range = rangeOfLine(document, crash.line);
    const lens = (title: string, command: string): CodeLens => ({
      range,
      command: { title, command, arguments: [document.uri, crash.line] },
    });
    return [
      lens('Explain', 'xen.explainLog'),
      lens('New bug report', 'xen.report.fromCrash'),
      lens('Copy decoded', 'xen.copyDecodedCrash'),
    ];
  });
}

/**
 * What no grammar can know: which lines the knowledge calls an error or a warning although they do not say so, and
 * which function of a call trace is to blame.
 */
export function tokensOf(analysis: LogAnalysis, document: TextDocument): SemanticToken[] {
  const tokens = analysis.incidents
    .filter((incident) => isTrouble(incident) && incident.line <= document.lineCount)
    .slice(0, mostDiagnostics)
    .flatMap((incident) => tokenOfIncident(incident, document));
  const taken = new Set(tokens.map(({ line }) => line));
  for (const { culprit } of analysis.crashes.slice(0, mostLensedCrashes)) {
    if (culprit?.symbol === undefined || taken.has(culprit.line - 1)) continue;
    const { start, end } = rangeOfLine(document, culprit.line);
    const character = document.getText({ start, end }).indexOf(culprit.symbol);
    if (character < 0) continue;
    taken.add(start.line);
    tokens.push({
      line: start.line,
      character: start.character + character,
      length: culprit.symbol.length,
      type: 'function',
    });
  }
  return tokens;
}

function tokenOfIncident({ line, severity }: Incident, document: TextDocument): SemanticToken[] {
  const { start, end } = rangeOfPayload(document, line);
  const length = end.character - start.character;
  if (length <= 0) return [];
  const type = severity === 'error' ? 'logError' : 'logWarning';
  return [{ line: start.line, character: start.character, length, type }];
}
