import { loopsOf, type CallSite } from '../facts.ts';
import { lastField, pathOf } from '../paths.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { boundsOutstanding, isSleep, takesSemaphore } from '../vocabulary.ts';

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
  if (!takes || isExchange(takes, view) || isRoomKnown(view, file)) return [];
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

function isRoomKnown(
  view: FunctionView,
  file: DriverView,
  seen: Set<FunctionView> = new Set(),
): boolean {
  if (seen.has(view) || seen.size > 30) return false;
  seen.add(view);
  const { calls, comparisons, accesses, arithmetic } = view.facts;
  if (calls.some((call) => makesRoom(call.callee, file))) return true;
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
  return [...view.callers.map((caller) => caller.view), ...handersOf(view, file)].some((other) =>
    isRoomKnown(other, file, seen),
  );
}

/** Functions that hand this one on to be called: `for_each_chunk(page, fill_slot, &info)`. */
const handersOf = (view: FunctionView, file: DriverView): readonly FunctionView[] =>
  file.functions.filter((other) =>
    other.facts.calls.some((call) =>
      call.args.some((arg) => arg.kind === 'name' && arg.name === view.name),
    ),
  );

/**
 * Asks for room, takes one of a counted number of tags or waits for one. A function of the file must decide
 * something to count: a free list that is popped blindly runs over.
 */
function makesRoom(callee: string, file: DriverView): boolean {
  if (/RING_FULL|RING_FREE_REQUESTS/.test(callee) || takesSemaphore(callee)) return true;
  if (!boundsOutstanding(callee)) return false;
  const view = file.byName.get(callee);
  return (
    !view ||
    view.facts.branches.length > 0 ||
    view.facts.comparisons.length > 0 ||
    view.facts.calls.some((call) => isSleep(call.callee) || takesSemaphore(call.callee))
  );
}

/** A serialised user: the file waits for each answer before the next request. */
const countsElsewhere = (other: FunctionView, view: FunctionView): boolean =>
  other !== view &&
  other.facts.calls.some((call) => call.callee === view.name) &&
  other.facts.calls.some((call) =>
    /mutex_lock|wait_for_completion|wait_io|stream_wait/.test(call.callee),
  );
