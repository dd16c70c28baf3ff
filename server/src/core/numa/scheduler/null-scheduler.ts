import { nextBit, type CpuMask } from './cpu-mask.ts';
import { BLOCKED, NO_ONE, RUNNABLE, type SimVcpu } from './sim-vcpu.ts';
import type { Scheduler } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

/** null: each vCPU owns a pCPU, soft mask first; those beyond wait for good (xen/common/sched/null.c). */
export class NullScheduler implements Scheduler {
  private readonly simulation: Simulation;
  private readonly owner: Int32Array;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.owner = new Int32Array(simulation.cpuCount).fill(NO_ONE);
  }

  insert(vcpu: SimVcpu): void {
    const cpu = this.freeCpu(vcpu);
    if (cpu === NO_ONE) {
      vcpu.cpu = nextBit(vcpu.hard, 0);
      return;
    }
    this.owner[cpu] = vcpu.id;
    vcpu.cpu = cpu;
  }

  wake(vcpu: SimVcpu): void {
    vcpu.state = RUNNABLE;
    vcpu.queuedSinceUs = this.simulation.nowUs;
    if (this.owner[vcpu.cpu] === vcpu.id) this.simulation.raise(vcpu.cpu);
  }

  schedule(cpu: number): void {
    const { current, vcpus } = this.simulation;
    const running = current[cpu]!;
    if (running !== NO_ONE && vcpus[running]!.state === BLOCKED) this.simulation.stopRun(cpu);
    const owner = vcpus[this.owner[cpu]!];
    if (owner?.state === RUNNABLE && current[cpu] === NO_ONE) this.simulation.startRun(cpu, owner);
  }

  /** Its own CPU if free, else the first free one; step by step. */
  private freeCpu(vcpu: SimVcpu): number {
    for (const step of [vcpu.softStep, vcpu.hard]) {
      if (step === undefined) continue;
      if (this.isFree(step, vcpu.cpu)) return vcpu.cpu;
      for (let cpu = nextBit(step, 0); cpu >= 0; cpu = nextBit(step, cpu + 1)) {
        if (this.owner[cpu] === NO_ONE) return cpu;
      }
    }
    return NO_ONE;
  }

  private isFree(step: CpuMask, cpu: number): boolean {
    return ((step[cpu >>> 5]! >>> (cpu & 31)) & 1) === 1 && this.owner[cpu] === NO_ONE;
  }
}
