import type { FunctionFacts } from './facts.ts';
import {
  isMappedSegments,
  isSegmentType,
  messageOfType,
  slotOf,
  type Message,
} from './messages.ts';
import type { Expression, Variable } from './model.ts';
import { bare, pathOf, rootName, rootOf } from './paths.ts';
import { platformOf } from './platform.ts';
import type { DriverSource } from './read-file.ts';
import { assignRoles } from './roles.ts';
import { tracedValues } from './values.ts';
import type { DriverView, FunctionView } from './view.ts';

/** Rounds of carrying messages from callers to callees and back: one level of calls, then what that uncovers. */
const ROUNDS = 3;

/** Joins the functions of a file: who calls whom, which variable holds which message, which side each serves. */
export function viewOf(source: DriverSource): DriverView {
  const functions = source.functions.map(({ facts, baseOffset }): FunctionView => ({
    name: facts.body.name,
    facts,
    baseOffset,
    role: 'either',
    callers: [],
    messages: new Map(),
    handed: new Map(),
    ...tracedValues(facts),
  }));
  const byName = new Map(functions.map((view) => [view.name, view]));
  for (const view of functions)
    for (const call of view.facts.calls)
      if (call.callee !== view.name) byName.get(call.callee)?.callers.push({ view, call });
  const view: DriverView = {
    source,
    functions,
    byName,
    members: membersOf(source),
    platform: platformOf(source.text),
  };
  assignRoles(view);
  for (let round = 0; round < ROUNDS; round++) {
    for (const each of functions) learnMessages(each, view);
    for (const each of functions) passToCallees(each, view);
  }
  for (const each of functions) settleImports(each);
  for (const each of functions) settleOwnership(each);
  return view;
}

function membersOf(source: DriverSource): ReadonlyMap<string, Message> {
  const members = new Map<string, Message>();
  for (const struct of source.structs)
    for (const member of struct.members) {
      const what = messageOfType(member.type);
      if (what && member.pointerDepth === 0)
        members.set(member.name, { what, place: 'copy', isOwn: false, type: member.type });
    }
  return members;
}

/** The message an expression points to or holds. */
export function messageOf(
  expression: Expression,
  view: FunctionView,
  file: DriverView,
): Message | undefined {
  const found = heldBy(expression, view, file);
  return found && !found.isOwn && isOwnSide(found, view) ? { ...found, isOwn: true } : found;
}

/** Frontends own requests (and the segments they describe), backends own responses. */
const isOwnSide = (message: Message, view: FunctionView): boolean =>
  (view.role === 'frontend' && (message.what === 'request' || message.what === 'segments')) ||
  (view.role === 'backend' && message.what === 'response');

function heldBy(expression: Expression, view: FunctionView, file: DriverView): Message | undefined {
  const slot = slotOf(expression);
  if (slot) return slot;
  const root = rootOf(expression);
  if (root.kind === 'name') {
    const known = view.messages.get(root.name);
    if (known) return known;
    return memberMessage(expression, file);
  }
  if (root.kind === 'call') {
    const direct = slotOf(root);
    return direct ?? returnedMessage(root.callee, file);
  }
  if (root.kind === 'conditional')
    return messageOf(root.whenTrue, view, file) ?? messageOf(root.whenFalse, view, file);
  return undefined;
}

function memberMessage(expression: Expression, file: DriverView): Message | undefined {
  for (let at: Expression | undefined = bare(expression); at;) {
    if (at.kind === 'field') {
      const member = file.members.get(at.field);
      if (member) return member;
      const named = /^(?:\w+_)?(rsp|resp|response)$/.exec(at.field);
      if (named && /desc|ring|xrd/i.test(rootName(at)))
        return { what: 'response', place: 'shared', isOwn: false, type: '' };
      at = bare(at.base);
    } else if (at.kind === 'index') at = bare(at.base);
    else if (at.kind === 'address' || at.kind === 'pointee') at = bare(at.operand);
    else at = undefined;
  }
  return undefined;
}

function returnedMessage(callee: string, file: DriverView): Message | undefined {
  const view = file.byName.get(callee);
  if (!view || view.facts.calls.length > 40) return undefined;
  for (const exit of view.facts.exits) {
    const slot = exit.value && slotOf(exit.value);
    if (slot) return slot;
    const root = exit.value && rootOf(exit.value);
    const known = root?.kind === 'name' ? view.messages.get(root.name) : undefined;
    if (known?.place === 'shared') return known;
  }
  return undefined;
}

function learnMessages(view: FunctionView, file: DriverView): void {
  const { facts, messages } = view;
  for (const variable of facts.variables.values()) learnFromType(variable, messages);
  for (const assignment of facts.assignments) {
    const { target, value } = assignment;
    if (target.kind === 'pointee' && target.operand.kind === 'name') {
      const slot = slotOf(value);
      if (slot) messages.set(target.operand.name, slot);
    }
    if (target.kind !== 'name') continue;
    const variable = facts.variables.get(target.name);
    const found = variable && heldAfter(variable, value, view, file);
    if (found) messages.set(target.name, withType(found, variable));
  }
  for (const call of facts.calls) learnFromCopy(call.callee, call.args, view, file);
}

function learnFromType(variable: Variable, messages: Map<string, Message>): void {
  if (messages.has(variable.name)) return;
  const what =
    messageOfType(variable.type) ?? (isSegmentType(variable.type) ? 'segments' : undefined);
  if (!what) return;
  const place = variable.pointerDepth === 0 && !variable.isArray ? 'copy' : 'unknown';
  messages.set(variable.name, { what, place, isOwn: false, type: variable.type });
}

function heldAfter(
  variable: Variable,
  value: Expression,
  view: FunctionView,
  file: DriverView,
): Message | undefined {
  if (isMappedSegments(variable, value))
    return {
      what: 'segments',
      place: 'shared',
      isOwn: view.role === 'frontend',
      type: variable.type,
    };
  const inner = bare(value);
  if (inner.kind === 'pointee') {
    const from = messageOf(inner.operand, view, file);
    return from && variable.pointerDepth === 0 ? { ...from, place: 'copy' } : undefined;
  }
  if (variable.pointerDepth === 0) return undefined;
  if (inner.kind === 'field' || (inner.kind === 'index' && !isSegmentType(variable.type)))
    return undefined;
  const from = messageOf(inner, view, file);
  if (!from) return undefined;
  if (inner.kind === 'address' && from.place === 'unknown') return { ...from, place: 'copy' };
  return from;
}

const withType = (message: Message, variable: Variable | undefined): Message =>
  variable && (message.type === '' || messageOfType(variable.type))
    ? { ...message, type: variable.type }
    : message;

/** RING_COPY_x(ring, index, &copy) and memcpy(&copy, slot, n). */
function learnFromCopy(
  callee: string,
  args: readonly Expression[],
  view: FunctionView,
  file: DriverView,
): void {
  const copy = /ring_copy_(request|response)$/i.exec(callee);
  const target = copy ? args[2] : args[0];
  if (!target) return;
  const name = rootName(target);
  const variable = view.facts.variables.get(name);
  if (!variable || bare(target).kind === 'field') return;
  if (copy) {
    const what = /^req/i.test(copy[1] ?? '') ? 'request' : 'response';
    view.messages.set(name, { what, place: 'copy', isOwn: false, type: variable.type });
  } else if (/^(?:__builtin_)?(?:mem(?:cpy|move)|RtlCopyMemory|CopyMem|bcopy)$/.test(callee)) {
    const from = args[1] && messageOf(args[1], view, file);
    if (from && !view.messages.get(name)?.isOwn && slotOf(target) === undefined)
      view.messages.set(name, { ...from, place: 'copy', type: variable.type });
  }
}

/** A parameter holds what the file's callers pass; shared wins over copied. */
function passToCallees(view: FunctionView, file: DriverView): void {
  for (const call of view.facts.calls) {
    const callee = file.byName.get(call.callee);
    if (!callee || callee === view) continue;
    call.args.forEach((arg, i) => {
      const parameter = callee.facts.body.parameters[i];
      if (!parameter) return;
      passArgument(arg, parameter, callee, { view, file });
      takeOutParameter(arg, parameter, callee, view);
    });
  }
}

function passArgument(
  arg: Expression,
  parameter: Variable,
  callee: FunctionView,
  from: { readonly view: FunctionView; readonly file: DriverView },
): void {
  const inner = bare(arg);
  if (
    inner.kind === 'field' ||
    (inner.kind === 'address' &&
      inner.operand.kind === 'field' &&
      !from.file.members.has(inner.operand.field))
  )
    return;
  const message = messageOf(arg, from.view, from.file);
  if (!message || parameter.pointerDepth === 0 || message.place === 'unknown') return;
  if (isReassigned(callee.facts, parameter.name)) return;
  const known = callee.messages.get(parameter.name);
  if (known?.place === 'shared') return;
  if (known && !compatible(known, message)) return;
  callee.messages.set(parameter.name, { ...message, type: parameter.type });
}

const compatible = (a: Message, b: Message): boolean => a.what === b.what || a.type === '';

const isReassigned = (facts: FunctionFacts, name: string): boolean =>
  facts.assignments.some((assignment) => assignment.path === name);

/** `get_slot(ring, &req)` where the callee stores a slot through its parameter. */
function takeOutParameter(
  arg: Expression,
  parameter: Variable,
  callee: FunctionView,
  view: FunctionView,
): void {
  if (arg.kind !== 'address' || arg.operand.kind !== 'name' || parameter.pointerDepth < 2) return;
  const stored = callee.messages.get(parameter.name);
  if (stored?.place !== 'shared') return;
  const variable = view.facts.variables.get(arg.operand.name);
  view.messages.set(arg.operand.name, withType(stored, variable));
}

function settleOwnership(view: FunctionView): void {
  for (const [name, message] of view.messages)
    if (!message.isOwn && isOwnSide(message, view))
      view.messages.set(name, { ...message, isOwn: true });
}

/**
 * A function that no one in the file calls and that converts an entry of another ABI field by field is handed the
 * ring slot itself: structures of another ABI exist nowhere else.
 */
function settleImports(view: FunctionView): void {
  if (view.callers.length > 0) return;
  for (const { name, type, pointerDepth } of view.facts.body.parameters) {
    const message = view.messages.get(name);
    if (message?.place !== 'unknown' || pointerDepth !== 1 || !/x86_?(?:32|64)|_32|_64/.test(type))
      continue;
    const converts = view.facts.assignments.some(
      ({ target, value }) =>
        target.kind === 'field' &&
        rootName(target) !== name &&
        view.messages.get(rootName(target))?.what === message.what &&
        pathOf(value) === `${name}.${target.field}`,
    );
    if (converts) view.messages.set(name, { ...message, place: 'shared' });
  }
}
