import { backReadyUs, stepBack } from './backend.ts';
import { doneReadyUs, stepDone } from './completion.ts';
import { type CostModel, DEFAULT_COSTS, type RingConfig, type Workload } from './config.ts';
import { frontReadyUs, stepFront } from './frontend.ts';
import { copyGrants, createGrants } from './grants.ts';
import { issueIos } from './guest.ts';
import type { ArmedHazard } from './hazard-model.ts';
import { attachRing, copyRing, slotOf } from './macros.ts';
import type { Counters, QueueState, Simulation, SimulationState, StepRecord } from './model.ts';
import { bite, fires } from './verdicts.ts';

/** A scenario: everything that determines a simulation. */
export interface Scenario {
  readonly config: RingConfig;
  readonly workload: Workload;
  readonly seed: number;
  readonly costs?: CostModel;
  readonly hazard?: ArmedHazard;
}

const NO_COUNTS: Counters = {
  requests: 0,
  indirectRequests: 0,
  responses: 0,
  requestNotifies: 0,
  requestHeld: 0,
  responseNotifies: 0,
  responseHeld: 0,
  grantsMapped: 0,
  grantsUnmapped: 0,
  grantsCopied: 0,
  mapHypercalls: 0,
  unmapHypercalls: 0,
  copyHypercalls: 0,
  copiedBytes: 0,
  sectorsRead: 0,
  sectorsWritten: 0,
  readRequests: 0,
  writeRequests: 0,
  flushRequests: 0,
  discardRequests: 0,
  outOfRequests: 0,
  purgedGrants: 0,
  bytesInFlight: 0,
  mostBytesInFlight: 0,
  mostRequestsInFlight: 0,
  finalChecks: 0,
};

function createQueue(entryCount: number, startIndex: number): QueueState {
  return {
    ring: attachRing(entryCount, startIndex),
    ownReqProd: startIndex >>> 0,
    slots: Array.from({ length: entryCount }, () => ({ kind: 'empty' })),
    before: [],
    changedAtStep: [],
    late: [],
    shadow: Array.from({ length: entryCount }, () => undefined),
    // The free list gives out id 0 first.
    freeIds: Array.from({ length: entryCount }, (_, i) => entryCount - 1 - i),
    nextSerial: 1,
    backlog: [],
    backlogHead: 0,
    inBackend: 0,
    disk: [],
    front: { phase: 'idle', busyUntilUs: 0, interruptAtUs: Infinity, seenProd: startIndex >>> 0 },
    back: {
      phase: 'asleep',
      busyUntilUs: 0,
      wokenAtUs: Infinity,
      seenProd: startIndex >>> 0,
      current: undefined,
      fetched: -1,
    },
    done: { phase: 'idle', busyUntilUs: 0, current: undefined },
    grants: createGrants(),
  };
}

/** A simulation before its first step. `entryCount` is the ring's, from the layout of its ABI. */
export function createSimulation(scenario: Scenario, entryCount: number): Simulation {
  const { config, workload } = scenario;
  const state: SimulationState = {
    step: 0,
    nowUs: 0,
    queues: Array.from({ length: config.queues }, () => createQueue(entryCount, config.startIndex)),
    nextIo: 0,
    doneIos: 0,
    left: new Map(),
    diskFreeAtUs: 0,
    counters: { ...NO_COUNTS },
    hazardFired: false,
    verdict: undefined,
    ended: undefined,
  };
  const sim: Simulation = {
    config,
    workload,
    costs: scenario.costs ?? DEFAULT_COSTS,
    seed: scenario.seed,
    hazard: scenario.hazard,
    entryCount,
    state,
    issuedAtUs: new Float64Array(workload.count),
    latenciesUs: new Float64Array(workload.count),
  };
  issueIos(sim, 0);
  return sim;
}

/** An independent copy: requests and slot contents never change, so only the containers are copied. */
export function copyState(state: SimulationState): SimulationState {
  return {
    ...state,
    queues: state.queues.map((queue) => ({
      ...queue,
      ring: copyRing(queue.ring),
      slots: queue.slots.slice(),
      before: queue.before.slice(),
      changedAtStep: queue.changedAtStep.slice(),
      late: queue.late.slice(),
      shadow: queue.shadow.slice(),
      freeIds: queue.freeIds.slice(),
      backlog: queue.backlog.slice(queue.backlogHead),
      backlogHead: 0,
      disk: queue.disk.slice(),
      front: { ...queue.front },
      back: { ...queue.back },
      done: { ...queue.done },
      grants: copyGrants(queue.grants),
    })),
    left: new Map(state.left),
    counters: { ...state.counters },
  };
}

export function emptyRecord(): StepRecord {
  return { kind: 'fill', queue: 0, startUs: 0, durationUs: 0, subject: 0, result: 0 };
}

/** Makes late stores visible that are due. */
function settleStores(sim: Simulation, upToStep: number): void {
  for (const queue of sim.state.queues) {
    if (queue.late.length === 0) continue;
    const due = queue.late.filter((store) => store.dueStep <= upToStep);
    if (due.length === 0) continue;
    queue.late = queue.late.filter((store) => store.dueStep > upToStep);
    for (const store of due) {
      if (store.target === 'req_prod') queue.ring.reqProd = store.value;
      else if (store.target === 'req_event') queue.ring.reqEvent = store.value;
      else if (store.content !== undefined) queue.slots[store.slot] = store.content;
    }
  }
}

/** The hostile peer's own steps. True when it used this one. */
function peerActs(sim: Simulation, record: StepRecord): boolean {
  const queue = sim.state.queues[0];
  if (queue === undefined || sim.hazard === undefined || sim.state.hazardFired) return false;
  const { ring } = queue;
  const wake = sim.state.nowUs + sim.costs.wakeUs;
  record.queue = 0;
  record.startUs = sim.state.nowUs;
  if (
    queue.front.phase === 'idle' &&
    ring.reqProdPvt !== sim.config.startIndex &&
    fires(sim, 'forged-request-index')
  ) {
    ring.reqProd = (ring.reqProdPvt + sim.entryCount + 3) >>> 0;
    queue.front.phase = 'error';
    queue.back.wokenAtUs = Math.min(queue.back.wokenAtUs, wake);
    record.kind = 'peer-forges';
    return true;
  }
  if (ring.rspProd !== sim.config.startIndex && fires(sim, 'forged-response-index')) {
    // Still too far when the frontend reads it after taking every honest response.
    ring.rspProd = (ring.rspCons + 2 * sim.entryCount + 3) >>> 0;
    queue.front.interruptAtUs = Math.min(queue.front.interruptAtUs, wake);
    // The hostile end does nothing else any more: its own pushes would undo the forgery.
    queue.back.phase = 'halted';
    queue.done.phase = 'idle';
    queue.disk = [];
    record.kind = 'peer-forges';
    return true;
  }
  record.kind = 'peer-changes-slot';
  if (
    queue.back.phase === 'submit' &&
    (queue.back.current?.segments ?? 0) > 0 &&
    fires(sim, 'double-fetch')
  ) {
    queue.back.fetched = 255;
    record.subject = slotOf(ring, ring.reqCons - 1);
    return true;
  }
  if (queue.disk.length > 0 && fires(sim, 'shared-readback')) {
    record.subject = slotOf(ring, ring.reqCons - 1);
    return true;
  }
  return false;
}

/** Nothing can act any more: say why. */
function end(sim: Simulation): void {
  const { state } = sim;
  if (state.doneIos === sim.workload.count) {
    state.ended = 'finished';
    return;
  }
  const stopped = state.queues.some(
    (queue) => queue.front.phase === 'error' || queue.back.phase === 'halted',
  );
  if (stopped) {
    state.ended = 'halted';
    return;
  }
  bite(sim, lostWakeUp(sim));
  state.ended = 'stuck';
}

function lostWakeUp(sim: Simulation): string {
  const queue = sim.state.queues.find(({ ring }) => ring.reqProd !== ring.reqCons);
  if (queue === undefined) return 'Both ends sleep and I/O is outstanding.';
  const waiting = (queue.ring.reqProd - queue.ring.reqCons) >>> 0;
  return `A wake-up was lost: ${waiting === 1 ? 'a request is' : `${waiting} requests are`} pushed, the backend sleeps, and nobody owes a notification.`;
}

const FRONT = 0;
const BACK = 1;
const DONE = 2;

/** Executes the next step; the earliest end acts. False when the simulation has ended. */
export function advance(sim: Simulation, record: StepRecord): boolean {
  const { state } = sim;
  if (state.ended !== undefined) return false;
  if (sim.hazard !== undefined) settleStores(sim, state.step);
  record.subject = 0;
  record.result = 0;
  record.durationUs = 0;
  if (sim.hazard !== undefined && peerActs(sim, record)) {
    state.step += 1;
    return true;
  }
  let readyUs = Infinity;
  let who = 0;
  for (let i = 0; i < state.queues.length; i++) {
    const queue = state.queues[i];
    if (queue === undefined) continue;
    const front = frontReadyUs(sim, queue);
    const back = backReadyUs(sim, queue);
    const done = doneReadyUs(queue);
    if (front < readyUs) [readyUs, who] = [front, i * 3 + FRONT];
    if (back < readyUs) [readyUs, who] = [back, i * 3 + BACK];
    if (done < readyUs) [readyUs, who] = [done, i * 3 + DONE];
  }
  if (readyUs === Infinity) {
    if (state.queues.some((queue) => queue.late.length > 0)) {
      settleStores(sim, Infinity);
      return advance(sim, record);
    }
    end(sim);
    return false;
  }
  act(sim, who, Math.max(readyUs, state.nowUs), record);
  return true;
}

function act(sim: Simulation, who: number, startUs: number, record: StepRecord): void {
  const { state } = sim;
  const index = Math.floor(who / 3);
  const queue = state.queues[index];
  if (queue === undefined) return;
  state.nowUs = startUs;
  record.queue = index;
  record.startUs = startUs;
  if (who % 3 === FRONT) stepFront(sim, queue, record);
  else if (who % 3 === BACK) stepBack(sim, queue, record);
  else stepDone(sim, queue, record);
  state.step += 1;
}

/** Runs to the end, or for at most so many steps. Answers the number of steps taken. */
export function runToEnd(sim: Simulation, mostSteps = 10_000_000): number {
  const record = emptyRecord();
  let steps = 0;
  while (steps < mostSteps && advance(sim, record)) steps += 1;
  return steps;
}
