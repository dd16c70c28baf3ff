import type { Crash, Incident, LogAnalysis } from '#core/xen-log';

const marks = { error: 'error', warning: 'warning', information: 'note', hint: 'hint' } as const;
const colors = { error: 31, warning: 33, information: 36, hint: 2 } as const;

const paint = (text: string, code: number, isColored: boolean): string =>
  isColored ? `\u001b[${code}m${text}\u001b[0m` : text;

/** One line for an incident, as compilers print them. */
export function incidentText(file: string, incident: Incident, isColored: boolean): string {
  const times = incident.count > 1 ? ` (${incident.count} times)` : '';
  const mark = paint(marks[incident.severity], colors[incident.severity], isColored);
  return `${file}:${incident.line}: ${mark}: ${incident.message}${times} [${incident.kind}]\n`;
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

/** The report on one file for a terminal. */
export function analysisText(file: string, analysis: LogAnalysis, isColored: boolean): string {
  const share =
    analysis.lineCount === 0 ? 100 : (100 * analysis.classifiedLineCount) / analysis.lineCount;
  const head = `${file}: ${analysis.lineCount} lines, ${share.toFixed(1)} % from a known writer, ${analysis.crashes.length} crashes, ${analysis.incidents.length} incidents\n`;
  const body = analysis.incidents.map((incident) => {
    const crash = incident.crash === undefined ? undefined : analysis.crashes[incident.crash];
    return (
      incidentText(file, incident, isColored) + (crash === undefined ? '' : `${crashText(crash)}\n`)
    );
  });
  return head + body.join('');
}
