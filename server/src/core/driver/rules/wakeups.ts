import { isOnOnePath, loopsOf, type Branch, type CallSite } from '../facts.ts';
import { finalCheckFix } from '../fixes.ts';
import { pathOf, someIn } from '../paths.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isReadBarrier, isSleep } from '../vocabulary.ts';

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
          /(?:sring|shared\w*)\.(?:req|rsp)_prod$/i.test(
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
