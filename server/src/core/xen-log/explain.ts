import type { KnownFixes } from './known-fixes.ts';
import type { BootFacts, CallFrame, Crash, Incident, LogAnalysis } from './model.ts';

const code = (text: string): string => {
  const fence = text.includes('`') ? '``' : '`';
  return text.includes('`') ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
};

function frameLine(frame: CallFrame): string {
  const name = frame.symbol ?? frame.address.toString(16).padStart(16, '0');
  const file = frame.file === undefined ? '' : ` (${frame.file})`;
  const doubt = frame.mark === 'stack-word' ? '  (found on the stack, may be stale)' : '';
  return `    ${name}${file}${doubt}`;
}

/** One crash in plain words, as it can be pasted into a mail. */
export function explainCrash(crash: Crash): string {
  const facts = [
    `lines ${crash.line} to ${crash.endLine}`,
    ...(crash.cpu === undefined ? [] : [`CPU ${crash.cpu}`]),
    ...(crash.domain === undefined ? [] : [`domain ${crash.domain}`]),
    ...(crash.xenVersion === undefined ? [] : [`Xen ${crash.xenVersion}`]),
    ...(crash.taint === undefined || crash.taint === '' ? [] : [`tainted ${crash.taint}`]),
    {
      'host-died': 'the host went down',
      'domain-died': 'the domain died',
      continued: 'all went on',
      unknown: 'what followed is not in the log',
    }[crash.outcome],
  ];
  const trace = crash.callTrace.slice(0, 12).map(frameLine);
  return [
    crash.cause,
    '',
    `(${facts.join(', ')})`,
    ...(trace.length === 0 ? [] : ['', 'Call trace:', '', ...trace]),
    ...(crash.evidence.length === 0
      ? []
      : [
          '',
          'Evidence:',
          '',
          ...new Set(crash.evidence.map((each) => `- line ${each.line}: ${code(each.text)}`)),
        ]),
    ...(crash.nextSteps.length === 0
      ? []
      : ['', 'What to look at next:', '', ...crash.nextSteps.map((step) => `- ${step}`)]),
    ...(crash.securityRelevant.yes
      ? ['', `**May be a security matter.** ${crash.securityRelevant.why}`]
      : []),
  ].join('\n');
}

const gib = (kib: number): string => `${(kib / 1_048_576).toFixed(1)} GiB`;

function bootLines(boot: BootFacts): readonly string[] {
  const rows: [string, string | undefined][] = [
    [
      'Xen',
      boot.xenVersion === undefined
        ? undefined
        : `${boot.xenVersion}${boot.isDebugBuild === true ? ', debug build' : ''}${boot.origin === undefined ? '' : ` (${boot.origin})`}`,
    ],
    ['Changeset', boot.changeset],
    ['Build id', boot.buildId],
    ['Command line', boot.commandLine],
    ['Processor', boot.cpu],
    ['CPUs', boot.cpuCount?.toString()],
    ['Memory', boot.ramKib === undefined ? undefined : gib(boot.ramKib)],
    [
      'NUMA nodes',
      boot.numa.memory.length === 0
        ? undefined
        : String(new Set(boot.numa.memory.map((range) => range.node)).size),
    ],
    ['Scheduler', boot.scheduler],
    ['IOMMU', boot.iommu],
    ['Dom0 kernel', boot.dom0Kernel],
    [
      'Log level',
      boot.logLevel === undefined
        ? undefined
        : `${boot.logLevel}; guests ${boot.guestLogLevel ?? 'not said'}`,
    ],
  ];
  const said = rows.filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '');
  if (said.length === 0) return [];
  return [
    boot.isTruncated
      ? `From line ${boot.line} (the banner is missing: the ring had wrapped, or the capture began late)`
      : `Boot at line ${boot.line}`,
    '',
    ...said.map(([name, value]) => `- ${name}: ${code(value)}`),
    '',
  ];
}

function incidentLines(incident: Incident): readonly string[] {
  const times = incident.count > 1 ? `, ${incident.count} times` : '';
  return [`- **${incident.severity}** line ${incident.line}${times}: ${code(incident.message)}`];
}

const mostIncidents = 60;

const mostAdvisories = 8;

function namesOf(advisories: KnownFixes['lacking']): string {
  const names = advisories.slice(0, mostAdvisories).map(({ number }) => `XSA-${number}`);
  const rest = advisories.length - names.length;
  return names.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Fixes that the version lacks and that change a file of a crash's trace. */
function touchingLines(fixes: KnownFixes | undefined, crash: number): readonly string[] {
  const touching = fixes?.touching.find((each) => each.crash === crash);
  if (fixes === undefined || touching === undefined) return [];
  return [
    `Xen ${fixes.version} lacks fixes that change files of this trace: ${namesOf(touching.advisories)}. Compare with them before reporting.`,
    '',
  ];
}

const lackingLines = (fixes: KnownFixes | undefined): readonly string[] =>
  fixes === undefined || fixes.lacking.length === 0
    ? []
    : [
        `By its version, Xen ${fixes.version} lacks the fixes of ${fixes.lacking.length} advisories; a distribution may have added them.`,
        '',
      ];

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** What a summary is made of besides the analysis. */
export interface SummaryOptions {
  readonly name: string;
  readonly fixes?: KnownFixes | undefined;
}

/** A log in plain words, as Markdown that can go into a mail. */
export function explainLog(analysis: LogAnalysis, options: SummaryOptions): string {
  const others = analysis.incidents.filter((incident) => incident.crash === undefined);
  const unknown = analysis.unknown.slice(0, 10);
  const share =
    analysis.lineCount === 0 ? 100 : (100 * analysis.classifiedLineCount) / analysis.lineCount;
  return [
    `# ${options.name}`,
    '',
    `${analysis.lineCount} lines, ${share.toFixed(1)} % from a known writer; ${counted(analysis.crashes.length, 'crash', 'crashes')}, ${counted(others.length, 'other incident', 'other incidents')}.`,
    '',
    ...analysis.crashes.flatMap((crash, index) => [
      `## ${crash.outcome === 'continued' ? 'Warning' : 'Crash'} ${index + 1}`,
      '',
      explainCrash(crash),
      '',
      ...touchingLines(options.fixes, index),
    ]),
    ...(others.length === 0
      ? []
      : ['## Other incidents', '', ...others.slice(0, mostIncidents).flatMap(incidentLines), '']),
    ...(others.length > mostIncidents ? [`… and ${others.length - mostIncidents} more.`, ''] : []),
    ...(analysis.boots.length === 0
      ? []
      : [
          '## Host',
          '',
          ...analysis.boots.slice(-3).flatMap(bootLines),
          ...lackingLines(options.fixes),
        ]),
    ...(unknown.length === 0
      ? []
      : [
          '## Most frequent lines that no one explains',
          '',
          ...unknown.map(
            (shape) => `- ${shape.count} times: ${code(shape.example.trim().slice(0, 120))}`,
          ),
          '',
        ]),
  ].join('\n');
}
