import { makeRunQueues, updateVcpuLoad, type RunQueue } from './credit2-queue.ts';
import { balanceQueues } from './credit2-balance.ts';
import {
  clearBit,
  cycle,
  emptyMask,
  hasBit,
  isEmpty,
  isInside,
  meets,
  nextBit,
  setBit,
  type CpuMask,
} from './cpu-mask.ts';
import { becomeRunnable, BLOCKED, NO_ONE, RUNNABLE, RUNNING, type SimVcpu } from './sim-vcpu.ts';
import { coreSiblings } from './siblings.ts';
import type { Scheduler } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

const CREDIT_US = 10_000;
const CARRY_OVER_US = 500;
const MIGRATE_RESIST_US = 500;
const RATE_LIMIT_US = 1000;
const RATE_LIMIT_TOLERANCE_US = 50;
const MIN_SLICE_US = 500;
const MAX_SLICE_US = 10_000;
const MIGRATE_COMPENSATION_US = 50;

/** credit2 (xen/common/sched/credit2.c): queues shared by CPUs, credit that runs down, balancing by load. */
export class Credit2 implements Scheduler {
  private readonly simulation: Simulation;
  private readonly queues: readonly RunQueue[];
  private readonly queueOf: readonly RunQueue[];
  private readonly siblings: readonly CpuMask[];
  private readonly hasThreads: boolean;
  private readonly scratch: CpuMask;
  private readonly free: CpuMask;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    const { host, options, cpuCount } = simulation;
    this.siblings = coreSiblings(host);
    this.hasThreads = new Set(this.siblings).size < cpuCount;
    const made = makeRunQueues(host, options.runqueue, this.siblings);
    this.queues = made.queues;
    this.queueOf = made.queueOf;
    this.scratch = emptyMask(cpuCount);
    this.free = emptyMask(cpuCount);
  }

  insert(vcpu: SimVcpu): void {
    vcpu.credit = CREDIT_US;
    vcpu.cpu = this.pickCpu(vcpu);
    this.queueOf[vcpu.cpu]!.assign(vcpu, this.simulation.nowUs);
  }

  wake(vcpu: SimVcpu): void {
    const { nowUs } = this.simulation;
    const queue = this.queues[vcpu.queue]!;
    queue.updateLoad(nowUs, 1);
    updateVcpuLoad(vcpu, nowUs, 0);
    this.enqueue(vcpu);
  }

  schedule(cpu: number): void {
    const { simulation } = this;
    const queue = this.queueOf[cpu]!;
    queue.untickle(cpu);
    const before = simulation.vcpus[simulation.current[cpu]!];
    if (before !== undefined) this.burn(before);
    const next = this.choose(cpu, queue, before);
    let requeued: SimVcpu | undefined;
    if (before !== undefined && next !== before) {
      simulation.stopRun(cpu);
      if (before.state === RUNNING) {
        before.state = RUNNABLE;
        requeued = before;
      }
    }
    if (next === undefined) {
      setBit(queue.idle, cpu);
      simulation.cancelTimer(cpu);
    } else this.dispatch(cpu, next, before, requeued);
    if (before !== undefined && next !== before) this.saveContext(before, queue);
  }

  /** Moves a vCPU to another queue; one that runs is asked to leave its CPU first. */
  migrate(vcpu: SimVcpu, to: RunQueue): void {
    const from = this.queues[vcpu.queue]!;
    const { simulation } = this;
    if (vcpu.isRunning) {
      vcpu.wantedQueue = to.id;
      vcpu.migrates = true;
      setBit(from.tickled, vcpu.cpu);
      simulation.raise(vcpu.cpu);
      return;
    }
    const wasQueued = vcpu.isQueued;
    if (wasQueued) {
      from.take(vcpu);
      from.updateLoad(simulation.nowUs, -1);
    }
    from.remove(vcpu, simulation.nowUs);
    const cpu = this.cycleIn(to, vcpu.hard, to);
    simulation.noteMigration(vcpu, cpu);
    vcpu.cpu = cpu;
    to.assign(vcpu, simulation.nowUs);
    if (!wasQueued) return;
    to.updateLoad(simulation.nowUs, 1);
    this.enqueue(vcpu);
  }

  private enqueue(vcpu: SimVcpu): void {
    this.queues[vcpu.queue]!.insert(vcpu);
    becomeRunnable(vcpu, this.simulation.nowUs);
    this.tickle(vcpu);
  }

  /** What runs next here: the current one unless another has more credit and may come. */
  private choose(cpu: number, queue: RunQueue, before: SimVcpu | undefined): SimVcpu | undefined {
    const { simulation } = this;
    const canStay = before !== undefined && before.state === RUNNING && !before.migrates;
    if (canStay && simulation.nowUs - simulation.enteredUs[cpu]! < RATE_LIMIT_US) return before;
    const stays = canStay && !this.shouldReturnHome(before, cpu, queue);
    let next = stays ? before : undefined;
    const credit = next === undefined ? -CREDIT_US - 1 : next.credit;
    for (const vcpu of queue.waiting) {
      if (vcpu.credit <= credit) break;
      if (!hasBit(vcpu.hard, cpu)) continue;
      if (vcpu.tickled !== NO_ONE && vcpu.tickled !== cpu && hasBit(queue.tickled, vcpu.tickled)) {
        continue;
      }
      if (vcpu.cpu !== cpu && credit + MIGRATE_RESIST_US > vcpu.credit) continue;
      next = vcpu;
      break;
    }
    return next;
  }

  /** Runs off its soft mask while a CPU of the mask in the same queue is idle. */
  private shouldReturnHome(vcpu: SimVcpu, cpu: number, queue: RunQueue): boolean {
    const { softStep } = vcpu;
    if (softStep === undefined || hasBit(softStep, cpu)) return false;
    this.fillFree(queue);
    return meets(softStep, this.free);
  }

  private dispatch(
    cpu: number,
    next: SimVcpu,
    before: SimVcpu | undefined,
    leaving: SimVcpu | undefined,
  ): void {
    const { simulation } = this;
    const queue = this.queueOf[cpu]!;
    const isNew = next !== before;
    if (isNew) queue.take(next);
    else queue.updateLoad(simulation.nowUs, 0);
    clearBit(queue.idle, cpu);
    const top = Math.max(next.credit, queue.waiting[0]?.credit ?? next.credit);
    if (top <= 0) {
      this.resetCredit(queue, next);
      balanceQueues(this, { queues: this.queues, local: queue, nowUs: simulation.nowUs });
    }
    next.tickled = NO_ONE;
    if (isNew) {
      if (next.cpu !== cpu) next.credit += MIGRATE_COMPENSATION_US;
      simulation.startRun(cpu, next);
    }
    const startedUs = isNew ? simulation.nowUs : simulation.enteredUs[cpu]!;
    // The credit of the one that leaves the CPU competes before it is back in the queue.
    const rival = Math.max(queue.waiting[0]?.credit ?? 0, leaving?.credit ?? 0, 0);
    simulation.setTimer(
      cpu,
      sliceUs(next.credit, rival, startedUs + RATE_LIMIT_US - simulation.nowUs),
    );
  }

  private resetCredit(queue: RunQueue, next: SimVcpu): void {
    const { nowUs } = this.simulation;
    const addUs = next.credit <= -CREDIT_US ? 2 * CREDIT_US : CREDIT_US;
    for (const vcpu of queue.members) {
      if (vcpu.isRunning) this.burn(vcpu);
      vcpu.credit = Math.min(vcpu.credit + addUs, CREDIT_US + CARRY_OVER_US);
      vcpu.burntUntilUs = nowUs;
    }
  }

  /** The vCPU that left its CPU: blocked, sent to another queue, or back into this one. */
  private saveContext(vcpu: SimVcpu, queue: RunQueue): void {
    const { simulation } = this;
    const { nowUs } = simulation;
    if (vcpu.state === BLOCKED) {
      queue.updateLoad(nowUs, -1);
      updateVcpuLoad(vcpu, nowUs, 1);
      return;
    }
    if (!vcpu.migrates) {
      this.enqueue(vcpu);
      return;
    }
    vcpu.migrates = false;
    queue.updateLoad(nowUs, -1);
    updateVcpuLoad(vcpu, nowUs, 1);
    const cpu = this.pickCpu(vcpu);
    const to = this.queueOf[cpu]!;
    if (to.id !== vcpu.queue) {
      this.queues[vcpu.queue]!.remove(vcpu, nowUs);
      to.assign(vcpu, nowUs);
    }
    simulation.noteMigration(vcpu, cpu);
    vcpu.cpu = cpu;
    this.queues[vcpu.queue]!.updateLoad(nowUs, 1);
    this.enqueue(vcpu);
  }

  /** The wanted queue, else the least loaded one with a CPU of soft ∩ hard, else of hard. */
  private pickCpu(vcpu: SimVcpu): number {
    const wanted = this.queues[vcpu.wantedQueue];
    vcpu.wantedQueue = NO_ONE;
    if (wanted !== undefined && meets(vcpu.hard, wanted.active)) {
      return this.cycleIn(wanted, vcpu.hard, wanted);
    }
    let best: RunQueue | undefined;
    let bestSoft: RunQueue | undefined;
    let least = Number.POSITIVE_INFINITY;
    let leastSoft = Number.POSITIVE_INFINITY;
    for (const queue of this.queues) {
      if (!meets(vcpu.hard, queue.active)) continue;
      const load =
        queue.id === vcpu.queue
          ? Math.max(queue.averageLoad - vcpu.averageLoad, 0)
          : queue.averageLoad;
      if (vcpu.softStep !== undefined && load < leastSoft && meets(vcpu.softStep, queue.active)) {
        leastSoft = load;
        bestSoft = queue;
      }
      if (load < least) {
        least = load;
        best = queue;
      }
    }
    if (best === undefined) return vcpu.cpu;
    // The bias of the hard-best queue is used even when the soft-best one is chosen, as in Xen.
    return bestSoft === undefined
      ? this.cycleIn(best, vcpu.hard, best)
      : this.cycleIn(bestSoft, vcpu.softStep!, best);
  }

  private cycleIn(queue: RunQueue, mask: CpuMask, biased: RunQueue): number {
    const { scratch } = this;
    for (let w = 0; w < scratch.length; w++) scratch[w] = mask[w]! & queue.active[w]!;
    biased.pickBias = cycle(scratch, biased.pickBias);
    return biased.pickBias;
  }

  /** Wakes the CPU that should look at a vCPU which just became runnable. */
  private tickle(vcpu: SimVcpu): void {
    const queue = this.queues[vcpu.queue]!;
    const cpu = this.idleCpuFor(vcpu, queue) ?? this.cpuToPreempt(vcpu, queue);
    if (cpu === undefined) return;
    setBit(queue.tickled, cpu);
    vcpu.tickled = cpu;
    this.simulation.raise(cpu);
  }

  /** An idle core of the mask, an idle CPU of it; soft step first. */
  private idleCpuFor(vcpu: SimVcpu, queue: RunQueue): number | undefined {
    this.fillFree(queue);
    if (isEmpty(this.free)) return undefined;
    if (vcpu.softStep !== undefined) {
      const cpu = this.idleCpuIn(vcpu.softStep, vcpu.cpu);
      if (cpu !== undefined) return cpu;
    }
    return this.idleCpuIn(vcpu.hard, vcpu.cpu);
  }

  private idleCpuIn(step: CpuMask, preferred: number): number | undefined {
    const { scratch, free } = this;
    for (let w = 0; w < scratch.length; w++) scratch[w] = free[w]! & step[w]!;
    if (isEmpty(scratch)) return undefined;
    if (this.hasThreads) {
      const core = this.idleCoreCpu(preferred);
      if (core !== undefined) return core;
    }
    return hasBit(scratch, preferred) ? preferred : cycle(scratch, preferred);
  }

  /** Among the CPUs in `scratch`, one whose whole core is free. */
  private idleCoreCpu(preferred: number): number | undefined {
    const { scratch, free, siblings } = this;
    if (hasBit(scratch, preferred) && isInside(siblings[preferred]!, free)) return preferred;
    let wrapped: number | undefined;
    for (let cpu = nextBit(scratch, 0); cpu >= 0; cpu = nextBit(scratch, cpu + 1)) {
      if (!isInside(siblings[cpu]!, free)) continue;
      if (cpu > preferred) return cpu;
      wrapped ??= cpu;
    }
    return wrapped;
  }

  private cpuToPreempt(vcpu: SimVcpu, queue: RunQueue): number | undefined {
    const busy = this.scratch;
    for (let w = 0; w < busy.length; w++) {
      busy[w] = vcpu.hard[w]! & queue.active[w]! & ~queue.idle[w]! & ~queue.tickled[w]!;
    }
    let best = 0;
    let chosen: number | undefined;
    if (hasBit(busy, vcpu.cpu)) {
      const score = this.preemptionScore(vcpu, vcpu.cpu);
      if (score > best) {
        if (hasBit(vcpu.soft, vcpu.cpu)) return vcpu.cpu;
        best = score;
        chosen = vcpu.cpu;
      }
      clearBit(busy, vcpu.cpu);
    }
    for (let cpu = nextBit(busy, 0); cpu >= 0; cpu = nextBit(busy, cpu + 1)) {
      const score = this.preemptionScore(vcpu, cpu);
      if (score > best) {
        best = score;
        chosen = cpu;
      }
    }
    return chosen;
  }

  private preemptionScore(vcpu: SimVcpu, cpu: number): number {
    const { simulation } = this;
    const running = simulation.vcpus[simulation.current[cpu]!];
    const ranUs = simulation.nowUs - simulation.enteredUs[cpu]!;
    if (running === undefined || ranUs <= RATE_LIMIT_US - RATE_LIMIT_TOLERANCE_US) return -1;
    this.burn(running);
    let score = vcpu.credit - running.credit;
    if (vcpu.cpu !== cpu) score -= MIGRATE_RESIST_US;
    if (score <= 0) return score;
    if (hasBit(vcpu.soft, cpu)) score += CREDIT_US;
    if (!hasBit(running.soft, cpu)) score += CREDIT_US;
    return score;
  }

  private burn(vcpu: SimVcpu): void {
    this.simulation.account(vcpu);
    const { nowUs } = this.simulation;
    const spentUs = nowUs - vcpu.burntUntilUs;
    if (spentUs <= 0) return;
    vcpu.credit = Math.max(vcpu.credit - spentUs, -CREDIT_US);
    vcpu.burntUntilUs = nowUs;
  }

  private fillFree(queue: RunQueue): void {
    for (let w = 0; w < this.free.length; w++) this.free[w] = queue.idle[w]! & ~queue.tickled[w]!;
  }
}

/** How long the chosen vCPU may run: until the rival has more credit, within the limits. */
function sliceUs(credit: number, rival: number, rateUs: number): number {
  const runUs = rival > 0 ? credit - rival : credit;
  const leastUs = Math.max(MIN_SLICE_US, rateUs);
  return runUs > 0 ? Math.min(Math.max(runUs, leastUs), MAX_SLICE_US) : leastUs;
}
