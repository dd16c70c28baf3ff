import { DIRECT_SEGMENTS, indirectNeed } from './sizes.ts';
import { PURGE_INTERVAL_MS, purgeCount } from './costs.ts';
import type { GrantState, RingRequest, Simulation } from './model.ts';

/** Marks of GrantState.mapped. */
const KEPT = 1;
const IN_USE = 2;
const ONCE = 3;

/** The first reference a modelled guest hands out; smaller ones belong to console, xenstore and the rings. */
const FIRST_REFERENCE = 64;

export function createGrants(): GrantState {
  return {
    held: [],
    free: [],
    nextRef: FIRST_REFERENCE,
    mapped: new Uint8Array(2048),
    persistentCount: 0,
    overflowed: false,
    nextPurgeUs: PURGE_INTERVAL_MS * 1000,
  };
}

export function copyGrants(grants: GrantState): GrantState {
  return {
    ...grants,
    held: grants.held.slice(),
    free: grants.free.slice(),
    mapped: grants.mapped.slice(),
  };
}

/** Takes `count` grants: kept ones first (last used first), then fresh references. Answers how many had to be claimed. */
export function claimGrants(grants: GrantState, count: number, into: number[]): number {
  let claimed = 0;
  for (let i = 0; i < count; i++) {
    const kept = grants.held.pop();
    if (kept !== undefined) {
      into.push(kept);
      continue;
    }
    claimed += 1;
    const given = grants.free.pop();
    if (given === undefined) {
      into.push(grants.nextRef);
      grants.nextRef += 1;
    } else {
      into.push(given);
    }
  }
  return claimed;
}

/** The frontend ends access: what the backend keeps mapped stays at hand, the rest is given back. */
export function releaseGrants(grants: GrantState, request: RingRequest): void {
  // Backwards, so that the first grant of a request is the first to be used again, as with a list head.
  for (let i = request.grants.length - 1; i >= 0; i--) {
    const reference = request.grants[i] ?? 0;
    if (grants.mapped[reference] === KEPT) grants.held.push(reference);
    else grants.free.push(reference);
  }
}

function markTable(grants: GrantState): Uint8Array {
  if (grants.mapped.length <= grants.nextRef) {
    const grown = new Uint8Array(Math.max(grants.nextRef + 1, grants.mapped.length * 2));
    grown.set(grants.mapped);
    grants.mapped = grown;
  }
  return grants.mapped;
}

/** What mapping a range of grants cost. */
interface MapCost {
  pages: number;
  hypercalls: number;
}

/**
 * Maps grants the way blkback does: up to eleven new ones per hypercall, those that are mapped already for nothing,
 * new ones kept as long as there is room for persistent grants.
 */
function mapRange(sim: Simulation, grants: GrantState, references: readonly number[]): MapCost {
  const marks = markTable(grants);
  const cost: MapCost = { pages: 0, hypercalls: 0 };
  let batch = 0;
  for (const reference of references) {
    if (marks[reference] === KEPT) {
      marks[reference] = IN_USE;
      continue;
    }
    if (batch === 0) cost.hypercalls += 1;
    batch = (batch + 1) % DIRECT_SEGMENTS;
    cost.pages += 1;
    if (sim.config.persistent && grants.persistentCount < sim.config.maxPersistentGrants) {
      marks[reference] = IN_USE;
      grants.persistentCount += 1;
    } else {
      if (sim.config.persistent) grants.overflowed = true;
      marks[reference] = ONCE;
    }
  }
  return cost;
}

function unmapRange(grants: GrantState, references: readonly number[]): number {
  const marks = grants.mapped;
  let unmapped = 0;
  for (const reference of references) {
    if (marks[reference] === IN_USE) {
      marks[reference] = KEPT;
    } else if (marks[reference] === ONCE) {
      marks[reference] = 0;
      unmapped += 1;
    }
  }
  return unmapped;
}

/** Maps what a request needs before it goes to the disk; descriptor pages are mapped, read and let go at once. Answers microseconds. */
export function mapRequest(sim: Simulation, grants: GrantState, request: RingRequest): number {
  const { counters } = sim.state;
  const { costs } = sim;
  const data = request.grants.slice(0, request.segments);
  const descriptors = request.grants.slice(request.segments);
  let us = 0;
  if (descriptors.length > 0) {
    const mapped = mapRange(sim, grants, descriptors);
    const unmapped = unmapRange(grants, descriptors);
    counters.grantsMapped += mapped.pages;
    counters.grantsUnmapped += unmapped;
    counters.mapHypercalls += mapped.hypercalls;
    const unmapCalls = unmapped > 0 ? 1 : 0;
    counters.unmapHypercalls += unmapCalls;
    us +=
      (mapped.hypercalls + unmapCalls) * costs.hypercallUs +
      mapped.pages * costs.mapPageUs +
      unmapped * costs.unmapPageUs;
  }
  const mapped = mapRange(sim, grants, data);
  counters.grantsMapped += mapped.pages;
  counters.mapHypercalls += mapped.hypercalls;
  return us + mapped.hypercalls * costs.hypercallUs + mapped.pages * costs.mapPageUs;
}

/** True when finishing a request needs an unmap hypercall. */
export function needsUnmap(grants: GrantState, request: RingRequest): boolean {
  for (let i = 0; i < request.segments; i++) {
    if (grants.mapped[request.grants[i] ?? 0] === ONCE) return true;
  }
  return false;
}

/** Lets the data pages of a finished request go, all in one call. Answers microseconds; 0 when everything is kept. */
export function unmapRequest(sim: Simulation, grants: GrantState, request: RingRequest): number {
  const unmapped = unmapRange(grants, request.grants.slice(0, request.segments));
  if (unmapped === 0) return 0;
  sim.state.counters.grantsUnmapped += unmapped;
  sim.state.counters.unmapHypercalls += 1;
  return sim.costs.hypercallUs + unmapped * sim.costs.unmapPageUs;
}

/** Grant copy of a request's data, one hypercall for the batch; descriptor pages are copied with it. Answers microseconds. */
export function copyRequest(sim: Simulation, request: RingRequest): number {
  const pages = request.segments;
  sim.state.counters.grantsCopied += pages;
  sim.state.counters.copyHypercalls += 1;
  return sim.costs.hypercallUs + pages * sim.costs.copyPageUs;
}

/** Copies the descriptor pages of an indirect request in, for a backend that maps nothing. */
export function copyDescriptors(sim: Simulation, request: RingRequest): number {
  const { indirectPages } = indirectNeed(request.segments);
  if (indirectPages === 0) return 0;
  sim.state.counters.grantsCopied += indirectPages;
  sim.state.counters.copyHypercalls += 1;
  return sim.costs.hypercallUs + indirectPages * sim.costs.copyPageUs;
}

/**
 * purge_persistent_gnt (Linux 6.1): every 100 ms at most. It walks the references in ascending order and drops idle ones
 * that nobody uses, so "least recently used" is the name, not what happens among those younger than a minute.
 */
export function purgeGrants(sim: Simulation, grants: GrantState, nowUs: number): void {
  if (!sim.config.persistent || nowUs < grants.nextPurgeUs) return;
  grants.nextPurgeUs = nowUs + PURGE_INTERVAL_MS * 1000;
  let wanted = purgeCount(
    sim.config.maxPersistentGrants,
    grants.persistentCount,
    grants.overflowed,
  );
  let dropped = 0;
  for (let reference = 0; reference < grants.mapped.length && wanted > 0; reference++) {
    if (grants.mapped[reference] !== KEPT) continue;
    grants.mapped[reference] = 0;
    grants.persistentCount -= 1;
    wanted -= 1;
    dropped += 1;
  }
  if (dropped === 0) return;
  grants.overflowed = false;
  sim.state.counters.purgedGrants += dropped;
  sim.state.counters.grantsUnmapped += dropped;
  sim.state.counters.unmapHypercalls += 1;
}
