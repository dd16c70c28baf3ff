import { Simulation } from './simulation.ts';
import type { SchedulerName, SimDomain, SimHost, SimOptions } from './model.ts';

/** How the domains of a scenario are tied to their home nodes. */
export type AffinityPolicy = 'none' | 'memory-only' | 'soft' | 'pinned' | 'worst';

/** Equal domains, one home node after the other. */
export interface Scenario {
  readonly host: SimHost;
  readonly scheduler: SchedulerName;
  readonly policy: AffinityPolicy;
  readonly domainCount: number;
  readonly vcpus: number;
  /** Share of time a vCPU wants to run; 1 never blocks. */
  readonly load: number;
  readonly seed: number;
  readonly memoryBoundness: number;
  readonly runqueue: SimOptions['runqueue'];
  /** Home node of every domain; undefined: round robin. */
  readonly home?: number;
}

const MEAN_BURST_US = 5000;

/** A machine of equal nodes, one socket each. */
export function uniformHost(
  nodeCount: number,
  cpusPerNode: number,
  threadsPerCore: number = 1,
  distances?: readonly (readonly number[])[],
): SimHost {
  const cpus = Array.from({ length: nodeCount * cpusPerNode }, (_, cpu) => cpu);
  const nodes = Array.from({ length: nodeCount }, (_, node) => node);
  const nodeOf = cpus.map((cpu) => Math.floor(cpu / cpusPerNode));
  return {
    nodeOf,
    socketOf: nodeOf,
    coreOf: cpus.map((cpu) => Math.floor(cpu / threadsPerCore)),
    nodeCount,
    distances: distances ?? nodes.map((from) => nodes.map((to) => (from === to ? 10 : 20))),
  };
}

/** Domains of a scenario: memory and masks by policy. */
export function scenarioDomains(scenario: Scenario): readonly SimDomain[] {
  const { host, policy, load } = scenario;
  const cpusOn = (node: number): readonly number[] =>
    [...host.nodeOf.keys()].filter((cpu) => host.nodeOf[cpu] === node);
  const workload =
    load >= 1
      ? undefined
      : {
          runUs: Math.trunc((MEAN_BURST_US * load) / 0.5),
          blockUs: Math.trunc((MEAN_BURST_US * (1 - load)) / 0.5),
        };
  return Array.from({ length: scenario.domainCount }, (_, i) => {
    const home = scenario.home ?? i % host.nodeCount;
    const elsewhere = (home + 1) % host.nodeCount;
    const memory = Array.from({ length: host.nodeCount }, (_, node) =>
      policy === 'none' ? 1 / host.nodeCount : node === home ? 1 : 0,
    );
    return {
      name: `d${i}`,
      vcpus: scenario.vcpus,
      memory,
      hard: policy === 'pinned' ? cpusOn(home) : policy === 'worst' ? cpusOn(elsewhere) : undefined,
      soft: policy === 'soft' ? cpusOn(home) : undefined,
      workload,
    };
  });
}

/** Runs a scenario for a time. */
export function runScenario(scenario: Scenario, untilUs: number): Simulation {
  const { scheduler, seed, memoryBoundness, runqueue } = scenario;
  const options = { scheduler, seed, memoryBoundness, runqueue };
  const simulation = new Simulation(scenario.host, scenarioDomains(scenario), options);
  simulation.run(untilUs);
  return simulation;
}
