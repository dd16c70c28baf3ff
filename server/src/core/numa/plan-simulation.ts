import { expandAffinity } from './id-set.ts';
import type { Plan, PlannedVm } from './plan.ts';
import type { AffinityPolicy } from './scheduler/scenario.ts';
import type { SimDomain, SimHost, Workload } from './scheduler/model.ts';
import type { Host } from './model.ts';

const UNKNOWN_REMOTE = 20;
const LOCAL = 10;

/** How the domains are tied in a simulation: as the plan has them, or all by one policy. */
export type SimulatedPolicy = 'as-placed' | AffinityPolicy;

/** A plan as the simulation takes it. */
export interface PlanSimulation {
  readonly host: SimHost;
  readonly domains: readonly SimDomain[];
  /** CPU id of the host for each CPU of the simulation. */
  readonly cpuIds: readonly number[];
  /** Node id of the host for each node of the simulation. */
  readonly nodeIds: readonly number[];
  /** Key of the planned domain for each domain of the simulation. */
  readonly keys: readonly string[];
}

/** Turns the plan into a machine without holes and domains with page shares and masks. */
export function planSimulation(
  plan: Plan,
  policy: SimulatedPolicy,
  workload: Workload | undefined,
): PlanSimulation {
  const { host } = plan;
  const cpus = host.cpus.filter((cpu) => cpu.node !== undefined);
  const nodeIds = host.nodes.map((node) => node.id);
  const nodeAt = new Map(nodeIds.map((id, at) => [id, at]));
  const cpuIds = cpus.map((cpu) => cpu.id);
  const simHost: SimHost = {
    nodeOf: cpus.map((cpu) => nodeAt.get(cpu.node!) ?? 0),
    coreOf: cpus.map((cpu) => cpu.core ?? cpu.id),
    socketOf: cpus.map((cpu) => cpu.socket ?? cpu.node!),
    nodeCount: nodeIds.length,
    distances: distancesOf(host, nodeIds),
  };
  const vms = plan.vms.filter(
    (vm) => (vm.state === 'running' || vm.state === 'placed') && vm.vcpus.length > 0,
  );
  const domains = vms.map((vm) => simulated(vm, { policy, host, cpuIds, nodeIds, workload }));
  return { host: simHost, domains, cpuIds, nodeIds, keys: vms.map((vm) => vm.key) };
}

interface Around {
  readonly policy: SimulatedPolicy;
  readonly host: Host;
  readonly cpuIds: readonly number[];
  readonly nodeIds: readonly number[];
  readonly workload: Workload | undefined;
}

function simulated(vm: PlannedVm, around: Around): SimDomain {
  const { policy, nodeIds, host, workload } = around;
  const memory = policy === 'none' ? nodeIds.map(() => 1 / nodeIds.length) : sharesOf(vm, nodeIds);
  const home = nodeIds.filter((_, at) => memory[at]! > 0);
  const away = nodeIds.filter((_, at) => memory[at] === 0);
  const on = (nodes: readonly number[]): readonly number[] => cpusOn(nodes, around);
  const base = { name: vm.name, vcpus: vm.vcpus.length, memory, workload };
  switch (policy) {
    case 'none':
    case 'memory-only':
      return { ...base, hard: undefined, soft: undefined };
    case 'soft':
      return { ...base, hard: undefined, soft: on(home) };
    case 'pinned':
      return { ...base, hard: orAll(on(home)), soft: undefined };
    case 'worst':
      return { ...base, hard: orAll(on(away)), soft: undefined };
    case 'as-placed': {
      const masks = vm.vcpus[0]!;
      const hard =
        masks.hard === 'all' ? undefined : indexes(expandAffinity(masks.hard, host), around);
      const soft =
        masks.soft === 'all' ? undefined : indexes(expandAffinity(masks.soft, host), around);
      return { ...base, hard: orAll(hard), soft };
    }
  }
}

function sharesOf(vm: PlannedVm, nodeIds: readonly number[]): readonly number[] {
  const total = [...vm.kibOnNode.values()].reduce((sum, kib) => sum + kib, 0);
  if (total > 0) return nodeIds.map((id) => (vm.kibOnNode.get(id) ?? 0) / total);
  const nodes = nodeIds.filter((id) => vm.nodes.includes(id));
  return nodeIds.map((id) => (nodes.includes(id) ? 1 / nodes.length : 0));
}

function cpusOn(nodes: readonly number[], { host, cpuIds }: Around): readonly number[] {
  const wanted = new Set(nodes);
  const nodeOf = new Map(host.cpus.map((cpu) => [cpu.id, cpu.node]));
  return cpuIds.flatMap((id, at) => (wanted.has(nodeOf.get(id) ?? -1) ? [at] : []));
}

function indexes(cpus: readonly number[], { cpuIds }: Around): readonly number[] {
  const wanted = new Set(cpus);
  return cpuIds.flatMap((id, at) => (wanted.has(id) ? [at] : []));
}

/** A hard mask must name a CPU; one that cannot be met is left open. */
function orAll(cpus: readonly number[] | undefined): readonly number[] | undefined {
  return cpus === undefined || cpus.length === 0 ? undefined : cpus;
}

function distancesOf(host: Host, nodeIds: readonly number[]): readonly (readonly number[])[] {
  return nodeIds.map((from) =>
    nodeIds.map((to) => host.distances[from]?.[to] ?? (from === to ? LOCAL : UNKNOWN_REMOTE)),
  );
}
