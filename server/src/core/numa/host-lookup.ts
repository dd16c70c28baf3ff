import { sortedIds } from './id-set.ts';
import type { CpuPool, Host, IdSet } from './model.ts';

/** Highest online node id + 1: what libxl calls the number of nodes, holes included. */
export function nodeIdCount(host: Host): number {
  return host.nodes.reduce((count, node) => Math.max(count, node.id + 1), 0);
}

/** Node of each CPU id; -1 where the CPU is absent or has none. */
export function nodeOfCpus(host: Host): Int32Array {
  const nodeOf = new Int32Array(host.cpuIdCount).fill(-1);
  for (const cpu of host.cpus) {
    if (cpu.node !== undefined && cpu.id < nodeOf.length) nodeOf[cpu.id] = cpu.node;
  }
  return nodeOf;
}

/** The pool with this id, if the host has it. */
export function poolOf(host: Host, id: number): CpuPool | undefined {
  return host.pools.find((pool) => pool.id === id);
}

/** Present CPUs that belong to any of the nodes. */
export function cpusOfNodes(host: Host, nodes: IdSet): IdSet {
  const wanted = new Set(nodes);
  return host.cpus
    .filter((cpu) => cpu.node !== undefined && wanted.has(cpu.node))
    .map((cpu) => cpu.id);
}

/** Nodes that own at least one of the CPUs. */
export function nodesOfCpus(host: Host, cpus: IdSet): IdSet {
  const wanted = new Set(cpus);
  const nodes: number[] = [];
  for (const cpu of host.cpus) {
    if (cpu.node !== undefined && wanted.has(cpu.id)) nodes.push(cpu.node);
  }
  return sortedIds(nodes);
}

/** SLIT entry between two nodes; undefined when unknown. */
export function distanceBetween(host: Host, from: number, to: number): number | undefined {
  return host.distances[from]?.[to];
}
