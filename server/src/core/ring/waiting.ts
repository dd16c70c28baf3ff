import {
  freeRequests,
  type RingState,
  unconsumedRequests,
  unconsumedResponses,
  wantsNotify,
} from './macros.ts';
import type { QueueState, Simulation } from './model.ts';

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Where an event stands against the consumer that set it. */
function eventPlace(
  event: number,
  cons: number,
  names: readonly [event: string, cons: string],
): string {
  const ahead = (event - cons) | 0;
  if (ahead === 0) return `${names[0]} = ${names[1]}`;
  return `${names[0]} = ${names[1]} ${ahead > 0 ? '+' : '-'} ${Math.abs(ahead)}`;
}

/** What the next push of requests will do, as the macro decides it. */
export function requestPushForecast(ring: RingState): string {
  const place = eventPlace(ring.reqEvent, ring.reqCons, ['req_event', 'req_cons']);
  const pushed = ring.reqProdPvt === ring.reqProd ? (ring.reqProdPvt + 1) >>> 0 : ring.reqProdPvt;
  return wantsNotify(ring.reqProd, pushed, ring.reqEvent)
    ? `${place}: the next push will notify`
    : `${place}: the next push will not notify`;
}

/**
 * One true sentence about a ring of which only the indices are known, such as an imported one: what each end can see,
 * and who owes a notification.
 */
export function explainIndices(ring: RingState): string {
  const unseen = unconsumedRequests(ring);
  const filled = (ring.reqProdPvt - ring.reqProd) >>> 0;
  const answers = unconsumedResponses(ring);
  const working = (ring.reqCons - ring.rspProdPvt) >>> 0;
  const parts: string[] = [];
  if (freeRequests(ring) === 0) parts.push('the ring is full');
  if (unseen > 0) {
    const armedAt = (ring.reqEvent - ring.reqCons) >>> 0;
    const asleep = armedAt >= 1 && armedAt <= unseen;
    parts.push(
      asleep
        ? `${many(unseen, 'request')} pushed and not taken, req_event = req_cons + ${armedAt}: the event was passed, so a notification is due or on its way`
        : `${many(unseen, 'request')} pushed and not taken; ${eventPlace(ring.reqEvent, ring.reqCons, ['req_event', 'req_cons'])}, so the backend is awake or was never going to be woken`,
    );
  } else if (working > 0) {
    parts.push(
      `the backend took everything and works on ${many(working, 'request')}; ${requestPushForecast(ring)}`,
    );
  } else {
    parts.push(`the backend has nothing to do; ${requestPushForecast(ring)}`);
  }
  if (filled > 0) parts.push(`${many(filled, 'request')} filled but not pushed`);
  if (answers > 0) parts.push(`${many(answers, 'response')} not taken by the frontend`);
  const sentence = parts.join('; ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

function backendSentence(queue: QueueState): string {
  const { ring, back } = queue;
  const unseen = (ring.reqProd - ring.reqCons) >>> 0;
  switch (back.phase) {
    case 'halted':
      return 'Backend halted: it found an impossible req_prod and will not touch this ring again.';
    case 'starved':
      return `Backend out of pending requests: all ${queue.inBackend} are with the disk; a completion lets it go on.`;
    case 'asleep':
      if (back.wokenAtUs !== Infinity) {
        return `Backend asleep, a notification is on its way; it will find ${many(unseen, 'request')}.`;
      }
      if (unseen > 0) {
        return queue.front.phase === 'notify'
          ? `Backend asleep with ${many(unseen, 'request')} pushed; the frontend is about to notify it.`
          : `Backend asleep with ${many(unseen, 'request')} pushed and nobody about to wake it; ${requestPushForecast(ring)}.`;
      }
      return `Backend asleep: it took everything; ${requestPushForecast(ring)}.`;
    case 'check':
      return 'Backend about to make its final check: only after it may it sleep.';
    default:
      return `Backend awake: ${many(unseen, 'request')} still to take.`;
  }
}

function frontendSentence(queue: QueueState): string {
  const { ring, front } = queue;
  const answers = unconsumedResponses(ring);
  if (front.phase === 'error') return 'Frontend has given the device up.';
  if (front.interruptAtUs !== Infinity) {
    return `An interrupt for ${many(answers, 'response')} is on its way to the frontend.`;
  }
  if (front.phase !== 'idle') return 'Frontend at work.';
  const backlog = queue.backlog.length - queue.backlogHead;
  if (backlog > 0 && freeRequests(ring) === 0) {
    return `Frontend stopped by RING_FULL with ${many(backlog, 'request')} in its queue; the next response frees a slot.`;
  }
  if (backlog > 0) return `Frontend has ${many(backlog, 'request')} to place.`;
  const outstanding = (ring.reqProdPvt - ring.rspCons) >>> 0;
  if (outstanding > 0) return `Frontend waits for ${many(outstanding, 'answer')}.`;
  return 'Frontend has nothing to do.';
}

/** "Why is it waiting?": always true, about one queue at this moment. */
export function whyWaiting(sim: Simulation, queueIndex: number): string {
  const { state } = sim;
  const queue = state.queues[queueIndex];
  if (queue === undefined) return 'There is no such queue.';
  if (state.ended === 'stuck' || state.ended === 'halted') {
    return state.verdict?.sentence ?? 'Nothing can happen any more.';
  }
  if (state.ended === 'finished') {
    return `Done: all ${many(sim.workload.count, 'I/O')} completed; both ends sleep, each with its event armed.`;
  }
  const filled = (queue.ring.reqProdPvt - queue.ring.reqProd) >>> 0;
  const notPushed = filled > 0 ? ` ${many(filled, 'request')} filled but not pushed.` : '';
  return `${backendSentence(queue)}${notPushed} ${frontendSentence(queue)}`;
}
