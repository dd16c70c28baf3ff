import { basename } from 'node:path';
import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LogAnalysis } from '#core/xen-log';
import { rangeOfLine } from './shapes.ts';
import type { FoundMap } from './source-links.ts';

/** Whether the map contradicts what the log itself prints of its frames: then it is not used. */
export function whyWrong(found: FoundMap, analysis: LogAnalysis): string | undefined {
  const frames = analysis.crashes.flatMap((crash) =>
    crash.context === 'linux' || crash.kind.startsWith('linux') ? [] : crash.callTrace,
  );
  const verdict = found.map.verify(frames);
  return verdict.kind === 'wrong' ? verdict.why : undefined;
}

/** Says on the first call trace that the map is another build's. */
export function mapDiagnostic(
  found: FoundMap,
  analysis: LogAnalysis,
  document: TextDocument,
): Diagnostic[] {
  const why = whyWrong(found, analysis);
  const frame = analysis.crashes.find((crash) => crash.callTrace.length > 0)?.callTrace[0];
  if (why === undefined || frame === undefined) return [];
  return [
    {
      source: 'xen',
      code: 'log.wrong-map',
      severity: DiagnosticSeverity.Information,
      message: `${basename(found.path)} is not used. ${why}`,
      range: rangeOfLine(document, frame.line),
    },
  ];
}
