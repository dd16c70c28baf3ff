import type { NamedText } from '#core/redaction';
import { bootOf, kernelRelease } from './facts.ts';
import { excerptOf, topFrames } from './excerpt.ts';
import type {
  Fact,
  FactKey,
  FactSheet,
  Fault,
  LogSource,
  Notice,
  ReportInput,
  SecurityAssessment,
} from './model.ts';
import { securityProcess, statementPrefix } from './routing.ts';

/** All that the writer of sections needs to know. */
export interface SectionContext {
  readonly input: ReportInput;
  readonly fault: Fault;
  readonly facts: FactSheet;
  readonly security: SecurityAssessment;
  readonly notices: readonly Notice[];
  /** Attachments as they will be named, with what they are. */
  readonly attachments: readonly (NamedText & { readonly what: string })[];
}

/** A row of the environment: what it is called, and the command that tells it when the log does not. */
export interface EnvironmentRow {
  readonly key: FactKey;
  readonly label: string;
  readonly command: string;
}

export const environmentRows: readonly EnvironmentRow[] = [
  { key: 'xen.version', label: 'Xen version', command: 'xl info xen_version' },
  { key: 'xen.changeset', label: 'Changeset', command: 'xl info xen_changeset' },
  { key: 'xen.buildid', label: 'Build id', command: 'xl info build_id' },
  { key: 'xen.debug', label: 'Debug build', command: 'xl dmesg | grep debug=' },
  { key: 'xen.taint', label: 'Taint', command: '' },
  { key: 'xen.origin', label: 'Built by', command: '' },
  { key: 'xen.cmdline', label: 'Xen command line', command: 'xl info xen_commandline' },
  { key: 'cpu.model', label: 'CPU', command: 'grep -m1 "model name" /proc/cpuinfo' },
  { key: 'cpu.microcode', label: 'Microcode', command: 'grep -m1 microcode /proc/cpuinfo' },
  { key: 'board', label: 'Machine', command: 'dmesg | grep DMI:' },
  { key: 'memory', label: 'Memory', command: 'xl info total_memory' },
  { key: 'dom0.kernel', label: 'dom0 kernel', command: 'uname -a' },
  { key: 'distro', label: 'dom0 distribution', command: 'cat /etc/os-release' },
];

/** Rows that the report does without when nothing is known. */
const optionalRows: ReadonlySet<FactKey> = new Set([
  'xen.taint',
  'xen.origin',
  'cpu.microcode',
  'xen.debug',
]);

/** Marks what a person has to fill in; the checks and the mail look for it. */
export const missingMark = '(missing)';

/** Text of a section as the facts give it; empty when only a person can write it. */
export function sectionText(id: string, context: SectionContext): string {
  const { fault, facts } = context;
  switch (id) {
    case 'summary':
      return summary(context);
    case 'environment':
      return environment(facts, fault);
    case 'steps':
      return steps(context);
    case 'expected':
      return expected(fault);
    case 'actual':
      return describeFault(fault, context.input.logs);
    case 'regression':
      return 'Not known.';
    case 'guest':
      return guest(context);
    case 'logs':
      return logs(context);
    case 'security':
      return securityNote(context.security);
    default:
      return '';
  }
}

function summary({ fault, facts }: SectionContext): string {
  const version = facts['xen.version']?.value;
  const where = version === undefined ? '' : ` with Xen ${version}`;
  const cause = fault.crash?.cause ?? fault.incident?.message ?? '';
  if (fault.kind === 'no-fault' && cause === '') return '';
  const guests = fault.guests.length > 0 ? ` Guest concerned: d${fault.guests.join(', d')}.` : '';
  return `${sentence(cause === '' ? fault.headline : cause)}${guests} Seen${where}${fault.atBoot ? ', while the host boots' : ''}.`;
}

const sentence = (text: string): string =>
  /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;

function environment(facts: FactSheet, fault: Fault): string {
  return environmentRows
    .flatMap(({ key, label, command }) => {
      const fact = facts[key];
      if (fact) return [`- ${label}: \`${oneLine(fact)}\``];
      if (optionalRows.has(key)) return [];
      if (key === 'xen.changeset' && facts['xen.buildid']) return [];
      if ((key === 'dom0.kernel' || key === 'distro') && fault.atBoot && !fault.dom0Started) {
        return [`- ${label}: not started`];
      }
      return [`- ${label}: ${missingMark} \`${command}\``];
    })
    .join('\n');
}

const oneLine = ({ value }: Fact): string =>
  value.replaceAll(/\s+/g, ' ').replaceAll('`', "'").trim();

function steps({ input, fault, facts }: SectionContext): string {
  const version = facts['xen.version']?.value;
  const command = facts['xen.cmdline']?.value;
  if (version === undefined && command === undefined) return '';
  const boot = `1. Boot Xen${version === undefined ? '' : ` ${version}`}${command === undefined ? '' : ` with the command line \`${command}\``}.`;
  if (!fault.atBoot) return boot;
  const found = bootOf(input, fault);
  const kernel = kernelRelease(found?.boot.dom0Kernel);
  const reaches =
    kernel === undefined ? 'Xen stops' : `dom0 (Linux ${kernel}) is started, and the host stops`;
  return `${boot}\n2. Wait: ${reaches} by itself, as below.`;
}

function expected({ kind, crash, atBoot }: Fault): string {
  if (kind === 'no-fault') return '';
  if (atBoot) return 'The host boots and dom0 comes up.';
  if (!crash) return 'The command succeeds.';
  if (crash.outcome === 'continued') return 'Xen runs without warnings of this kind.';
  return crash.outcome === 'domain-died'
    ? 'The domain keeps running.'
    : 'Xen and its domains keep running.';
}

/** What happened: the cause in a sentence, place, domain, trace and signature, then the lines of the log. */
export function describeFault(fault: Fault, sources: readonly LogSource[]): string {
  const lines = excerptOf(fault, sources);
  const { crash, incident } = fault;
  if (lines.length === 0) return '';
  const words = crash
    ? [sentence(crash.cause), '', ...crashFacts(crash)]
    : [sentence(incident?.message ?? fault.headline)];
  const fence = lines.some((line) => line.startsWith('```')) ? '~~~~' : '```';
  return `${words.join('\n')}\n\n${fence}text\n${lines.join('\n')}\n${fence}`;
}

function crashFacts(crash: NonNullable<Fault['crash']>): readonly string[] {
  const frames = topFrames(crash);
  const place = crash.place;
  return [
    ...(place
      ? [`- Place: \`${place.file}${place.line === undefined ? '' : `:${place.line}`}\``]
      : []),
    ...(crash.domain === undefined
      ? []
      : [`- Domain: d${crash.domain}${crash.vcpu === undefined ? '' : `v${crash.vcpu}`}`]),
    ...(frames.length > 0 ? [`- Trace: ${frames.map((frame) => `\`${frame}\``).join(', ')}`] : []),
    `- Signature: \`${crash.signature}\``,
  ];
}

function guest({ fault, attachments }: SectionContext): string {
  const configs = attachments.filter(({ what }) => what === 'guest configuration');
  if (configs.length > 0) {
    return configs
      .map(({ name, text }) => {
        const type =
          /^\s*type\s*=\s*["']?(pvh?|hvm)["']?/m.exec(text)?.[1] ??
          (/^\s*builder\s*=\s*["']hvm/m.test(text) ? 'hvm' : undefined);
        return `- [${name}](${name})${type === undefined ? '' : `: type ${type}`}`;
      })
      .join('\n');
  }
  return fault.guests.length > 0
    ? `${missingMark} The configuration of ${fault.guests.map((id) => `d${id}`).join(', ')}: \`xl list -l ${fault.guests[0]}\` or the file given to \`xl create\`.`
    : 'No guest appears in the fault.';
}

function logs({ attachments, fault, input }: SectionContext): string {
  const rows = attachments.map(({ name, what }) => `- [${name}](${name}): ${what}`);
  const truncated =
    fault.log !== undefined && (input.logs[fault.log]?.analysis.boots.at(-1)?.isTruncated ?? true);
  return [
    ...rows,
    ...(rows.length === 0 ? [`${missingMark} The console log from boot to fault.`] : []),
    ...(truncated && rows.length > 0
      ? [
          '',
          'The log does not begin at the banner: the ring had wrapped or the capture began late.',
        ]
      : []),
  ].join('\n');
}

/** First line of the security note while public routes are closed. */
export const withheldNote = 'This may concern security. Public routes are closed until you decide:';

function securityNote({ askFirst, reasons, against }: SecurityAssessment): string {
  if (reasons.length === 0) return '';
  const why = reasons.map((reason) => `- ${reason.why}`);
  const contra = against.map((text) => `- Against: ${text}`);
  if (!askFirst) return ['Looked at, and not withheld:', ...why, ...contra].join('\n');
  return [
    withheldNote,
    ...why,
    ...contra,
    '',
    ...securityProcess.map((text) => `- ${text}`),
    '',
    `<!-- To open the public routes, write a line that begins with "${statementPrefix}" and says why in your own words. -->`,
  ].join('\n');
}
