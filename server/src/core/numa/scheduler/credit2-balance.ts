import { LOAD_UNIT, updateVcpuLoad, type RunQueue } from './credit2-queue.ts';
import { meets } from './cpu-mask.ts';
import { BLOCKED, NO_ONE, type SimVcpu } from './sim-vcpu.ts';

/** A difference of this much load is tolerated when the queues are over capacity; a whole unit when under. */
const OVERLOAD_TOLERANCE = LOAD_UNIT / 8;

interface Mover {
  migrate(vcpu: SimVcpu, to: RunQueue): void;
}

interface Balance {
  readonly queues: readonly RunQueue[];
  readonly local: RunQueue;
  readonly nowUs: number;
}

/**
 * balance_load of credit2: between this queue and the one whose load differs most, the push, pull or swap that evens
 * them out best. It looks at hard affinity only, which is why soft affinity gets lost.
 */
export function balanceQueues(mover: Mover, balance: Balance): void {
  const { local, nowUs } = balance;
  local.updateLoad(nowUs, 0);
  let other: RunQueue | undefined;
  let difference = 0;
  // As in Xen, the last queue looked at, not the chosen one, decides how much difference is tolerated.
  let last: RunQueue = local;
  for (const queue of balance.queues) {
    last = queue;
    if (queue === local) continue;
    queue.updateLoad(nowUs, 0);
    const apart = Math.abs(local.averageLoad - queue.averageLoad);
    if (apart > difference) {
      difference = apart;
      other = queue;
    }
  }
  if (other === undefined || difference < tolerated(local, last)) return;
  const { push, pull } = bestMoves({ local, other, nowUs }, difference);
  if (push !== undefined) mover.migrate(push, other);
  if (pull !== undefined) mover.migrate(pull, local);
}

function tolerated(local: RunQueue, last: RunQueue): number {
  const load = Math.max(local.averageLoad, last.averageLoad);
  const cpus = Math.max(local.cpuCount, last.cpuCount);
  return load < cpus * LOAD_UNIT ? LOAD_UNIT : OVERLOAD_TOLERANCE;
}

interface Pair {
  readonly local: RunQueue;
  readonly other: RunQueue;
  readonly nowUs: number;
}

interface Moves {
  readonly push: SimVcpu | undefined;
  readonly pull: SimVcpu | undefined;
}

function bestMoves({ local, other, nowUs }: Pair, difference: number): Moves {
  let least = difference;
  let best: Moves = { push: undefined, pull: undefined };
  const consider = (push: SimVcpu | undefined, pull: SimVcpu | undefined): void => {
    const shift = (push?.averageLoad ?? 0) - (pull?.averageLoad ?? 0);
    const apart = Math.abs(local.averageLoad - shift - (other.averageLoad + shift));
    if (apart >= least) return;
    least = apart;
    best = { push, pull };
  };
  const canMove = (vcpu: SimVcpu, to: RunQueue): boolean =>
    vcpu.wantedQueue === NO_ONE && meets(vcpu.hard, to.active);
  let isFirst = true;
  for (const push of local.members) {
    refreshLoad(push, nowUs);
    if (!canMove(push, other)) continue;
    for (const pull of other.members) {
      if (isFirst) refreshLoad(pull, nowUs);
      if (canMove(pull, local)) consider(push, pull);
    }
    isFirst = false;
    consider(push, undefined);
  }
  for (const pull of other.members) if (canMove(pull, local)) consider(undefined, pull);
  return best;
}

function refreshLoad(vcpu: SimVcpu, nowUs: number): void {
  updateVcpuLoad(vcpu, nowUs, vcpu.state === BLOCKED ? 0 : 1);
}
