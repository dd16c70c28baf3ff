import {
  attachRing,
  isFull,
  requestConsOverflow,
  requestProdOverflow,
  responseProdOverflow,
  type RingState,
  slotOf,
} from './macros.ts';

/** A ring with the ids in its slots and the requests that the backend holds: what the trace of ring_oracle.c drives. */
export interface RingMachine {
  readonly ring: RingState;
  /** Id in each slot, of a request or of the response that overwrote it. */
  readonly slotIds: Float64Array;
  /** Ids that the backend took and has not answered, oldest first. */
  readonly inFlight: Set<number>;
  nextId: number;
}

/** What one batch of slots did. */
export interface Batch {
  readonly count: number;
  readonly ids: readonly number[];
  readonly slots: readonly number[];
}

export function createMachine(entryCount: number, start: number): RingMachine {
  return {
    ring: attachRing(entryCount, start),
    slotIds: new Float64Array(entryCount),
    inFlight: new Set(),
    nextId: 1,
  };
}

/** The frontend fills up to `wanted` free slots; stops when the ring is full. */
export function produceRequests(machine: RingMachine, wanted: number): Batch {
  const { ring, slotIds } = machine;
  const ids: number[] = [];
  const slots: number[] = [];
  while (ids.length < wanted && !isFull(ring)) {
    const slot = slotOf(ring, ring.reqProdPvt);
    slotIds[slot] = machine.nextId;
    ids.push(machine.nextId);
    slots.push(slot);
    machine.nextId += 1;
    ring.reqProdPvt = (ring.reqProdPvt + 1) >>> 0;
  }
  return { count: ids.length, ids, slots };
}

/** The backend's loop: at most `wanted` requests up to the producer index it read, both overflow checks in place. */
export function consumeRequests(
  machine: RingMachine,
  wanted: number,
): Batch & { readonly prodOverflow: boolean; readonly consOverflow: boolean } {
  const { ring, slotIds, inFlight } = machine;
  const ids: number[] = [];
  const slots: number[] = [];
  const prod = ring.reqProd;
  const prodOverflow = requestProdOverflow(ring, prod);
  const end = prodOverflow ? ring.reqCons : prod;
  let consOverflow = false;
  while (ring.reqCons !== end && ids.length < wanted) {
    if (requestConsOverflow(ring, ring.reqCons)) {
      consOverflow = true;
      break;
    }
    const slot = slotOf(ring, ring.reqCons);
    const id = slotIds[slot] ?? 0;
    ids.push(id);
    slots.push(slot);
    inFlight.add(id);
    ring.reqCons = (ring.reqCons + 1) >>> 0;
  }
  return { count: ids.length, ids, slots, prodOverflow, consOverflow };
}

/** The backend answers these requests, in this order; an id that it does not hold is skipped. */
export function respondTo(machine: RingMachine, ids: readonly number[]): Batch {
  const { ring, slotIds, inFlight } = machine;
  const answered: number[] = [];
  const slots: number[] = [];
  for (const id of ids) {
    if (!inFlight.delete(id)) continue;
    const slot = slotOf(ring, ring.rspProdPvt);
    slotIds[slot] = id;
    answered.push(id);
    slots.push(slot);
    ring.rspProdPvt = (ring.rspProdPvt + 1) >>> 0;
  }
  return { count: answered.length, ids: answered, slots };
}

/** The frontend takes at most `wanted` responses up to the producer index it read. */
export function consumeResponses(
  machine: RingMachine,
  wanted: number,
): Batch & { readonly prodOverflow: boolean } {
  const { ring, slotIds } = machine;
  const ids: number[] = [];
  const slots: number[] = [];
  const prod = ring.rspProd;
  const prodOverflow = responseProdOverflow(ring, prod);
  const end = prodOverflow ? ring.rspCons : prod;
  let cons = ring.rspCons;
  while (cons !== end && ids.length < wanted) {
    const slot = slotOf(ring, cons);
    ids.push(slotIds[slot] ?? 0);
    slots.push(slot);
    cons = (cons + 1) >>> 0;
  }
  ring.rspCons = cons;
  return { count: ids.length, ids, slots, prodOverflow };
}
