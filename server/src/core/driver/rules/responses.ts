import { isChecked } from '../checks.ts';
import type { CallSite, Subscript } from '../facts.ts';
import { elementsIn } from '../elements.ts';
import type { Expression } from '../model.ts';
import { bare, lastField, pathOf, rootName, someIn } from '../paths.ts';
import { checkKeys, keysAmong, peerPaths, responseIds } from '../peers.ts';
import { isLimiting, isZero, keysOf } from '../values.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isCheckingCall, isGrantQuery } from '../vocabulary.ts';

/** XR204: the id of a response subscripts an array unchecked. */
export function findUncheckedIds(view: FunctionView, file: DriverView): Draft[] {
  const ids = responseIds(view, file);
  if (ids.size === 0) return [];
  for (const subscript of elementsIn(view)) {
    const among = keysAmong(subscript.index, ids, view);
    if (among.size === 0 || isLimiting(subscript.index)) continue;
    const keys = checkKeys(subscript.index, among, view);
    if (isBounded(keys, subscript.order, view, file)) continue;
    return [
      {
        span: placed(view, subscript.span),
        message: `The response's id (${textOf(view, subscript.index)}) comes from the other domain and indexes ${textOf(view, subscript.base)} unchecked. Compare it with the size of the table first.`,
        ...boundFix(subscript, view),
      },
    ];
  }
  return [];
}

/** A relational test, a mask, or equality with something of one's own. */
function isBounded(
  keys: ReadonlySet<string>,
  before: number,
  view: FunctionView,
  file: DriverView,
): boolean {
  if (isChecked(keys, view, file, { equality: false, before, upper: true })) return true;
  return view.facts.comparisons.some((each) => {
    if (each.order >= before || !/^[!=]=$/.test(each.operator)) return false;
    const left = [...keysOf(each.left, view)].some((key) => keys.has(key));
    const right = [...keysOf(each.right, view)].some((key) => keys.has(key));
    if (left === right) return false;
    const other = bare(left ? each.right : each.left);
    return other.kind !== 'literal' && !(other.kind === 'name' && /^[A-Z]/.test(other.name));
  });
}

/** `if (id >= ARRAY_SIZE) return;` only where the function returns nothing and the table is a known array. */
function boundFix(subscript: Subscript, view: FunctionView): Pick<Draft, 'fixes'> {
  const { returnType, text } = view.facts.body;
  const frames = subscript.frames.filter((frame) => frame.kind === 'loop');
  const leave = frames.length > 0 ? 'continue' : returnType === 'void' ? 'return' : undefined;
  const ring = /RING_(?:COPY|GET)_RESPONSE\s*\(\s*([^,]+),/.exec(text)?.[1];
  if (!leave || !ring) return {};
  const start = text.lastIndexOf('\n', subscript.span.start) + 1;
  const line = text.slice(start, subscript.span.start);
  const before = text.slice(0, start).trimEnd();
  if (!/[;{}]$/.test(before) || /^\s*(?:const\s+)?(?:struct\s+)?\w+\s+\*?\w+\s*=/.test(line))
    return {};
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  const step = indent.includes('\t') ? '\t' : '    ';
  const check = `${indent}if (${textOf(view, subscript.index)} >= RING_SIZE(${ring.trim()}))\n${indent}${step}${leave};\n`;
  return {
    fixes: [
      {
        title: 'Check the id against the ring size first',
        preferred: true,
        edits: [{ span: placed(view, { start, end: start }), newText: check }],
      },
    ],
  };
}

/** XR205: the id of a response cast back to a pointer. */
export function findIdPointers(view: FunctionView, file: DriverView): Draft[] {
  const ids = responseIds(view, file);
  if (ids.size === 0) return [];
  for (const cast of view.facts.casts) {
    if (!/\*|^P[A-Z][A-Z_]+$|_ptr_t$/.test(cast.type.trim())) continue;
    const inner = bare(cast.operand);
    if (inner.kind === 'address') continue;
    const among = keysAmong(inner, ids, view);
    if (among.size === 0 || isCastOfWhole(inner)) continue;
    const keys = checkKeys(inner, among, view);
    if (isChecked(keys, view, file, { equality: true, before: cast.order })) continue;
    return [
      {
        span: placed(view, cast.span),
        message: `The response's id becomes a pointer (${cast.type.trim()}): the other domain chooses the address. Keep a table of outstanding requests and use the id only to look one up.`,
      },
    ];
  }
  return [];
}

/** `(u8 *)&rsp->id` and subscripts by the id make no pointer out of the id. */
const isCastOfWhole = (expression: Expression): boolean =>
  expression.kind === 'index' || expression.kind === 'call';

/** XR206: a request completed by id, nothing having asked whether it is outstanding. */
export function findUnaskedCompletions(view: FunctionView, file: DriverView): Draft[] {
  const ids = responseIds(view, file);
  if (ids.size === 0) return [];
  const table = elementsOf(ids, view);
  if (table.subscripts.length === 0) return [];
  const completion = view.facts.calls.find((call) => completes(call, table, ids, view, file));
  if (!completion || isStateAsked(completion.order, table, ids, view, file)) return [];
  if (isAskedByCallers(view, file)) return [];
  return [
    {
      span: placed(view, completion.span),
      message: `${completion.callee}() completes the request that the response's id names, and nothing has asked whether that request is outstanding: a repeated or invented id completes one twice. Keep a state per entry and test it first.`,
    },
  ];
}

interface Elements {
  readonly subscripts: readonly Subscript[];
  /** Locals that point to the element or hold what was in it. */
  readonly aliases: ReadonlySet<string>;
}

function elementsOf(ids: ReadonlySet<string>, view: FunctionView): Elements {
  const subscripts = elementsIn(view).filter((each) => keysAmong(each.index, ids, view).size > 0);
  const paths = new Set(
    subscripts.map((each) => pathOf({ kind: 'index', ...each, start: 0, end: 0 })),
  );
  const aliases = new Set<string>();
  for (let round = 0; round < 2; round++)
    for (const assignment of view.facts.assignments) {
      if (assignment.target.kind !== 'name') continue;
      const from = bare(assignment.value);
      const isElement =
        [...paths].some((path) => pathOf(from).startsWith(path)) || isOffsetBy(from, ids, view);
      if (isElement || aliases.has(rootName(from))) aliases.add(assignment.target.name);
    }
  return { subscripts, aliases };
}

/** `table + id`, the element by pointer arithmetic. */
const isOffsetBy = (from: Expression, ids: ReadonlySet<string>, view: FunctionView): boolean =>
  from.kind === 'binary' &&
  from.operator === '+' &&
  bare(from.left).kind !== 'literal' &&
  /^(?:name|field)$/.test(bare(from.left).kind) &&
  keysAmong(from.left, ids, view).size === 0 &&
  keysAmong(from.right, ids, view).size > 0;

function touches(
  expression: Expression,
  table: Elements,
  ids: ReadonlySet<string>,
  view: FunctionView,
): boolean {
  return someIn(expression, (part) => {
    if (part.kind === 'index') return keysAmong(part.index, ids, view).size > 0;
    return part.kind === 'name' && table.aliases.has(part.name);
  });
}

function completes(
  call: CallSite,
  table: Elements,
  ids: ReadonlySet<string>,
  view: FunctionView,
  file: DriverView,
): boolean {
  const { callee } = call;
  if (
    call.prints ||
    isCheckingCall(callee) ||
    /^[A-Z_0-9]+$|^mem|^b(?:zero|copy)$|^Rtl(?:Zero|Copy|Fill)|(?:Zero|Copy|Set)Mem$|prefetch|lock/.test(
      callee,
    )
  )
    return false;
  if (isGrantQuery(callee) || asksState(call, table, ids, view, file)) return false;
  const isQuestion =
    call.use === 'condition' && call.args.every((arg) => bare(arg).kind === 'field');
  if (isQuestion) return false;
  return call.args.some(
    (arg) =>
      touches(arg, table, ids, view) ||
      (arg.kind !== 'literal' && keysAmong(arg, ids, view).size > 0 && file.byName.has(callee)),
  );
}

/** The call hands the id or the element to a function of the file that leaves when the element's state does not fit. */
function asksState(
  call: CallSite,
  table: Elements,
  ids: ReadonlySet<string>,
  view: FunctionView,
  file: DriverView,
): boolean {
  const callee = file.byName.get(call.callee);
  if (!callee) return false;
  const names = new Set<string>();
  const elements = new Set<string>();
  callee.facts.body.parameters.forEach((parameter, i) => {
    const arg = call.args[i];
    if (!arg) return;
    if (keysAmong(arg, ids, view).size > 0) names.add(parameter.name);
    else if (touches(arg, table, ids, view)) elements.add(parameter.name);
  });
  if (names.size === 0 && elements.size === 0) return false;
  const inside = elementsOf(names, callee);
  const aliases = new Set([...inside.aliases, ...elements]);
  return callee.facts.branches.some(
    (branch) =>
      branch.kind === 'if' &&
      branch.condition !== undefined &&
      callee.facts.leavingArms.has(`${branch.id}:0`) &&
      touches(branch.condition, { ...inside, aliases }, names, callee),
  );
}

function isStateAsked(
  before: number,
  table: Elements,
  ids: ReadonlySet<string>,
  view: FunctionView,
  file: DriverView,
): boolean {
  const isBefore = (order: number): boolean => order < before;
  const byRead = view.facts.accesses.some(
    (access) =>
      isBefore(access.order) &&
      access.mode === 'read' &&
      access.use !== 'value' &&
      access.use !== 'index' &&
      access.callee === undefined &&
      touches(access.expression, table, ids, view),
  );
  if (byRead) return true;
  return view.facts.calls.some(
    (call) =>
      isBefore(call.order) &&
      (asksState(call, table, ids, view, file) ||
        (isCheckingCall(call.callee) && call.args.some((arg) => touches(arg, table, ids, view)))),
  );
}

/** A function that is given the response after its callers looked at the entry's state. */
const isAskedByCallers = (view: FunctionView, file: DriverView): boolean =>
  view.callers.length > 0 &&
  view.callers.every((caller) => {
    const ids = responseIds(caller.view, file);
    const table = elementsOf(ids, caller.view);
    return ids.size > 0 && isStateAsked(caller.call.order, table, ids, caller.view, file);
  });

/** XR207: the table of requests indexed by the place of the response. */
export function findOrderAssumed(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'backend' || /rx|recv|receive/i.test(view.name)) return [];
  const consumesResponses =
    view.facts.calls.some((call) => /RING_(?:GET|COPY)_RESPONSE$/.test(call.callee)) ||
    peerPaths(view, file, ({ message }) => message.what === 'response').size > 0 ||
    view.facts.accesses.some((access) =>
      /(?:^|\.)\w*_?(?:rsp_prod|prod_rsp|rsp_cons)$/.test(access.path),
    );
  if (!consumesResponses) return [];
  const ids = responseIds(view, file);
  for (const subscript of view.facts.subscripts) {
    if (keysAmong(subscript.index, ids, view).size > 0) return [];
    if (!isSlotNumber(subscript.index, view)) continue;
    if (/ring|desc|slot|rsp|resp/i.test(lastField(subscript.base))) continue;
    return [
      {
        span: placed(view, subscript.span),
        message: `${textOf(view, subscript.base)} is indexed by the place of the response, but responses may come in any order: look the request up by the response's id.`,
      },
    ];
  }
  return [];
}

/** `cons & mask`, directly or through a local. */
function isSlotNumber(index: Expression, view: FunctionView): boolean {
  const inner = bare(index);
  if (inner.kind === 'name') {
    const value = view.facts.assignments.find((each) => each.path === inner.name)?.value;
    return value !== undefined && value.kind === 'binary' && isSlotNumber(value, view);
  }
  if (inner.kind !== 'binary' || !/^[&%]$/.test(inner.operator)) return false;
  const counter = bare(inner.left);
  if (counter.kind === 'literal') return false;
  const path = pathOf(counter);
  if (/(?:^|_|\.)(?:rsp_)?cons$/.test(path)) return true;
  const keys = keysOf(counter, view);
  return [...keys].some((key) => /(?:\.|^|_)rsp_cons$|\w*cons$/.test(key));
}

/** XR405: a negative status kept in a type that cannot be negative. */
export function findTruncatedStatus(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'backend') return [];
  const statuses = peerPaths(
    view,
    file,
    ({ field, message }) => message.what === 'response' && /^(?:\w+_)?status$/.test(field),
  );
  return view.facts.assignments.flatMap((assignment) => {
    const { target } = assignment;
    const value = bare(assignment.value);
    if (target.kind !== 'name' || !statuses.has(pathOf(value))) return [];
    if (/len|size|bytes|count/i.test(target.name) || isNetwork(value, view)) return [];
    const type = view.facts.variables.get(target.name)?.type ?? '';
    if (!isNarrowOrUnsigned(type) || isOnlyTestedForZero(target.name, view)) return [];
    return [
      {
        span: placed(view, assignment.span),
        message: `status is a signed 16-bit value, negative on failure; in ${type} it becomes a positive number. Keep it in int16_t or int.`,
      },
    ];
  });
}

/** A received packet's status is its length. */
const isNetwork = (value: Expression, view: FunctionView): boolean =>
  /net/i.test(view.messages.get(rootName(value))?.type ?? '');

const isNarrowOrUnsigned = (type: string): boolean =>
  /^(?:u_?int(?:8|16|32|64)?(?:_t)?|u(?:8|16|32|64)|__u\d+|u_char|u_short|u_long|uchar|unsigned(?: \w+)*|int8_t|s8|char|signed char|UINT\w*|U?CHAR|BYTE|size_t|UCHAR|USHORT|ULONG)$/.test(
    type,
  );

function isOnlyTestedForZero(name: string, view: FunctionView): boolean {
  const reads = view.facts.accesses.filter(
    (access) => access.path === name && access.mode === 'read' && !access.isPrinted,
  );
  return reads.every((read) =>
    view.facts.comparisons.some(
      (each) =>
        /^[!=]=$/.test(each.operator) &&
        each.statement === read.statement &&
        (isOkay(each.left) || isOkay(each.right)),
    ),
  );
}

const isOkay = (expression: Expression): boolean => {
  const inner = bare(expression);
  return isZero(inner) || (inner.kind === 'name' && /OKAY|SUCCESS/.test(inner.name));
};
