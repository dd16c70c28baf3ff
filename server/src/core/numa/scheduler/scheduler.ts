import type { SimVcpu } from './sim-vcpu.ts';

/** What a scheduler decides; times and accounting are the simulation's. */
export interface Scheduler {
  /** A vCPU appears: choose its first CPU. */
  insert(vcpu: SimVcpu): void;
  wake(vcpu: SimVcpu): void;
  /** The CPU has to choose again. */
  schedule(cpu: number): void;
  tick?(cpu: number): void;
  accounting?(): void;
}
