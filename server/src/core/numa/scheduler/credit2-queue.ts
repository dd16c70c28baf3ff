import { clearBit, countCommon, emptyMask, setBit, type CpuMask } from './cpu-mask.ts';
import type { SimHost, SimOptions } from './model.ts';
import { insertAt, removeVcpu } from './vcpu-list.ts';
import type { SimVcpu } from './sim-vcpu.ts';

/** A queue serves at most this many CPUs (credit2_max_cpus_runqueue). */
const MAX_QUEUE_CPUS = 16;
/** Load averages decay over 2^20 µs; loads count in units of 2^18. */
const WINDOW_US = 1 << 20;
export const LOAD_UNIT: number = 1 << 18;

/** One run queue of credit2 with the CPUs it serves. */
export class RunQueue {
  readonly id: number;
  readonly firstCpu: number;
  readonly active: CpuMask;
  readonly idle: CpuMask;
  readonly tickled: CpuMask;
  cpuCount = 0;
  /** Waiting vCPUs, most credit first. */
  readonly waiting: SimVcpu[] = [];
  /** All vCPUs assigned to the queue. */
  readonly members: SimVcpu[] = [];
  averageLoad = 0;
  pickBias: number;
  private load = 0;
  private updatedUs = 0;

  constructor(id: number, firstCpu: number, cpuCount: number) {
    this.id = id;
    this.firstCpu = firstCpu;
    this.pickBias = firstCpu;
    this.active = emptyMask(cpuCount);
    this.idle = emptyMask(cpuCount);
    this.tickled = emptyMask(cpuCount);
  }

  addCpu(cpu: number): void {
    setBit(this.active, cpu);
    setBit(this.idle, cpu);
    this.cpuCount++;
  }

  /** Brings the average up to date, then changes the number of runnable vCPUs. */
  updateLoad(nowUs: number, change: number): void {
    const elapsedUs = nowUs - this.updatedUs;
    if (elapsedUs > WINDOW_US) this.averageLoad = this.load * LOAD_UNIT;
    else {
      this.averageLoad +=
        Math.floor((elapsedUs * this.load) / 4) -
        Math.floor((elapsedUs * this.averageLoad) / WINDOW_US);
    }
    this.load += change;
    this.updatedUs = nowUs;
  }

  assign(vcpu: SimVcpu, nowUs: number): void {
    vcpu.queue = this.id;
    this.members.push(vcpu);
    this.updateLoad(nowUs, 0);
    this.averageLoad += vcpu.averageLoad;
  }

  remove(vcpu: SimVcpu, nowUs: number): void {
    removeVcpu(this.members, vcpu);
    this.updateLoad(nowUs, 0);
    this.averageLoad = Math.max(this.averageLoad - vcpu.averageLoad, 0);
  }

  /** Into the queue behind all with as much credit. */
  insert(vcpu: SimVcpu): void {
    let at = 0;
    while (at < this.waiting.length && vcpu.credit <= this.waiting[at]!.credit) at++;
    insertAt(this.waiting, at, vcpu);
  }

  take(vcpu: SimVcpu): void {
    removeVcpu(this.waiting, vcpu);
    vcpu.isQueued = false;
  }

  untickle(cpu: number): void {
    clearBit(this.tickled, cpu);
  }
}

/** A vCPU's own load average: 1 while it wants to run. */
export function updateVcpuLoad(vcpu: SimVcpu, nowUs: number, load: number): void {
  const elapsedUs = nowUs - vcpu.loadUpdatedUs;
  if (elapsedUs > WINDOW_US) vcpu.averageLoad = load * LOAD_UNIT;
  else {
    vcpu.averageLoad +=
      Math.floor((elapsedUs * load) / 4) - Math.floor((elapsedUs * vcpu.averageLoad) / WINDOW_US);
  }
  vcpu.loadUpdatedUs = nowUs;
}

/**
 * Queues by the option credit2_runqueue, at most 16 CPUs each and spread evenly, siblings of a core together
 * (cpu_add_to_runqueue, xen/common/sched/credit2.c).
 */
export function makeRunQueues(
  host: SimHost,
  sharing: SimOptions['runqueue'],
  siblings: readonly CpuMask[],
): { readonly queues: readonly RunQueue[]; readonly queueOf: readonly RunQueue[] } {
  const cpuCount = host.nodeOf.length;
  const fewest = Math.floor((cpuCount - 1) / MAX_QUEUE_CPUS) + 1;
  const most = Math.floor(cpuCount / fewest);
  const queues: RunQueue[] = [];
  const queueOf: RunQueue[] = [];
  for (let cpu = 0; cpu < cpuCount; cpu++) {
    let chosen: RunQueue | undefined;
    for (const queue of queues) {
      if (!shareQueue(host, sharing, queue.firstCpu, cpu)) continue;
      if (countCommon(queue.active, siblings[cpu]!) > 0) {
        chosen = queue;
        break;
      }
      if (queue.cpuCount < most && (chosen === undefined || queue.cpuCount < chosen.cpuCount)) {
        chosen = queue;
      }
    }
    if (chosen === undefined) {
      chosen = new RunQueue(queues.length, cpu, cpuCount);
      queues.push(chosen);
    }
    chosen.addCpu(cpu);
    queueOf.push(chosen);
  }
  return { queues, queueOf };
}

function shareQueue(host: SimHost, sharing: SimOptions['runqueue'], a: number, b: number): boolean {
  switch (sharing) {
    case 'all':
      return true;
    case 'node':
      return host.nodeOf[a] === host.nodeOf[b];
    case 'socket':
      return host.socketOf[a] === host.socketOf[b];
    case 'core':
      return host.socketOf[a] === host.socketOf[b] && host.coreOf[a] === host.coreOf[b];
    case 'cpu':
      return a === b;
  }
}
