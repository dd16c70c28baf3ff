/**
 * The arithmetic of ring.h (Xen 4.17, xen/include/public/io/ring.h): free-running indices are unsigned 32-bit numbers,
 * every difference is taken modulo 2^32, a slot is the index modulo the number of entries (a power of two).
 * `| 0` and `>>> 0` keep the engine on 32-bit integers, which is what makes millions of steps a second possible.
 */

/** One ring as both ends see it. Mutable on purpose: this is the hot path; everything above copies it when it needs to. */
export interface RingState {
  readonly entryCount: number;
  /** Shared page, written by the frontend. */
  reqProd: number;
  /** Shared page, written by the backend: the request index at which it wants to be woken. */
  reqEvent: number;
  /** Shared page, written by the backend. */
  rspProd: number;
  /** Shared page, written by the frontend: the response index at which it wants to be woken. */
  rspEvent: number;
  /** Private to the frontend. */
  reqProdPvt: number;
  rspCons: number;
  /** Private to the backend. */
  rspProdPvt: number;
  reqCons: number;
}

/** SHARED_RING_INIT, then FRONT_RING_ATTACH and BACK_RING_ATTACH at `start`; the events ask for the first message. */
export function attachRing(entryCount: number, start = 0): RingState {
  const at = start >>> 0;
  const event = (at + 1) >>> 0;
  return {
    entryCount,
    reqProd: at,
    reqEvent: event,
    rspProd: at,
    rspEvent: event,
    reqProdPvt: at,
    rspCons: at,
    rspProdPvt: at,
    reqCons: at,
  };
}

export function copyRing(ring: RingState): RingState {
  return { ...ring };
}

/** Slot number of a free-running index. */
export function slotOf(ring: RingState, index: number): number {
  return index & (ring.entryCount - 1);
}

/** RING_FREE_REQUESTS. */
export function freeRequests(ring: RingState): number {
  return (ring.entryCount - ((ring.reqProdPvt - ring.rspCons) >>> 0)) >>> 0;
}

/** RING_FULL. */
export function isFull(ring: RingState): boolean {
  return freeRequests(ring) === 0;
}

/** XEN_RING_NR_UNCONSUMED_RESPONSES. */
export function unconsumedResponses(ring: RingState): number {
  return (ring.rspProd - ring.rspCons) >>> 0;
}

/** XEN_RING_NR_UNCONSUMED_REQUESTS: never more than the slots that are not still being worked on. */
export function unconsumedRequests(ring: RingState): number {
  const requests = (ring.reqProd - ring.reqCons) >>> 0;
  const room = (ring.entryCount - ((ring.reqCons - ring.rspProdPvt) >>> 0)) >>> 0;
  return requests < room ? requests : room;
}

/** RING_REQUEST_CONS_OVERFLOW. */
export function requestConsOverflow(ring: RingState, cons: number): boolean {
  return (cons - ring.rspProdPvt) >>> 0 >= ring.entryCount;
}

/** RING_REQUEST_PROD_OVERFLOW. */
export function requestProdOverflow(ring: RingState, prod: number): boolean {
  return (prod - ring.rspProdPvt) >>> 0 > ring.entryCount;
}

/** RING_RESPONSE_PROD_OVERFLOW. */
export function responseProdOverflow(ring: RingState, prod: number): boolean {
  return (prod - ring.rspCons) >>> 0 > ring.entryCount;
}

/** The notify condition of RING_PUSH_*_AND_CHECK_NOTIFY: `event` lies in the half-open interval (old, new]. */
export function wantsNotify(oldProd: number, newProd: number, event: number): boolean {
  return (newProd - event) >>> 0 < (newProd - oldProd) >>> 0;
}

/** RING_PUSH_REQUESTS. */
export function pushRequests(ring: RingState): void {
  ring.reqProd = ring.reqProdPvt;
}

/** RING_PUSH_RESPONSES. */
export function pushResponses(ring: RingState): void {
  ring.rspProd = ring.rspProdPvt;
}

/** RING_PUSH_REQUESTS_AND_CHECK_NOTIFY; true when the frontend owes a notification. */
export function pushRequestsAndCheckNotify(ring: RingState): boolean {
  const old = ring.reqProd;
  ring.reqProd = ring.reqProdPvt;
  return wantsNotify(old, ring.reqProdPvt, ring.reqEvent);
}

/** RING_PUSH_RESPONSES_AND_CHECK_NOTIFY; true when the backend owes a notification. */
export function pushResponsesAndCheckNotify(ring: RingState): boolean {
  const old = ring.rspProd;
  ring.rspProd = ring.rspProdPvt;
  return wantsNotify(old, ring.rspProdPvt, ring.rspEvent);
}

/** RING_FINAL_CHECK_FOR_REQUESTS; the number of requests that must be looked at before going to sleep. */
export function finalCheckForRequests(ring: RingState): number {
  const work = unconsumedRequests(ring);
  if (work !== 0) return work;
  ring.reqEvent = (ring.reqCons + 1) >>> 0;
  return unconsumedRequests(ring);
}

/** RING_FINAL_CHECK_FOR_RESPONSES. */
export function finalCheckForResponses(ring: RingState): number {
  const work = unconsumedResponses(ring);
  if (work !== 0) return work;
  ring.rspEvent = (ring.rspCons + 1) >>> 0;
  return unconsumedResponses(ring);
}

/**
 * The order that holds between honest peers at every moment (modulo 2^32):
 * rsp_cons <= rsp_prod <= rsp_prod_pvt <= req_cons <= req_prod <= req_prod_pvt <= rsp_cons + entries.
 * Answers the first pair that breaks it.
 */
export function brokenOrder(ring: RingState): string | undefined {
  const from = (index: number): number => (index - ring.rspCons) >>> 0;
  const chain: readonly (readonly [string, number])[] = [
    ['rsp_cons', 0],
    ['rsp_prod', from(ring.rspProd)],
    ['rsp_prod_pvt', from(ring.rspProdPvt)],
    ['req_cons', from(ring.reqCons)],
    ['req_prod', from(ring.reqProd)],
    ['req_prod_pvt', from(ring.reqProdPvt)],
    ['rsp_cons + entries', ring.entryCount],
  ];
  for (let i = 1; i < chain.length; i++) {
    const [lower, upper] = [chain[i - 1], chain[i]];
    if (lower !== undefined && upper !== undefined && lower[1] > upper[1]) {
      return `${lower[0]} is past ${upper[0]}`;
    }
  }
  return undefined;
}
