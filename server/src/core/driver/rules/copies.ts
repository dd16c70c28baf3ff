import { messageOf } from '../build.ts';
import { isOnOnePath, type Access, type CallSite } from '../facts.ts';
import { slotOf, type Message } from '../messages.ts';
import type { Expression } from '../model.ts';
import { bare, pathOf, rootName } from '../paths.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { copiesMemory, isAnyBarrier } from '../vocabulary.ts';

/** XR102: a slot copied by plain assignment or memcpy, with nothing that keeps the compiler from reading it again. */
export function findWeakCopies(view: FunctionView, file: DriverView): Draft[] {
  const copies: { span: { start: number; end: number }; at: Access | CallSite }[] = [];
  for (const access of view.facts.accesses) {
    if (access.mode !== 'read' || access.expression.kind !== 'pointee' || access.once) continue;
    if (isForeignSlot(access.expression.operand, view, file))
      copies.push({ span: access.expression, at: access });
  }
  for (const call of view.facts.calls) {
    const from = call.args[1];
    if (!copiesMemory(call.callee) || !from || slotOf(call.args[0] ?? from)) continue;
    if (isForeignSlot(from, view, file)) copies.push({ span: call.span, at: call });
  }
  return copies
    .filter(({ at }) => !isBarrierSoon(at, view))
    .map(({ span }) => ({
      span: placed(view, span),
      message:
        'The slot is copied by a plain access: the compiler may read the shared slot again instead of the copy. Use RING_COPY_REQUEST/RESPONSE, or put barrier() after the copy.',
    }));
}

function isForeignSlot(expression: Expression, view: FunctionView, file: DriverView): boolean {
  const inner = bare(expression);
  if (inner.kind !== 'name' && inner.kind !== 'call' && inner.kind !== 'address') return false;
  const message = messageOf(inner, view, file);
  return (
    message?.place === 'shared' &&
    !message.isOwn &&
    message.what !== 'segments' &&
    !isOwnWrite(message, view)
  );
}

const isOwnWrite = (message: Message, view: FunctionView): boolean =>
  (message.what === 'request' && view.role === 'frontend') ||
  (message.what === 'response' && view.role === 'backend');

const STATEMENTS_TO_BARRIER = 4;

function isBarrierSoon(at: Access | CallSite, view: FunctionView): boolean {
  const barrier = view.facts.calls.find(
    (call) =>
      call.order > at.order && isAnyBarrier(call.callee) && isOnOnePath(view.facts, at, call),
  );
  if (!barrier) return false;
  const between = new Set<number>();
  for (const each of [...view.facts.calls, ...view.facts.accesses])
    if (each.order > at.order && each.order < barrier.order && isOnOnePath(view.facts, at, each))
      between.add(each.statement);
  return between.size <= STATEMENTS_TO_BARRIER;
}

/** A field loaded from shared memory, as the double-fetch rule lists them. */
interface CheckedField {
  readonly path: string;
  readonly at: Access | CallSite;
  readonly span: { readonly start: number; readonly end: number };
  readonly decides: boolean;
}

/** Part of XR101: a field is checked in the slot, then the whole slot is copied and the copy's field used unchecked. */
export function findLateCopies(
  view: FunctionView,
  file: DriverView,
  fields: readonly CheckedField[],
): Draft[] {
  return wholeCopies(view, file).flatMap((copy) => {
    for (const first of fields) {
      const tail = first.path.slice(copy.slot.length);
      if (!first.decides || !first.path.startsWith(`${copy.slot}.`)) continue;
      if (first.at.order >= copy.at.order || !isOnOnePath(view.facts, first.at, copy.at)) continue;
      const use = view.facts.accesses.find(
        (each) =>
          each.order > copy.at.order &&
          each.path === copy.to + tail &&
          each.mode === 'read' &&
          !each.isPrinted,
      );
      if (!use || use.use === 'condition' || use.use === 'switch') continue;
      return [
        {
          span: placed(view, copy.span),
          message: `${textOf(view, first.span)} is checked in shared memory and then fetched again by this copy, whose field is used unchecked: the peer can change it in between. Copy first, then check the copy.`,
          evidence: [
            { span: placed(view, first.span), message: 'First fetch: the value checked here' },
            { span: placed(view, use.expression), message: 'The second fetch is used here' },
          ],
        },
      ];
    }
    return [];
  });
}

interface WholeCopy {
  /** Name of the pointer to the slot and of the private copy. */
  readonly slot: string;
  readonly to: string;
  readonly at: Access | CallSite;
  readonly span: { readonly start: number; readonly end: number };
}

function wholeCopies(view: FunctionView, file: DriverView): WholeCopy[] {
  const copies: WholeCopy[] = [];
  const isSlot = (expression: Expression): boolean =>
    bare(expression).kind === 'name' && isForeignSlot(expression, view, file);
  for (const call of view.facts.calls) {
    const [first, from, third] = call.args;
    if (copiesMemory(call.callee) && first && from && isSlot(from))
      copies.push({ slot: pathOf(bare(from)), to: rootName(first), at: call, span: call.span });
    if (!/ring_copy_re(?:quest|sponse)$/i.test(call.callee) || !first || !from || !third) continue;
    const same = view.facts.assignments.find((each) => {
      const value = bare(each.value);
      return (
        slotOf(value) !== undefined &&
        value.kind === 'call' &&
        value.args.slice(0, 2).map(pathOf).join() === `${pathOf(first)},${pathOf(from)}`
      );
    });
    if (same) copies.push({ slot: same.path, to: rootName(third), at: call, span: call.span });
  }
  for (const access of view.facts.accesses) {
    const { expression } = access;
    if (access.mode !== 'read' || expression.kind !== 'pointee' || !isSlot(expression.operand))
      continue;
    const set = view.facts.assignments.find((each) => each.value === expression);
    if (set?.target.kind === 'name')
      copies.push({ slot: pathOf(expression.operand), to: set.path, at: access, span: set.span });
  }
  return copies;
}
