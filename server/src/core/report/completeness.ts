import type { Scaffold } from '#core/knowledge';
import type { LogAnalysis } from '#core/xen-log';
import type { CheckResult, Completeness, FactKey, Fault } from './model.ts';
import { sectionOf, type ReportDocument } from './parse.ts';
import { environmentRows, missingMark } from './sections.ts';

/** What the score looks at: the report as written, and the logs that lie beside it. */
export interface CheckInput {
  readonly document: ReportDocument;
  readonly fault: Fault;
  /** Analyses of the attached logs. */
  readonly logs: readonly LogAnalysis[];
  /** Whether a guest configuration is attached. */
  readonly hasGuestConfig: boolean;
  readonly scaffold: Scaffold;
}

/** What one check found: parts of the points, and what is missing. */
interface Verdict {
  /** 0 to 1. */
  readonly share: number;
  readonly missing?: string;
  readonly commands?: readonly string[];
  /** Section to go to, where it is not the check's own. */
  readonly section?: string;
}

interface Check {
  readonly id: string;
  readonly label: string;
  readonly section: string;
  readonly judge: (input: CheckInput, row: RowReader) => Verdict;
}

/** Value of an environment row of the report, undefined when missing. */
type RowReader = (key: FactKey) => string | undefined;

const full: Verdict = { share: 1 };

/** Scores a report out of 100 with the points of `scaffold.json`; what does not apply costs nothing. */
export function checkCompleteness(input: CheckInput): Completeness {
  const row = environmentReader(input.document);
  const results = input.scaffold.checks.flatMap(({ id, points }): CheckResult[] => {
    const check = checks.find((entry) => entry.id === id);
    if (!check) return [];
    const { share, missing, commands = [], section = check.section } = check.judge(input, row);
    return [
      {
        id,
        label: check.label,
        points,
        got: Math.round(points * share * 10) / 10,
        missing: share >= 1 ? undefined : (missing ?? check.label),
        commands,
        section,
      },
    ];
  });
  const score = results.reduce((sum, { got }) => sum + got, 0);
  return { score: Math.round(score), checks: results };
}

function environmentReader(report: ReportDocument): RowReader {
  const text = sectionOf(report, 'environment')?.text ?? '';
  return (key) => {
    const label = environmentRows.find((entry) => entry.key === key)?.label ?? key;
    const line = text.split('\n').find((entry) =>
      entry
        .replace(/^[\s*|-]+/, '')
        .toLowerCase()
        .startsWith(label.toLowerCase()),
    );
    const value = line
      ?.slice(line.toLowerCase().indexOf(label.toLowerCase()) + label.length)
      .replace(/^[\s:|*]+/, '')
      .replaceAll('`', '')
      .trim();
    return value === undefined || value === '' || value.startsWith(missingMark) ? undefined : value;
  };
}

const share = (...parts: readonly boolean[]): number => parts.filter(Boolean).length / parts.length;

const isAll = (level: string | undefined): boolean => /^all\b/i.test(level ?? '');

const commandFor = (key: FactKey): string =>
  environmentRows.find((row) => row.key === key)?.command ?? '';

const filled = (report: ReportDocument, id: string): boolean => {
  const text = sectionOf(report, id)?.text ?? '';
  return text !== '' && !text.startsWith(missingMark);
};

const checks: readonly Check[] = [
  {
    id: 'version',
    label: 'Xen version and changeset',
    section: 'environment',
    judge: (_input, row) => {
      const version = row('xen.version');
      if (version === undefined) {
        return {
          share: 0,
          missing: 'The Xen version is missing.',
          commands: [commandFor('xen.version')],
        };
      }
      const exact = row('xen.changeset') ?? row('xen.buildid') ?? packageVersion(row('xen.origin'));
      return exact === undefined
        ? {
            share: 0.5,
            missing:
              'The version alone does not name the build: add changeset, build id or package version.',
            commands: [commandFor('xen.changeset'), commandFor('xen.buildid')],
          }
        : full;
    },
  },
  {
    id: 'fullboot',
    label: 'Log from boot to fault',
    section: 'logs',
    judge: ({ logs, fault }) => {
      const line = fault.crash?.line ?? fault.incident?.line ?? Number.POSITIVE_INFINITY;
      const boots = logs.flatMap((log) => log.boots);
      const own = (fault.log === undefined ? boots : logs[fault.log]?.boots) ?? [];
      if (own.some((boot) => !boot.isTruncated && boot.line <= line)) return full;
      if (boots.some((boot) => !boot.isTruncated)) {
        return {
          share: 0.5,
          missing:
            'The boot and the fault are in two logs: a log without a gap shows what happened between.',
        };
      }
      return logs.length === 0
        ? { share: 0, missing: 'No log is attached.', commands: ['xl dmesg'] }
        : {
            share: 0,
            missing:
              'The log does not begin at the banner. Capture the serial console from power-on, or raise conring_size=.',
            commands: ['xl dmesg'],
          };
    },
  },
  { id: 'dump', label: 'The fault itself', section: 'actual', judge: judgeDump },
  {
    id: 'loglevels',
    label: 'Log levels',
    section: 'environment',
    judge: ({ logs }, row) => {
      const command = row('xen.cmdline') ?? '';
      const boot = logs.flatMap((log) => log.boots).at(-1);
      const own = /(?:^|\s)loglvl=(?:all|debug)/.test(command) || isAll(boot?.logLevel);
      const guests =
        /(?:^|\s)guest_loglvl=(?:all|debug)/.test(command) || isAll(boot?.guestLogLevel);
      // A debug build prints everything unless told otherwise.
      const isDebug = row('xen.debug') === 'y' && !/loglvl=/.test(command);
      return isDebug || (own && guests)
        ? full
        : {
            share: share(own, guests),
            missing: 'Boot Xen with loglvl=all guest_loglvl=all, so that the reasons are printed.',
          };
    },
  },
  {
    id: 'buildmatch',
    label: 'Build that symbols can be matched with',
    section: 'environment',
    judge: (_input, row) =>
      row('xen.buildid') !== undefined || row('xen.debug') === 'y'
        ? full
        : {
            share: 0,
            missing:
              'Neither a build id nor a debug build: addresses cannot be matched with symbols.',
            commands: [commandFor('xen.buildid')],
          },
  },
  {
    id: 'hardware',
    label: 'Hardware',
    section: 'environment',
    judge: (_input, row) => {
      const keys = ['cpu.model', 'board', 'memory'] as const;
      const lacking = keys.filter((key) => row(key) === undefined);
      const labels = lacking.map(
        (key) => environmentRows.find((entry) => entry.key === key)?.label,
      );
      return lacking.length === 0
        ? full
        : {
            share: 1 - lacking.length / keys.length,
            missing: `Missing: ${labels.join(', ')}.`,
            commands: lacking.map(commandFor),
          };
    },
  },
  {
    id: 'dom0',
    label: 'dom0 kernel and distribution',
    section: 'environment',
    judge: (_input, row) => {
      const keys = ['dom0.kernel', 'distro'] as const;
      const lacking = keys.filter((key) => row(key) === undefined);
      return lacking.length === 0
        ? full
        : {
            share: 1 - lacking.length / keys.length,
            missing: 'The dom0 kernel or its distribution is missing.',
            commands: lacking.map(commandFor),
          };
    },
  },
  {
    id: 'steps',
    label: 'Steps to reproduce',
    section: 'steps',
    judge: ({ document: report }) => {
      const text = sectionOf(report, 'steps')?.text ?? '';
      const numbered = text.split('\n').filter((line) => /^\s*\d+[.)]\s+\S/.test(line)).length;
      if (numbered >= 2 || /^\s*(?:`{3,}|~{3,})/m.test(text)) return full;
      return {
        share: 0,
        missing:
          numbered === 1
            ? 'No steps to reproduce after booting: what was done then?'
            : 'No steps to reproduce: two numbered steps or a block of commands.',
      };
    },
  },
  {
    id: 'expectedactual',
    label: 'Expected and actual result',
    section: 'expected',
    judge: ({ document: report }) => {
      const parts = [filled(report, 'expected'), filled(report, 'actual')];
      return {
        share: share(...parts),
        missing: 'Say what should have happened and what happened instead.',
        section: filled(report, 'actual') ? 'expected' : 'actual',
      };
    },
  },
  {
    id: 'frequency',
    label: 'How often',
    section: 'frequency',
    judge: ({ document: report }) =>
      filled(report, 'frequency')
        ? full
        : { share: 0, missing: 'Always, sometimes (n of m), or once?' },
  },
  {
    id: 'regression',
    label: 'Regression range',
    section: 'regression',
    judge: ({ document: report }) =>
      filled(report, 'regression')
        ? full
        : { share: 0, missing: 'Last good and first bad version, or "not known".' },
  },
  {
    id: 'guest',
    label: 'Guest configuration',
    section: 'guest',
    judge: ({ document: report, fault, hasGuestConfig }) => {
      if (fault.guests.length === 0 || hasGuestConfig) return full;
      const text = sectionOf(report, 'guest')?.text ?? '';
      return text !== '' && !text.startsWith(missingMark) && text.includes('```')
        ? full
        : {
            share: 0,
            missing: `A guest is involved (d${fault.guests.join(', d')}): attach its configuration.`,
            commands: [`xl list -l ${fault.guests[0]}`],
          };
    },
  },
];

/** `Debian 4.17.7+13-g2445b30a44-0+deb12u1` names a package exactly, `joe@laptop` names none. */
function packageVersion(origin: string | undefined): string | undefined {
  return origin !== undefined && /\d+\.\d+\S*-\S/.test(origin) ? origin : undefined;
}

/** A host crash needs header, instruction pointer, trace and box; a plain panic prints only the box. */
function judgeDump({ document: report, fault }: CheckInput): Verdict {
  const { crash, incident } = fault;
  if (!crash) {
    return incident && filled(report, 'actual')
      ? full
      : {
          share: 0,
          missing: 'No crash and no error in the logs: attach the log of the fault.',
          commands: ['xl dmesg', 'xl -vvv create -F <cfg>'],
        };
  }
  const hasDump = Object.keys(crash.registers).length > 0;
  const isPlainPanic = crash.kind === 'panic' && !hasDump && crash.panicText.length > 0;
  if (isPlainPanic || crash.kind === 'dom0-crash') return full;
  // A kernel's own panic() prints its trace, and no registers.
  if (crash.kind === 'linux-panic' && crash.callTrace.length > 0) return full;
  const needsBox =
    crash.outcome === 'host-died' ||
    (crash.outcome === 'unknown' && !crash.kind.startsWith('linux-'));
  const parts = [
    hasDump,
    crash.callTrace.length > 0 || crash.kind === 'domain-crash',
    !needsBox || crash.panicText.length > 0,
  ];
  const names = ['registers', 'call trace', 'panic box'].filter((_name, at) => parts[at] !== true);
  return names.length === 0
    ? full
    : {
        share: share(...parts),
        missing: `The dump is cut off: ${names.join(', ')} missing. Use the serial console with sync_console.`,
      };
}
