import type { CallSite } from '../facts.ts';
import type { Expression } from '../model.ts';
import { bare, lastField, pathOf } from '../paths.ts';
import { checkKeys, keysAmong, peerFields, peerPaths, responseIds } from '../peers.ts';
import { isChecked, isInduction, keysOf } from '../values.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import {
  isAllocation,
  isIndexField,
  isXenstoreRead,
  isXenstoreScan,
  stopsAlways,
  stopsOnCondition,
} from '../vocabulary.ts';
import { sharedIndex } from './indices.ts';

/** XR208: a number the other end wrote into xenstore used as a size before it is limited. */
export function findUnboundedNodes(view: FunctionView, file: DriverView): Draft[] {
  const nodes = nodesRead(view);
  if (nodes.size === 0) return [];
  for (const sink of sinksOf(view)) {
    const among = keysAmong(sink.amount, nodes, view);
    if (among.size === 0) continue;
    const keys = checkKeys(sink.amount, among, view);
    if (
      isChecked(keys, view, file, {
        equality: false,
        before: sink.order,
        upper: true,
        ...(sink.loop === undefined ? {} : { exceptLoop: sink.loop }),
      })
    )
      continue;
    return [
      {
        span: placed(view, sink.span),
        message: `${[...among][0] ?? 'The value'} was written into xenstore by the other end and ${sink.how} with no limit. Compare it with a maximum first.`,
      },
    ];
  }
  return [];
}

/** Places that hold a number from the other end's nodes. */
function nodesRead(view: FunctionView): Set<string> {
  const nodes = new Set<string>();
  for (const assignment of view.facts.assignments) {
    const value = bare(assignment.value);
    if (
      value.kind === 'call' &&
      isXenstoreRead(value.callee) &&
      !isOwnNode(value.args, value.callee, view)
    )
      nodes.add(assignment.path);
  }
  for (const call of view.facts.calls) {
    if (!isXenstoreScan(call.callee) || isOwnNode(call.args, call.callee, view)) continue;
    const format = call.args.findIndex(
      (arg) => arg.kind === 'literal' && /%l*h*[uidxX]/.test(arg.text),
    );
    call.args.forEach((arg, i) => {
      if (arg.kind === 'address' && (format < 0 || i > format || /gather/.test(call.callee)))
        nodes.add(pathOf(arg.operand));
    });
  }
  return nodes;
}

/** A node below this driver's own folder is not the other end's. */
const isOwnNode = (args: readonly Expression[], callee: string, view: FunctionView): boolean =>
  /read_be_/.test(callee) || args.some((arg) => /\bnodename\b/.test(textOf(view, arg)));

interface Sink {
  readonly amount: Expression;
  readonly order: number;
  readonly loop: number | undefined;
  readonly span: { readonly start: number; readonly end: number };
  readonly how: string;
}

function sinksOf(view: FunctionView): Sink[] {
  const sinks: Sink[] = [];
  for (const each of view.facts.arithmetic)
    if (each.operator === '<<')
      sinks.push({
        amount: each.right,
        order: each.order,
        loop: undefined,
        span: each.span,
        how: 'is a shift count here',
      });
  for (const call of view.facts.calls)
    if (isAllocation(call.callee))
      for (const amount of call.args)
        sinks.push({
          amount,
          order: call.order,
          loop: undefined,
          span: call.span,
          how: 'sizes an allocation here',
        });
  for (const each of view.facts.comparisons) {
    if (each.loop === undefined || !/^[<>]=?$|^!=$/.test(each.operator)) continue;
    const amount = isInduction(each.left, view)
      ? each.right
      : isInduction(each.right, view)
        ? each.left
        : undefined;
    if (amount)
      sinks.push({
        amount,
        order: each.order,
        loop: each.loop,
        span: each.span,
        how: 'bounds a loop here',
      });
  }
  return sinks.sort((a, b) => a.order - b.order);
}

/** XR209: the other domain decides whether this kernel stops. */
export function findPeerStops(view: FunctionView, file: DriverView): Draft[] {
  const peers = peerValues(view, file);
  if (peers.size === 0) return [];
  const drafts: Draft[] = [];
  for (const call of view.facts.calls) {
    const condition = conditionOf(call, view);
    if (!condition) continue;
    const among = keysAmong(condition.expression, peers, view);
    if (among.size === 0) continue;
    const keys = checkKeys(condition.expression, among, view);
    if ([...among].some((key) => !key.includes('.')))
      for (const id of responseIds(view, file)) keys.add(id);
    if (isValidated(keys, condition.before, view, file)) continue;
    drafts.push({
      span: placed(view, call.span),
      message: `${call.callee}() depends on ${[...among][0] ?? 'a value'}, which the other domain writes: it can stop this system at will. Report the error and answer or disconnect instead.`,
      evidence: [{ span: placed(view, condition.expression), message: 'The value decides here' }],
    });
  }
  return drafts;
}

/** Fields of peer messages, indices the peer publishes, and what was looked up by the peer's id. */
function peerValues(view: FunctionView, file: DriverView): Set<string> {
  const values = peerPaths(
    view,
    file,
    ({ access, message }) =>
      message.what !== 'segments' && access.path.includes('.') && !access.path.endsWith('.*'),
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

/** Names of the fields of peer messages a function looks at, for hovers and tests. */
export const peerFieldNames = (view: FunctionView, file: DriverView): string[] =>
  peerFields(view, file).map((field) => lastField(field.access.expression));
