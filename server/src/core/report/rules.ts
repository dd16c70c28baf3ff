import type { Finding, Fix, Rule } from '#core/findings';
import { secretKindNames } from '#core/redaction';
import type { Range } from '#core/text';
import type { ReportStatus } from './check.ts';
import type { CheckResult } from './model.ts';
import { lineRange, sectionOf, type ReportSection } from './parse.ts';
import { statementPrefix } from './routing.ts';
import { subjectFault } from './subject.ts';

/** What the checker of reports can say. */
export const reportRules: readonly Rule[] = [
  {
    id: 'report-missing',
    name: 'missing-part',
    severity: 'warning',
    enabledByDefault: true,
    summary: 'Something that whoever answers will ask for is not in the report.',
    sources: ['https://wiki.xenproject.org/wiki/Reporting_Bugs_against_Xen_Project'],
  },
  {
    id: 'report-subject',
    name: 'subject',
    severity: 'warning',
    enabledByDefault: true,
    summary: 'The subject does not say what happens in one line of 75 characters with its tag.',
    sources: [],
  },
  {
    id: 'report-private',
    name: 'private-text',
    severity: 'warning',
    enabledByDefault: true,
    summary: 'A name, address or secret stands in what would be sent.',
    sources: [],
  },
  {
    id: 'report-security',
    name: 'security-first',
    severity: 'error',
    enabledByDefault: true,
    summary:
      'The report may concern security: public routes are closed until the user decides in words.',
    sources: ['https://xenproject.org/developers/security-policy/'],
  },
  {
    id: 'report-known',
    name: 'known',
    severity: 'information',
    enabledByDefault: true,
    summary:
      'The log shows a known misconfiguration, or fixes of advisories are missing in this version.',
    sources: ['https://xenbits.xen.org/xsa/'],
  },
];

/** Findings for report.md itself, with edits that help to fill it. */
export function reportFindings(text: string, status: ReportStatus): readonly Finding[] {
  return [
    ...subjectFindings(text, status),
    ...securityFindings(text, status),
    ...status.completeness.checks
      .filter(({ missing }) => missing !== undefined)
      .map((check) => missingFinding(text, status, check)),
    ...privateFindings(text, status),
    ...knownFindings(text, status),
  ];
}

function subjectFindings(text: string, { document }: ReportStatus): readonly Finding[] {
  const fault = subjectFault(document.title);
  return fault === undefined
    ? []
    : [finding('report-subject', fault, lineRange(text, document.titleLine))];
}

function securityFindings(text: string, { routing, document }: ReportStatus): readonly Finding[] {
  if (routing.publicRoutesOpen) return [];
  const section = sectionOf(document, 'security');
  const range = lineRange(text, section?.headingLine ?? document.titleLine);
  const why = routing.security.reasons.map((reason) => reason.why).join(' ');
  return [
    {
      ...finding(
        'report-security',
        `This may concern security, so lists and issue trackers are closed. ${why} Write to security@xenproject.org, or add a line "${statementPrefix} ..." that says why it is none.`,
        range,
      ),
      severity: 'error',
    },
  ];
}

function missingFinding(
  text: string,
  { document, decodedFault }: ReportStatus,
  check: CheckResult,
): Finding {
  const section = sectionOf(document, check.section);
  const points = check.points - check.got;
  const commands = check.commands.filter((command) => command !== '');
  const how =
    commands.length === 0
      ? ''
      : ` To get it: ${commands.map((command) => `\`${command}\``).join(', ')}.`;
  return {
    ...finding(
      'report-missing',
      `${check.missing ?? check.label}${how} (${points} of 100 points)`,
      lineRange(text, section?.headingLine ?? document.titleLine),
    ),
    fixes: fixesFor(check, section, decodedFault),
  };
}

/** Text that a person can start from, by check. */
const starters: Readonly<Record<string, readonly (readonly [title: string, text: string])[]>> = {
  frequency: [
    ['Happens always', 'Always.'],
    ['Happened once', 'Once.'],
    ['Happens sometimes', 'Sometimes (1 of 10).'],
  ],
  regression: [['Regression range not known', 'Not known.']],
  steps: [['Add a step', '1. Boot as above.\n2. Run `xl create guest.cfg`.']],
};

function fixesFor(
  check: CheckResult,
  section: ReportSection | undefined,
  decodedFault: string,
): readonly Fix[] {
  if (!section) return [];
  const decoded = [['Insert the decoded fault', decodedFault]] as const;
  const offers =
    section.id === 'actual' && decodedFault !== '' ? decoded : (starters[check.id] ?? []);
  const isMore = check.id === 'steps' && section.text !== '';
  return offers.map(([title, text]) => {
    const at = { line: lastFilledLine(section) + 1, character: 0 };
    const added = isMore
      ? `${nextStep(section.text)}. Run \`xl create guest.cfg\`.\n`
      : `\n${text}\n`;
    return {
      title,
      preferred: false,
      edits: [{ edits: [{ range: { start: at, end: at }, newText: added }] }],
    };
  });
}

/** The number after the last one of a numbered list. */
function nextStep(text: string): number {
  const numbers = [...text.matchAll(/^\s*(\d+)[.)]/gm)].map(([, number]) => Number(number));
  return Math.max(0, ...numbers) + 1;
}

function lastFilledLine(section: ReportSection): number {
  const lines = section.source.split('\n');
  let last = lines.length - 1;
  while (last >= 0 && (lines[last] ?? '').trim() === '') last--;
  return section.headingLine + 1 + last;
}

function privateFindings(text: string, { leftovers }: ReportStatus): readonly Finding[] {
  const lines = text.split('\n');
  return leftovers.flatMap(({ text: secret, kind, pseudonym, file }) => {
    if (file !== 'report.md') {
      return [
        finding(
          'report-private',
          `${file} still holds ${secretKindNames[kind]} (${secret}).`,
          lineRange(text, 0),
        ),
      ];
    }
    return lines.flatMap((line, at) => {
      const column = line.indexOf(secret);
      if (column < 0) return [];
      const range: Range = {
        start: { line: at, character: column },
        end: { line: at, character: column + secret.length },
      };
      const fix: Fix = {
        title: `Replace by ${pseudonym}`,
        preferred: true,
        edits: [{ edits: [{ range, newText: pseudonym }] }],
      };
      return [
        {
          ...finding(
            'report-private',
            `This looks like ${secretKindNames[kind]}, which should not be sent.`,
            range,
          ),
          fixes: [fix],
        },
      ];
    });
  });
}

function knownFindings(text: string, { notices, document }: ReportStatus): readonly Finding[] {
  return notices.map((notice) => ({
    ...finding(
      'report-known',
      `${notice.title}. ${notice.text}${notice.instead === undefined ? '' : ` ${notice.instead}`}`,
      lineRange(text, document.titleLine),
    ),
    severity: notice.kind === 'old-release' ? ('hint' as const) : ('information' as const),
  }));
}

function finding(rule: string, message: string, range: Range): Finding {
  const severity = reportRules.find(({ id }) => id === rule)?.severity ?? 'information';
  return { rule, severity, message, range, evidence: [] };
}
