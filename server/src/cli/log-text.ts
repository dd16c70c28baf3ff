import type { Crash, Incident, KnownFixes, LogAnalysis } from '#core/xen-log';
import type { MessageOrigin } from './log-source.ts';

const marks = { error: 'error', warning: 'warning', information: 'note', hint: 'hint' } as const;
const colors = { error: 31, warning: 33, information: 36, hint: 2 } as const;

const paint = (text: string, code: number, isColored: boolean): string =>
  isColored ? `\u001b[${code}m${text}\u001b[0m` : text;

/** One line for an incident, as compilers print them. */
export function incidentText(
  file: string,
  incident: Incident,
  isColored: boolean,
  source?: MessageOrigin,
): string {
  const times = incident.count > 1 ? ` (${incident.count} times)` : '';
  const mark = paint(marks[incident.severity], colors[incident.severity], isColored);
  const from = source === undefined ? '' : ` (${source.file}:${source.line})`;
  return `${file}:${incident.line}: ${mark}: ${incident.message}${times} [${incident.kind}]${from}\n`;
}

function crashText(crash: Crash): string {
  const frames = crash.callTrace
    .slice(0, 6)
    .map(
      (frame) =>
        `      ${frame.symbol ?? frame.address.toString(16)}${frame.file === undefined ? '' : ` (${frame.file})`}`,
    );
  return [
    `    lines ${crash.line}-${crash.endLine}, ${crash.kind}, ${crash.outcome}`,
    ...frames,
    ...crash.nextSteps.slice(0, 3).map((step) => `    next: ${step}`),
    ...(crash.securityRelevant.yes ? [`    security: ${crash.securityRelevant.why}`] : []),
  ].join('\n');
}

/** What a report on a file is made of. */
export interface FileReport {
  readonly file: string;
  readonly analysis: LogAnalysis;
  readonly fixes: KnownFixes | undefined;
}

const mostNames = 6;

/** ` XSA-1, XSA-2 and 3 more`. */
function namesOf(advisories: KnownFixes['lacking']): string {
  const names = advisories.slice(0, mostNames).map(({ number }) => `XSA-${number}`);
  const rest = advisories.length - names.length;
  return names.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function fixesText(fixes: KnownFixes | undefined, crash: number): string {
  const touching = fixes?.touching.find((each) => each.crash === crash);
  if (fixes === undefined || touching === undefined) return '';
  return `    known: Xen ${fixes.version} lacks fixes that touch the crashing code: ${namesOf(touching.advisories)}\n`;
}

/** The report on one file for a terminal. */
export function analysisText({ file, analysis, fixes }: FileReport, isColored: boolean): string {
  const share =
    analysis.lineCount === 0 ? 100 : (100 * analysis.classifiedLineCount) / analysis.lineCount;
  const head = `${file}: ${analysis.lineCount} lines, ${share.toFixed(1)} % from a known writer, ${analysis.crashes.length} crashes, ${analysis.incidents.length} incidents\n`;
  const body = analysis.incidents.map((incident) => {
    const index = incident.crash;
    const crash = index === undefined ? undefined : analysis.crashes[index];
    return (
      incidentText(file, incident, isColored) +
      (crash === undefined ? '' : `${crashText(crash)}\n${fixesText(fixes, index ?? 0)}`)
    );
  });
  const lacking = fixes?.lacking ?? [];
  const tail =
    lacking.length === 0 || analysis.crashes.length === 0
      ? ''
      : `${file}: Xen ${fixes?.version ?? ''} lacks the fixes of ${lacking.length} advisories by its version; a distribution may have added them\n`;
  return head + body.join('') + tail;
}
