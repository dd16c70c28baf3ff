import { completeRequest } from './guest.ts';
import { claimGrants, releaseGrants } from './grants.ts';
import {
  brokenOrder,
  isFull,
  responseProdOverflow,
  slotOf,
  unconsumedResponses,
  wantsNotify,
} from './macros.ts';
import type {
  Pending,
  QueueState,
  RingRequest,
  Simulation,
  SlotContent,
  StepRecord,
} from './model.ts';
import { indirectNeed } from './sizes.ts';
import { armed, bite, catchHazard, checkMissing, fires } from './verdicts.ts';

/** True when the frontend has a request to place and, unless it forgets to ask, a slot for it. */
export function canSubmit(sim: Simulation, queue: QueueState): boolean {
  if (queue.backlogHead >= queue.backlog.length) return false;
  return !isFull(queue.ring) || checkMissing(sim, 'ring-full-unchecked');
}

/** When the frontend acts next; Infinity while it sleeps. */
export function frontReadyUs(sim: Simulation, queue: QueueState): number {
  const { front } = queue;
  if (front.phase === 'error') return Infinity;
  if (front.phase !== 'idle' || canSubmit(sim, queue)) return front.busyUntilUs;
  return front.interruptAtUs > front.busyUntilUs ? front.interruptAtUs : front.busyUntilUs;
}

/** One step of the frontend, as Linux 6.1's xen-blkfront takes it. */
export function stepFront(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { front } = queue;
  switch (front.phase) {
    case 'idle':
      if (front.interruptAtUs <= record.startUs || !canSubmit(sim, queue))
        enterInterrupt(sim, queue, record);
      else fillSlot(sim, queue, record);
      break;
    case 'push':
      pushRequest(sim, queue, record);
      break;
    case 'notify':
      notifyBackend(sim, queue, record);
      break;
    case 'consume':
      consumeResponse(sim, queue, record);
      break;
    case 'check':
      checkResponses(sim, queue, record);
      break;
    case 'error':
      break;
  }
  front.busyUntilUs = record.startUs + record.durationUs;
}

function makeRequest(sim: Simulation, queue: QueueState, pending: Pending): RingRequest {
  const grants: number[] = [];
  const { indirectPages } = indirectNeed(pending.segments);
  claimGrants(queue.grants, pending.segments + indirectPages, grants);
  const request: RingRequest = {
    serial: queue.nextSerial,
    id: queue.freeIds.pop() ?? 0,
    ...pending,
    indirectPages,
    grants,
  };
  queue.nextSerial += 1;
  if (request.segments === 0) return request;
  if (fires(sim, 'too-many-segments'))
    return { ...request, indirectPages: 0, claimedSegments: 200 };
  if (fires(sim, 'too-many-indirect'))
    return { ...request, indirectPages: 1, claimedSegments: 5000 };
  if (fires(sim, 'sectors-backwards')) return { ...request, backwards: true };
  return request;
}

function fillSlot(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const pending = queue.backlog[queue.backlogHead];
  if (pending === undefined) return;
  queue.backlogHead += 1;
  const heldBefore = queue.grants.held.length;
  const request = makeRequest(sim, queue, pending);
  const claimed = request.grants.length - (heldBefore - queue.grants.held.length);
  const { counters } = sim.state;
  const { ring } = queue;
  queue.shadow[request.id] = request;
  storeSlot(sim, queue, slotOf(ring, ring.reqProdPvt), { kind: 'request', request });
  ring.reqProdPvt = (ring.reqProdPvt + 1) >>> 0;
  counters.requests += 1;
  if (request.indirectPages > 0) counters.indirectRequests += 1;
  counters.bytesInFlight += request.bytes;
  counters.mostBytesInFlight = Math.max(counters.mostBytesInFlight, counters.bytesInFlight);
  counters.mostRequestsInFlight = Math.max(
    counters.mostRequestsInFlight,
    counters.requests - counters.responses,
  );
  const copied = sim.config.persistent && request.operation === 'write' ? request.bytes : 0;
  counters.copiedBytes += copied;
  record.kind = 'fill';
  record.subject = request.serial;
  record.durationUs =
    sim.costs.fillUs + claimed * sim.costs.grantUs + copied / sim.costs.memcpyBytesPerUs;
  queue.front.phase = 'push';
  noticeOverwrite(sim, queue);
}

function noticeOverwrite(sim: Simulation, queue: QueueState): void {
  if (checkMissing(sim, 'ring-full-unchecked') && brokenOrder(queue.ring) !== undefined) {
    bite(sim, 'A request was written into a slot that still belongs to one without an answer.');
  } else if (
    sim.hazard?.checked === true &&
    armed(sim, 'ring-full-unchecked') &&
    isFull(queue.ring)
  ) {
    catchHazard(sim, 'RING_FULL stops the queue until a response frees a slot.');
  }
}

/** Writes a slot; without the write barrier other processors see it late. */
export function storeSlot(
  sim: Simulation,
  queue: QueueState,
  slot: number,
  content: SlotContent,
): void {
  if (content.kind === 'request' && checkMissing(sim, 'no-wmb')) {
    const dueStep = sim.state.step + 1 + (sim.hazard?.delaySteps ?? 0);
    queue.late.push({ dueStep, target: 'slot', slot, value: 0, content });
    return;
  }
  if (sim.hazard?.id === 'no-rmb') {
    queue.before[slot] = queue.slots[slot] ?? { kind: 'empty' };
    queue.changedAtStep[slot] = sim.state.step;
  }
  queue.slots[slot] = content;
}

function pushRequest(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { ring, front } = queue;
  const old = queue.ownReqProd;
  queue.ownReqProd = ring.reqProdPvt;
  if (checkMissing(sim, 'no-push-mb')) {
    const dueStep = sim.state.step + (sim.hazard?.delaySteps ?? 0);
    queue.late.push({ dueStep, target: 'req_prod', slot: 0, value: ring.reqProdPvt });
  } else {
    ring.reqProd = ring.reqProdPvt;
  }
  const notify = wantsNotify(old, ring.reqProdPvt, ring.reqEvent);
  record.kind = 'push-requests';
  record.subject = queue.nextSerial - 1;
  record.result = notify ? 1 : 0;
  record.durationUs = sim.costs.pushUs;
  if (notify) sim.state.counters.requestNotifies += 1;
  else sim.state.counters.requestHeld += 1;
  front.phase = notify && !checkMissing(sim, 'notify-ignored') ? 'notify' : 'idle';
}

function notifyBackend(sim: Simulation, queue: QueueState, record: StepRecord): void {
  record.kind = 'notify-backend';
  record.durationUs = sim.costs.hypercallUs;
  const at = record.startUs + record.durationUs + sim.costs.wakeUs;
  queue.back.wokenAtUs = Math.min(queue.back.wokenAtUs, at);
  queue.front.phase = 'idle';
}

function enterInterrupt(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { ring, front } = queue;
  front.interruptAtUs = Infinity;
  readResponseProd(sim, queue);
  record.kind = 'interrupt';
  record.subject = unconsumedResponses(ring);
  record.durationUs = sim.costs.checkUs;
}

/** rsp_prod, the read barrier and the overflow check. */
function readResponseProd(sim: Simulation, queue: QueueState): void {
  const { ring, front } = queue;
  front.seenProd = ring.rspProd;
  if (responseProdOverflow(ring, front.seenProd) && !checkMissing(sim, 'forged-response-index')) {
    catchHazard(
      sim,
      `rsp_prod claims ${(front.seenProd - ring.rspCons) >>> 0} responses in a ring of ${ring.entryCount}: the frontend stops the device.`,
    );
    front.phase = 'error';
    return;
  }
  front.phase = front.seenProd === ring.rspCons ? 'check' : 'consume';
}

function consumeResponse(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { ring, front } = queue;
  const content = queue.slots[slotOf(ring, ring.rspCons)];
  record.kind = 'consume-response';
  record.durationUs = sim.costs.completeUs;
  const request = acceptResponse(sim, queue, content);
  ring.rspCons = (ring.rspCons + 1) >>> 0;
  if (request === undefined) {
    front.phase = 'error';
    return;
  }
  record.subject = request.serial;
  finishRequest(sim, queue, request, record);
  front.phase = ring.rspCons === front.seenProd ? 'check' : 'consume';
}

/** The checks of blkif_interrupt on one response; undefined when the device is given up. */
function acceptResponse(
  sim: Simulation,
  queue: QueueState,
  content: SlotContent | undefined,
): RingRequest | undefined {
  if (content?.kind !== 'response') {
    bite(sim, 'The frontend completed a slot that holds no response.');
    return undefined;
  }
  const waiting = queue.shadow[content.id];
  if (content.id >= queue.ring.entryCount) {
    const sentence = `Id ${content.id} is no entry of a request table of ${queue.ring.entryCount}`;
    if (checkMissing(sim, 'foreign-id'))
      bite(sim, `${sentence}: the frontend used it all the same.`);
    else catchHazard(sim, `${sentence}: the frontend stops the device.`);
    return undefined;
  }
  if (waiting === undefined) {
    const sentence = `Request ${content.id} is not waiting for an answer`;
    if (checkMissing(sim, 'answered-twice'))
      bite(sim, `${sentence}: it was completed a second time.`);
    else catchHazard(sim, `${sentence}: the frontend stops the device.`);
    return undefined;
  }
  inspectHonestFault(sim, queue, content, waiting);
  return waiting;
}

/** Faults that do not show in the response's id. */
function inspectHonestFault(
  sim: Simulation,
  queue: QueueState,
  content: Extract<SlotContent, { kind: 'response' }>,
  waiting: RingRequest,
): void {
  if (armed(sim, 'completion-order')) {
    const expected = ((queue.ring.rspCons - sim.config.startIndex) >>> 0) + 1;
    if (waiting.serial === expected) return;
    const sentence = `Response ${expected} answers request ${waiting.serial}`;
    if (checkMissing(sim, 'completion-order'))
      bite(sim, `${sentence}, but request ${expected} was completed.`);
    else catchHazard(sim, `${sentence}: its id says so, and the table is looked up by id.`);
  } else if (armed(sim, 'shared-readback') && sim.state.hazardFired) {
    if (checkMissing(sim, 'shared-readback')) {
      bite(
        sim,
        `The slot now says 255 segments: the frontend ends 255 grants of a request that had ${waiting.segments}.`,
      );
    } else {
      catchHazard(
        sim,
        `The shadow still says ${waiting.segments} segments, whatever the slot says now.`,
      );
    }
  } else if (armed(sim, 'padding-leak')) {
    if (content.leaky)
      bite(sim, 'The padding of the response carries bytes of the backend\u2019s stack.');
    else
      catchHazard(
        sim,
        'The response was cleared before its members were set: its padding is zero.',
      );
  }
}

function finishRequest(
  sim: Simulation,
  queue: QueueState,
  request: RingRequest,
  record: StepRecord,
): void {
  const { counters } = sim.state;
  queue.shadow[request.id] = undefined;
  queue.freeIds.push(request.id);
  releaseGrants(queue.grants, request);
  counters.responses += 1;
  counters.bytesInFlight -= request.bytes;
  if (sim.config.persistent && request.operation === 'read') {
    counters.copiedBytes += request.bytes;
    record.durationUs += request.bytes / sim.costs.memcpyBytesPerUs;
  }
  completeRequest(sim, request.io, record.startUs + record.durationUs);
}

/** The tail of blkif_interrupt: a final check while requests are outstanding, else only the event is set. */
function checkResponses(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { ring, front } = queue;
  record.durationUs = sim.costs.checkUs;
  const outstanding = (ring.reqProdPvt - ring.rspCons) >>> 0;
  if (outstanding === 0) {
    record.kind = 'arm-responses';
    ring.rspEvent = (ring.rspCons + 1) >>> 0;
    front.phase = 'idle';
    return;
  }
  record.kind = 'check-responses';
  sim.state.counters.finalChecks += 1;
  record.result = unconsumedResponses(ring) > 0 ? 1 : 0;
  if (record.result === 1) {
    readResponseProd(sim, queue);
    return;
  }
  const ahead = sim.config.frontendWake === 'half' ? Math.ceil(outstanding / 2) : 1;
  ring.rspEvent = (ring.rspCons + ahead) >>> 0;
  record.subject = ahead;
  front.phase = 'idle';
}
