import { cutSegments } from './costs.ts';
import type { Operation, Pending, QueueState, Simulation } from './model.ts';
import { PAGE_BYTES, SECTOR_BYTES } from './sizes.ts';

/** Sectors of the modelled disk that random I/O reaches: 64 GiB. */
const DISK_SECTORS = (64 * 2 ** 30) / SECTOR_BYTES;

/** A well-mixed 32-bit hash of three numbers: chance that needs no state, so rewinding costs nothing. */
export function chance(seed: number, stream: number, index: number): number {
  let x = (seed ^ Math.imul(stream + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

function operationOf(sim: Simulation, io: number): Operation {
  const { flushEvery, discardEvery, writePercent } = sim.workload;
  const ordinal = io + 1;
  if (flushEvery > 0 && ordinal % flushEvery === 0) return 'flush';
  if (discardEvery > 0 && ordinal % discardEvery === 0) return 'discard';
  return chance(sim.seed, 1, io) * 100 < writePercent ? 'write' : 'read';
}

function sectorOf(sim: Simulation, io: number): number {
  const sectors = Math.max(1, (sim.workload.ioKib * 1024) / SECTOR_BYTES);
  if (sim.workload.pattern === 'sequential') return io * sectors;
  return Math.floor(chance(sim.seed, 2, io) * (DISK_SECTORS / sectors)) * sectors;
}

/** The requests that one I/O becomes. */
export function requestsOf(sim: Simulation, io: number): readonly Pending[] {
  const operation = operationOf(sim, io);
  const sector = sectorOf(sim, io);
  const ioBytes = sim.workload.ioKib * 1024;
  if (operation === 'flush' || operation === 'discard') {
    const bytes = operation === 'discard' ? ioBytes : 0;
    return [{ io, operation, segments: 0, bytes, sector, firstSector: 0 }];
  }
  const offset = sim.workload.bufferOffsetBytes;
  const cuts = cutSegments(Math.ceil((offset + ioBytes) / PAGE_BYTES), {
    maxSegments: sim.config.maxSegments,
    guestPageBytes: sim.config.guestPageKib * 1024,
  });
  const pending: Pending[] = [];
  let done = 0;
  for (const [index, segments] of cuts.entries()) {
    const skipped = index === 0 ? offset : 0;
    const bytes = Math.min(segments * PAGE_BYTES - skipped, ioBytes - done);
    pending.push({
      io,
      operation,
      segments,
      bytes,
      sector: sector + done / SECTOR_BYTES,
      firstSector: skipped / SECTOR_BYTES,
    });
    done += bytes;
  }
  return pending;
}

/** Lets the guest issue I/Os until its depth is reached. */
export function issueIos(sim: Simulation, nowUs: number): void {
  const { state, workload } = sim;
  while (state.nextIo < workload.count && state.nextIo - state.doneIos < workload.depth) {
    const io = state.nextIo;
    state.nextIo += 1;
    const requests = requestsOf(sim, io);
    sim.issuedAtUs[io] = nowUs;
    state.left.set(io, requests.length);
    const queue = state.queues[io % state.queues.length];
    if (queue === undefined) continue;
    compactBacklog(queue);
    queue.backlog.push(...requests);
    queue.front.busyUntilUs = Math.max(queue.front.busyUntilUs, nowUs);
  }
}

const COMPACT_AFTER = 256;

function compactBacklog(queue: QueueState): void {
  if (queue.backlogHead < COMPACT_AFTER) return;
  queue.backlog = queue.backlog.slice(queue.backlogHead);
  queue.backlogHead = 0;
}

/** Counts one answered request of an I/O; the last one completes it and lets the next I/O start. */
export function completeRequest(sim: Simulation, io: number, nowUs: number): void {
  const { state } = sim;
  const left = (state.left.get(io) ?? 0) - 1;
  if (left > 0) {
    state.left.set(io, left);
    return;
  }
  state.left.delete(io);
  sim.latenciesUs[state.doneIos] = nowUs - (sim.issuedAtUs[io] ?? 0);
  state.doneIos += 1;
  issueIos(sim, nowUs);
}
