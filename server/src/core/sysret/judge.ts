import { type Assumption, isConditionalJump, type Program } from '#core/asm';
import { type Condition, subjectOf, valuesOf } from './conditions.ts';
import type { Arrival, Exploration } from './explore.ts';
import { type AtomOrigin, rootOf } from './machine.ts';
import type { ExitSite } from './sites.ts';
import { type Canonicity, canonicityOf, excludesBlock, isFeasible } from './solver.ts';
import { addressWidth, type Established, type MachineState, registerValue } from './state.ts';
import { labelAt, pathOf } from './trace.ts';
import { atomOf, mentions, type Value } from './values.ts';

/** Why an exit is what it is. The order of the unsafe ones is the order of certainty. */
export type Reason =
  | { readonly kind: 'weak-guard'; readonly guardAt: number }
  | { readonly kind: 'wrong-value-guarded'; readonly guardAt: number; readonly tested: string }
  | { readonly kind: 'flags-lost'; readonly guardAt: number; readonly overwrittenAt: number }
  | { readonly kind: 'other-configuration'; readonly condition: string }
  | { readonly kind: 'bypass'; readonly guardAt: number | undefined }
  | { readonly kind: 'user-memory'; readonly isLoadedStack: boolean }
  | { readonly kind: 'delegated'; readonly to: Delegate; readonly at: number }
  | { readonly kind: 'entry'; readonly isSystemCall: boolean }
  | { readonly kind: 'hidden-macro'; readonly name: string }
  | { readonly kind: 'no-check' };

/** Who decides instead of this code: a function's result or a flag in memory. */
export type Delegate =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string };

export interface UnsafePath {
  readonly arrival: Arrival;
  readonly rcx: Value;
  readonly origin: AtomOrigin | undefined;
  readonly canonicity: Canonicity;
  readonly reason: Reason;
}

/** What the paths to one SYSRETQ say together. */
export interface Judgement {
  readonly site: ExitSite;
  readonly paths: readonly UnsafePath[];
  readonly safeArrivals: readonly Arrival[];
  readonly isReached: boolean;
  readonly complete: boolean;
}

export function conditionsOf(state: MachineState): readonly Condition[] {
  return state.conditions.map((each) => each.condition);
}

/** Judges one 64-bit exit from everything that arrived at it. */
export function judge(
  program: Program,
  exploration: Exploration,
  site: ExitSite,
  iretFlags: ReadonlySet<string>,
): Judgement {
  const arrivals = exploration.arrivals.filter((arrival) => arrival.at === site.at);
  const open: { arrival: Arrival; canonicity: Canonicity }[] = [];
  const safeArrivals: Arrival[] = [];
  for (const arrival of arrivals) {
    const canonicity = canonicityOf(
      registerValue(arrival.state, 'rcx'),
      conditionsOf(arrival.state),
      addressWidth(arrival.state),
    );
    if (canonicity.kind === 'canonical') safeArrivals.push(arrival);
    else if (isFeasible(conditionsOf(arrival.state))) open.push({ arrival, canonicity });
  }
  const context: Context = { program, exploration, site, safeArrivals, iretFlags };
  const paths = open.map(({ arrival, canonicity }) => {
    const rcx = registerValue(arrival.state, 'rcx');
    const origin = originOf(exploration, rcx);
    return { arrival, rcx, origin, canonicity, reason: reasonFor(context, arrival, rcx, origin) };
  });
  return {
    site,
    paths,
    safeArrivals,
    isReached: arrivals.length > 0,
    complete: exploration.complete,
  };
}

export function originOf(exploration: Exploration, value: Value): AtomOrigin | undefined {
  const id = rootOf(value);
  return exploration.machine.origins.get(id);
}

interface Context {
  readonly program: Program;
  readonly exploration: Exploration;
  readonly site: ExitSite;
  readonly safeArrivals: readonly Arrival[];
  readonly iretFlags: ReadonlySet<string>;
}

function reasonFor(
  context: Context,
  arrival: Arrival,
  rcx: Value,
  origin: AtomOrigin | undefined,
): Reason {
  const { state } = arrival;
  const guards = state.conditions.filter(
    (each) => turnsAway(context, each) && isRangeCheck(each.condition),
  );
  const subject = atomOf(rcx);
  const own = guards.findLast(
    (each) => subject !== undefined && subjectOf(each.condition) === subject,
  );
  if (own) return { kind: 'weak-guard', guardAt: own.at };
  const isEntry = rcx.kind === 'atom' && rcx.key.startsWith('entry:');
  const lost = lostGuard(state, rcx);
  if (lost) return lost;
  if (!isEntry) {
    const other = guards.findLast((each) => provesItsSubject(each, state));
    if (other)
      return {
        kind: 'wrong-value-guarded',
        guardAt: other.at,
        tested: testedText(context.exploration, other.condition),
      };
  }
  const fromUser = userMemory(state, origin);
  if (fromUser) return fromUser;
  const delegate = delegateOf(context, arrival);
  if (delegate) return delegate;
  return unguardedReason(context, arrival, isEntry);
}

function unguardedReason(context: Context, arrival: Arrival, isEntry: boolean): Reason {
  if (isEntry) {
    const name = labelAt(context.program, arrival.root);
    return {
      kind: 'entry',
      isSystemCall: /sys|lstar|fastcall|entry/i.test(name) && !/safe|ret|leave|exit/i.test(name),
    };
  }
  const guarded = context.safeArrivals.find((safe) => guardOf(context, safe) !== undefined);
  if (guarded) {
    const missing = missingConfiguration(context.program, arrival, guarded);
    if (missing !== undefined) return { kind: 'other-configuration', condition: missing };
    return { kind: 'bypass', guardAt: guardOf(context, guarded) };
  }
  if (context.site.form === 'macro') return { kind: 'hidden-macro', name: context.site.text };
  return { kind: 'no-check' };
}

/** The jump that made an arrival safe, when it was a jump. */
export function guardOf(
  context: { readonly program: Program; readonly exploration: Exploration },
  arrival: Arrival,
): number | undefined {
  const rcx = registerValue(arrival.state, 'rcx');
  const subject = atomOf(rcx);
  if (subject === undefined) return undefined;
  const established = arrival.state.conditions.findLast(
    (each) =>
      valuesOf(each.condition).some((value) => mentions(value, (id) => id === subject)) &&
      isRangeCheck(each.condition),
  );
  return established?.at ?? (rcx.kind === 'computed' ? arrival.state.rcxLoadedAt : undefined);
}

/** A jump guards an exit only when its other way leads elsewhere. */
function turnsAway(context: Context, each: Established): boolean {
  const successors = context.program.successors[each.at] ?? [];
  const operation = context.program.operations[each.at];
  if (operation?.kind !== 'instruction' || !isConditionalJump(operation.instruction.mnemonic))
    return true;
  const reaching = context.exploration.reaches(context.site.at);
  return successors.some((target) => target < 0 || reaching[target] !== 1);
}

function isRangeCheck(condition: Condition): boolean {
  if (condition.kind === 'compare' && condition.relation === 'eq' && isWhole(condition.left))
    return false;
  if (condition.kind === 'compare' && subjectOf(condition) === undefined) return false;
  return excludesBlock(condition);
}

/** The value itself, or its low half: equal to something is a match, not a range check. */
function isWhole(value: Value): boolean {
  return (
    value.kind !== 'computed' ||
    (value.operator === 'zero-extend' && value.argument.kind === 'atom')
  );
}

function provesItsSubject(each: Established, state: MachineState): boolean {
  const subject = subjectOf(each.condition);
  if (subject === undefined) return false;
  return canonicityOf({ kind: 'atom', key: subject }, conditionsOf(state), 48).kind === 'canonical';
}

function testedText(exploration: Exploration, condition: Condition): string {
  const [value] = valuesOf(condition);
  return (value && originOf(exploration, value)?.text) ?? 'another value';
}

function lostGuard(state: MachineState, rcx: Value): Reason | undefined {
  const lost = state.flags.kind === 'unknown' ? state.flags.lost : undefined;
  if (!lost || atomOf(lost.value) === undefined || atomOf(lost.value) !== atomOf(rcx))
    return undefined;
  return { kind: 'flags-lost', guardAt: lost.at, overwrittenAt: lost.overwrittenAt };
}

/** RCX read through what is RSP at the end: the user's own stack. */
function userMemory(state: MachineState, origin: AtomOrigin | undefined): Reason | undefined {
  if (origin?.kind !== 'memory' || state.stackLoadedAt < 0) return undefined;
  const stack = rootOf(registerValue(state, 'rsp'));
  if (origin.region === undefined || origin.region.split('+')[0] !== stack || stack === 'entry:rsp')
    return undefined;
  return { kind: 'user-memory', isLoadedStack: stack.startsWith('[') };
}

function delegateOf(context: Context, arrival: Arrival): Reason | undefined {
  const flag = flagDelegate(context, arrival);
  if (flag) return flag;
  for (const each of arrival.state.conditions.toReversed()) {
    if (!turnsAway(context, each)) continue;
    for (const value of valuesOf(each.condition)) {
      const origin = originOf(context.exploration, value);
      if (origin?.kind !== 'call' || origin.text === 'an indirect call') continue;
      return { kind: 'delegated', to: { kind: 'function', name: origin.text }, at: each.at };
    }
  }
  return undefined;
}

/** `testl $PCB_FULL_IRET, ...; jnz slow` on the way: the flag is named in the text of the test. */
function flagDelegate(context: Context, arrival: Arrival): Reason | undefined {
  for (const at of pathOf(arrival).reverse()) {
    const operation = context.program.operations[at];
    if (
      operation?.kind !== 'instruction' ||
      !/^(test|bt|cmp|and)$/.test(operation.instruction.mnemonic)
    )
      continue;
    const name = iretFlagIn(operation.instruction.text, context.iretFlags);
    if (name === undefined) continue;
    return { kind: 'delegated', to: { kind: 'flag', name }, at };
  }
  return undefined;
}

function iretFlagIn(text: string, extra: ReadonlySet<string>): string | undefined {
  const words = text.match(/[A-Za-z_]\w*/g) ?? [];
  return words.find(
    (word) => extra.has(word) || /IRET|FULL_?RESTORE|SLOW_(RET|EXIT)|NO_?SYSRET/.test(word),
  );
}

/** The condition under which the guarded path exists and the open one does not. */
function missingConfiguration(
  program: Program,
  open: Arrival,
  guarded: Arrival,
): string | undefined {
  if (open.root !== guarded.root) return undefined;
  const assumed = assumptionsOf(program, guarded);
  for (const [group, { condition, holds }] of assumptionsOf(program, open)) {
    const other = assumed.get(group);
    if (other && other.condition === condition && other.holds !== holds)
      return holds ? condition : `!${condition}`;
  }
  return undefined;
}

function assumptionsOf(program: Program, arrival: Arrival): Map<number, Assumption> {
  const found = new Map<number, Assumption>();
  for (const at of pathOf(arrival)) {
    for (let each = program.operations[at]?.configuration; each; each = each.outer) {
      found.set(each.assumption.group, each.assumption);
    }
  }
  return found;
}
