import type { StepLog } from './history.ts';
import { type RingState, wantsNotify } from './macros.ts';
import type { RingRequest, StepKind } from './model.ts';

/** Which end acts in a step, and the macro or function it executes. */
export interface StepFacts {
  readonly end: 'frontend' | 'backend' | 'peer';
  /** What to look up in the code; undefined for the hypervisor's part. */
  readonly symbol: string;
  readonly title: string;
}

export const STEP_FACTS: Readonly<Record<StepKind, StepFacts>> = {
  fill: { end: 'frontend', symbol: 'RING_GET_REQUEST', title: 'fills a slot' },
  'push-requests': {
    end: 'frontend',
    symbol: 'RING_PUSH_REQUESTS_AND_CHECK_NOTIFY',
    title: 'pushes',
  },
  'notify-backend': {
    end: 'frontend',
    symbol: 'notify_remote_via_irq',
    title: 'notifies the backend',
  },
  interrupt: { end: 'frontend', symbol: 'RING_RESPONSE_PROD_OVERFLOW', title: 'is interrupted' },
  'consume-response': { end: 'frontend', symbol: 'RING_COPY_RESPONSE', title: 'takes a response' },
  'check-responses': {
    end: 'frontend',
    symbol: 'RING_FINAL_CHECK_FOR_RESPONSES',
    title: 'makes its final check',
  },
  'arm-responses': { end: 'frontend', symbol: 'rsp_event', title: 're-arms its event' },
  'read-requests': {
    end: 'backend',
    symbol: 'RING_REQUEST_PROD_OVERFLOW',
    title: 'reads req_prod',
  },
  'take-request': { end: 'backend', symbol: 'RING_COPY_REQUEST', title: 'takes a request' },
  'map-and-submit': { end: 'backend', symbol: 'gnttab_map_refs', title: 'maps and submits' },
  'check-requests': {
    end: 'backend',
    symbol: 'RING_FINAL_CHECK_FOR_REQUESTS',
    title: 'makes its final check',
  },
  'sleep-unchecked': { end: 'backend', symbol: 'req_event', title: 'sleeps without a final check' },
  unmap: { end: 'backend', symbol: 'gnttab_unmap_refs_async', title: 'unmaps' },
  'copy-data': { end: 'backend', symbol: 'gnttab_batch_copy', title: 'copies the data' },
  respond: { end: 'backend', symbol: 'RING_GET_RESPONSE', title: 'answers' },
  'push-responses': {
    end: 'backend',
    symbol: 'RING_PUSH_RESPONSES_AND_CHECK_NOTIFY',
    title: 'pushes',
  },
  'notify-frontend': {
    end: 'backend',
    symbol: 'notify_remote_via_irq',
    title: 'notifies the frontend',
  },
  'peer-forges': { end: 'peer', symbol: 'req_prod', title: 'forges an index' },
  'peer-changes-slot': { end: 'peer', symbol: 'nr_segments', title: 'changes a slot' },
};

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** One sentence about a step, for the live region and the log. `ring` is the state after it. */
export function describeStep(log: StepLog, index: number, ring: RingState): string {
  const kind = log.kindOf(index);
  const subject = log.subjectOf(index);
  const result = log.resultOf(index);
  switch (kind) {
    case 'fill':
      return `Frontend fills slot ${(ring.reqProdPvt - 1) & (ring.entryCount - 1)} with request ${subject}.`;
    case 'push-requests':
      return result === 1
        ? `Frontend pushes: req_event lies in the interval, so it notifies.`
        : `Frontend pushes: req_event is outside the interval, the notification is held back.`;
    case 'notify-backend':
      return 'Frontend sends the event to the backend.';
    case 'interrupt':
      return `Frontend is interrupted and sees ${count(subject, 'response')}.`;
    case 'consume-response':
      return `Frontend takes the response to request ${subject}.`;
    case 'check-responses':
      return result === 1
        ? 'Frontend\u2019s final check finds more responses.'
        : `Frontend sets rsp_event = rsp_cons + ${Math.max(1, subject)}, looks again and finds nothing.`;
    case 'arm-responses':
      return 'Frontend has nothing outstanding and sets rsp_event = rsp_cons + 1.';
    case 'read-requests':
      return `Backend reads req_prod: ${count(subject, 'request')} to take.`;
    case 'take-request':
      return result === 1
        ? 'Backend has no free request structure and waits for a completion.'
        : `Backend copies request ${subject} out of the ring and advances req_cons.`;
    case 'map-and-submit':
      return result > 0
        ? `Backend maps the grants of request ${subject} in ${count(result, 'hypercall')} and submits it.`
        : `Backend submits request ${subject}; no grant had to be mapped.`;
    case 'check-requests':
      return result === 1
        ? 'Backend\u2019s final check finds more requests.'
        : 'Backend sets req_event = req_cons + 1, looks again, finds nothing and sleeps.';
    case 'sleep-unchecked':
      return 'Backend sets req_event and sleeps without looking again.';
    case 'unmap':
      return `Backend unmaps the grants of request ${subject}.`;
    case 'copy-data':
      return `Backend copies the data of request ${subject} to the guest.`;
    case 'respond':
      return `Backend writes the response to request ${subject} into slot ${(ring.rspProdPvt - 1) & (ring.entryCount - 1)}.`;
    case 'push-responses':
      return result === 1
        ? 'Backend pushes: rsp_event lies in the interval, so it notifies.'
        : 'Backend pushes: rsp_event is outside the interval, the notification is held back.';
    case 'notify-frontend':
      return 'Backend sends the event to the frontend.';
    case 'peer-forges':
      return 'The hostile peer forges its producer index.';
    case 'peer-changes-slot':
      return `The hostile peer changes slot ${subject} after it was read.`;
  }
}

/** The notify condition as one sentence with its numbers. */
export function describeInterval(oldProd: number, newProd: number, event: number): string {
  if (oldProd === newProd)
    return `(${oldProd}, ${newProd}] is empty: nothing to push, no notification.`;
  const inside = wantsNotify(oldProd, newProd, event);
  return inside
    ? `${event} lies inside (${oldProd}, ${newProd}]: this push notifies.`
    : `${event} lies outside (${oldProd}, ${newProd}]: no notification.`;
}

/** What a request is, in a few words. */
export function describeRequest(request: RingRequest): string {
  if (request.operation === 'flush') return 'flush';
  const kib = `${request.bytes / 1024} KiB`;
  if (request.operation === 'discard') return `discard ${kib}`;
  const how = request.indirectPages > 0 ? 'indirect' : 'direct';
  return `${request.operation} ${kib}, ${request.segments} segments, ${how}`;
}
