import type { Branch, CallSite } from '../facts.ts';
import { bare, lastField, pathOf, rootName, someIn } from '../paths.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isEagerBind, isGrantEnd, isGrantMap, isGrantQuery, isThreadStop } from '../vocabulary.ts';

/** XR503: results of a batch of grant mappings used, or the loop left, without asking each operation's status. */
export function findIgnoredGrantStatus(view: FunctionView, _file: DriverView): Draft[] {
  const map = view.facts.calls.find((call) => mapsBatch(call, view));
  if (!map) return [];
  for (const loop of view.facts.branches) {
    if (loop.kind !== 'loop' || loop.order < map.order) continue;
    const draft = judgeLoop(loop, map, view);
    if (draft) return [draft];
  }
  return [];
}

const mapsBatch = (call: CallSite, view: FunctionView): boolean =>
  (isGrantMap(call.callee) && call.args.length >= 2 && !/single|one_?|_ref$/.test(call.callee)) ||
  (call.callee.endsWith('grant_table_op') &&
    call.args[0] !== undefined &&
    /map_grant_ref|GNTTABOP_map/.test(textOf(view, call.args[0])) &&
    !/unmap/.test(textOf(view, call.args[0])));

function judgeLoop(loop: Branch, map: CallSite, view: FunctionView): Draft | undefined {
  const inside = (event: { order: number }): boolean =>
    event.order > loop.order && event.order < loop.endOrder;
  const tables = new Set(map.args.map((arg) => lastField(bare(arg))).filter((name) => name !== ''));
  const elementReads = view.facts.accesses.filter(
    (access) => inside(access) && access.mode !== 'write',
  );
  const ofTable = elementReads.filter((access) =>
    someIn(access.expression, (part) => part.kind === 'index' && tables.has(lastField(part.base))),
  );
  const results = ofTable.filter((access) =>
    /^(?:handle|page|dev_bus_addr|host_addr)$/.test(lastField(access.expression)),
  );
  const status = elementReads.filter((access) =>
    /^(?:status|op_status)$/.test(lastField(access.expression)),
  );
  const asked = status.length > 0 || asksThroughHelper(view, inside, tables);
  const firstResult =
    results.find((access) => lastField(access.expression) === 'handle') ?? results[0];
  if (!firstResult) return undefined;
  if (!asked)
    return {
      span: placed(view, firstResult.expression),
      message: `${textOf(view, firstResult.expression)} is used and the operation's own status is not looked at: the batch can succeed while single mappings failed.`,
      evidence: [{ span: placed(view, map.span), message: 'The batch is mapped here' }],
    };
  return earlyExit(loop, view, inside);
}

function asksThroughHelper(
  view: FunctionView,
  inside: (event: { order: number }) => boolean,
  tables: ReadonlySet<string>,
): boolean {
  return view.facts.calls.some(
    (call) =>
      inside(call) &&
      !call.prints &&
      call.args.some(
        (arg) =>
          arg.kind === 'address' &&
          arg.operand.kind === 'index' &&
          tables.has(lastField(arg.operand.base)),
      ) &&
      /status|check|ok|valid|error/i.test(call.callee),
  );
}

/** The loop is left at the first failure, though later mappings may have succeeded and need unmapping. */
function earlyExit(
  loop: Branch,
  view: FunctionView,
  inside: (event: { order: number }) => boolean,
): Draft | undefined {
  const records = view.facts.assignments.some(
    (each) => inside(each) && lastField(bare(each.value)) === 'handle',
  );
  if (!records) return undefined;
  for (const branch of view.facts.branches) {
    if (branch.kind !== 'if' || !inside(branch) || !branch.condition) continue;
    const asks = someIn(
      branch.condition,
      (part) => part.kind === 'field' && part.field === 'status',
    );
    if (!asks) continue;
    const exit = view.facts.exits.find(
      (each) =>
        each.order > branch.order &&
        each.order < branch.endOrder &&
        each.kind !== 'continue' &&
        each.kind !== 'label' &&
        !(each.kind === 'goto' && staysInLoop(each.label, view, inside)) &&
        each.frames.at(-1)?.id === branch.id,
    );
    if (!exit) continue;
    return {
      span: placed(view, branch.condition),
      message:
        'The loop is left at the first failed mapping: the mappings after it that succeeded are never recorded and stay mapped. Record every handle, then clean up.',
      evidence: [{ span: placed(view, exit.span), message: 'Left here' }],
    };
  }
  return undefined;
}

/** A goto to a label of the same loop goes on with the next operation. */
const staysInLoop = (
  label: string,
  view: FunctionView,
  inside: (event: { order: number }) => boolean,
): boolean =>
  view.facts.exits.some((each) => each.kind === 'label' && each.label === label && inside(each));

/** XR504: asking whether a grant is in use, then ending it: the peer can map it in between. */
export function findGrantRaces(view: FunctionView, file: DriverView): Draft[] {
  for (const query of view.facts.calls) {
    if (!asksAboutGrant(query.callee, file) || !decides(query, view)) continue;
    const grant = query.args[0] ? pathOf(query.args[0]) : '';
    const end = view.facts.calls.find(
      (call) =>
        isGrantEnd(call.callee) &&
        call.order > query.order &&
        call.args.some((arg) => pathOf(arg) === grant || rootName(arg) === grant),
    );
    const any =
      end ??
      view.facts.calls.find(
        (call) => isGrantEnd(call.callee) && call.order > query.order && /access/.test(call.callee),
      );
    if (!any) continue;
    return [
      {
        span: placed(view, query.span),
        message: `${query.callee}() only tells what was true a moment ago: the other domain can map the grant before ${any.callee}() ends it. Use the call that ends access and says whether it could.`,
        evidence: [{ span: placed(view, any.span), message: 'Access is ended here' }],
      },
    ];
  }
  return [];
}

/** The query itself, or a function of the file that hands on its answer. */
function asksAboutGrant(callee: string, file: DriverView): boolean {
  if (isGrantQuery(callee)) return true;
  const view = file.byName.get(callee);
  return (
    view !== undefined &&
    view.facts.exits.some(
      (exit) =>
        exit.kind === 'return' &&
        exit.value !== undefined &&
        someIn(exit.value, (part) => part.kind === 'call' && isGrantQuery(part.callee)),
    )
  );
}

/** The answer stands in a condition, or in a variable that does; a question for a log line decides nothing. */
const decides = (call: CallSite, view: FunctionView): boolean =>
  call.use !== 'value' ||
  view.facts.assignments.some(
    (each) =>
      each.span.start <= call.span.start &&
      each.span.end >= call.span.end &&
      view.facts.accesses.some(
        (access) =>
          access.path === each.path &&
          access.order > each.order &&
          access.use !== 'value' &&
          !access.isPrinted,
      ),
  );

/** XR601: a Linux event channel bound so that every event is acknowledged at once. */
export function findEagerBinds(view: FunctionView, file: DriverView): Draft[] {
  if (file.platform === 'other') return [];
  return view.facts.calls.flatMap((call) => {
    if (!isEagerBind(call.callee)) return [];
    const handler = call.args.find((arg) => arg.kind === 'name' && file.byName.has(arg.name));
    if (!handler && !/handler/.test(call.callee)) return [];
    return [
      {
        span: placed(view, call.span),
        message: `${call.callee}() acknowledges every event at once, so the other domain can raise a storm of them. Bind with the lateeoi variant and call xen_irq_lateeoi() when the ring has been served.`,
      },
    ];
  });
}

/** XR602: a stopped thread's pointer left behind while others still test it. */
export function findStaleThreads(view: FunctionView, file: DriverView): Draft[] {
  return view.facts.calls.flatMap((call) => {
    const thread = call.args[0];
    if (!isThreadStop(call.callee) || thread?.kind !== 'field') return [];
    const isCleared = view.facts.assignments.some(
      (each) =>
        each.order > call.order &&
        each.target.kind === 'field' &&
        each.target.field === thread.field,
    );
    const startsIt = view.facts.assignments.some(
      (each) =>
        each.order < call.order &&
        each.target.kind === 'field' &&
        each.target.field === thread.field &&
        bare(each.value).kind === 'call',
    );
    if (startsIt || isCleared || isFreed(rootName(thread), call.order, view)) return [];
    const other = file.functions.find((each) => testsThread(each, thread.field, view));
    if (!other) return [];
    return [
      {
        span: placed(view, call.span),
        message: `${textOf(view, thread)} keeps pointing to a thread that has ended, and ${other.name}() still tests it: a later event wakes freed memory. Set it to NULL.`,
      },
    ];
  });
}

const isFreed = (root: string, after: number, view: FunctionView): boolean =>
  root !== '' &&
  view.facts.calls.some(
    (call) =>
      call.order > after &&
      /^(?:k|v|kv|kz|kvz|x|g_|uk_|devm_k)?free(?:_\w+)?$/.test(call.callee) &&
      call.args.some((arg) => pathOf(arg) === root),
  );

const testsThread = (other: FunctionView, field: string, view: FunctionView): boolean =>
  other !== view &&
  other.facts.accesses.some(
    (access) =>
      access.mode === 'read' &&
      access.expression.kind === 'field' &&
      access.expression.field === field,
  );
