import {
  blockGeometry,
  createHistory,
  describeStep,
  describeVerdict,
  exportTrace,
  type History,
  type Metrics,
  metricsOf,
  parseRingDocument,
  STEP_FACTS,
  whyWaiting,
} from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { oneOf, parseCommandLine, wholeNumber } from './arguments.ts';
import { UsageError, type CommandIo, type ExitStatus } from './command.ts';
import { readInput } from './input.ts';
import { writeResult } from './output.ts';

/** More steps than any sensible scenario takes; a larger one says so instead of running for minutes. */
const MOST_STEPS = 20_000_000;

/** One step as `--events` lists it. Times are the model's, microseconds. */
interface EventLine {
  readonly step: number;
  readonly queue: number;
  readonly end: string;
  readonly kind: string;
  readonly symbol: string;
  readonly us: number;
  readonly subject: number;
  readonly result: number;
  readonly text: string;
}

/** Runs a scenario to its end, or as far as asked. */
export async function runScenario(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine(
    { events: { type: 'boolean' }, steps: { type: 'string' }, trace: { type: 'string' } },
    args,
  );
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError('ring run needs one scenario file.');
  const format = oneOf('format', values.format, ['text', 'json']);
  const steps =
    values.steps === undefined
      ? MOST_STEPS
      : wholeNumber('steps', values.steps, { min: 0, max: MOST_STEPS });
  const document = parseRingDocument((await readInput(io, file)).toString('utf8'));
  if (typeof document === 'string') throw new UsageError(`${file}: ${document}`);
  const geometry = blockGeometry(SLOT_LAYOUTS[document.scenario.config.abi]);
  const history = createHistory(
    document.scenario,
    geometry.entriesForOrder(document.scenario.config.pageOrder),
  );
  const events = collect(history, steps, values.events === true);
  if (values.trace !== undefined) {
    const trace = exportTrace(document.scenario, geometry, { queue: 0, steps: history.position });
    await writeResult(io, values.trace, `${trace.lines.join('\n')}\n`);
  }
  const text = format === 'json' ? asJson(history, events) : asText(history, events);
  await writeResult(io, values.output, text);
  return history.simulation.state.verdict?.kind === 'bitten' ? 1 : 0;
}

function collect(
  history: History,
  steps: number,
  wanted: boolean,
): readonly EventLine[] | undefined {
  if (!wanted) {
    history.seek(steps);
    return undefined;
  }
  const events: EventLine[] = [];
  const { log } = history;
  while (history.position < steps && history.forward()) {
    const at = log.length - 1;
    const queue = log.queueOf(at);
    const ring = history.simulation.state.queues[queue]?.ring;
    if (ring === undefined) continue;
    const kind = log.kindOf(at);
    events.push({
      step: at + 1,
      queue,
      end: STEP_FACTS[kind].end,
      kind,
      symbol: STEP_FACTS[kind].symbol,
      us: Number(log.startUsOf(at).toFixed(3)),
      subject: log.subjectOf(at),
      result: log.resultOf(at),
      text: describeStep(log, at, ring),
    });
  }
  return events;
}

function asJson(history: History, events: readonly EventLine[] | undefined): string {
  const { scenario, simulation } = history;
  const result = {
    version: 1,
    config: scenario.config,
    workload: scenario.workload,
    seed: scenario.seed,
    costs: simulation.costs,
    hazard: scenario.hazard,
    entries: simulation.entryCount,
    steps: history.position,
    ended: simulation.state.ended ?? null,
    verdict: simulation.state.verdict,
    waiting: whyWaiting(simulation, 0),
    model: ['elapsedUs', 'latencyP50Us', 'latencyP99Us', 'megabytesPerSecond'],
    metrics: metricsOf(simulation),
    events,
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

const KIB = 1024;

function metricLines(metrics: Metrics): readonly string[] {
  const model = (value: number | undefined, unit: string): string =>
    value === undefined ? '-' : `${value.toFixed(1)} ${unit} (model)`;
  const rows: readonly (readonly [string, string])[] = [
    ['I/Os done', String(metrics.ios)],
    ['ring requests', `${metrics.requests}, ${metrics.indirectRequests} indirect`],
    [
      'most in flight',
      `${metrics.mostBytesInFlight / KIB} KiB in ${metrics.mostRequestsInFlight} requests`,
    ],
    ['notifications', `${metrics.notificationsSent} sent, ${metrics.notificationsHeld} held back`],
    [
      'grants',
      `${metrics.grantsMapped} mapped, ${metrics.grantsUnmapped} unmapped, ${metrics.grantsCopied} copied, ${metrics.persistentGrants} kept`,
    ],
    ['hypercalls', `${metrics.grantHypercalls} for grants, ${metrics.eventHypercalls} for events`],
    ['copied by the frontend', `${metrics.copiedBytes / KIB} KiB`],
    ['latency p50', model(metrics.latencyP50Us, 'µs')],
    ['latency p99', model(metrics.latencyP99Us, 'µs')],
    ['throughput', model(metrics.megabytesPerSecond, 'MB/s')],
    ['time', model(metrics.elapsedUs, 'µs')],
  ];
  return rows.map(([name, value]) => `${name.padEnd(24)}${value}`);
}

function asText(history: History, events: readonly EventLine[] | undefined): string {
  const { simulation } = history;
  const { verdict } = simulation.state;
  const lines = [
    ...(events ?? []).map(
      (event) =>
        `${String(event.step).padStart(7)} ${event.us.toFixed(1).padStart(10)} µs  ${event.text}`,
    ),
    `${history.position} steps, ${simulation.state.ended ?? 'not at its end'}; ${simulation.entryCount} slots`,
    ...metricLines(metricsOf(simulation)),
    whyWaiting(simulation, 0),
    ...(verdict === undefined ? [] : [`Step ${verdict.step}: ${describeVerdict(verdict)}`]),
  ];
  return `${lines.join('\n')}\n`;
}
