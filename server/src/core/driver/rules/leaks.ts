import { messageOf } from '../build.ts';
import type { Assignment } from '../facts.ts';
import { messageOfType, slotOf } from '../messages.ts';
import type { Expression, Variable } from '../model.ts';
import { bare, lastField, partsOf, pathOf, rootName } from '../paths.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isDirtyPageAllocation, isGrantGive } from '../vocabulary.ts';

/** Responses with no byte that a field does not cover. */
const withoutPadding = /netif_(?:tx|rx)_response|netif_ctrl_response/;

/** XR501: a response built on the stack and copied whole, padding and all. */
export function findLeakedPadding(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'frontend') return [];
  const drafts: Draft[] = [];
  for (const variable of view.facts.variables.values()) {
    if (variable.pointerDepth > 0 || variable.isArray || withoutPadding.test(variable.type))
      continue;
    if (messageOfType(variable.type) !== 'response' || isParameter(variable, view)) continue;
    const copies = copiesToRing(variable.name, view, file);
    const first = copies[0];
    if (
      !first ||
      !hasFieldWrites(variable.name, view) ||
      isCleared(variable.name, first.order, view)
    )
      continue;
    drafts.push({
      span: placed(view, first.span),
      message: `${variable.name} is built on the stack and copied whole: its padding bytes carry old stack contents into memory that the other domain reads. Write the fields into the slot, or clear the struct first.`,
      evidence: [
        {
          span: placed(view, variable),
          message: `${variable.name} is declared without being cleared`,
        },
        ...copies
          .slice(1)
          .map((copy) => ({ span: placed(view, copy.span), message: 'Copied here too' })),
      ],
      ...(isInitialized(variable) ? { severity: 'hint' as const } : {}),
      ...clearFix(variable, view),
    });
  }
  return drafts;
}

const isParameter = (variable: Variable, view: FunctionView): boolean =>
  view.facts.body.parameters.some((parameter) => parameter.name === variable.name);

const isInitialized = (variable: Variable): boolean =>
  variable.initializer?.kind === 'list' && variable.initializer.initializer;

interface RingCopy {
  readonly order: number;
  readonly span: { readonly start: number; readonly end: number };
}

function copiesToRing(name: string, view: FunctionView, file: DriverView): RingCopy[] {
  const copies: RingCopy[] = [];
  const isSlot = (expression: Expression): boolean =>
    slotOf(expression)?.what === 'response' ||
    (messageOf(expression, view, file)?.what === 'response' &&
      messageOf(expression, view, file)?.place !== 'copy');
  for (const call of view.facts.calls) {
    const [to, from] = call.args;
    if (!/mem(?:cpy|move)$|CopyMem|RtlCopyMemory/.test(call.callee) || !to || !from) continue;
    if (from.kind === 'address' && pathOf(from) === name && isSlot(to)) copies.push(call);
  }
  for (const call of view.facts.calls) {
    const callee = file.byName.get(call.callee);
    const at = call.args.findIndex((arg) => arg.kind === 'address' && pathOf(arg) === name);
    const parameter = callee?.facts.body.parameters[at];
    if (callee && callee !== view && parameter && copiesParameter(parameter.name, callee))
      copies.push(call);
  }
  for (const assignment of view.facts.assignments) {
    const { target, value } = assignment;
    if (
      target.kind === 'pointee' &&
      bare(value).kind === 'name' &&
      pathOf(value) === name &&
      isSlot(target.operand)
    )
      copies.push(assignment);
  }
  return copies.sort((a, b) => a.order - b.order);
}

/** `memcpy(slot, from, n)` or `*slot = *from` in a function that is handed the response. */
function copiesParameter(name: string, view: FunctionView): boolean {
  const isOwnSlot = (expression: Expression): boolean =>
    slotOf(expression)?.what === 'response' ||
    (rootName(expression) !== name && view.messages.get(rootName(expression))?.place === 'shared');
  return (
    view.facts.calls.some(
      ({ callee, args: [to, from] }) =>
        /mem(?:cpy|move)$|CopyMem|RtlCopyMemory/.test(callee) &&
        to !== undefined &&
        from !== undefined &&
        pathOf(bare(from)) === name &&
        isOwnSlot(to),
    ) ||
    view.facts.assignments.some(
      ({ target, value }) =>
        target.kind === 'pointee' && pathOf(value) === `${name}.*` && isOwnSlot(target.operand),
    )
  );
}

const hasFieldWrites = (name: string, view: FunctionView): boolean =>
  view.facts.assignments.some((each) => each.path.startsWith(`${name}.`));

/** memset, `= {0}` with nothing else in it, or assigned as a whole. */
function isCleared(name: string, before: number, view: FunctionView): boolean {
  const byCall = view.facts.calls.some(
    (call) =>
      call.order < before &&
      /memset|bzero|ZeroMem|RtlZeroMemory|clear/i.test(call.callee) &&
      call.args.some((arg) => pathOf(arg) === name),
  );
  const variable = view.facts.variables.get(name);
  const initial = variable?.initializer;
  const isZeroList =
    initial?.kind === 'list' &&
    initial.items.every((item) => item.kind === 'literal' && /^[0{} ]*$/.test(item.text));
  const isWhole = view.facts.assignments.some(
    (each) => each.path === name && each.declares === undefined && each.order < before,
  );
  return byCall || isZeroList || isWhole;
}

function clearFix(variable: Variable, view: FunctionView): Pick<Draft, 'fixes'> {
  const text = view.facts.body.text;
  if (variable.initializer || !/^\s*[;,]/.test(text.slice(variable.end))) return {};
  const at = placed(view, { start: variable.end, end: variable.end });
  return {
    fixes: [
      {
        title: `Clear ${variable.name} where it is declared`,
        preferred: true,
        edits: [{ span: at, newText: ' = {0}' }],
      },
    ],
  };
}

/** XR502: a page given to the other domain with its old contents. */
export function findDirtyPages(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'backend') return [];
  const drafts: Draft[] = [];
  for (const assignment of view.facts.assignments) {
    const call = bare(assignment.value);
    if (call.kind !== 'call' || !isDirtyPageAllocation(call.callee)) continue;
    if (/ZERO|zeroed|M_ZERO|KM_ZERO/i.test(textOf(view, call))) continue;
    if (!reachesGrant(assignment, view, file) || isOverwritten(assignment, view)) continue;
    drafts.push({
      span: placed(view, call),
      message: `The page from ${call.callee}() is given to the other domain with its old contents. Allocate it zeroed (__GFP_ZERO, get_zeroed_page, M_ZERO).`,
      ...zeroFix(call, view),
    });
  }
  return drafts;
}

function zeroFix(
  call: Extract<Expression, { kind: 'call' }>,
  view: FunctionView,
): Pick<Draft, 'fixes'> {
  const flags = call.args.find((arg) => /\b(?:GFP|__GFP)_/.test(textOf(view, arg)));
  if (!flags) return {};
  const at = placed(view, { start: flags.end, end: flags.end });
  return {
    fixes: [
      {
        title: 'Allocate the page zeroed',
        preferred: true,
        edits: [{ span: at, newText: ' | __GFP_ZERO' }],
      },
    ],
  };
}

function reachesGrant(assignment: Assignment, view: FunctionView, file: DriverView): boolean {
  const name = assignment.path;
  const carriers = new Set([name]);
  const fields = new Set<string>();
  for (const each of view.facts.assignments) {
    if (each.order <= assignment.order) continue;
    const from = bare(each.value);
    const carries =
      carriers.has(pathOf(from)) ||
      (from.kind === 'call' && from.args.some((arg) => carriers.has(pathOf(bare(arg)))));
    if (!carries) continue;
    if (each.target.kind === 'field') fields.add(each.target.field);
    else carriers.add(each.path);
  }
  if (assignment.target.kind === 'field') fields.add(assignment.target.field);
  for (const call of view.facts.calls)
    if (/RING_INIT/.test(call.callee) && call.args.some((arg) => carriers.has(pathOf(bare(arg)))))
      fields.add('sring');
  const isGiven = (in_: FunctionView, expression: Expression): boolean => {
    if (in_ === view && carriers.has(pathOf(expression))) return true;
    if (expression.kind === 'field') return fields.has(expression.field);
    return partsOf(expression).some((part) => isGiven(in_, part));
  };
  if (travelsInBuffer(name, view)) return true;
  return file.functions.some((other) =>
    other.facts.calls.some(
      (call) => isGrantGive(call.callee) && call.args.some((arg) => isGiven(other, arg)),
    ),
  );
}

/** The page is attached to a packet buffer that the function gives back to one that grants pages. */
function travelsInBuffer(name: string, view: FunctionView): boolean {
  const isAttached = view.facts.calls.some(
    (call) =>
      /add_rx_frag|fill_page|add_frag|attach/i.test(call.callee) &&
      call.args.some((arg) => pathOf(bare(arg)) === name),
  );
  return (
    isAttached &&
    view.callers.some((caller) => caller.view.facts.calls.some((call) => isGrantGive(call.callee)))
  );
}

function isOverwritten(assignment: Assignment, view: FunctionView): boolean {
  return view.facts.calls.some(
    (call) =>
      call.order > assignment.order &&
      /^(?:memset|bzero|clear_page|clear_highpage|ZeroMem|RtlZeroMemory|memcpy|copy_page|pagezero)$/.test(
        call.callee,
      ) &&
      call.args[0] !== undefined &&
      (rootName(call.args[0]) === assignment.path ||
        lastField(call.args[0]) === lastField(assignment.target)),
  );
}
