import { countByRule, type CheckJson, type FindingJson } from './check-output.ts';
import { reportOfSarif, type SarifLog } from './check-sarif.ts';
import { UsageError, type CommandIo } from './command.ts';
import { readInput } from './input.ts';

/**
 * Joins JSON or SARIF reports of `check --shard` into the report of a single run; only the time is a sum.
 * @throws UsageError when a file is not such a report
 */
export async function mergeReports(io: CommandIo, files: readonly string[]): Promise<CheckJson> {
  const parts: CheckJson[] = [];
  for (const file of files) parts.push(asReport((await readInput(io, file)).toString(), file));
  const findings = parts.flatMap((part) => part.findings).sort(inOrder);
  const sum = (of: (part: CheckJson) => number) =>
    parts.reduce((total, part) => total + of(part), 0);
  return {
    version: 1,
    summary: {
      files: sum(({ summary }) => summary.files),
      analysed: sum(({ summary }) => summary.analysed),
      skipped: sum(({ summary }) => summary.skipped),
      milliseconds: sum(({ summary }) => summary.milliseconds),
      byRule: countByRule(findings),
    },
    findings,
  };
}

function asReport(text: string, file: string): CheckJson {
  try {
    const value = JSON.parse(text) as (Partial<CheckJson> & Partial<SarifLog>) | null;
    if (value?.version === 1 && Array.isArray(value.findings) && value.summary)
      return value as CheckJson;
    if (isOurSarif(value)) return reportOfSarif(value);
  } catch {
    // Said below: for the user, broken JSON and another kind of JSON are the same mistake.
  }
  throw new UsageError(
    `${file} is not a JSON or SARIF report of check: make it with --format json or sarif.`,
  );
}

function isOurSarif(value: Partial<SarifLog> | null): value is SarifLog {
  return (
    value?.version === '2.1.0' &&
    Array.isArray(value.runs) &&
    value.runs.every((run) => run.tool.driver.name === 'xen-devtools')
  );
}

function inOrder(a: FindingJson, b: FindingJson): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}
