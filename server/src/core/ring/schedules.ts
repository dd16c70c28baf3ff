import {
  attachRing,
  finalCheckForRequests,
  finalCheckForResponses,
  pushRequestsAndCheckNotify,
  pushResponsesAndCheckNotify,
  type RingState,
  unconsumedRequests,
} from './macros.ts';

/** The fixed schedules of ring_oracle.c that count notifications. */
export const NOTIFY_SCHEDULES = [
  'S1_burst_push_each',
  'S2_burst_push_once',
  'S3_ping_pong',
  'S4_polling_never_rearm',
  'S5_rsp_event_half',
  'S6_burst_push_each_wrap',
] as const;

export type NotifySchedule = (typeof NOTIFY_SCHEDULES)[number];

export interface NotifyCounts {
  readonly requests: number;
  readonly requestPushes: number;
  readonly requestNotifies: number;
  readonly responsePushes: number;
  readonly responseNotifies: number;
}

/** Where S6 starts, 16 requests before the indices wrap. */
const WRAP_START = 0xfffffff0;

interface Counter {
  readonly ring: RingState;
  requests: number;
  requestPushes: number;
  requestNotifies: number;
  responsePushes: number;
  responseNotifies: number;
}

function queueRequests(count: Counter, requests: number, pushEach: boolean): void {
  for (let i = 0; i < requests; i++) {
    count.ring.reqProdPvt = (count.ring.reqProdPvt + 1) >>> 0;
    count.requests += 1;
    if (!pushEach && i !== requests - 1) continue;
    count.requestPushes += 1;
    if (pushRequestsAndCheckNotify(count.ring)) count.requestNotifies += 1;
  }
}

function answerAll(count: Counter, pushEach: boolean): void {
  const { ring } = count;
  while (ring.rspProdPvt !== ring.reqCons) {
    ring.rspProdPvt = (ring.rspProdPvt + 1) >>> 0;
    if (!pushEach && ring.rspProdPvt !== ring.reqCons) continue;
    count.responsePushes += 1;
    if (pushResponsesAndCheckNotify(ring)) count.responseNotifies += 1;
  }
}

function takeRequests(ring: RingState): void {
  ring.reqCons = (ring.reqCons + unconsumedRequests(ring)) >>> 0;
}

function takeResponses(ring: RingState): void {
  ring.rspCons = ring.rspProd;
}

function backendSleeps(ring: RingState): void {
  while (finalCheckForRequests(ring) !== 0) takeRequests(ring);
}

function frontendSleeps(ring: RingState): void {
  while (finalCheckForResponses(ring) !== 0) takeResponses(ring);
}

function burst(count: Counter, depth: number, pushEach: boolean): void {
  queueRequests(count, depth, pushEach);
  takeRequests(count.ring);
  answerAll(count, pushEach);
  backendSleeps(count.ring);
  takeResponses(count.ring);
  frontendSleeps(count.ring);
}

function pingPong(count: Counter): void {
  queueRequests(count, 1, true);
  takeRequests(count.ring);
  finalCheckForRequests(count.ring);
  answerAll(count, true);
  takeResponses(count.ring);
  finalCheckForResponses(count.ring);
}

function polling(count: Counter, depth: number): void {
  queueRequests(count, depth, true);
  takeRequests(count.ring);
  answerAll(count, true);
  takeResponses(count.ring);
}

function halfEvent(count: Counter, depth: number): void {
  queueRequests(count, depth, true);
  count.ring.rspEvent = (count.ring.rspCons + Math.floor((depth + 1) / 2)) >>> 0;
  takeRequests(count.ring);
  answerAll(count, true);
  finalCheckForRequests(count.ring);
  takeResponses(count.ring);
}

/** Runs one schedule for `rounds` rounds of `depth` requests and counts pushes and notifications. */
export function runNotifySchedule(
  schedule: NotifySchedule,
  options: { readonly rounds: number; readonly depth: number; readonly entryCount: number },
): NotifyCounts {
  const start = schedule === 'S6_burst_push_each_wrap' ? WRAP_START : 0;
  const count: Counter = {
    ring: attachRing(options.entryCount, start),
    requests: 0,
    requestPushes: 0,
    requestNotifies: 0,
    responsePushes: 0,
    responseNotifies: 0,
  };
  for (let round = 0; round < options.rounds; round++) runRound(count, schedule, options.depth);
  const { ring: _ring, ...counts } = count;
  return counts;
}

function runRound(count: Counter, schedule: NotifySchedule, depth: number): void {
  switch (schedule) {
    case 'S1_burst_push_each':
    case 'S6_burst_push_each_wrap':
      burst(count, depth, true);
      break;
    case 'S2_burst_push_once':
      burst(count, depth, false);
      break;
    case 'S3_ping_pong':
      pingPong(count);
      break;
    case 'S4_polling_never_rearm':
      polling(count, depth);
      break;
    case 'S5_rsp_event_half':
      halfEvent(count, depth);
      break;
  }
}
