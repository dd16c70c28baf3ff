import { createHistory } from './history.ts';
import type { QueueState } from './model.ts';
import type { Scenario } from './simulation.ts';
import { slotOf } from './macros.ts';
import type { RingGeometry } from './sizes.ts';
import { type TraceLine, TraceReplayer } from './trace.ts';
import type { StepKind } from './model.ts';

/** A simulation as a trace in the format of ring_oracle.c. */
export interface ExportedTrace {
  readonly lines: readonly string[];
  /** Present when the scenario breaks the ring: the trace ends before the step that an honest ring cannot take. */
  readonly stoppedAtStep?: number;
}

type Operation = Readonly<Record<string, unknown>> & { readonly op: string };

/** The trace operation of a step; undefined for steps that change no index. */
function operationOf(
  kind: StepKind,
  queue: QueueState,
  subject: number,
  result: number,
): Operation | undefined {
  const { ring } = queue;
  switch (kind) {
    case 'fill':
      return { op: 'f_produce', arg: 1 };
    case 'push-requests':
      return { op: 'f_push' };
    case 'consume-response':
      return { op: 'f_consume', arg: 1 };
    case 'check-responses':
      return result === 1 || subject <= 1
        ? { op: 'f_final_check' }
        : { op: 'f_set_event', arg: subject };
    case 'arm-responses':
      return { op: 'f_set_event', arg: 1 };
    case 'take-request':
      return result === 1 ? undefined : { op: 'b_consume', arg: 1 };
    case 'respond': {
      const content = queue.slots[slotOf(ring, ring.rspProdPvt - 1)];
      return {
        op: 'b_respond',
        arg: 1,
        ids: content?.kind === 'response' ? [content.request.serial] : [],
      };
    }
    case 'push-responses':
      return { op: 'b_push' };
    case 'check-requests':
      return { op: 'b_final_check' };
    case 'sleep-unchecked':
      return { op: 'b_set_event', arg: 1 };
    default:
      return undefined;
  }
}

function agrees(queue: QueueState, replayer: TraceReplayer): boolean {
  const replayed = replayer.machine?.ring;
  if (replayed === undefined) return false;
  return Object.entries(replayed).every(
    ([name, value]) => (queue.ring as unknown as Record<string, number>)[name] === value,
  );
}

/**
 * Runs a scenario up to a step and writes what one queue does. Every line's outcome comes from the replayer, and the
 * export stops where the simulation and the replayed ring part: a trace that leaves here always replays.
 */
export function exportTrace(
  scenario: Scenario,
  geometry: RingGeometry,
  options: { readonly queue: number; readonly steps: number },
): ExportedTrace {
  const entryCount = geometry.entriesForOrder(scenario.config.pageOrder);
  const history = createHistory(scenario, entryCount);
  const replayer = new TraceReplayer(geometry);
  const lines: string[] = [];
  const write = (operation: Operation): void => {
    const head = { seed: scenario.seed, i: lines.length, ...operation } as TraceLine;
    const outcome = replayer.step(head);
    lines.push(JSON.stringify({ ...head, ...(typeof outcome === 'string' ? {} : outcome) }));
  };
  write({ op: 'init', arg: scenario.config.startIndex, order: scenario.config.pageOrder });
  for (let step = 0; step < options.steps && history.forward(); step++) {
    const { log } = history;
    const queue = history.simulation.state.queues[options.queue];
    if (queue === undefined) break;
    if (log.queueOf(step) === options.queue) {
      const operation = operationOf(
        log.kindOf(step),
        queue,
        log.subjectOf(step),
        log.resultOf(step),
      );
      if (operation !== undefined) write(operation);
    }
    if (!agrees(queue, replayer)) {
      if (lines.length > 1) lines.pop();
      return { lines, stoppedAtStep: step };
    }
  }
  return { lines };
}
