import type { History, StepLog } from './history.ts';

/** Where playing may stop by itself: the breakpoints of a ring. */
export const STOPS = [
  { id: 'end', title: 'to the end' },
  { id: 'sent', title: 'to a notification sent' },
  { id: 'held', title: 'to one held back' },
  { id: 'full', title: 'until the ring is full' },
  { id: 'asleep', title: 'until an end sleeps' },
  { id: 'mapped', title: 'to a grant hypercall' },
  { id: 'peer', title: 'to the peer\u2019s trick' },
] as const;

export type StopId = (typeof STOPS)[number]['id'];

type Matches = (log: StepLog, index: number) => boolean;

const isPush = (log: StepLog, index: number): boolean =>
  log.kindOf(index) === 'push-requests' || log.kindOf(index) === 'push-responses';

/** Stops that a step tells by itself. */
const MATCHES: Readonly<Record<Exclude<StopId, 'end' | 'full'>, Matches>> = {
  sent: (log, index) => isPush(log, index) && log.resultOf(index) === 1,
  held: (log, index) => isPush(log, index) && log.resultOf(index) === 0,
  asleep: (log, index) => {
    const kind = log.kindOf(index);
    if (kind === 'sleep-unchecked') return true;
    return (kind === 'check-requests' || kind === 'check-responses') && log.resultOf(index) === 0;
  },
  mapped: (log, index) => {
    const kind = log.kindOf(index);
    if (kind === 'unmap' || kind === 'copy-data') return true;
    return kind === 'map-and-submit' && log.resultOf(index) > 0;
  },
  peer: (log, index) =>
    log.kindOf(index) === 'peer-forges' || log.kindOf(index) === 'peer-changes-slot',
};

/** A ring is full behind the step that fills its last slot; the indices of each queue are followed from here on. */
function fullAfter({ simulation, log, position }: History): number | undefined {
  const used = simulation.state.queues.map(({ ring }) => (ring.reqProdPvt - ring.rspCons) >>> 0);
  for (let index = position; index < log.length; index++) {
    const queue = log.queueOf(index);
    const kind = log.kindOf(index);
    if (kind === 'consume-response') used[queue] = (used[queue] ?? 0) - 1;
    if (kind !== 'fill') continue;
    used[queue] = (used[queue] ?? 0) + 1;
    if (used[queue] === simulation.entryCount) return index + 1;
  }
  return undefined;
}

/** The position behind the next step at which to stop; undefined when there is none among the steps known so far. */
export function nextStop(history: History, stop: StopId): number | undefined {
  if (stop === 'end') return undefined;
  if (stop === 'full') return fullAfter(history);
  const matches = MATCHES[stop];
  for (let index = history.position; index < history.log.length; index++)
    if (matches(history.log, index)) return index + 1;
  return undefined;
}
