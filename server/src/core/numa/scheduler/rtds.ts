import { clearBit, hasBit, nextBit, setBit, type CpuMask } from './cpu-mask.ts';
import { becomeRunnable, BLOCKED, NO_ONE, type SimVcpu } from './sim-vcpu.ts';
import { insertAt, removeAt } from './vcpu-list.ts';
import type { Scheduler } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

/** Defaults of rt.c: each vCPU gets this budget in each period. */
const PERIOD_US = 10_000;
const BUDGET_US = 4000;

/**
 * rtds: earliest deadline first over one queue, each vCPU limited to its budget per period; hard affinity only
 * (xen/common/sched/rt.c). A vCPU whose budget is used up waits for its next period.
 */
export class Rtds implements Scheduler {
  private readonly simulation: Simulation;
  /** Runnable vCPUs with budget, by deadline. */
  private readonly queue: SimVcpu[] = [];
  private readonly depleted: SimVcpu[] = [];
  private readonly idle: CpuMask;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.idle = simulation.allCpus.slice();
  }

  insert(vcpu: SimVcpu): void {
    vcpu.credit = BUDGET_US;
    vcpu.deadlineUs = PERIOD_US;
    if (!hasBit(vcpu.hard, vcpu.cpu)) vcpu.cpu = this.anyCpu(vcpu);
  }

  wake(vcpu: SimVcpu): void {
    becomeRunnable(vcpu, this.simulation.nowUs);
    this.refresh(vcpu);
    this.enqueue(vcpu);
  }

  schedule(cpu: number): void {
    const { simulation } = this;
    const running = simulation.vcpus[simulation.current[cpu]!];
    if (running !== undefined) {
      this.burn(running);
      simulation.stopRun(cpu);
      setBit(this.idle, cpu);
      if (running.state !== BLOCKED) {
        becomeRunnable(running, simulation.nowUs);
        this.refresh(running);
        this.enqueue(running, cpu);
      }
    }
    this.refill();
    const at = this.queue.findIndex((vcpu) => hasBit(vcpu.hard, cpu));
    if (at < 0) {
      this.setIdleTimer(cpu);
      return;
    }
    const next = this.queue[at]!;
    removeAt(this.queue, at);
    next.isQueued = false;
    simulation.startRun(cpu, next);
    clearBit(this.idle, cpu);
    const left = Math.min(next.credit, next.deadlineUs - simulation.nowUs);
    simulation.setTimer(cpu, Math.max(1, left));
  }

  private burn(vcpu: SimVcpu): void {
    vcpu.credit -= this.simulation.nowUs - vcpu.burntUntilUs;
    vcpu.burntUntilUs = this.simulation.nowUs;
  }

  /** A new period brings a new budget. */
  private refresh(vcpu: SimVcpu): void {
    const { nowUs } = this.simulation;
    if (nowUs < vcpu.deadlineUs) return;
    vcpu.deadlineUs += Math.ceil((nowUs - vcpu.deadlineUs + 1) / PERIOD_US) * PERIOD_US;
    vcpu.credit = BUDGET_US;
  }

  private enqueue(vcpu: SimVcpu, notOn: number = NO_ONE): void {
    if (vcpu.credit <= 0) {
      this.depleted.push(vcpu);
      return;
    }
    let at = this.queue.length;
    while (at > 0 && this.queue[at - 1]!.deadlineUs > vcpu.deadlineUs) at--;
    insertAt(this.queue, at, vcpu);
    this.tickle(vcpu, notOn);
  }

  /** An idle CPU of the mask, else the one that runs the latest deadline. */
  private tickle(vcpu: SimVcpu, notOn: number): void {
    const { current, cpuCount, vcpus } = this.simulation;
    for (let cpu = nextBit(this.idle, 0); cpu >= 0; cpu = nextBit(this.idle, cpu + 1)) {
      if (cpu === notOn || !hasBit(vcpu.hard, cpu)) continue;
      this.simulation.raise(cpu);
      return;
    }
    let latest = NO_ONE;
    let worst = vcpu.deadlineUs;
    for (let cpu = 0; cpu < cpuCount; cpu++) {
      const running = vcpus[current[cpu]!];
      if (running === undefined || cpu === notOn || !hasBit(vcpu.hard, cpu)) continue;
      if (running.deadlineUs <= worst) continue;
      latest = cpu;
      worst = running.deadlineUs;
    }
    if (latest !== NO_ONE) this.simulation.raise(latest);
  }

  private refill(): void {
    for (let i = this.depleted.length - 1; i >= 0; i--) {
      const vcpu = this.depleted[i]!;
      if (this.simulation.nowUs < vcpu.deadlineUs) continue;
      removeAt(this.depleted, i);
      this.refresh(vcpu);
      this.enqueue(vcpu);
    }
  }

  /** An idle CPU looks again when the next depleted vCPU gets its budget. */
  private setIdleTimer(cpu: number): void {
    const next = this.depleted.reduce(
      (soonest, vcpu) => Math.min(soonest, vcpu.deadlineUs),
      Number.POSITIVE_INFINITY,
    );
    if (Number.isFinite(next)) {
      this.simulation.setTimer(cpu, Math.max(1, next - this.simulation.nowUs));
    } else this.simulation.cancelTimer(cpu);
  }

  private anyCpu(vcpu: SimVcpu): number {
    for (let cpu = 0; cpu < this.simulation.cpuCount; cpu++) if (hasBit(vcpu.hard, cpu)) return cpu;
    return 0;
  }
}
