import type { IdSet } from '../model.ts';

/** Schedulers that can be simulated. */
export type SchedulerName = 'credit' | 'credit2' | 'null' | 'rtds';

/** The machine of a simulation; arrays are indexed by CPU, which are numbered without holes. */
export interface SimHost {
  readonly nodeOf: readonly number[];
  readonly coreOf: readonly number[];
  readonly socketOf: readonly number[];
  readonly nodeCount: number;
  /** SLIT, `distances[from][to]`; 10 is local. */
  readonly distances: readonly (readonly number[])[];
}

/** Run and block bursts in microseconds, before the random factor of 0.5 to 1.5; undefined: never blocks. */
export interface Workload {
  readonly runUs: number;
  readonly blockUs: number;
}

/** One domain to simulate. */
export interface SimDomain {
  readonly name: string;
  readonly vcpus: number;
  /** Share of its pages on each node; adds up to 1. */
  readonly memory: readonly number[];
  /** CPUs it may run on; undefined: all. */
  readonly hard: IdSet | undefined;
  /** CPUs it prefers; undefined: all. */
  readonly soft: IdSet | undefined;
  readonly workload: Workload | undefined;
}

export interface SimOptions {
  readonly scheduler: SchedulerName;
  /** Seed of the only source of randomness, mulberry32. */
  readonly seed: number;
  /** How much of the work waits for memory: 0 none, 1 all. */
  readonly memoryBoundness: number;
  /** Which CPUs share a run queue of credit2. */
  readonly runqueue: 'cpu' | 'core' | 'socket' | 'node' | 'all';
}

/** One stretch of a vCPU on a CPU; times in microseconds. */
export interface RunSegment {
  readonly vcpu: number;
  readonly cpu: number;
  readonly startUs: number;
  readonly endUs: number;
}

/** Figures of a model, never a measurement. */
export interface SimReport {
  /** Busy share of all CPUs. */
  readonly utilisation: number;
  /** Share of memory accesses that are local, by run time and page shares. */
  readonly localShare: number;
  /** Share of run time on nodes that hold any of the domain's pages. */
  readonly homeShare: number;
  /** Work done per CPU and second; 1 is all CPUs busy with local memory. */
  readonly workPerCpuSecond: number;
  /** Work per second of run time. */
  readonly speed: number;
  readonly migrationsPerSecond: number;
  readonly crossNodeMigrationsPerSecond: number;
  /** Sum of time spent runnable but not running, seconds. */
  readonly waitingSeconds: number;
}
