import type { Evidence, Finding, Fix, Severity } from '#core/findings';
import type { Place, Program } from '#core/asm';
import type { LineIndex, Range } from '#core/text';
import { exitMessage, safeReason } from './describe.ts';
import { type Delegate, guardOf, type Judgement, type UnsafePath } from './judge.ts';
import type { Exploration } from './explore.ts';
import type { SysretOptions, WorkspaceView } from './options.ts';
import { registerValue } from './state.ts';
import { labelAt, placeAt } from './trace.ts';

export type Verdict = 'unsafe' | 'unverified' | 'safe';

/** What became of one exit: for the audit tree and for the rules that ask whether exits are guarded. */
export interface ExitReport {
  readonly width: 'sysretq' | 'sysretl';
  readonly verdict: Verdict;
  readonly label: string;
  readonly range: Range;
  readonly why: string;
  /** Functions and flags, judged elsewhere, that some path relies on. */
  readonly delegates: readonly Delegate[];
}

/** Everything that turns a judgement into words and ranges. */
export interface Reporting {
  readonly program: Program;
  readonly exploration: Exploration;
  readonly lines: LineIndex;
  readonly options: SysretOptions;
  /** The guard that a C or Rust file holds somewhere else, for RCX that comes from its frame. */
  readonly fileGuard: { readonly offset: number; readonly text: string } | undefined;
  readonly macroName: string | undefined;
  readonly fixesFor: (judgement: Judgement, path: UnsafePath) => readonly Fix[];
}

interface Ranked {
  readonly path: UnsafePath;
  readonly rule: 'SR001' | 'SR002';
  readonly severity: Severity;
}

const ranks: Readonly<Record<Severity, number>> = { error: 3, warning: 2, information: 1, hint: 0 };

/** The finding for one 64-bit exit, and its line in the audit. */
export function reportExit(
  judgement: Judgement,
  reporting: Reporting,
): { readonly report: ExitReport | undefined; readonly finding: Finding | undefined } {
  const { program, lines } = reporting;
  const place = placeAt(program, judgement.site.at);
  const range = lines.rangeOf(place.span);
  const label = labelAt(program, judgement.site.at);
  const delegates = distinctDelegates(judgement);
  const base = { width: 'sysretq' as const, label, range, delegates };
  if (!judgement.isReached) return { report: undefined, finding: undefined };
  const open = judgement.paths
    .map((path) => rank(path, reporting))
    .filter((each) => each !== undefined);
  const worst = open.toSorted((a, b) => ranks[b.severity] - ranks[a.severity])[0];
  if (!worst) {
    const why =
      judgement.paths.length === 0
        ? safeReason(judgement, guardText(judgement, reporting))
        : delegatedReason(judgement, reporting);
    return {
      report: { ...base, verdict: judgement.complete ? 'safe' : 'unverified', why },
      finding: undefined,
    };
  }
  const message = exitMessage(
    worst.path,
    labelAt(program, worst.path.arrival.root),
    worst.severity !== 'hint',
  );
  const verdict: Verdict = worst.severity === 'hint' ? 'unverified' : 'unsafe';
  const finding: Finding = {
    rule: worst.rule,
    severity: worst.severity,
    message,
    range,
    evidence: evidenceOf(judgement, worst.path, reporting),
    fixes: reporting.fixesFor(judgement, worst.path),
  };
  return { report: { ...base, verdict, why: message }, finding };
}

function distinctDelegates({ paths }: Judgement): readonly Delegate[] {
  const found = new Map<string, Delegate>();
  for (const { reason } of paths)
    if (reason.kind === 'delegated') found.set(`${reason.to.kind} ${reason.to.name}`, reason.to);
  return [...found.values()];
}

/** Rule and severity of one open path; undefined when something outside the path vouches for it. */
function rank(path: UnsafePath, reporting: Reporting): Ranked | undefined {
  const { workspace } = reporting.options;
  const { reason } = path;
  switch (reason.kind) {
    case 'weak-guard':
    case 'flags-lost':
    case 'other-configuration':
      return { path, rule: 'SR002', severity: 'error' };
    case 'wrong-value-guarded':
      return { path, rule: 'SR002', severity: 'error' };
    case 'bypass':
      return { path, rule: 'SR001', severity: 'error' };
    case 'user-memory':
      return { path, rule: 'SR001', severity: reason.isLoadedStack ? 'error' : 'warning' };
    case 'delegated':
      if (workspace?.guardBehind(reason.to)) return undefined;
      return {
        path,
        rule: 'SR001',
        severity: workspace?.decidesUnchecked(reason.to) ? 'warning' : 'hint',
      };
    case 'entry':
      return rankEntry(path, reporting, reason.isSystemCall);
    case 'hidden-macro':
      return { path, rule: 'SR001', severity: /safe/i.test(reason.name) ? 'hint' : 'warning' };
    case 'no-check':
      return rankUnchecked(path, reporting);
  }
}

function rankEntry(
  path: UnsafePath,
  reporting: Reporting,
  isSystemCall: boolean,
): Ranked | undefined {
  // The body of a macro that leaves RCX alone is a definition: its uses are judged.
  if (reporting.macroName !== undefined) return undefined;
  const limit = reporting.options.workspace?.userLimit();
  if (isSystemCall && limit?.isSafe === true) return undefined;
  return { path, rule: 'SR001', severity: isSystemCall ? 'hint' : 'warning' };
}

function rankUnchecked(path: UnsafePath, reporting: Reporting): Ranked | undefined {
  if (reporting.fileGuard && (path.origin?.kind === 'memory' || path.origin?.kind === 'expression'))
    return undefined;
  const { workspace } = reporting.options;
  // Without the user's stack the fault is a crash of the kernel and nothing that a user could build on.
  if (registerValue(path.arrival.state, 'rsp').kind === 'constant')
    return { path, rule: 'SR001', severity: 'hint' };
  const isProved = workspace !== undefined && proofOf(workspace) !== undefined;
  return { path, rule: 'SR001', severity: isProved ? 'error' : 'warning' };
}

/** Who brings a bad address into an unchecked frame; nobody is accused where some code does check addresses. */
function proofOf(workspace: WorkspaceView): Evidence | undefined {
  if (workspace.ripCheck()) return undefined;
  const writer = workspace.uncheckedWriter();
  if (writer)
    return elsewhere(writer, 'a value from the user becomes the return address here, unchecked');
  const limit = workspace.userLimit();
  if (limit?.isSafe !== false) return undefined;
  return elsewhere(limit, `\`${limit.name}\` lets user code run up to the canonical hole`);
}

function elsewhere(
  place: { readonly file: string; readonly line: number },
  message: string,
): Evidence {
  const start = { line: place.line, character: 0 };
  return { file: place.file, range: { start, end: start }, message };
}

function guardText(judgement: Judgement, reporting: Reporting): string | undefined {
  for (const arrival of judgement.safeArrivals) {
    const at = guardOf(reporting, arrival);
    const place = at === undefined || at < 0 ? undefined : placeAt(reporting.program, at);
    if (place) return `Checked in line ${reporting.lines.positionAt(place.span.start).line + 1}.`;
  }
  return undefined;
}

function delegatedReason(judgement: Judgement, reporting: Reporting): string {
  for (const { reason } of judgement.paths) {
    const guard =
      reason.kind === 'delegated' ? reporting.options.workspace?.guardBehind(reason.to) : undefined;
    if (guard && reason.kind === 'delegated')
      return `\`${reason.to.name}\` decides; the check is in ${guard.file}:${guard.line + 1}.`;
  }
  if (reporting.fileGuard)
    return `The frame's return address is checked by \`${reporting.fileGuard.text}\`.`;
  const limit = reporting.options.workspace?.userLimit();
  return limit
    ? `User space ends below the hole (${limit.name}), so SYSCALL never saves a bad address.`
    : 'Nothing open.';
}

function evidenceOf(judgement: Judgement, path: UnsafePath, reporting: Reporting): Evidence[] {
  const { program, lines } = reporting;
  const { state, root } = path.arrival;
  const evidence: Evidence[] = [];
  const add = (at: number, message: string): void => {
    if (at < 0) return;
    evidence.push({ range: lines.rangeOf(placeAt(program, at).span), message });
  };
  const start = labelAt(program, root);
  add(root, start === '' ? 'the path begins here' : `the path begins at \`${start}\``);
  const { reason } = path;
  if (reason.kind === 'weak-guard') add(reason.guardAt, 'this check lets the value through');
  if (reason.kind === 'wrong-value-guarded')
    add(reason.guardAt, `this check tests \`${reason.tested}\``);
  if (reason.kind === 'bypass') add(reason.guardAt ?? -1, 'other paths are checked here');
  if (reason.kind === 'delegated') add(reason.at, 'the decision is taken on this');
  if (reason.kind === 'flags-lost') {
    add(reason.guardAt, 'the check');
    add(reason.overwrittenAt, 'its flags are overwritten here');
  }
  add(state.rcxLoadedAt, 'RCX gets its value here');
  add(state.stackLoadedAt, "RSP becomes the user's here");
  const macro = macroEvidence(placeAt(program, judgement.site.at), lines);
  return [...evidence, ...(macro ? [macro] : []), ...evidenceElsewhere(path, reporting)];
}

function evidenceElsewhere({ reason }: UnsafePath, { options }: Reporting): Evidence[] {
  const { workspace } = options;
  if (!workspace) return [];
  if (reason.kind === 'delegated') {
    const decider = workspace.decidesUnchecked(reason.to);
    return decider
      ? [elsewhere(decider, 'decided here, without a look at the return address')]
      : [];
  }
  if (reason.kind !== 'no-check') return [];
  const check = workspace.ripCheck();
  const proof = proofOf(workspace);
  if (check)
    return [
      elsewhere(check, 'a return address is checked here; whether every writer does is not known'),
    ];
  return proof ? [proof] : [];
}

function macroEvidence(place: Place, lines: LineIndex): Evidence | undefined {
  if (place.macro === undefined || !place.macroSpan) return undefined;
  const message = `the SYSRET inside the macro \`${place.macro}\``;
  // A macro of another file has positions of that file; only its name can be told here.
  if (place.macroFile !== undefined) {
    const start = { line: 0, character: 0 };
    return { file: place.macroFile, range: { start, end: start }, message };
  }
  return { range: lines.rangeOf(place.macroSpan), message };
}
