import type { Crash, Incident, LogAnalysis } from '#core/xen-log';
import { misconfigurationOf, misconfigurationOfPanic } from './misconfigurations.ts';
import type { CodePlace, Fault, FaultKind, LogSource, ReportInput } from './model.ts';

/** Finds the trouble that a report about these logs is about, and whose trouble it is. */
export function findFault(input: Pick<ReportInput, 'logs' | 'chosen'>): Fault {
  const picked = pickCrash(input);
  if (picked) return faultOfCrash(picked.crash, picked.log, input.logs);
  const incident = pickIncident(input.logs);
  if (incident) return faultOfIncident(incident.incident, incident.log, input.logs);
  return {
    kind: 'no-fault',
    why: 'No crash and no error was found in what was given.',
    headline: 'no fault found in the log',
    atBoot: false,
    dom0Started: input.logs.some(({ analysis }) =>
      analysis.boots.some((boot) => boot.dom0Kernel !== undefined),
    ),
    guests: [],
    files: [],
    places: [],
  };
}

interface PickedCrash {
  readonly log: number;
  readonly crash: Crash;
}

function pickCrash({
  logs,
  chosen,
}: Pick<ReportInput, 'logs' | 'chosen'>): PickedCrash | undefined {
  const pointed = chosen ? logs[chosen.log]?.analysis.crashes[chosen.crash] : undefined;
  if (chosen && pointed) return { log: chosen.log, crash: pointed };
  const all = logs.flatMap(({ analysis }, log) =>
    analysis.crashes.map((crash) => ({ log, crash })),
  );
  // The first of the heaviest: what comes later in the same log is often only its consequence.
  return all.reduce<PickedCrash | undefined>(
    (best, next) => (best && weightOf(best.crash) >= weightOf(next.crash) ? best : next),
    undefined,
  );
}

const linuxKinds: ReadonlySet<Crash['kind']> = new Set(['linux-oops', 'linux-bug', 'linux-panic']);

/** How much a crash explains: a hypervisor's death over dom0's over a guest's over a warning. */
function weightOf(crash: Crash): number {
  if (crash.kind === 'linux-warn') return 1;
  if (crash.kind === 'warn') return 4;
  if (crash.kind === 'panic' && misconfigurationOfPanic(crash.panicText.join('\n'))) return 3;
  if (crash.kind === 'dom0-crash') return 6;
  if (linuxKinds.has(crash.kind)) return 7;
  if (crash.kind === 'domain-crash') return 5;
  return crash.outcome === 'host-died' ? 9 : crash.outcome === 'domain-died' ? 5 : 4;
}

function pickIncident(
  logs: readonly LogSource[],
): { readonly log: number; readonly incident: Incident } | undefined {
  for (const severity of ['error', 'warning'] as const) {
    for (const [log, { analysis }] of logs.entries()) {
      const incident = analysis.incidents.find(
        (entry) =>
          entry.severity === severity && !(severity === 'warning' && isRoutine(entry.kind)),
      );
      if (incident) return { log, incident };
    }
  }
  return undefined;
}

/** Warnings that a healthy host prints too. */
function isRoutine(kind: string): boolean {
  return /^(?:xen\.con\.|xen\.boot\.|xen\.lp\.|xen\.gnt\.limit|arm\.spectre|linux\.xenbus\.shutdown|guest\.|xenstored\.)/.test(
    kind,
  );
}

function faultOfCrash(crash: Crash, log: number, logs: readonly LogSource[]): Fault {
  const analysis = logs[log]?.analysis;
  const { kind, why } = kindOfCrash(crash, analysis);
  const incident = analysis?.incidents.find(
    (entry) => entry.crash !== undefined && analysis.crashes[entry.crash] === crash,
  );
  return {
    kind,
    why,
    headline: headlineOf(crash),
    log,
    crash,
    ...(incident ? { incident } : {}),
    ...stageOf(logs[log], crash.line, crash),
    guests: crash.domain !== undefined && isGuest(crash.domain) ? [crash.domain] : [],
    files: filesOf(crash),
    places: placesOf(crash),
  };
}

/** Domain ids from 0x7ff0 up are Xen's own (`d[IO]`, `d[XEN]`, idle). */
const isGuest = (domain: number): boolean => domain > 0 && domain < 0x7ff0;

function kindOfCrash(
  crash: Crash,
  analysis: LogAnalysis | undefined,
): { readonly kind: FaultKind; readonly why: string } {
  const panic = crash.panicText.join('\n');
  const wrong = misconfigurationOfPanic(panic);
  if (wrong) return { kind: 'configuration', why: `${wrong.title}.` };
  if (crash.kind === 'machine-check' || /HARDWARE ERROR|\bMCE\b|PCI SERR|ECC/.test(panic)) {
    return { kind: 'hardware', why: 'The machine reported a hardware error.' };
  }
  if (linuxKinds.has(crash.kind) || crash.kind === 'linux-warn') {
    return { kind: 'linux-or-qemu', why: 'The trace is a Linux kernel’s: look there, not in Xen.' };
  }
  if (crash.kind === 'dom0-crash') {
    return { kind: 'linux-or-qemu', why: 'Xen only went down because dom0 did.' };
  }
  if (crash.kind === 'domain-crash') return kindOfDomainCrash(crash, analysis);
  return { kind: 'xen-bug', why: 'The hypervisor itself printed the dump or the panic.' };
}

function kindOfDomainCrash(
  crash: Crash,
  analysis: LogAnalysis | undefined,
): { readonly kind: FaultKind; readonly why: string } {
  const counts = analysis?.countByKind ?? {};
  if ((counts['xen.hap.pool'] ?? 0) > 0) {
    return { kind: 'configuration', why: 'The page table pool of the guest ran out.' };
  }
  const file = crash.place?.file ?? crash.culprit?.file ?? '';
  const ownFault =
    crash.domain === 0 ||
    crash.context === 'pv-guest' ||
    /entry\.S|traps\.c/.test(file) ||
    ['xen.domcrash.sync', 'xen.pv.unhandled', 'xen.hvm.triplefault'].some(
      (kind) => (counts[kind] ?? 0) > 0,
    );
  return ownFault
    ? { kind: 'linux-or-qemu', why: 'The guest’s own kernel faulted and could not handle it.' }
    : { kind: 'xen-bug', why: 'Xen gave the domain up from its own code.' };
}

/** Distinct files of the trace as printed, the one to blame first. */
function filesOf(crash: Crash): readonly string[] {
  const frames = crash.callTrace.map(({ file }) => file);
  const first = [crash.place?.file, crash.culprit?.file];
  const known = [...first, ...frames].filter((file) => file !== undefined);
  return [...new Set(known.map((file) => file.replace(/\.o$/, '.S')))];
}

/** How many places decide whom to ask: further up the trace everybody would be asked about everything. */
const placeLimit = 2;

function placesOf(crash: Crash): readonly CodePlace[] {
  const { place, culprit, callTrace } = crash;
  const from = culprit ? callTrace.indexOf(culprit) + 1 : 0;
  const frames = [...(culprit ? [culprit] : []), ...callTrace.slice(from)];
  const places = frames.map(({ file, symbol }) => ({
    ...(file === undefined ? {} : { file: file.replace(/\.o$/, '.S') }),
    ...(symbol === undefined ? {} : { symbol }),
  }));
  const stated = place ? [{ file: place.file }] : [];
  const seen = new Set<string>();
  const distinct = [...stated, ...places].filter((entry: CodePlace) => {
    const key = entry.file ?? entry.symbol;
    return key !== undefined && !seen.has(key) && Boolean(seen.add(key));
  });
  return distinct.slice(0, placeLimit);
}

function headlineOf(crash: Crash): string {
  const short = reasonOf(crash)
    .replace(/^.*?\bXen (?=(?:BUG|WARN) at)/, '')
    .replace(/^The assertion ('.*?') at (\S+?:\d+).*$/, 'Assertion $1 failed at $2')
    .replace(/^The fault is in dom0's kernel, not in Xen: /, '')
    .replace(/^CPU\d+: Unexpected Trap: /, '')
    .replace(/^Kernel panic - not syncing: /, 'panic: ')
    .replace(/,? ?(\bin [\w.]+)\(\)(?: of [\w./-]+)?(?: and goes on.*)?$/, ' $1')
    .replace(/\b(BUG(?:\(\))?|WARN|warns|failed) at (?:[\w.-]*\/)+/, '$1 at ')
    .trim();
  const symbol = crash.culprit?.symbol;
  return symbol !== undefined && !short.includes(symbol) ? `${short} in ${symbol}` : short;
}

/** The line of the panic box, a kernel's own words, or the first clause of the cause. */
function reasonOf(crash: Crash): string {
  const printed = crash.panicText.find(
    (line) => line.trim() !== '' && !line.startsWith('Panic on CPU'),
  );
  if (printed !== undefined) return printed;
  const own = crash.evidence
    .map(
      ({ text }) =>
        /\b(?:Kernel panic - .*|BUG: .*|Oops: .*|kernel BUG at .*|Unable to handle .*)/.exec(
          text,
        )?.[0],
    )
    .find((text) => text !== undefined);
  return own ?? crash.cause.split(/ that |; |\. /)[0] ?? crash.cause;
}

function faultOfIncident(incident: Incident, log: number, logs: readonly LogSource[]): Fault {
  const analysis = logs[log]?.analysis;
  const line = logs[log]?.text.split('\n')[incident.line - 1] ?? '';
  const wrong = misconfigurationOf(`${line}\n${incident.message}`);
  const domain = analysis?.events.find((event) => event.line === incident.line)?.domain;
  const printed = /\b([\w./-]+\.(?:c|ml)):\d+/.exec(line)?.[1];
  return {
    ...kindOfIncident(incident, line, wrong?.title),
    headline: incident.title,
    log,
    incident,
    ...stageOf(logs[log], incident.line),
    guests: domain !== undefined && isGuest(domain) ? [domain] : [],
    files: printed === undefined ? [] : [printed],
    places: printed === undefined ? [] : [{ file: printed }],
  };
}

function kindOfIncident(
  { kind, severity, title }: Incident,
  line: string,
  wrong: string | undefined,
): { readonly kind: FaultKind; readonly why: string } {
  if (/\.mce\.|nmi\.(?:serr|iocheck)/.test(kind)) {
    return { kind: 'hardware', why: 'The machine reported a hardware error.' };
  }
  if (wrong !== undefined) return { kind: 'configuration', why: `${wrong}.` };
  if (kind.startsWith('linux.') || /\bqemu(?:-dm|-system)/.test(line)) {
    return { kind: 'linux-or-qemu', why: `A kernel or device model printed it: ${title}.` };
  }
  if (kind === 'xen.ubsan') {
    return { kind: 'xen-bug', why: 'The undefined behaviour checker of Xen found something.' };
  }
  if (severity === 'warning')
    return { kind: 'no-fault', why: `Only a warning was found: ${title}.` };
  return { kind: 'xen-bug', why: `Xen or its tools printed an error: ${title}.` };
}

function stageOf(
  log: LogSource | undefined,
  line: number,
  crash?: Crash,
): { readonly atBoot: boolean; readonly dom0Started: boolean } {
  const boot = log?.analysis.boots.filter((entry) => entry.line <= line).at(-1);
  if (!log || !boot) return { atBoot: false, dom0Started: false };
  const handedOver = log.analysis.events.some(
    (event) => event.kind === 'xen.con.input' && event.line < line && event.line >= boot.line,
  );
  const isEarly = crash !== undefined && diesBeforeUserSpace(log, boot.line, crash);
  return {
    atBoot: !handedOver || isEarly,
    dom0Started: handedOver || boot.dom0Kernel !== undefined,
  };
}

/** How many lines after dom0 took the console a crash still counts as its first breath. */
const firstBreath = 60;

/** dom0 died before its first program ran: booting is all it takes. Only said when the log shows that boot. */
function diesBeforeUserSpace(log: LogSource, from: number, crash: Crash): boolean {
  const isKernel = linuxKinds.has(crash.kind);
  if (crash.kind !== 'dom0-crash' && !isKernel) return false;
  if (crash.domain !== undefined && crash.domain !== 0) return false;
  const reason = `${crash.cause}\n${crash.evidence.map(({ text }) => text).join('\n')}`;
  if (/No working init found|Unable to mount root fs|No init found/.test(reason)) return true;
  const before = log.text.split('\n').slice(from - 1, crash.line);
  const takeover = before.findIndex((line) => /Serial input to DOM0/.test(line));
  const isAtOnce = takeover >= 0 && before.length - takeover <= firstBreath;
  const text = before.join('\n');
  const showsBoot = isKernel ? /\bLinux version \d/.test(text) : isAtOnce;
  return showsBoot && !/\bRun \S+ as init process|\bsystemd\[1\]:|\bINIT: version/.test(text);
}
