import { isOnOnePath, loopsOf, type Branch, type CallSite } from '../facts.ts';
import { finalCheckFix } from '../fixes.ts';
import { lastField, pathOf, someIn } from '../paths.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { boundsOutstanding, isReadBarrier, isSleep } from '../vocabulary.ts';

const unconsumed = /^RING_HAS_UNCONSUMED_(?:REQUESTS|RESPONSES)$/;
const finalCheck = /RING_FINAL_CHECK_FOR_(?:REQUESTS|RESPONSES)/;

/** XR302: sleeping, or leaving an interrupt handler, with the peer still told not to notify. */
export function findLostWakeups(view: FunctionView, file: DriverView): Draft[] {
  const drain = drainLoop(view) ?? drainInCallee(view, file);
  if (!drain || rearms(view) || drain.rearmed) return [];
  if (
    view.facts.accesses.some(
      (access) => access.path.includes('rsp_event') || access.path.includes('req_event'),
    )
  )
    return [];
  const sleep = view.facts.calls.find(
    (call) => isSleep(call.callee) && (call.order >= drain.order || sharesLoop(call, drain)),
  );
  if (sleep)
    return [
      {
        span: placed(view, sleep.span),
        message:
          'The ring is found empty and then this waits, but the event index was not re-armed: an entry that arrives in between is never announced. Use RING_FINAL_CHECK_FOR_* and look again before waiting.',
        evidence: [{ span: placed(view, drain.span), message: 'The ring is emptied here' }],
        ...(drain.loop ? finalCheckFix(drain.loop, view) : {}),
      },
    ];
  if (!drain.direct || !isHandler(view, file) || isCheckedByCaller(view)) return [];
  return [
    {
      span: placed(view, drain.span),
      message:
        'This interrupt handler empties the ring and returns without RING_FINAL_CHECK_FOR_*: an entry that arrives after the last look is never announced.',
    },
  ];
}

interface Drain {
  readonly order: number;
  /** Loops that enclose the place. */
  readonly loops: readonly number[];
  readonly span: { readonly start: number; readonly end: number };
  readonly direct: boolean;
  /** The loop itself, when it stands in the function that sleeps. */
  readonly loop?: Branch;
  readonly rearmed: boolean;
}

/** In a loop around both, the sleep before the drain is the sleep after it. */
const sharesLoop = (call: CallSite, drain: Drain): boolean =>
  loopsOf(call).some((loop) => drain.loops.includes(loop));

function drainLoop(view: FunctionView): Drain | undefined {
  const loop = view.facts.branches.find(
    (branch) => branch.kind === 'loop' && emptiesRing(branch, view),
  );
  return (
    loop && {
      order: loop.endOrder,
      loops: loopsOf(loop),
      span: loop.condition ?? loop.span,
      direct: true,
      loop,
      rearmed: false,
    }
  );
}

/** The loop's condition asks the ring for more, or compares a consumer with a producer index of the ring. */
function emptiesRing(loop: Branch, view: FunctionView): boolean {
  const asks = view.facts.calls.some(
    (call) =>
      unconsumed.test(call.callee) &&
      call.frames.findLast((frame) => frame.kind === 'loop')?.id === loop.id &&
      call.use !== 'value',
  );
  if (asks) return true;
  return (
    loop.condition !== undefined &&
    view.facts.comparisons.some(
      (each) =>
        each.loop === loop.id &&
        each.operator === '!=' &&
        someIn(each.right, (part) =>
          /sring\.(?:req|rsp)_prod$/.test(
            [...(view.sources.get(pathOf(part)) ?? [pathOf(part)])].join(' '),
          ),
        ),
    )
  );
}

/** The ring is emptied by a function that this one calls, or by one that that one calls. */
function drainInCallee(view: FunctionView, file: DriverView, depth = 0): Drain | undefined {
  for (const call of view.facts.calls) {
    const callee = file.byName.get(call.callee);
    if (!callee || callee === view) continue;
    const drain =
      drainLoop(callee) ?? (depth === 0 ? drainInCallee(callee, file, depth + 1) : undefined);
    if (drain)
      return {
        order: call.order,
        loops: loopsOf(call),
        span: call.span,
        direct: false,
        rearmed: drain.rearmed || rearms(callee) || callsRearm(callee, file),
      };
  }
  return undefined;
}

const callsRearm = (view: FunctionView, file: DriverView): boolean =>
  view.facts.calls.some((call) => {
    const callee = file.byName.get(call.callee);
    return callee !== undefined && rearms(callee);
  });

/** The macro, or by hand: the event index set, a full barrier. */
function rearms(view: FunctionView): boolean {
  if (view.facts.calls.some((call) => finalCheck.test(call.callee))) return true;
  const event = view.facts.assignments.find((each) => /(?:req|rsp)_event$/.test(each.path));
  return event !== undefined && view.facts.calls.some((call) => isReadBarrier(call.callee));
}

function isHandler(view: FunctionView, file: DriverView): boolean {
  if (/\birqreturn_t\b/.test(view.facts.body.returnType)) return true;
  const registers =
    /bind_\w*|request_(?:threaded_)?irq|intr_establish|xen_intr_\w+|bus_setup_intr|event_set_handler|EventChannel\w*|add_evtchn|ddi_add_intr/i;
  return file.functions.some((other) =>
    other.facts.calls.some(
      (call) => registers.test(call.callee) && call.args.some((arg) => pathOf(arg) === view.name),
    ),
  );
}

const isCheckedByCaller = (view: FunctionView): boolean =>
  view.callers.length > 0 && view.callers.every((caller) => rearms(caller.view));

/** XR303: the answer to "must I notify?" thrown away. */
export function findIgnoredNotifies(view: FunctionView, _file: DriverView): Draft[] {
  const pushes = view.facts.calls.filter((call) => call.callee.endsWith('AND_CHECK_NOTIFY'));
  return pushes.flatMap((push) => {
    const answer = push.args[1];
    if (answer?.kind !== 'name') return [];
    const variable = view.facts.variables.get(answer.name);
    if (!variable || variable.pointerDepth > 0 || isParameterName(answer.name, view)) return [];
    const fate = fateOf(answer.name, push, pushes, view);
    if (fate === 'used') return [];
    return [describeIgnored(push, fate, view)];
  });
}

const isParameterName = (name: string, view: FunctionView): boolean =>
  view.facts.body.parameters.some((parameter) => parameter.name === name);

function fateOf(
  name: string,
  push: CallSite,
  pushes: readonly CallSite[],
  view: FunctionView,
): 'used' | 'dropped' | 'overwritten' {
  const reads = view.facts.accesses.filter(
    (access) =>
      access.path === name &&
      (access.mode === 'read' || access.mode === 'address' || access.mode === 'update') &&
      access.callee?.endsWith('AND_CHECK_NOTIFY') !== true &&
      !isVoided(access.expression.start, view),
  );
  const inLoop = push.frames.filter((frame) => frame.kind === 'loop').map((frame) => frame.id);
  const later = reads.filter(
    (read) => read.order > push.order && isOnOnePath(view.facts, push, read),
  );
  const around = reads.filter((read) => read.frames.some((frame) => inLoop.includes(frame.id)));
  const first = later[0];
  if (!first) return around.length > 0 ? 'used' : 'dropped';
  const writes = [
    ...pushes.filter((other) => other !== push && other.args[1] && pathOf(other.args[1]) === name),
    ...view.facts.assignments.filter((each) => each.path === name && each.operator === '='),
  ];
  const isOverwritten = writes.some(
    (write) =>
      write.order > push.order &&
      write.order < first.order &&
      write.frames.every((frame) =>
        push.frames.some((own) => own.id === frame.id && own.arm === frame.arm),
      ),
  );
  return isOverwritten ? 'overwritten' : 'used';
}

const isVoided = (start: number, view: FunctionView): boolean =>
  view.facts.casts.some((cast) => cast.type === 'void' && cast.operand.start === start);

function describeIgnored(
  push: CallSite,
  fate: 'dropped' | 'overwritten',
  view: FunctionView,
): Draft {
  const isSentAnyway =
    fate === 'dropped' &&
    view.facts.calls.some(
      (call) =>
        call.order > push.order &&
        /notify|send|signal|kick|raise|event/i.test(call.callee) &&
        !/CHECK_NOTIFY/.test(call.callee),
    );
  const name = push.args[1] ? textOf(view, push.args[1]) : 'The answer';
  if (isSentAnyway)
    return {
      span: placed(view, push.span),
      message: `${name} is never read and the event is sent always: correct, but every push costs a notification.`,
      severity: 'hint',
    };
  return {
    span: placed(view, push.span),
    message: `${name} is ${fate} before anyone looks: the other side sleeps on with work in the ring. Notify it when the macro says so.`,
  };
}

/** XR304: a response pushed inside the loop while the consumer index still stands behind it. */
export function findEarlyResponses(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'frontend') return [];
  const takes = view.facts.calls.find((call) => /RING_(?:GET|COPY)_REQUEST$/.test(call.callee));
  const loop = takes?.frames.find((frame) => frame.kind === 'loop');
  if (!takes || !loop) return [];
  const advances = view.facts.accesses.filter(
    (access) =>
      /(?:^|\.|_)req_cons$/.test(access.path) &&
      access.mode !== 'read' &&
      access.mode !== 'address',
  );
  const isInLoop = (event: { frames: readonly { id: number }[] }): boolean =>
    event.frames.some((frame) => frame.id === loop.id);
  for (const call of view.facts.calls) {
    if (!isInLoop(call) || call.order < takes.order || !pushesResponse(call.callee, file, 0))
      continue;
    const before = advances.some((each) => each.order < call.order && isInLoop(each));
    const after = advances.find((each) => each.order > call.order);
    if (before || !after) continue;
    return [
      {
        span: placed(view, call.span),
        message: `${call.callee}() can push the response while req_cons still counts the request as unread: the frontend may reuse the slot, and the final check compares with a stale index. Advance req_cons first.`,
        evidence: [
          { span: placed(view, after.expression), message: 'req_cons is advanced only here' },
        ],
      },
    ];
  }
  return [];
}

function pushesResponse(callee: string, file: DriverView, depth: number): boolean {
  if (callee.startsWith('RING_PUSH_RESPONSES')) return true;
  const view = file.byName.get(callee);
  if (!view || depth > 1) return false;
  return view.facts.calls.some((call) => pushesResponse(call.callee, file, depth + 1));
}

/** XR305: a request slot taken with nothing that keeps the producer from lapping the consumer. */
export function findUncheckedRoom(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'backend') return [];
  const takes = view.facts.calls.find(
    (call) =>
      call.callee.endsWith('RING_GET_REQUEST') &&
      call.args[1] !== undefined &&
      /req_prod/.test(
        [pathOf(call.args[1]), ...(view.sources.get(pathOf(call.args[1])) ?? [])].join(' '),
      ),
  );
  if (!takes || isExchange(takes, view) || isRoomKnown(view, new Set(), 0)) return [];
  if (file.functions.some((other) => countsElsewhere(other, view))) return [];
  return [
    {
      span: placed(view, takes.span),
      message:
        'A request slot is taken and nothing here or in the callers asks for room: past RING_SIZE outstanding requests the producer overwrites unread slots. Test RING_FULL first.',
    },
  ];
}

/** Each request takes the room of a response consumed in the same round of the loop. */
const isExchange = (takes: CallSite, view: FunctionView): boolean =>
  loopsOf(takes).length > 0 &&
  view.facts.accesses.some(
    (access) =>
      /(?:^|\.)rsp_cons$/.test(access.path) &&
      (access.mode === 'write' || access.mode === 'update') &&
      loopsOf(access).at(-1) === loopsOf(takes).at(-1),
  );

function isRoomKnown(view: FunctionView, seen: Set<FunctionView>, depth: number): boolean {
  if (seen.has(view) || depth > 5) return false;
  seen.add(view);
  const { calls, comparisons, accesses, arithmetic } = view.facts;
  if (
    calls.some(
      (call) => /RING_FULL|RING_FREE_REQUESTS/.test(call.callee) || boundsOutstanding(call.callee),
    )
  )
    return true;
  if (
    accesses.some(
      (access) => access.use !== 'value' && boundsOutstanding(lastField(access.expression)),
    )
  )
    return true;
  const isDistance = arithmetic.some(
    (each) => each.operator === '-' && /prod|cons/.test(textOf(view, each.span)),
  );
  if (isDistance && comparisons.length > 0) return true;
  return view.callers.some((caller) => isRoomKnown(caller.view, seen, depth + 1));
}

/** A serialised user: the file waits for each answer before the next request. */
const countsElsewhere = (other: FunctionView, view: FunctionView): boolean =>
  other !== view &&
  other.facts.calls.some((call) => call.callee === view.name) &&
  other.facts.calls.some((call) =>
    /mutex_lock|wait_for_completion|wait_io|stream_wait/.test(call.callee),
  );
