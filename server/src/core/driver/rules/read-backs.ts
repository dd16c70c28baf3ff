import type { Access } from '../facts.ts';
import type { Expression } from '../model.ts';
import { bare, pathOf, rootName } from '../paths.ts';
import { placed, textOf, type Draft, type FunctionView } from '../view.ts';
import { copiesMemory } from '../vocabulary.ts';

/** XR105: the frontend reads back a request it placed on the ring, where the backend may have changed it. */
export function findReadBacks(view: FunctionView): Draft[] {
  if (view.role === 'backend') return [];
  const drafts: Draft[] = [];
  const isOwnSlot = (expression: Expression): boolean => {
    const root = rootName(expression);
    const message = view.messages.get(root);
    return (
      message?.what === 'request' &&
      message.place === 'shared' &&
      message.isOwn &&
      (isFilled(root, view) || isFilledByCaller(root, view))
    );
  };
  for (const access of view.facts.accesses) {
    if (access.mode !== 'read' && (access.mode !== 'update' || access.isStatement)) continue;
    if (access.expression.kind === 'name' || access.isPrinted) continue;
    if (isArrayField(access)) continue;
    if (isOwnSlot(access.expression)) drafts.push(describeReadBack(access.expression, view));
  }
  for (const call of view.facts.calls) {
    const from = call.args[1];
    if (copiesMemory(call.callee) && from && bare(from).kind === 'name' && isOwnSlot(from))
      drafts.push(describeReadBack(from, view));
  }
  return drafts;
}

/** An array of the wire structures handed to a function by its name: an address, not a value. */
const isArrayField = (access: Access): boolean =>
  access.callee !== undefined &&
  access.expression.kind === 'field' &&
  /^(?:segs?|sg|indirect_grefs|grefs?|sense_buffer|cmnd|addr|pad|reserved)$/.test(
    access.expression.field,
  );

function describeReadBack(expression: Expression, view: FunctionView): Draft {
  return {
    span: placed(view, expression),
    message: `${textOf(view, expression)} is read back from the ring, where the backend may already have changed it. Fill a private copy and write it to the slot once.`,
  };
}

/** The function, or the one that handed it the slot, writes fields of it. */
function isFilled(root: string, view: FunctionView): boolean {
  const isTakenByAddress = view.facts.calls.some((call) =>
    call.args.some((arg) => arg.kind === 'address' && pathOf(arg.operand) === root),
  );
  if (isTakenByAddress) return true;
  return view.facts.accesses.some(
    (access) =>
      (access.mode === 'write' || access.mode === 'update') &&
      access.expression.kind !== 'name' &&
      rootName(access.expression) === root,
  );
}

/** A caller fills the slot before it hands it to this function. */
function isFilledByCaller(parameter: string, view: FunctionView): boolean {
  const at = view.facts.body.parameters.findIndex((each) => each.name === parameter);
  return (
    at >= 0 &&
    view.callers.some(({ call, view: caller }) => {
      const root = call.args[at] ? rootName(call.args[at]) : '';
      const message = caller.messages.get(root);
      return (
        message?.place === 'shared' &&
        message.isOwn &&
        caller.facts.accesses.some(
          (access) =>
            access.order < call.order &&
            access.mode === 'write' &&
            access.expression.kind !== 'name' &&
            rootName(access.expression) === root,
        )
      );
    })
  );
}
