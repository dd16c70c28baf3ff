import type { Range } from '#core/text';
import type { Severity } from '#core/findings';
import { rulePage } from '../lsp/convert.ts';
import { evidenceFile, type FileFinding } from '../workspace-scan/scan.ts';

/** A finding as the command line's JSON has it (cli.md): one-based lines and columns. */
export interface FindingJson {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly evidence: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
  readonly help: string;
}

export interface CheckJson {
  readonly version: 1;
  readonly summary: {
    readonly files: number;
    readonly analysed: number;
    readonly skipped: number;
    readonly milliseconds: number;
    readonly byRule: Readonly<Record<string, number>>;
  };
  readonly findings: readonly FindingJson[];
}

const place = ({ start }: Range) => ({ line: start.line + 1, column: start.character + 1 });

export function findingJson(finding: FileFinding): FindingJson {
  return {
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    file: finding.file,
    ...place(finding.range),
    endLine: finding.range.end.line + 1,
    endColumn: finding.range.end.character + 1,
    evidence: finding.evidence.map((each) => ({
      file: evidenceFile(finding, each),
      ...place(each.range),
      message: each.message,
    })),
    help: finding.help ?? rulePage(finding.rule),
  };
}

export function countByRule(findings: readonly FindingJson[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of findings) counts[rule] = (counts[rule] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** In the manner of a compiler, so that editors and problem matchers can read it. */
export function checkText({ summary, findings }: CheckJson): string {
  const lines = findings.flatMap((finding) => [
    `${finding.file}:${finding.line}:${finding.column}: ${finding.severity}: ${finding.message} [${finding.rule}]`,
    ...finding.evidence.map(
      ({ file, line, column, message }) => `    ${file}:${line}:${column}: ${message}`,
    ),
  ]);
  const { files, analysed } = summary;
  return [...lines, `${findings.length} findings in ${analysed} of ${files} files`, ''].join('\n');
}
