import { type CostModel, DEFAULT_COSTS, type RingConfig, type Workload } from './config.ts';
import { inFlightLimit } from './costs.ts';
import { type Metrics, metricsOf } from './metrics.ts';
import { createSimulation, runToEnd } from './simulation.ts';

/** One figure of two configurations side by side. */
export interface ComparedMetric {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly a: number | undefined;
  readonly b: number | undefined;
  readonly model: boolean;
  /** Which direction is better; `none` for figures that merely differ. */
  readonly better: 'less' | 'more' | 'none';
}

/** Two configurations on the same workload and seed. */
export interface Comparison {
  readonly metrics: readonly ComparedMetric[];
  /** One line: what the difference comes from. */
  readonly reason: string;
}

export interface ComparisonInput {
  readonly a: RingConfig;
  readonly b: RingConfig;
  readonly workload: Workload;
  readonly seed: number;
  readonly costs?: CostModel;
  /** Entries of the ring of each configuration. */
  readonly entriesA: number;
  readonly entriesB: number;
}

type Row = readonly [
  id: string,
  label: string,
  unit: string,
  value: (metrics: Metrics) => number | undefined,
  better: 'less' | 'more' | 'none',
  model?: 'model',
];

const KIB = 1024;

const ROWS: readonly Row[] = [
  ['requests', 'Ring requests', '', (m) => m.requests, 'less'],
  ['indirect', 'of them indirect', '', (m) => m.indirectRequests, 'none'],
  ['mostInFlight', 'Most data in flight', 'KiB', (m) => m.mostBytesInFlight / KIB, 'more'],
  ['notificationsSent', 'Notifications sent', '', (m) => m.notificationsSent, 'less'],
  ['notificationsHeld', 'Notifications held back', '', (m) => m.notificationsHeld, 'none'],
  ['grantsMapped', 'Grants mapped', '', (m) => m.grantsMapped, 'less'],
  ['grantsUnmapped', 'Grants unmapped', '', (m) => m.grantsUnmapped, 'less'],
  ['grantsCopied', 'Pages copied by the hypervisor', '', (m) => m.grantsCopied, 'less'],
  ['grantHypercalls', 'Grant hypercalls', '', (m) => m.grantHypercalls, 'less'],
  ['copied', 'Copied by the frontend', 'KiB', (m) => m.copiedBytes / KIB, 'less'],
  ['p50', 'Latency p50', 'µs', (m) => m.latencyP50Us, 'less', 'model'],
  ['p99', 'Latency p99', 'µs', (m) => m.latencyP99Us, 'less', 'model'],
  ['rate', 'Throughput', 'MB/s', (m) => m.megabytesPerSecond, 'more', 'model'],
];

function metricsFor(input: ComparisonInput, config: RingConfig, entryCount: number): Metrics {
  const { workload, seed, costs = DEFAULT_COSTS } = input;
  const sim = createSimulation({ config, workload, seed, costs }, entryCount);
  runToEnd(sim);
  return metricsOf(sim);
}

/** Runs both to the end and puts every metric side by side. */
export function compare(input: ComparisonInput): Comparison {
  const a = metricsFor(input, input.a, input.entriesA);
  const b = metricsFor(input, input.b, input.entriesB);
  const metrics = ROWS.map(([id, label, unit, value, better, model]) => ({
    id,
    label,
    unit,
    a: value(a),
    b: value(b),
    better,
    model: model === 'model',
  }));
  return { metrics, reason: reasonOf(input, a, b) };
}

function reasonOf(input: ComparisonInput, a: Metrics, b: Metrics): string {
  const [left, right] = [input.a, input.b];
  const hypercalls = `${a.grantHypercalls} and ${b.grantHypercalls} grant hypercalls`;
  if (left.maxSegments !== right.maxSegments) {
    const saved =
      a.requests !== b.requests
        ? `${a.requests} against ${b.requests} ring requests`
        : `${a.requests} ring requests either way`;
    const calls =
      a.grantHypercalls === b.grantHypercalls
        ? `indirect descriptors save no grant hypercalls here: ${hypercalls}`
        : hypercalls;
    return `${left.maxSegments} against ${right.maxSegments} segments: ${saved}; ${calls}.`;
  }
  if (left.persistent !== right.persistent) {
    return `Persistent grants trade hypercalls for copies: ${hypercalls}, ${Math.round(a.copiedBytes / KIB)} and ${Math.round(b.copiedBytes / KIB)} KiB copied.`;
  }
  if (left.dataPath !== right.dataPath) {
    return `Mapping and copying pay differently: ${hypercalls}, ${a.grantsMapped} and ${b.grantsMapped} pages mapped, ${a.grantsCopied} and ${b.grantsCopied} copied.`;
  }
  if (left.pageOrder !== right.pageOrder || left.queues !== right.queues) {
    const limit = (config: RingConfig, entries: number): number =>
      inFlightLimit(entries, config.queues, config.maxSegments).inFlightBytes / KIB;
    return `More slots allow more in flight: up to ${limit(left, input.entriesA)} and ${limit(right, input.entriesB)} KiB; ${a.notificationsSent} and ${b.notificationsSent} notifications.`;
  }
  if (left.frontendWake !== right.frontendWake) {
    return `Event hold-off: ${a.responseNotifies} and ${b.responseNotifies} interrupts for ${a.requests} responses.`;
  }
  return a.requests === b.requests && a.notificationsSent === b.notificationsSent
    ? 'The two configurations behave alike on this workload.'
    : `${a.requests} against ${b.requests} ring requests, ${a.notificationsSent} against ${b.notificationsSent} notifications.`;
}
