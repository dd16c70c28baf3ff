import type { SimulationState, Simulation, StepRecord } from './model.ts';
import { STEP_KINDS, type StepKind } from './model.ts';
import { advance, copyState, createSimulation, emptyRecord, type Scenario } from './simulation.ts';

/** What each step did, in columns: a hundred thousand steps are a few megabytes. */
export interface StepLog {
  readonly length: number;
  kindOf(index: number): StepKind;
  queueOf(index: number): number;
  startUsOf(index: number): number;
  durationUsOf(index: number): number;
  subjectOf(index: number): number;
  resultOf(index: number): number;
}

const KIND_NUMBER: ReadonlyMap<StepKind, number> = new Map(
  STEP_KINDS.map((kind, index) => [kind, index]),
);

class Columns implements StepLog {
  length = 0;
  #capacity = 1024;
  #kind = new Uint8Array(1024);
  #queue = new Uint8Array(1024);
  #result = new Int32Array(1024);
  #subject = new Int32Array(1024);
  #start = new Float64Array(1024);
  #duration = new Float32Array(1024);

  push(record: StepRecord): void {
    if (this.length === this.#capacity) this.#grow();
    const at = this.length;
    this.#kind[at] = KIND_NUMBER.get(record.kind) ?? 0;
    this.#queue[at] = record.queue;
    this.#result[at] = record.result;
    this.#subject[at] = record.subject;
    this.#start[at] = record.startUs;
    this.#duration[at] = record.durationUs;
    this.length += 1;
  }

  #grow(): void {
    this.#capacity *= 2;
    const grown = <T extends { set(from: T): void }>(make: T, old: T): T => {
      make.set(old);
      return make;
    };
    this.#kind = grown(new Uint8Array(this.#capacity), this.#kind);
    this.#queue = grown(new Uint8Array(this.#capacity), this.#queue);
    this.#result = grown(new Int32Array(this.#capacity), this.#result);
    this.#subject = grown(new Int32Array(this.#capacity), this.#subject);
    this.#start = grown(new Float64Array(this.#capacity), this.#start);
    this.#duration = grown(new Float32Array(this.#capacity), this.#duration);
  }

  kindOf(index: number): StepKind {
    return STEP_KINDS[this.#kind[index] ?? 0] ?? 'fill';
  }
  queueOf(index: number): number {
    return this.#queue[index] ?? 0;
  }
  startUsOf(index: number): number {
    return this.#start[index] ?? 0;
  }
  durationUsOf(index: number): number {
    return this.#duration[index] ?? 0;
  }
  subjectOf(index: number): number {
    return this.#subject[index] ?? 0;
  }
  resultOf(index: number): number {
    return this.#result[index] ?? 0;
  }
}

/** A simulation that can be moved to any step. */
export interface History {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  /** Every step that was ever taken, also those after the current position. */
  readonly log: StepLog;
  /** Steps taken to reach the current state. */
  readonly position: number;
  /** Steps in all; Infinity until the end was reached once. */
  readonly end: number;
  /** Moves to a step, as far as the simulation goes; answers the position reached. */
  seek(step: number): number;
  /** One step forward; false at the end. */
  forward(): boolean;
}

interface Checkpoint {
  readonly step: number;
  readonly state: SimulationState;
}

/** Checkpoints kept; when there are more, every second one goes and the distance doubles. */
const MOST_CHECKPOINTS = 64;
const FIRST_DISTANCE = 256;

/**
 * Going back is going forward from the nearest checkpoint: the simulation is deterministic, so the same steps give the
 * same state. At most a few thousand steps are repeated, a millisecond or two.
 */
export function createHistory(scenario: Scenario, entryCount: number): History {
  const simulation = createSimulation(scenario, entryCount);
  const log = new Columns();
  const record = emptyRecord();
  let checkpoints: Checkpoint[] = [{ step: 0, state: copyState(simulation.state) }];
  let distance = FIRST_DISTANCE;
  let end = Infinity;

  const keep = (): void => {
    const { step } = simulation.state;
    const last = checkpoints.at(-1);
    if (last !== undefined && step < last.step + distance) return;
    checkpoints.push({ step, state: copyState(simulation.state) });
    if (checkpoints.length <= MOST_CHECKPOINTS) return;
    checkpoints = checkpoints.filter((_, index) => index % 2 === 0);
    distance *= 2;
  };

  const forward = (): boolean => {
    const { step } = simulation.state;
    if (!advance(simulation, record)) {
      end = simulation.state.step;
      return false;
    }
    if (step === log.length) {
      log.push(record);
      keep();
    }
    return true;
  };

  const rewind = (step: number): void => {
    let from = checkpoints[0];
    for (const checkpoint of checkpoints) if (checkpoint.step <= step) from = checkpoint;
    if (from !== undefined) simulation.state = copyState(from.state);
  };

  return {
    scenario,
    simulation,
    log,
    get position() {
      return simulation.state.step;
    },
    get end() {
      return end;
    },
    seek(step) {
      const target = Math.max(0, step);
      if (target < simulation.state.step) rewind(target);
      while (simulation.state.step < target && forward());
      // At the last step, trying one more is what tells the state that it has ended, and how.
      if (simulation.state.step === end) forward();
      return simulation.state.step;
    },
    forward,
  };
}
