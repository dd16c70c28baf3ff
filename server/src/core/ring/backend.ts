import { chance } from './guest.ts';
import { copyDescriptors, copyRequest, mapRequest, purgeGrants } from './grants.ts';
import {
  brokenOrder,
  finalCheckForRequests,
  requestConsOverflow,
  requestProdOverflow,
  slotOf,
  unconsumedRequests,
} from './macros.ts';
import { writeResponse } from './completion.ts';
import type {
  DiskJob,
  QueueState,
  RingRequest,
  Simulation,
  SlotContent,
  StepRecord,
} from './model.ts';
import { DIRECT_SEGMENTS, SECTOR_BYTES } from './sizes.ts';
import { armed, bite, catchHazard, checkMissing } from './verdicts.ts';

/** blkback allocates 32 pending requests per ring page (XEN_BLKIF_REQS_PER_PAGE). */
const REQUESTS_PER_PAGE = 32;
/** blkback's own limit on indirect segments. */
const LINUX_BACKEND_SEGMENTS = 256;

function requestLimit(sim: Simulation): number {
  return REQUESTS_PER_PAGE * 2 ** sim.config.pageOrder;
}

/** When the backend's thread acts next; Infinity while it sleeps. */
export function backReadyUs(sim: Simulation, queue: QueueState): number {
  const { back } = queue;
  switch (back.phase) {
    case 'asleep':
      return Math.max(back.busyUntilUs, back.wokenAtUs);
    case 'starved':
      return queue.inBackend < requestLimit(sim) ? back.busyUntilUs : Infinity;
    case 'halted':
      return Infinity;
    default:
      return back.busyUntilUs;
  }
}

/** One step of the backend's thread, as Linux 6.1's xen-blkback takes it. */
export function stepBack(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { back } = queue;
  switch (back.phase) {
    case 'asleep':
    case 'starved':
    case 'read':
      readRequestProd(sim, queue, record);
      break;
    case 'take':
      takeRequest(sim, queue, record);
      break;
    case 'submit':
      submitRequest(sim, queue, record);
      break;
    case 'check':
      checkRequests(sim, queue, record);
      break;
    case 'halted':
      break;
  }
  back.busyUntilUs = record.startUs + record.durationUs;
}

function readRequestProd(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { ring, back } = queue;
  if (back.phase !== 'read') back.wokenAtUs = Infinity;
  purgeGrants(sim, queue.grants, record.startUs);
  back.seenProd = ring.reqProd;
  record.kind = 'read-requests';
  record.subject = (back.seenProd - ring.reqCons) >>> 0;
  record.durationUs = sim.costs.checkUs;
  if (requestProdOverflow(ring, back.seenProd) && !checkMissing(sim, 'forged-request-index')) {
    catchHazard(
      sim,
      `req_prod claims ${(back.seenProd - ring.rspProdPvt) >>> 0} requests in a ring of ${ring.entryCount}: the backend stops this ring for good.`,
    );
    back.phase = 'halted';
    return;
  }
  back.phase = nextAfterTake(queue);
}

/** More to take, or time for the final check. */
function nextAfterTake(queue: QueueState): 'take' | 'check' {
  const { ring, back } = queue;
  return ring.reqCons === back.seenProd || requestConsOverflow(ring, ring.reqCons)
    ? 'check'
    : 'take';
}

/** What the backend finds in the slot: without its read barrier perhaps what was there before. */
function fetchSlot(sim: Simulation, queue: QueueState): SlotContent {
  const slot = slotOf(queue.ring, queue.ring.reqCons);
  const changed = queue.changedAtStep[slot] ?? 0;
  if (checkMissing(sim, 'no-rmb') && sim.state.step - changed <= (sim.hazard?.delaySteps ?? 0)) {
    return queue.before[slot] ?? { kind: 'empty' };
  }
  return queue.slots[slot] ?? { kind: 'empty' };
}

function takeRequest(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { ring, back } = queue;
  record.kind = 'take-request';
  record.durationUs = sim.costs.takeUs;
  if (queue.inBackend >= requestLimit(sim)) {
    sim.state.counters.outOfRequests += 1;
    record.result = 1;
    back.phase = 'starved';
    return;
  }
  const expected = ((ring.reqCons - sim.config.startIndex) >>> 0) + 1;
  const content = fetchSlot(sim, queue);
  if (content.kind !== 'request' || content.request.serial !== expected) {
    bite(sim, staleSentence(content, slotOf(ring, ring.reqCons)));
    return;
  }
  const { request } = content;
  record.subject = request.serial;
  back.current = request;
  back.fetched = -1;
  if (checkMissing(sim, 'respond-before-consume')) {
    answerTooEarly(sim, queue, request);
    return;
  }
  ring.reqCons = (ring.reqCons + 1) >>> 0;
  queue.inBackend += 1;
  countRequest(sim, request);
  back.phase = isAcceptable(sim, request) ? 'submit' : refuse(queue, request, record);
}

function staleSentence(content: SlotContent, slot: number): string {
  switch (content.kind) {
    case 'empty':
      return `The backend took slot ${slot}, which was never filled.`;
    case 'response':
      return `The backend took slot ${slot}, which still holds the response to request ${content.request.serial}.`;
    case 'request':
      return `The backend took request ${content.request.serial} from slot ${slot} a second time.`;
  }
}

function answerTooEarly(sim: Simulation, queue: QueueState, request: RingRequest): void {
  writeResponse(sim, queue, { request, doneAtUs: 0, failed: true });
  const broken = brokenOrder(queue.ring);
  if (broken !== undefined)
    bite(sim, `The answer is in the ring and the order is broken: ${broken}.`);
}

function countRequest(sim: Simulation, request: RingRequest): void {
  const { counters } = sim.state;
  const sectors = request.bytes / SECTOR_BYTES;
  if (request.operation === 'read') {
    counters.readRequests += 1;
    counters.sectorsRead += sectors;
  } else if (request.operation === 'write') {
    counters.writeRequests += 1;
    counters.sectorsWritten += sectors;
  } else if (request.operation === 'flush') {
    counters.flushRequests += 1;
  } else {
    counters.discardRequests += 1;
  }
}

/** The checks of dispatch_rw_block_io and xen_blkbk_parse_indirect. */
function isAcceptable(sim: Simulation, request: RingRequest): boolean {
  const claimed = request.claimedSegments;
  if (claimed !== undefined && request.indirectPages === 0) {
    if (checkMissing(sim, 'too-many-segments')) {
      bite(sim, `${claimed} descriptors are read from a slot that holds ${DIRECT_SEGMENTS}.`);
    } else {
      catchHazard(
        sim,
        `${claimed} segments are more than a request holds: the backend answers with an error.`,
      );
    }
    return false;
  }
  if (claimed !== undefined) {
    const limit = Math.max(LINUX_BACKEND_SEGMENTS, sim.config.maxSegments);
    if (checkMissing(sim, 'too-many-indirect')) {
      bite(
        sim,
        `${claimed} segments need ${Math.ceil(claimed / 512)} descriptor pages, but a request names at most 8.`,
      );
    } else {
      catchHazard(
        sim,
        `${claimed} segments are more than the ${limit} on offer: the backend answers with an error.`,
      );
    }
    return false;
  }
  if (request.backwards === true) {
    if (checkMissing(sim, 'sectors-backwards')) {
      bite(sim, 'first_sect 5, last_sect 2: the length -2 was used as an unsigned number.');
    } else {
      catchHazard(sim, 'first_sect 5, last_sect 2: the backend answers with an error.');
    }
    return false;
  }
  return true;
}

/** An error response takes the same way as any other, at once. */
function refuse(queue: QueueState, request: RingRequest, record: StepRecord): 'take' | 'check' {
  insertJob(queue.disk, { request, doneAtUs: record.startUs + record.durationUs, failed: true });
  queue.back.current = undefined;
  return nextAfterTake(queue);
}

function insertJob(disk: DiskJob[], job: DiskJob): void {
  let at = disk.length;
  while (at > 0 && (disk[at - 1]?.doneAtUs ?? 0) > job.doneAtUs) at -= 1;
  disk.splice(at, 0, job);
}

function submitRequest(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { back, grants } = queue;
  const request = back.current;
  record.kind = 'map-and-submit';
  if (request === undefined) return;
  record.subject = request.serial;
  if (back.fetched >= 0) {
    if (checkMissing(sim, 'double-fetch')) {
      bite(
        sim,
        `The slot said nr_segments = ${request.segments} when it was checked and says ${back.fetched} now that it is used.`,
      );
      return;
    }
    catchHazard(
      sim,
      `The private copy still says ${request.segments} segments; the slot, which says ${back.fetched}, is not read again.`,
    );
  }
  const before = sim.state.counters.mapHypercalls;
  let us = sim.costs.submitUs;
  if (request.segments > 0) {
    if (sim.config.dataPath === 'copy' && !sim.config.persistent) {
      us += copyDescriptors(sim, request);
      if (request.operation === 'write') us += copyRequest(sim, request);
    } else {
      us += mapRequest(sim, grants, request);
    }
  }
  record.result = sim.state.counters.mapHypercalls - before;
  record.durationUs = us;
  handToDisk(sim, queue, request, record.startUs + us);
  back.current = undefined;
  back.phase = nextAfterTake(queue);
}

/** The disk moves data one request after another and answers each after its own latency: often out of order. */
function handToDisk(sim: Simulation, queue: QueueState, request: RingRequest, nowUs: number): void {
  const { costs, state } = sim;
  const index = state.queues.indexOf(queue);
  const bytes = request.operation === 'discard' ? 0 : request.bytes;
  state.diskFreeAtUs = Math.max(state.diskFreeAtUs, nowUs) + bytes / costs.diskBytesPerUs;
  const jitter = 1 + costs.diskJitter * (chance(sim.seed, 16 + index, request.serial) - 0.5) * 2;
  insertJob(queue.disk, {
    request,
    doneAtUs: state.diskFreeAtUs + costs.diskLatencyUs * jitter,
    failed: false,
  });
}

function checkRequests(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { ring, back } = queue;
  record.durationUs = sim.costs.checkUs;
  if (checkMissing(sim, 'no-final-check')) {
    record.kind = 'sleep-unchecked';
    ring.reqEvent = (ring.reqCons + 1) >>> 0;
    back.phase = 'asleep';
    return;
  }
  record.kind = 'check-requests';
  sim.state.counters.finalChecks += 1;
  const work = checkMissing(sim, 'no-check-mb')
    ? checkWithLateEvent(sim, queue)
    : finalCheckForRequests(ring);
  record.result = work > 0 ? 1 : 0;
  if (work > 0 && armed(sim, 'no-final-check')) {
    catchHazard(
      sim,
      `The final check found ${work === 1 ? 'a request' : `${work} requests`} that came after the last look at req_prod.`,
    );
  }
  back.phase = work > 0 ? 'read' : 'asleep';
}

/** The final check without its barrier: the event is stored, but nobody sees it yet. */
function checkWithLateEvent(sim: Simulation, queue: QueueState): number {
  const work = unconsumedRequests(queue.ring);
  if (work > 0) return work;
  queue.late.push({
    dueStep: sim.state.step + (sim.hazard?.delaySteps ?? 0),
    target: 'req_event',
    slot: 0,
    value: (queue.ring.reqCons + 1) >>> 0,
  });
  return 0;
}
