import {
  consumeRequests,
  consumeResponses,
  createMachine,
  produceRequests,
  respondTo,
  type RingMachine,
} from './machine.ts';
import {
  finalCheckForRequests,
  finalCheckForResponses,
  freeRequests,
  isFull,
  pushRequests,
  pushRequestsAndCheckNotify,
  pushResponses,
  pushResponsesAndCheckNotify,
  requestConsOverflow,
  requestProdOverflow,
  responseProdOverflow,
  unconsumedRequests,
  unconsumedResponses,
} from './macros.ts';
import { fitRing, type RingGeometry } from './sizes.ts';

/** One line of a trace in the format of ring_oracle.c: an operation, its inputs and outcomes, and the state after it. */
export interface TraceLine {
  readonly seed: number;
  readonly i: number;
  readonly op: string;
  readonly [field: string]: unknown;
}

/** What a line says against what the model did. */
export interface TraceDifference {
  /** 1-based line of the file. */
  readonly line: number;
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  readonly op: string;
}

/** The largest ring that Xen's drivers ask for is 2^4 pages; more is accepted, nonsense is not. */
const LARGEST_PAGE_ORDER = 10;

/** Fields that the model computes for one step, in the order of the trace. */
type Outcome = Record<string, unknown>;

const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0);
const asIds = (value: unknown): readonly number[] =>
  Array.isArray(value) ? value.filter((id): id is number => typeof id === 'number') : [];

function pushed(notify: boolean): Outcome {
  return { notify: notify ? 1 : 0, bar: [1, 1] };
}

function checked(machine: RingMachine, work: number, before: number): Outcome {
  // The macro sets the event and runs its mb only when there was nothing to do at first.
  return { work, bar: [0, before === 0 ? 1 : 0] };
}

type Step = (machine: RingMachine, line: TraceLine) => Outcome;

const STEPS: Readonly<Record<string, Step>> = {
  f_produce: (machine, line) => {
    const batch = produceRequests(machine, asNumber(line['arg']));
    return { n: batch.count, ids: batch.ids, slots: batch.slots };
  },
  f_push: (machine) => pushed(pushRequestsAndCheckNotify(machine.ring)),
  b_push: (machine) => pushed(pushResponsesAndCheckNotify(machine.ring)),
  f_push_silent: (machine) => {
    pushRequests(machine.ring);
    return { bar: [1, 0] };
  },
  b_push_silent: (machine) => {
    pushResponses(machine.ring);
    return { bar: [1, 0] };
  },
  b_consume: (machine, line) => {
    const batch = consumeRequests(machine, asNumber(line['arg']));
    return {
      n: batch.count,
      prod_ovf: batch.prodOverflow ? 1 : 0,
      cons_ovf: batch.consOverflow ? 1 : 0,
      ids: batch.ids,
      slots: batch.slots,
    };
  },
  b_respond: (machine, line) => {
    const batch = respondTo(machine, asIds(line['ids']));
    return { n: batch.count, ids: batch.ids, slots: batch.slots };
  },
  f_consume: (machine, line) => {
    const batch = consumeResponses(machine, asNumber(line['arg']));
    return {
      n: batch.count,
      prod_ovf: batch.prodOverflow ? 1 : 0,
      ids: batch.ids,
      slots: batch.slots,
    };
  },
  b_final_check: (machine) => {
    const before = unconsumedRequests(machine.ring);
    return checked(machine, finalCheckForRequests(machine.ring), before);
  },
  f_final_check: (machine) => {
    const before = unconsumedResponses(machine.ring);
    return checked(machine, finalCheckForResponses(machine.ring), before);
  },
  f_set_event: (machine, line) => {
    machine.ring.rspEvent = (machine.ring.rspCons + asNumber(line['arg'])) >>> 0;
    return { bar: [0, 1] };
  },
  b_set_event: (machine, line) => {
    machine.ring.reqEvent = (machine.ring.reqCons + asNumber(line['arg'])) >>> 0;
    return { bar: [0, 1] };
  },
  probe_req_prod: ({ ring }, line) => {
    const value = (ring.rspProdPvt + asNumber(line['arg'])) >>> 0;
    return {
      value,
      prod_ovf: requestProdOverflow(ring, value) ? 1 : 0,
      cons_ovf: requestConsOverflow(ring, value) ? 1 : 0,
    };
  },
  probe_rsp_prod: ({ ring }, line) => {
    const value = (ring.rspCons + asNumber(line['arg'])) >>> 0;
    return { value, prod_ovf: responseProdOverflow(ring, value) ? 1 : 0 };
  },
};

/** The state after a step, under the trace's own field names. */
export function traceState(machine: RingMachine): Outcome {
  const { ring } = machine;
  return {
    sh: [ring.reqProd, ring.reqEvent, ring.rspProd, ring.rspEvent],
    fr: [ring.reqProdPvt, ring.rspCons],
    bk: [ring.rspProdPvt, ring.reqCons],
    free: freeRequests(ring),
    full: isFull(ring) ? 1 : 0,
    ureq: unconsumedRequests(ring),
    ursp: unconsumedResponses(ring),
    infl: machine.inFlight.size,
  };
}

/**
 * The geometry a trace was made with: ring.h's indices are the same for every protocol, and the size of an entry, which
 * only its own header knows, is the first line's to say.
 */
function geometryOf(line: TraceLine, byDefault: RingGeometry): RingGeometry {
  const entryBytes = line['entry'];
  if (typeof entryBytes !== 'number' || !Number.isInteger(entryBytes) || entryBytes < 1) {
    return byDefault;
  }
  const { ringOffsetBytes } = byDefault;
  return {
    entryBytes,
    ringOffsetBytes,
    entriesForOrder: (order) => fitRing(entryBytes, ringOffsetBytes, order).entryCount,
  };
}

/** Runs the operations of one or more traces in sequence; every `init` starts a new ring. */
export class TraceReplayer {
  readonly #geometry: RingGeometry;
  #machine: RingMachine | undefined;

  constructor(geometry: RingGeometry) {
    this.#geometry = geometry;
  }

  /** The ring after the last step; undefined before the first `init`. */
  get machine(): RingMachine | undefined {
    return this.#machine;
  }

  /** Executes one line and answers every field it determines, or one sentence why it cannot. */
  step(line: TraceLine): Outcome | string {
    if (line.op === 'init') return this.#start(line);
    const run = Object.hasOwn(STEPS, line.op) ? STEPS[line.op] : undefined;
    if (run === undefined) {
      return `"${line.op}" is not an operation of a ring trace; known are init, ${Object.keys(STEPS).join(', ')}.`;
    }
    if (this.#machine === undefined) return 'A trace must begin with an "init" line.';
    const outcome = run(this.#machine, line);
    return { bar: [0, 0], ...outcome, ...traceState(this.#machine) };
  }

  #start(line: TraceLine): Outcome | string {
    const order = asNumber(line['order']);
    if (!Number.isInteger(order) || order < 0 || order > LARGEST_PAGE_ORDER) {
      return `The ring page order must be a whole number from 0 to ${LARGEST_PAGE_ORDER}, not ${JSON.stringify(line['order'])}.`;
    }
    const geometry = geometryOf(line, this.#geometry);
    const entries = geometry.entriesForOrder(order);
    if (entries < 1) {
      return `An entry of ${geometry.entryBytes} bytes does not fit a ring of page order ${order}: the trace names the wrong "entry" or "order".`;
    }
    this.#machine = createMachine(entries, asNumber(line['arg']));
    return {
      nr_ents: entries,
      entry: geometry.entryBytes,
      ring_off: geometry.ringOffsetBytes,
      bar: [0, 0],
      ...traceState(this.#machine),
    };
  }
}

/** Inputs of an operation and what only names it: nothing to compare. */
const INPUT_FIELDS: ReadonlySet<string> = new Set(['seed', 'i', 'op', 'arg', 'order']);

function same(expected: unknown, actual: unknown): boolean {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return expected.length === actual.length && expected.every((value, i) => value === actual[i]);
  }
  return expected === actual;
}

/** Compares one line with the outcome of the model; every field of the line but its inputs counts. */
export function compareLine(
  line: TraceLine,
  outcome: Outcome,
  number: number,
): TraceDifference | undefined {
  for (const [field, expected] of Object.entries(line)) {
    if (INPUT_FIELDS.has(field)) continue;
    const actual = outcome[field];
    if (same(expected, actual)) continue;
    return {
      line: number,
      field,
      expected: JSON.stringify(expected),
      actual: actual === undefined ? 'nothing' : JSON.stringify(actual),
      op: line.op,
    };
  }
  return undefined;
}

/** Reads one line of a trace; a sentence when it is not one. */
export function parseTraceLine(text: string): TraceLine | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The line is not JSON.';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'The line is not a JSON object.';
  }
  if (typeof (value as Record<string, unknown>)['op'] !== 'string') return 'The line has no "op".';
  return value as TraceLine;
}

/** The result of replaying a whole trace. */
export interface TraceReport {
  readonly passed: number;
  readonly failed: number;
  /** The first lines that differ, and why a line could not be read or run. */
  readonly differences: readonly TraceDifference[];
}

const MOST_DIFFERENCES = 20;

/** Replays a trace line by line, so that a file of any size needs no more memory than its longest line. */
export class TraceComparison {
  readonly #replayer: TraceReplayer;
  readonly #differences: TraceDifference[] = [];
  #line = 0;
  #passed = 0;
  #failed = 0;

  constructor(geometry: RingGeometry) {
    this.#replayer = new TraceReplayer(geometry);
  }

  /** Takes the next line; blank lines are skipped. */
  feed(text: string): void {
    this.#line += 1;
    if (text.trim() === '') return;
    const line = parseTraceLine(text);
    if (typeof line === 'string') {
      this.#refuse('', line);
      return;
    }
    const outcome = this.#replayer.step(line);
    if (typeof outcome === 'string') {
      this.#refuse(line.op, outcome);
      return;
    }
    const difference = compareLine(line, outcome, this.#line);
    if (difference === undefined) this.#passed += 1;
    else this.#fail(difference);
  }

  #refuse(op: string, why: string): void {
    this.#fail({ line: this.#line, field: 'op', expected: 'a step', actual: why, op });
  }

  #fail(difference: TraceDifference): void {
    this.#failed += 1;
    if (this.#differences.length < MOST_DIFFERENCES) this.#differences.push(difference);
  }

  report(): TraceReport {
    return { passed: this.#passed, failed: this.#failed, differences: this.#differences };
  }
}
