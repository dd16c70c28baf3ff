import { copyRequest, needsUnmap, unmapRequest } from './grants.ts';
import { pushResponsesAndCheckNotify, slotOf } from './macros.ts';
import type { DiskJob, QueueState, Simulation, StepRecord } from './model.ts';
import { storeSlot } from './frontend.ts';
import { checkMissing, fires } from './verdicts.ts';

/** When the completion side of the backend acts next; Infinity while the disk has nothing. */
export function doneReadyUs(queue: QueueState): number {
  const { done } = queue;
  if (done.phase !== 'idle') return done.busyUntilUs;
  const job = queue.disk[0];
  return job === undefined ? Infinity : Math.max(done.busyUntilUs, job.doneAtUs);
}

/** One step of a completion: let the grants go, answer, push, notify. */
export function stepDone(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { done } = queue;
  switch (done.phase) {
    case 'idle':
      takeJob(sim, queue, record);
      break;
    case 'respond':
      respond(sim, queue, record);
      break;
    case 'push':
      pushResponse(sim, queue, record);
      break;
    case 'notify':
      notifyFrontend(sim, queue, record);
      break;
  }
  done.busyUntilUs = record.startUs + record.durationUs;
}

function takeJob(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const { done, grants } = queue;
  const job = queue.disk.shift();
  if (job === undefined) return;
  done.current = job;
  record.subject = job.request.serial;
  const copies = sim.config.dataPath === 'copy' && !sim.config.persistent;
  if (copies && job.request.operation === 'read' && !job.failed) {
    record.kind = 'copy-data';
    record.durationUs = copyRequest(sim, job.request);
    done.phase = 'respond';
    return;
  }
  const unmaps = needsUnmap(grants, job.request);
  const us = unmapRequest(sim, grants, job.request);
  if (!unmaps) {
    respond(sim, queue, record);
    return;
  }
  record.kind = 'unmap';
  record.durationUs = us;
  done.phase = 'respond';
}

function respond(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const job = queue.done.current;
  if (job === undefined) return;
  record.kind = 'respond';
  record.subject = job.request.serial;
  record.durationUs = sim.costs.respondUs;
  writeResponse(sim, queue, job);
  queue.done.current = undefined;
  queue.inBackend -= 1;
  if (queue.back.phase === 'starved') {
    queue.back.busyUntilUs = Math.max(queue.back.busyUntilUs, record.startUs + record.durationUs);
  }
  queue.done.phase = 'push';
}

/** make_response: the answer goes to slot rsp_prod_pvt, wherever its request was. */
export function writeResponse(sim: Simulation, queue: QueueState, job: DiskJob): void {
  const { ring } = queue;
  const slot = slotOf(ring, ring.rspProdPvt);
  const below = queue.slots[slot];
  const under =
    below?.kind === 'request'
      ? below.request
      : below?.kind === 'response'
        ? below.under
        : undefined;
  storeSlot(sim, queue, slot, {
    kind: 'response',
    id: answeredId(sim, queue, job),
    request: job.request,
    under,
    failed: job.failed,
    leaky: checkMissing(sim, 'padding-leak'),
  });
  ring.rspProdPvt = (ring.rspProdPvt + 1) >>> 0;
}

/** The id an honest backend echoes, or the one a hostile backend makes up. */
function answeredId(sim: Simulation, queue: QueueState, job: DiskJob): number {
  if (fires(sim, 'foreign-id')) return queue.ring.entryCount + 11;
  const answered = queue.shadow.indexOf(undefined);
  if (answered >= 0 && queue.nextSerial > 1 && fires(sim, 'answered-twice')) return answered;
  return job.request.id;
}

function pushResponse(sim: Simulation, queue: QueueState, record: StepRecord): void {
  const notify = pushResponsesAndCheckNotify(queue.ring);
  record.kind = 'push-responses';
  record.result = notify ? 1 : 0;
  record.durationUs = sim.costs.pushUs;
  if (notify) sim.state.counters.responseNotifies += 1;
  else sim.state.counters.responseHeld += 1;
  queue.done.phase = notify ? 'notify' : 'idle';
}

function notifyFrontend(sim: Simulation, queue: QueueState, record: StepRecord): void {
  record.kind = 'notify-frontend';
  record.durationUs = sim.costs.hypercallUs;
  const at = record.startUs + record.durationUs + sim.costs.wakeUs;
  queue.front.interruptAtUs = Math.min(queue.front.interruptAtUs, at);
  queue.done.phase = 'idle';
}
