import {
  describeStep,
  type RingState,
  type SlotContent,
  STEP_FACTS,
  type StepFacts,
  whyWaiting,
  explainIndices,
} from '#core/ring';
import type { Session } from './session.ts';

/** What is on the screen: one ring at one moment, whatever it came from. */
export interface Moment {
  readonly ring: RingState;
  readonly startIndex: number;
  /** Contents of the slots; undefined where only indices are known. */
  readonly slots: readonly SlotContent[] | undefined;
  /** The sentence of the last step. */
  readonly said: string;
  /** "Why is it waiting?" */
  readonly why: string;
  /** The end and symbol of the last step; undefined before the first. */
  readonly facts: StepFacts | undefined;
}

const OPERATION_SAYS: Readonly<Record<string, string>> = {
  init: 'Both ends attach to the ring.',
  f_produce: 'The frontend fills slots.',
  f_push: 'The frontend pushes and checks whether to notify.',
  f_push_silent: 'The frontend pushes without a check.',
  b_consume: 'The backend takes requests.',
  b_respond: 'The backend writes responses.',
  b_push: 'The backend pushes and checks whether to notify.',
  b_push_silent: 'The backend pushes without a check.',
  f_consume: 'The frontend takes responses.',
  b_final_check: 'The backend makes its final check.',
  f_final_check: 'The frontend makes its final check.',
  f_set_event: 'The frontend moves rsp_event.',
  b_set_event: 'The backend moves req_event.',
  probe_req_prod: 'A forged req_prod is put to the checks.',
  probe_rsp_prod: 'A forged rsp_prod is put to the checks.',
};

/** Reads the moment a session stands at. */
export function momentOf(session: Session, position: number, queueIndex: number): Moment {
  if (session.kind === 'snapshot') {
    const shown = session.rings[session.shown];
    if (shown === undefined) throw new Error('A snapshot holds at least one ring.');
    const said = [shown.title, ...shown.assumed].join(' · ');
    return {
      ring: shown.ring,
      startIndex: (shown.ring.rspCons - shown.ring.entryCount) >>> 0,
      slots: undefined,
      said,
      why: shown.sentence,
      facts: undefined,
    };
  }
  if (session.kind === 'trace') {
    const frame = session.frames[position] ?? session.frames[0];
    if (frame === undefined) throw new Error('A trace holds at least one step.');
    const { op } = frame.line;
    return {
      ring: frame.ring,
      startIndex: frame.startIndex,
      slots: undefined,
      said: `${OPERATION_SAYS[op] ?? op} (${op}, step ${frame.line.i} of seed ${frame.line.seed})`,
      why: explainIndices(frame.ring),
      facts: undefined,
    };
  }
  const { history } = session;
  const { simulation, log } = history;
  const queue = simulation.state.queues[queueIndex] ?? simulation.state.queues[0];
  if (queue === undefined) throw new Error('A simulation has at least one queue.');
  const last = history.position - 1;
  const acted = simulation.state.queues[log.queueOf(last)] ?? queue;
  const where = simulation.state.queues.length > 1 ? `Queue ${log.queueOf(last)}: ` : '';
  return {
    ring: queue.ring,
    startIndex: simulation.config.startIndex,
    slots: queue.slots,
    said:
      last < 0
        ? 'Nothing has happened yet: Right steps, Space plays, T starts the tour.'
        : `${where}${describeStep(log, last, acted.ring)}`,
    why: whyWaiting(simulation, queueIndex),
    facts: last < 0 ? undefined : STEP_FACTS[log.kindOf(last)],
  };
}
