import { isChecked, translateKeys } from '../checks.ts';
import type { CallSite } from '../facts.ts';
import type { Expression } from '../model.ts';
import { bare, lastField, someIn } from '../paths.ts';
import { checkKeys, keysAmong, peerPaths, responseIds, writtenAs } from '../peers.ts';
import { keysOf } from '../values.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import {
  isGrantEnd,
  isGrantMap,
  isGrantQuery,
  isIndexField,
  stopsAlways,
  stopsOnCondition,
} from '../vocabulary.ts';
import { sharedIndex } from '../shared-index.ts';

/** XR209: the other domain decides whether this kernel stops. */
export function findPeerStops(view: FunctionView, file: DriverView): Draft[] {
  const peers = peerValues(view, file);
  const drafts: Draft[] = [];
  for (const call of view.facts.calls) {
    const condition = conditionOf(call, view);
    if (!condition) continue;
    const grant = grantResult(condition, view);
    if (grant !== undefined) {
      drafts.push(describeStop(call, `the result of ${grant}`, condition, view));
      continue;
    }
    const among = keysAmong(condition.expression, peers, view);
    if (among.size === 0) continue;
    const keys = checkKeys(condition.expression, among, view);
    if ([...among].some((key) => !key.includes('.')))
      for (const id of responseIds(view, file)) keys.add(id);
    if (isValidated(keys, condition.before, view, file) || isSortedOut(keys, view)) continue;
    drafts.push(describeStop(call, writtenAs([...among][0] ?? '', view), condition, view));
  }
  return drafts;
}

function describeStop(
  call: CallSite,
  cause: string,
  condition: StopCondition,
  view: FunctionView,
): Draft {
  return {
    span: placed(view, call.span),
    message: `${call.callee}() depends on ${cause}, which the other domain decides: it can stop this system at will. Report the error and answer or disconnect instead.`,
    evidence: [{ span: placed(view, condition.expression), message: 'The value decides here' }],
  };
}

/**
 * What the other domain decides by its grants: a frontend's question whether one is in use and its try to end one,
 * a backend's mapping or copy of a reference the frontend named. Answers how the source calls it.
 */
function grantResult(condition: StopCondition, view: FunctionView): string | undefined {
  let found: string | undefined;
  const isDecided = (part: Expression): boolean =>
    part.kind === 'call' &&
    (view.role === 'backend'
      ? isGrantMap(part.callee) && !/\bunmap/i.test(textOf(view, part))
      : view.role === 'frontend' && (isGrantQuery(part.callee) || isGrantEnd(part.callee)));
  someIn(condition.expression, (part) => {
    if (isDecided(part)) found = `${lastField(part)}()`;
    if (part.kind === 'name') {
      const last = view.facts.assignments.findLast(
        (each) => each.path === part.name && each.order < condition.before,
      );
      const value = last && bare(last.value);
      if (value && isDecided(value)) found = `${lastField(value)}()`;
    }
    if (part.kind === 'field' && part.field === 'status' && isMapOperation(part.base, view))
      found = textOf(view, part);
    return found !== undefined;
  });
  return found;
}

/** An operation, or element of a table of them, that a grant mapping or copy of this function was given. */
function isMapOperation(operation: Expression, view: FunctionView): boolean {
  const name = lastField(operation);
  return (
    view.role === 'backend' &&
    view.facts.calls.some(
      (call) =>
        (isGrantMap(call.callee) ||
          (call.callee.endsWith('grant_table_op') &&
            call.args[0] !== undefined &&
            /_(?:map_grant_ref|copy)\b/.test(textOf(view, call.args[0])))) &&
        call.args.some((arg) => lastField(bare(arg)) === name),
    )
  );
}

/** Fields of peer messages, indices the peer publishes, and what was looked up by the peer's id. */
function peerValues(view: FunctionView, file: DriverView): Set<string> {
  const values = peerPaths(
    view,
    file,
    ({ access, message }) =>
      message.what !== 'segments' &&
      !access.path.endsWith('.*') &&
      (access.path.includes('.') || view.handed.has(access.path)),
  );
  for (const access of view.facts.accesses)
    if (access.mode === 'read' && isPeerIndex(access.path, view, file)) values.add(access.path);
  const ids = responseIds(view, file);
  if (ids.size === 0) return values;
  for (const assignment of view.facts.assignments) {
    const value = bare(assignment.value);
    const isLookUp =
      (value.kind === 'call' &&
        /find|lookup|look_up|search|get/i.test(value.callee) &&
        value.args.some((arg) => keysAmong(arg, ids, view).size > 0)) ||
      (value.kind === 'field' &&
        value.base.kind === 'index' &&
        keysAmong(value.base.index, ids, view).size > 0) ||
      (value.kind === 'index' && keysAmong(value.index, ids, view).size > 0);
    if (isLookUp && assignment.target.kind === 'name') {
      values.add(assignment.path);
    }
  }
  return values;
}

/** An index of a shared page that this function never writes. */
function isPeerIndex(path: string, view: FunctionView, file: DriverView): boolean {
  if (!isIndexField(path.slice(path.lastIndexOf('.') + 1)) || !sharedIndex(path, view, file))
    return false;
  return !view.facts.assignments.some((assignment) => assignment.path === path);
}

interface StopCondition {
  readonly expression: Expression;
  readonly before: number;
}

/** What decides about a stopping call: its argument, or the innermost branch that leads to it. */
function conditionOf(call: CallSite, view: FunctionView): StopCondition | undefined {
  if (stopsOnCondition(call.callee)) {
    const first = call.args[0];
    const start = view.facts.comparisons.find(
      (each) => first && each.span.start >= first.start && each.span.end <= first.end,
    );
    return first && { expression: first, before: start?.order ?? call.order };
  }
  if (!stopsAlways(call.callee)) return undefined;
  const frame = call.frames.findLast((each) => each.kind !== 'loop');
  const branch = frame && view.facts.branches.find((each) => each.id === frame.id);
  return branch?.condition && { expression: branch.condition, before: branch.order };
}

/** Every caller has sorted the values out: it calls from a case of its own switch over the same field. */
const isSortedOut = (keys: ReadonlySet<string>, view: FunctionView): boolean =>
  view.callers.length > 0 &&
  view.callers.every((caller) => {
    const there = translateKeys(keys, view, caller.call);
    return caller.call.frames.some((frame) => {
      const condition = caller.view.facts.branches.find((each) => each.id === frame.id)?.condition;
      return (
        frame.kind === 'switch' &&
        frame.arm >= 0 &&
        condition !== undefined &&
        keysAmong(condition, there, caller.view).size > 0
      );
    });
  });

/** An earlier test that is no assertion: a limit, or equality with something of this side's own. */
function isValidated(
  keys: ReadonlySet<string>,
  before: number,
  view: FunctionView,
  file: DriverView,
): boolean {
  if (isChecked(keys, view, file, { equality: false, before, assertions: false })) return true;
  return view.facts.comparisons.some((each) => {
    if (each.order >= before || each.assertion !== undefined || !/^[!=]=$/.test(each.operator))
      return false;
    const left = [...keysOf(each.left, view)].some((key) => keys.has(key));
    const right = [...keysOf(each.right, view)].some((key) => keys.has(key));
    if (left === right) return false;
    const other = bare(left ? each.right : each.left);
    return !(other.kind === 'name' && /^[A-Z]/.test(other.name)) || leadsOut(each.order, view);
  });
}

/** The test stands in an `if` whose arm leaves. */
function leadsOut(order: number, view: FunctionView): boolean {
  const branch = view.facts.branches.findLast((each) => each.kind === 'if' && each.order < order);
  return (
    branch !== undefined && branch.endOrder > order && view.facts.leavingArms.has(`${branch.id}:0`)
  );
}
