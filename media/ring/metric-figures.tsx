import type { JSX } from 'preact';
import { inFlightLimit, type Metrics, metricsOf, type Simulation } from '#core/ring';
import { grouped } from '../shared/controls.tsx';

const KIB = 1024;
const NONE = '–';

/** Two times in one unit. */
function pair(first: number | undefined, second: number | undefined): string {
  if (first === undefined || second === undefined) return NONE;
  return second < 1000
    ? `${first.toFixed(0)} / ${second.toFixed(0)} µs`
    : `${(first / 1000).toFixed(2)} / ${(second / 1000).toFixed(2)} ms`;
}

function figuresOf(
  metrics: Metrics,
  simulation: Simulation,
): readonly (readonly [value: string, label: string])[] {
  const { config, entryCount } = simulation;
  const most = inFlightLimit(entryCount, config.queues, config.maxSegments).inFlightBytes / KIB;
  const rate = metrics.megabytesPerSecond;
  return [
    [`${grouped(Math.round(metrics.bytesInFlight / KIB))} KiB`, `in flight (max ${grouped(most)})`],
    [grouped(metrics.requests), `requests, ${grouped(metrics.indirectRequests)} indirect`],
    [
      `${grouped(metrics.notificationsSent)} / ${grouped(metrics.notificationsHeld)}`,
      'notified / held back',
    ],
    [
      `${grouped(metrics.grantsMapped)} / ${grouped(metrics.grantsUnmapped)} / ${grouped(metrics.grantsCopied)}`,
      'grants map / unmap / copy',
    ],
    [grouped(metrics.hypercalls), `hypercalls, ${grouped(metrics.grantHypercalls)} for grants`],
    [pair(metrics.latencyP50Us, metrics.latencyP99Us), 'latency p50 / p99 · model'],
    [rate === undefined ? NONE : `${grouped(Math.round(rate))} MB/s`, 'throughput · model'],
  ];
}

/** What it cost so far. */
export function MetricFigures({ simulation }: { readonly simulation: Simulation }): JSX.Element {
  return (
    <dl class="figures">
      {figuresOf(metricsOf(simulation), simulation).map(([value, label]) => (
        <div key={label}>
          <dd>{value}</dd>
          <dt>{label}</dt>
        </div>
      ))}
    </dl>
  );
}
