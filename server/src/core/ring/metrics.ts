import type { Simulation } from './model.ts';
import { SECTOR_BYTES } from './sizes.ts';

/** What a simulation cost so far. Times and rates come from the cost model. */
export interface Metrics {
  readonly ios: number;
  readonly requests: number;
  readonly indirectRequests: number;
  readonly bytesInFlight: number;
  readonly mostBytesInFlight: number;
  readonly mostRequestsInFlight: number;
  readonly notificationsSent: number;
  readonly notificationsHeld: number;
  readonly requestNotifies: number;
  readonly requestHeld: number;
  readonly responseNotifies: number;
  readonly responseHeld: number;
  readonly grantsMapped: number;
  readonly grantsUnmapped: number;
  readonly grantsCopied: number;
  readonly grantHypercalls: number;
  readonly eventHypercalls: number;
  readonly hypercalls: number;
  readonly copiedBytes: number;
  readonly persistentGrants: number;
  readonly purgedGrants: number;
  readonly sectorsRead: number;
  readonly sectorsWritten: number;
  readonly outOfRequests: number;
  /** Model. */
  readonly elapsedUs: number;
  /** Model; undefined before the first I/O is done. */
  readonly latencyP50Us: number | undefined;
  readonly latencyP99Us: number | undefined;
  /** Model, 10^6 bytes a second. */
  readonly megabytesPerSecond: number | undefined;
}

/** Nearest-rank percentile of the first `count` values. */
export function percentile(values: Float64Array, count: number, share: number): number | undefined {
  if (count === 0) return undefined;
  const sorted = values.slice(0, count).sort();
  return sorted[Math.min(count - 1, Math.ceil(share * count) - 1)];
}

/** Above so many I/Os the percentiles are taken of the last ones, so that a frame stays cheap. */
const PERCENTILE_WINDOW = 4096;

export function metricsOf(sim: Simulation): Metrics {
  const { state } = sim;
  const { counters } = state;
  const done = state.doneIos;
  const window = sim.latenciesUs.subarray(Math.max(0, done - PERCENTILE_WINDOW), done);
  const bytes =
    (counters.sectorsRead + counters.sectorsWritten) * SECTOR_BYTES - counters.bytesInFlight;
  const eventHypercalls = counters.requestNotifies + counters.responseNotifies;
  const grantHypercalls =
    counters.mapHypercalls + counters.unmapHypercalls + counters.copyHypercalls;
  return {
    ios: done,
    requests: counters.requests,
    indirectRequests: counters.indirectRequests,
    bytesInFlight: counters.bytesInFlight,
    mostBytesInFlight: counters.mostBytesInFlight,
    mostRequestsInFlight: counters.mostRequestsInFlight,
    notificationsSent: eventHypercalls,
    notificationsHeld: counters.requestHeld + counters.responseHeld,
    requestNotifies: counters.requestNotifies,
    requestHeld: counters.requestHeld,
    responseNotifies: counters.responseNotifies,
    responseHeld: counters.responseHeld,
    grantsMapped: counters.grantsMapped,
    grantsUnmapped: counters.grantsUnmapped,
    grantsCopied: counters.grantsCopied,
    grantHypercalls,
    eventHypercalls,
    hypercalls: grantHypercalls + eventHypercalls,
    copiedBytes: counters.copiedBytes,
    persistentGrants: state.queues.reduce((sum, queue) => sum + queue.grants.persistentCount, 0),
    purgedGrants: counters.purgedGrants,
    sectorsRead: counters.sectorsRead,
    sectorsWritten: counters.sectorsWritten,
    outOfRequests: counters.outOfRequests,
    elapsedUs: state.nowUs,
    latencyP50Us: percentile(window, window.length, 0.5),
    latencyP99Us: percentile(window, window.length, 0.99),
    megabytesPerSecond: state.nowUs > 0 && done > 0 ? Math.max(0, bytes) / state.nowUs : undefined,
  };
}
