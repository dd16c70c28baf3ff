import type { CallSite, Comparison } from './facts.ts';
import type { Expression } from './model.ts';
import { pathOf } from './paths.ts';
import { isInduction, isZero, keysOf } from './values.ts';
import type { DriverView, FunctionView } from './view.ts';
import { isCheckingCall } from './vocabulary.ts';

const intersects = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => {
  for (const each of a) if (b.has(each)) return true;
  return false;
};

/** What counts as a check of a value. */
export interface CheckWanted {
  /** Equality counts too. */
  readonly equality: boolean;
  /** Only checks before this order count. */
  readonly before: number;
  /** The condition of this loop does not count. */
  readonly exceptLoop?: number;
  /** Assertions count as checks. */
  readonly assertions?: boolean;
  /** A test of the sign or of zero does not bound a value from above. */
  readonly upper?: boolean;
  /** Only these calls of the function hand it a value that needs the check. */
  readonly from?: (call: CallSite) => boolean;
}

/** Whether one of the keys was compared, clamped or handed to a checking call before a place, here or in every caller. */
export function isChecked(
  keys: ReadonlySet<string>,
  view: FunctionView,
  file: DriverView,
  wanted: CheckWanted,
): boolean {
  return checkOf(keys, view, file, wanted) !== undefined;
}

/** Callers of callers that are asked whether they checked what they hand down. */
const CALLER_LEVELS = 4;

export function checkOf(
  keys: ReadonlySet<string>,
  view: FunctionView,
  file: DriverView,
  wanted: CheckWanted,
  depth = 0,
): Comparison | CallSite | true | undefined {
  for (const comparison of view.facts.comparisons)
    if (comparison.order < wanted.before && checksHere(comparison, keys, view, wanted))
      return comparison;
  for (const key of keys) if (view.limited.has(key)) return true;
  const call = view.facts.calls.find(
    (each) => each.order < wanted.before && callChecks(each, keys, view, { file, wanted }),
  );
  if (call) return call;
  if (depth === 0 && isCheckedAsMember(keys, view, file, wanted)) return true;
  return depth < CALLER_LEVELS ? checkInCallers(keys, view, file, { wanted, depth }) : undefined;
}

function checksHere(
  comparison: Comparison,
  keys: ReadonlySet<string>,
  view: FunctionView,
  wanted: CheckWanted,
): boolean {
  const isEquality = comparison.operator === '==' || comparison.operator === '!=';
  if (isEquality && !wanted.equality) return false;
  if (comparison.assertion !== undefined && wanted.assertions === false) return false;
  if (comparison.loop !== undefined && comparison.loop === wanted.exceptLoop) return false;
  const left = intersects(keysOf(comparison.left, view), keys);
  const right = intersects(keysOf(comparison.right, view), keys);
  if (left && right) return true;
  if (!left && !right) return false;
  if (comparison.loop !== undefined) {
    const other = left ? comparison.right : comparison.left;
    if (isInduction(other, view)) return false;
  }
  const other = left ? comparison.right : comparison.left;
  if (wanted.upper && !isEquality && isZero(other)) return false;
  return true;
}

/**
 * A private copy kept in a struct (`ioreq->req`) is checked once, by the function that takes it in: a check of the
 * same member in any function of the file counts.
 */
function isCheckedAsMember(
  keys: ReadonlySet<string>,
  view: FunctionView,
  file: DriverView,
  wanted: CheckWanted,
): boolean {
  const tails = [...keys].flatMap((key) => memberTail(key, file) ?? []);
  if (tails.length === 0) return false;
  return file.functions.some(
    (other) =>
      other !== view &&
      other.facts.comparisons.some((each) => {
        if (each.loop !== undefined && !isBoundedLoop(each, other)) return false;
        if (/^[!=]=$/.test(each.operator) && !wanted.equality) return false;
        return [each.left, each.right].some((side) =>
          [...keysOf(side, other)].some((key) => tails.includes(memberTail(key, file) ?? '')),
        );
      }),
  );
}

/** A loop over the member's count that also stops at a limit of its own. */
const isBoundedLoop = (comparison: Comparison, view: FunctionView): boolean =>
  view.facts.comparisons.some(
    (each) =>
      each !== comparison &&
      each.frames.some((frame) => frame.id === comparison.loop) &&
      (isInduction(each.left, view) || isInduction(each.right, view)),
  );

/** `req.nr_segments` of `ioreq.req.nr_segments`, subscripts left out; undefined when no member holds a message. */
function memberTail(key: string, file: DriverView): string | undefined {
  const parts = key.replaceAll(/\[[^\]]*\]/g, '').split('.');
  const at = parts.findIndex((part, i) => i > 0 && file.members.has(part));
  return at < 0 || at === parts.length - 1 ? undefined : parts.slice(at).join('.');
}

function callChecks(
  call: CallSite,
  keys: ReadonlySet<string>,
  view: FunctionView,
  { file, wanted }: { readonly file: DriverView; readonly wanted: CheckWanted },
): boolean {
  const byName = isCheckingCall(call.callee);
  const callee = file.byName.get(call.callee);
  if (!byName && !(callee && call.use !== 'value')) return false;
  return call.args.some((arg, i) => {
    const argKeys = keysOf(arg, view);
    if (byName && intersects(argKeys, keys)) return true;
    const parameter = callee?.facts.body.parameters[i];
    if (byName && holdsKeyed(pathOf(arg), keys, view)) return true;
    if (byName && !callee && [...keys].some((key) => key.startsWith(`${pathOf(arg)}.`)))
      return true;
    if (!callee || !parameter) return false;
    return [...keys].some((key) => {
      const inside = nameInside(key, arg, parameter.name, argKeys);
      return inside !== undefined && comparesIn(callee, inside, wanted);
    });
  });
}

/** `check(&x)` where a field of `x` was filled from one of the keys. */
function holdsKeyed(path: string, keys: ReadonlySet<string>, view: FunctionView): boolean {
  for (const [target, sources] of view.sources)
    if (target.startsWith(`${path}.`) && intersects(sources, keys)) return true;
  return false;
}

/** What the called function calls the value of a key: its parameter, or a field of it. */
function nameInside(
  key: string,
  arg: Expression,
  parameter: string,
  argKeys: ReadonlySet<string>,
): string | undefined {
  if (argKeys.has(key)) return parameter;
  const path = pathOf(arg);
  return key.startsWith(`${path}.`) ? parameter + key.slice(path.length) : undefined;
}

function comparesIn(callee: FunctionView, name: string, wanted: CheckWanted): boolean {
  const names = new Set([name]);
  return callee.facts.comparisons.some(
    (comparison) =>
      (wanted.equality || !/^[!=]=$/.test(comparison.operator)) &&
      (intersects(keysOf(comparison.left, callee), names) ||
        intersects(keysOf(comparison.right, callee), names)),
  );
}

function checkInCallers(
  keys: ReadonlySet<string>,
  view: FunctionView,
  file: DriverView,
  at: { readonly wanted: CheckWanted; readonly depth: number },
): true | undefined {
  const handed = [...keys].flatMap((key) => view.handed.get(key) ?? []);
  const concerns =
    at.wanted.from ??
    ((call: CallSite) => handed.length === 0 || handed.some(({ calls }) => calls.has(call)));
  const callers = view.callers.filter((caller) => concerns(caller.call));
  if (callers.length === 0) return undefined;
  const everywhere = callers.every((caller) => {
    const translated = translateKeys(keys, view, caller.call);
    if (translated.size === 0) return false;
    const { from: _, ...rest } = at.wanted;
    const wanted = { ...rest, before: caller.call.order };
    const keysThere = new Set(translated);
    for (const key of translated)
      for (const source of caller.view.sources.get(key) ?? []) keysThere.add(source);
    return checkOf(keysThere, caller.view, file, wanted, at.depth + 1) !== undefined;
  });
  return everywhere ? true : undefined;
}

/** Keys on a function's parameters, as the caller names them. */
export function translateKeys(
  keys: ReadonlySet<string>,
  view: FunctionView,
  call: CallSite,
): Set<string> {
  const translated = new Set<string>();
  view.facts.body.parameters.forEach((parameter, i) => {
    const arg = call.args[i];
    if (!arg) return;
    for (const key of keys)
      if (key === parameter.name || key.startsWith(`${parameter.name}.`))
        translated.add(pathOf(arg) + key.slice(parameter.name.length));
  });
  return translated;
}
