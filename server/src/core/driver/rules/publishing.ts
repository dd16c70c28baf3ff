import { isOnOnePath, type Assignment } from '../facts.ts';
import { bare, lastField, pathOf, someIn } from '../paths.ts';
import { placed, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isWriteBarrier } from '../vocabulary.ts';
import { sharedIndex } from './indices.ts';

const startsUp = /init|setup|alloc|connect|resume|attach|reset|recover|create|restore|probe/i;

/** XR301: an index published before what it announces is visible. */
export function findUnorderedPublishes(view: FunctionView, file: DriverView): Draft[] {
  if (startsUp.test(view.name)) return [];
  const drafts: Draft[] = [];
  for (const assignment of view.facts.assignments) {
    if (!isPublished(assignment, view, file)) continue;
    const { calls } = view.facts;
    const isOrdered = calls.some(
      (call) =>
        call.order < assignment.order &&
        (isWriteBarrier(call.callee) || hasWriteBarrier(call.callee, file)) &&
        isOnOnePath(view.facts, call, assignment),
    );
    if (!isOrdered) drafts.push(describePublish(assignment, view));
  }
  drafts.push(...earlyIncrements(view, file));
  return drafts.slice(0, 1);
}

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
