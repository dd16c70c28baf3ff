import { isInside, meets, type CpuMask } from './cpu-mask.ts';
import { NO_SLOT } from './event-queue.ts';
import type { Workload } from './model.ts';

export const BLOCKED = 0;
export const RUNNABLE = 1;
export const RUNNING = 2;
/** Idle, or no CPU. */
export const NO_ONE = -1;

/** State of one vCPU; the schedulers' own fields are kept here too, so that all objects have one shape. */
export class SimVcpu {
  readonly id: number;
  readonly domain: number;
  readonly hard: CpuMask;
  readonly soft: CpuMask;
  /** soft ∩ hard when the soft step does anything, else undefined. */
  readonly softStep: CpuMask | undefined;
  /** The masks of credit's two steps: soft when useful, then hard. */
  readonly steps: readonly CpuMask[];
  readonly memory: readonly number[];
  readonly workload: Workload | undefined;
  /** Cost of one unit of work per node, in thousandths. */
  readonly costOnNode: readonly number[];
  state: number = BLOCKED;
  cpu = 0;
  isRunning = false;
  isQueued = false;
  /** Work left in this burst, microseconds of local run time; -1: no burst drawn yet. */
  workLeft = -1;
  workDone = 0;
  readonly runUsOnNode: number[];
  waitUs = 0;
  queuedSinceUs = 0;
  accountedUs = 0;
  generation = 0;
  /** Where the end of the burst waits in the queue. */
  blockSlot: number = NO_SLOT;
  credit = 0;
  burntUntilUs = 0;
  migrates = false;
  /** credit: priority and whether it takes part in accounting. */
  priority = -1;
  isActive = false;
  /** credit2: queue, wanted queue, tickled CPU, load average. */
  queue: number = NO_ONE;
  wantedQueue: number = NO_ONE;
  tickled: number = NO_ONE;
  averageLoad: number = 1 << 17;
  loadUpdatedUs = 0;
  /** rtds: end of the current period. */
  deadlineUs = 0;

  constructor(
    identity: {
      readonly id: number;
      readonly domain: number;
      readonly workload: Workload | undefined;
    },
    masks: { readonly hard: CpuMask; readonly soft: CpuMask; readonly all: CpuMask },
    memory: { readonly shares: readonly number[]; readonly costOnNode: readonly number[] },
  ) {
    this.id = identity.id;
    this.domain = identity.domain;
    this.workload = identity.workload;
    this.hard = masks.hard;
    this.soft = masks.soft;
    this.memory = memory.shares;
    this.costOnNode = memory.costOnNode;
    this.runUsOnNode = memory.shares.map(() => 0);
    const isUseful =
      !isInside(masks.hard, masks.soft) &&
      meets(masks.soft, masks.hard) &&
      !isInside(masks.all, masks.soft);
    this.softStep = isUseful ? masks.soft.map((word, w) => word & masks.hard[w]!) : undefined;
    this.steps = this.softStep === undefined ? [masks.hard] : [this.softStep, masks.hard];
  }
}

/** Marks a vCPU as waiting for a CPU from now on. */
export function becomeRunnable(vcpu: SimVcpu, nowUs: number): void {
  vcpu.isQueued = true;
  vcpu.queuedSinceUs = nowUs;
  vcpu.state = RUNNABLE;
}
