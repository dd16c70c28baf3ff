import type { Rule, Severity } from '#core/findings';
import { rulePage } from '../lsp/convert.ts';
import { countByRule, type CheckJson, type FindingJson } from './check-output.ts';

/** The part of SARIF 2.1.0 that `check` writes and reads back when parts are merged. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly SarifRun[];
}

interface SarifRun {
  readonly tool: { readonly driver: SarifDriver };
  readonly results: readonly SarifResult[];
  readonly properties: {
    readonly files: number;
    readonly analysed: number;
    readonly skipped: number;
  };
}

interface SarifDriver {
  readonly name: string;
  readonly version: string;
  readonly informationUri: string;
  readonly rules: readonly {
    readonly id: string;
    readonly name: string;
    readonly shortDescription: Message;
    readonly helpUri: string;
    readonly defaultConfiguration: { readonly level: Level };
  }[];
}

interface Message {
  readonly text: string;
}

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: Region;
  };
  readonly message?: Message;
  readonly id?: number;
}

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: Level;
  readonly message: Message;
  readonly locations: readonly Location[];
  readonly relatedLocations: readonly Location[];
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly {
      readonly locations: readonly { readonly location: Location }[];
    }[];
  }[];
  readonly properties: { readonly severity: Severity; readonly help: string };
}

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;
type Level = (typeof levels)[Severity];

/** SARIF wants URIs: a path with its special characters encoded. */
const uriOf = (file: string): string => file.split('/').map(encodeURIComponent).join('/');

const place = (file: string, region: Region): Location['physicalLocation'] => ({
  artifactLocation: { uri: uriOf(file) },
  region,
});

function resultOf(finding: FindingJson, ruleIndex: number): SarifResult {
  const here = place(finding.file, {
    startLine: finding.line,
    startColumn: finding.column,
    endLine: finding.endLine,
    endColumn: finding.endColumn,
  });
  const steps = finding.evidence.map(({ file, line, column, message }) => ({
    message: { text: message },
    physicalLocation: place(file, { startLine: line, startColumn: column }),
  }));
  const path = [...steps, { message: { text: finding.message }, physicalLocation: here }];
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: [{ physicalLocation: here }],
    relatedLocations: steps.map((step, id) => ({ id, ...step })),
    ...(steps.length > 1 && {
      codeFlows: [{ threadFlows: [{ locations: path.map((location) => ({ location })) }] }],
    }),
    properties: { severity: finding.severity, help: finding.help },
  };
}

/** A report as SARIF 2.1.0: the rules that found something, results with their paths as code flows. */
export function checkSarif(report: CheckJson, rules: readonly Rule[], version: string): string {
  const used = rules.filter(({ id }) => id in report.summary.byRule);
  const { files, analysed, skipped } = report.summary;
  const driver: SarifDriver = {
    name: 'xen-devtools',
    version,
    informationUri: 'https://gitlab.com/xen-devtools/xen-devtools',
    rules: used.map((rule) => ({
      id: rule.id,
      name: rule.name,
      shortDescription: { text: rule.summary },
      helpUri: rulePage(rule.id),
      defaultConfiguration: { level: levels[rule.severity] },
    })),
  };
  const log: SarifLog = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        results: report.findings.map((finding) =>
          resultOf(
            finding,
            used.findIndex(({ id }) => id === finding.rule),
          ),
        ),
        properties: { files, analysed, skipped },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** The report that a SARIF of ours was made from; the time it took is not in it. */
export function reportOfSarif(log: SarifLog): CheckJson {
  const findings = log.runs.flatMap((run) => run.results.map(findingOf));
  const sum = (of: 'files' | 'analysed' | 'skipped') =>
    log.runs.reduce((total, run) => total + run.properties[of], 0);
  return {
    version: 1,
    summary: {
      files: sum('files'),
      analysed: sum('analysed'),
      skipped: sum('skipped'),
      milliseconds: 0,
      byRule: countByRule(findings),
    },
    findings,
  };
}

function findingOf(result: SarifResult): FindingJson {
  const here = placeOf(result.locations[0]);
  return {
    rule: result.ruleId,
    severity: result.properties.severity,
    message: result.message.text,
    ...here,
    endLine: result.locations[0]?.physicalLocation.region.endLine ?? here.line,
    endColumn: result.locations[0]?.physicalLocation.region.endColumn ?? here.column,
    evidence: result.relatedLocations.map((step) => ({
      ...placeOf(step),
      message: step.message?.text ?? '',
    })),
    help: result.properties.help,
  };
}

function placeOf(location: Location | undefined): {
  readonly file: string;
  readonly line: number;
  readonly column: number;
} {
  const physical = location?.physicalLocation;
  return {
    file: decodeURIComponent(physical?.artifactLocation.uri ?? ''),
    line: physical?.region.startLine ?? 1,
    column: physical?.region.startColumn ?? 1,
  };
}
