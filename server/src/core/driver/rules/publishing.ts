import { isOnOnePath, type Assignment } from '../facts.ts';
import type { Expression } from '../model.ts';
import { bare, lastField, pathOf, rootName, someIn } from '../paths.ts';
import { placed, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isWriteBarrier } from '../vocabulary.ts';
import { sharedIndex } from '../shared-index.ts';

const startsUp = /init|setup|alloc|connect|resume|attach|reset|recover|create|restore|probe/i;

/** XR301: an index published before what it announces is visible. */
export function findUnorderedPublishes(view: FunctionView, file: DriverView): Draft[] {
  if (startsUp.test(view.name)) return [];
  const drafts: Draft[] = [];
  for (const assignment of view.facts.assignments) {
    if (!isPublished(assignment, view, file)) continue;
    const { calls } = view.facts;
    const entry = lastEntryWrite(assignment, view);
    const isOrdered = calls.some(
      (call) =>
        call.order < assignment.order &&
        call.order > entry &&
        (isWriteBarrier(call.callee) || hasWriteBarrier(call.callee, file)) &&
        isOnOnePath(view.facts, call, assignment),
    );
    if (!isOrdered) drafts.push(describePublish(assignment, view));
  }
  drafts.push(...earlyIncrements(view, file));
  return drafts.slice(0, 1);
}

/** Order of the last store to what the index announces, as far as the function shows it; -1 for none. */
function lastEntryWrite(publish: Assignment, view: FunctionView): number {
  const page = rootName(publish.target);
  const isEntry = (expression: Expression): boolean => {
    const message = view.messages.get(rootName(expression));
    if (message?.place === 'shared' && message.isOwn && expression.kind !== 'name') return true;
    return rootName(expression) === page && someIn(expression, (part) => part.kind === 'index');
  };
  let last = -1;
  for (const access of view.facts.accesses) {
    if (access.order >= publish.order) break;
    const writes = access.mode === 'write' || access.mode === 'update';
    if (writes && isEntry(access.expression) && isOnOnePath(view.facts, access, publish))
      last = access.order;
  }
  for (const call of view.facts.calls) {
    const to = call.args[0];
    const fills = /^(?:__builtin_)?mem(?:cpy|move)$|CopyMem|RtlCopyMemory/.test(call.callee);
    if (fills && to && call.order < publish.order && call.order > last && isEntry(bareAddress(to)))
      last = call.order;
  }
  return last;
}

const bareAddress = (expression: Expression): Expression => {
  const inner = bare(expression);
  return inner.kind === 'address' ? inner.operand : inner;
};

const hasWriteBarrier = (callee: string, file: DriverView): boolean =>
  file.byName.get(callee)?.facts.calls.some((call) => isWriteBarrier(call.callee)) ?? false;

function isPublished(assignment: Assignment, view: FunctionView, file: DriverView): boolean {
  const { target } = assignment;
  if (target.kind === 'call') return /(?:_|^)prod$/.test(target.callee);
  if (bare(assignment.value).kind === 'literal' && assignment.operator === '=') return false;
  return target.kind === 'field' && sharedIndex(assignment.path, view, file) === 'prod';
}

function describePublish(assignment: Assignment, view: FunctionView): Draft {
  return {
    span: placed(view, assignment.span),
    message: `${lastField(assignment.target)} is published with no write barrier before it: the other side may see the index before the entry it announces. Use RING_PUSH_*_AND_CHECK_NOTIFY, or wmb() first.`,
  };
}

/** `table[mask(prod++)] = entry` under a lock that the consumer does not take: the index moves before the entry is there. */
function earlyIncrements(view: FunctionView, file: DriverView): Draft[] {
  const isLocked = view.facts.calls.some((call) => /lock/i.test(call.callee));
  if (!isLocked) return [];
  return view.facts.assignments.flatMap((assignment) => {
    const { target } = assignment;
    if (target.kind !== 'index') return [];
    let index = '';
    someIn(target.index, (part) => {
      if (part.kind === 'update' && part.postfix) index = pathOf(part.operand);
      return false;
    });
    if (!/(?:^|_|\.)prod$/.test(index) || !isReadElsewhere(index, view, file)) return [];
    return [
      {
        span: placed(view, assignment.span),
        message: `${index} moves on before the entry is stored: a consumer that does not take this lock can read an entry that is not there yet. Store the entry, then wmb(), then advance the index.`,
      },
    ];
  });
}

function isReadElsewhere(index: string, view: FunctionView, file: DriverView): boolean {
  return file.functions.some(
    (other) =>
      other !== view &&
      !other.facts.calls.some((call) => /lock/i.test(call.callee)) &&
      other.facts.accesses.some((access) => access.path === index && access.mode === 'read'),
  );
}
