import { nodeIdCount, nodeOfCpus, poolOf } from './host-lookup.ts';
import { candidateAt, compareLoads, enumerateSets, type CandidateTable } from './candidate-sets.ts';
import { nodeAffinityOf } from './node-affinity.ts';
import type { Candidate, NodeLoad } from './candidate-sets.ts';
import type { Affinity, Domain, Host, IdSet } from './model.ts';

/** Above this many node ids libxl does not search (libxl_numa.c). */
export const MAX_NODES_SEARCHED = 16;
const UINT32 = 0x1_0000_0000;

export type SearchOutcome = 'found' | 'no-candidate' | 'single-node' | 'too-many-nodes';

/** Everything the search looked at. */
export interface PlacementSearch {
  readonly outcome: SearchOutcome;
  readonly needKib: number;
  readonly minCpus: number;
  /** Node ids counted, holes included. */
  readonly nodeCount: number;
  /** vCPUs per node id, the new domain's own included. */
  readonly vcpusOnNode: readonly number[];
  /** 0 when the nodes differ. */
  readonly cpusPerNode: number;
  readonly suitableNodes: IdSet;
  readonly suitableCpus: IdSet;
  readonly firstSizeTried: number;
  /** Size of the candidates; the last size tried when there is none. */
  readonly lastSizeTried: number;
  readonly loads: readonly NodeLoad[];
  readonly candidates: CandidateTable;
  /** Indexes that became the best so far, in order; the last one won. */
  readonly bestTrace: readonly number[];
  readonly best: Candidate | undefined;
}

/** What the search is asked for. */
export interface SearchQuery {
  readonly pool: number;
  readonly maxVcpus: number;
  readonly needKib: number;
}

/**
 * libxl's automatic placement (libxl__get_numa_candidate, libxl_numa.c; unchanged 4.8 to 4.23): the smallest
 * number of nodes that fits, then fewest vCPUs, then most free memory, then the lexicographically first.
 */
export function searchPlacement(
  host: Host,
  domains: readonly Domain[],
  query: SearchQuery,
): PlacementSearch {
  const nodeCount = nodeIdCount(host);
  const poolCpus = poolOf(host, query.pool)?.cpus ?? [];
  const nodeOf = nodeOfCpus(host);
  const loads = nodeLoads(host, poolCpus, vcpusPerNode(host, domains, query, poolCpus));
  const suitable = loads.filter((load) => load.cpus > 0);
  const cpusPerNode = uniformCpusPerNode(nodeCount, nodeOf);
  const firstSizeTried = Math.min(
    cpusPerNode > 0 ? Math.ceil(query.maxVcpus / cpusPerNode) : 1,
    suitable.length,
  );
  const known = {
    needKib: query.needKib,
    minCpus: query.maxVcpus,
    nodeCount,
    vcpusOnNode: loads.map((load) => load.vcpus),
    cpusPerNode,
    suitableNodes: suitable.map((load) => load.id),
    suitableCpus: poolCpus,
    firstSizeTried,
    loads,
  };
  if (nodeCount <= 1 || nodeCount > MAX_NODES_SEARCHED) {
    const outcome = nodeCount <= 1 ? 'single-node' : 'too-many-nodes';
    return { ...known, outcome, lastSizeTried: 0, ...nothingFound() };
  }
  let size = Math.max(1, firstSizeTried);
  for (; size <= suitable.length; size++) {
    const found = searchSize(suitable, size, query);
    if (found.candidates.count > 0) {
      return { ...known, outcome: 'found', lastSizeTried: size, ...found };
    }
  }
  return { ...known, outcome: 'no-candidate', lastSizeTried: suitable.length, ...nothingFound() };
}

function nothingFound(): Pick<PlacementSearch, 'candidates' | 'bestTrace' | 'best'> {
  const candidates = { count: 0, nodeMasks: [], cpus: [], vcpus: [], freeKib: [] };
  return { candidates, bestTrace: [], best: undefined };
}

/** vCPUs that may run on each node: existing domains', plus the new domain's on every node of its pool. */
function vcpusPerNode(
  host: Host,
  domains: readonly Domain[],
  query: SearchQuery,
  poolCpus: IdSet,
): Int32Array {
  const nodeOf = nodeOfCpus(host);
  const inPool = new Uint8Array(host.cpuIdCount);
  for (const cpu of poolCpus) if (cpu < inPool.length) inPool[cpu] = 1;
  const counts = new Int32Array(nodeIdCount(host));
  const seen = new Uint8Array(counts.length);
  for (const domain of domains) {
    const usable = usableCpus(host, domain, { inPool, nodeOf });
    for (const { mask, count } of groupByHardMask(domain)) {
      seen.fill(0);
      for (const cpu of usable) {
        const node = nodeOf[cpu]!;
        if (seen[node] === 0 && (mask === 'all' || mask.has(cpu))) {
          seen[node] = 1;
          counts[node]! += count;
        }
      }
    }
  }
  seen.fill(0);
  for (const cpu of poolCpus) {
    const node = nodeOf[cpu] ?? -1;
    if (node < 0 || seen[node] === 1) continue;
    seen[node] = 1;
    counts[node]! += query.maxVcpus;
  }
  return counts;
}

interface CpuLookup {
  readonly inPool: Uint8Array;
  readonly nodeOf: Int32Array;
}

/** CPUs of both pools on nodes of the domain's node-affinity. */
function usableCpus(host: Host, domain: Domain, lookup: CpuLookup): IdSet {
  const affine = new Uint8Array(lookup.nodeOf.length + host.nodeIdLimit);
  for (const node of nodeAffinityOf(host, domain)) affine[node] = 1;
  return (poolOf(host, domain.pool)?.cpus ?? []).filter((cpu) => {
    const node = lookup.nodeOf[cpu] ?? -1;
    return node >= 0 && lookup.inPool[cpu] === 1 && affine[node] === 1;
  });
}

function groupByHardMask(
  domain: Domain,
): readonly { readonly mask: 'all' | ReadonlySet<number>; readonly count: number }[] {
  const counts = new Map<Affinity, number>();
  for (const vcpu of domain.vcpus) counts.set(vcpu.hard, (counts.get(vcpu.hard) ?? 0) + 1);
  return [...counts].map(([mask, count]) => ({
    mask: mask === 'all' ? mask : new Set(mask),
    count,
  }));
}

function nodeLoads(host: Host, poolCpus: IdSet, vcpus: Int32Array): readonly NodeLoad[] {
  const nodeOf = nodeOfCpus(host);
  const cpus = new Int32Array(vcpus.length);
  for (const cpu of poolCpus) {
    const node = nodeOf[cpu] ?? -1;
    if (node >= 0) cpus[node]!++;
  }
  const free = new Map(host.nodes.map((node) => [node.id, node.freeKib ?? 0]));
  return Array.from(vcpus, (count, id) => ({
    id,
    cpus: cpus[id]!,
    vcpus: count,
    freeKib: (free.get(id) ?? 0) % UINT32,
  }));
}

/**
 * CPUs per node when all nodes have as many, else 0. As in libxl, empty nodes before the first populated
 * one do not count as different.
 */
function uniformCpusPerNode(nodeCount: number, nodeOf: Int32Array): number {
  const counts = new Int32Array(nodeCount);
  for (const node of nodeOf) if (node >= 0 && node < nodeCount) counts[node]!++;
  let uniform = 0;
  for (const count of counts) {
    if (uniform === 0) uniform = count;
    else if (count !== uniform) return 0;
  }
  return uniform;
}

function searchSize(
  nodes: readonly NodeLoad[],
  size: number,
  query: SearchQuery,
): Pick<PlacementSearch, 'candidates' | 'bestTrace' | 'best'> {
  const bestTrace: number[] = [];
  const best = { vcpus: 0, freeKib: 0 };
  const candidates = enumerateSets(nodes, size, query, (index, vcpus, freeKib) => {
    if (bestTrace.length > 0 && compareLoads({ vcpus, freeKib }, best) >= 0) return;
    best.vcpus = vcpus;
    best.freeKib = freeKib;
    bestTrace.push(index);
  });
  const winner = bestTrace.at(-1);
  return {
    candidates,
    bestTrace,
    best: winner === undefined ? undefined : candidateAt(candidates, winner),
  };
}
