import { candidateAt, type Candidate } from './candidate-sets.ts';
import { isMemoryAwayFromCpus, type DomainBuild } from './domain-build.ts';
import { cpusOfNodes, distanceBetween, nodeIdCount, nodesOfCpus, poolOf } from './host-lookup.ts';
import { expandAffinity } from './id-set.ts';
import { MAX_NODES_SEARCHED, type PlacementSearch } from './placement.ts';
import { isComparisonConsistent } from './ranking.ts';
import type { VirtualNode } from './guest-config.ts';
import type { DomainRequest, Host, IdSet } from './model.ts';

const UINT32 = 0x1_0000_0000;
const INT32_LIMIT = 0x8000_0000;

/** A known surprise of the placement, with what to do about it. */
export interface Trap {
  readonly id:
    | 'memory-elsewhere'
    | 'credit2-ignores-soft'
    | 'memory-only-node'
    | 'too-many-nodes'
    | 'pnode-missing'
    | 'free-memory-wraps'
    | 'comparison-flips'
    | 'distances-ignored'
    | 'slit-rejected';
  readonly sentence: string;
  readonly fix: string;
}

/** What the traps are looked for in. */
export interface Placed {
  readonly host: Host;
  readonly request: DomainRequest;
  readonly build: DomainBuild;
  readonly virtualNodes: readonly VirtualNode[];
  readonly isSlitRejected: boolean;
}

/** The known surprises that this placement runs into. */
export function findTraps(placed: Placed): readonly Trap[] {
  return [
    memoryElsewhere(placed),
    pnodeMissing(placed),
    tooManyNodes(placed),
    memoryOnlyNode(placed),
    freeMemoryWraps(placed),
    comparisonFlips(placed),
    distancesIgnored(placed),
    slitRejected(placed),
    credit2IgnoresSoft(placed),
  ].filter((trap) => trap !== undefined);
}

/** Average distance over all ordered pairs of the nodes, themselves included; undefined when one is unknown. */
export function averageDistance(host: Host, nodes: IdSet): number | undefined {
  let sum = 0;
  for (const from of nodes) {
    for (const to of nodes) {
      const distance = distanceBetween(host, from, to);
      if (distance === undefined) return undefined;
      sum += distance;
    }
  }
  return nodes.length === 0 ? undefined : sum / (nodes.length * nodes.length);
}

function memoryElsewhere({ host, build, virtualNodes }: Placed): Trap | undefined {
  const vcpu = build.after.vcpus[0];
  if (virtualNodes.length > 0 || vcpu === undefined) return undefined;
  const cpuNodes = nodesOfCpus(host, expandAffinity(vcpu.hard, host));
  const strangers = build.after.nodes.filter((node) => !cpuNodes.includes(node));
  if (build.search?.best === undefined || strangers.length === 0) return undefined;
  const isApart = isMemoryAwayFromCpus(host, build.after);
  return {
    id: 'memory-elsewhere',
    sentence: `The hard mask keeps the vCPUs on node ${cpuNodes.join(', ')}, but memory goes to node ${strangers.join(', ')}${isApart ? ': every access is remote' : ''}. libxl searches the whole pool although a mask is given.`,
    fix: 'Write cpus as a list, one mask per vCPU, or use cpus_soft instead.',
  };
}

function pnodeMissing({ virtualNodes }: Placed): Trap | undefined {
  const missing = virtualNodes.flatMap((node, id) => (node.pnode === undefined ? [id] : []));
  if (missing.length === 0) return undefined;
  return {
    id: 'pnode-missing',
    sentence: `Virtual node ${missing.join(', ')} names no physical node, so its memory is bound to node 0.`,
    fix: 'Give every virtual node its pnode.',
  };
}

function tooManyNodes({ host, build }: Placed): Trap | undefined {
  const count = nodeIdCount(host);
  if (build.search === undefined || count <= MAX_NODES_SEARCHED) return undefined;
  return {
    id: 'too-many-nodes',
    sentence: `The host counts ${count} nodes; above ${MAX_NODES_SEARCHED} libxl does not search and the domain is spread over all of them.`,
    fix: 'Name the nodes with cpus_soft, or split the host into cpupools.',
  };
}

function memoryOnlyNode({ host, build }: Placed): Trap | undefined {
  const nodes = host.nodes.filter(
    (node) => cpusOfNodes(host, [node.id]).length === 0 && (node.freeKib ?? 0) > 0,
  );
  if (build.search === undefined || nodes.length === 0) return undefined;
  return {
    id: 'memory-only-node',
    sentence: `Node ${nodes.map((node) => node.id).join(', ')} has memory but no CPUs: libxl never chooses it.`,
    fix: 'Its memory is used only when the chosen nodes run out.',
  };
}

function freeMemoryWraps({ host, build }: Placed): Trap | undefined {
  const best = build.search?.best;
  if (best === undefined) return undefined;
  const realKib = host.nodes
    .filter((node) => best.nodes.includes(node.id))
    .reduce((sum, node) => sum + (node.freeKib ?? 0), 0);
  if (realKib < UINT32) return undefined;
  return {
    id: 'free-memory-wraps',
    sentence: `libxl keeps free memory in 32 bits of KiB: the ${gib(realKib)} GiB of the chosen nodes count as ${gib(best.freeKib)} GiB.`,
    fix: 'Check the choice by eye on nodes of 4 TiB and more.',
  };
}

function comparisonFlips({ build }: Placed): Trap | undefined {
  const { search } = build;
  if (search?.best === undefined) return undefined;
  const isOrder = isComparisonConsistent(search.candidates);
  const flips = isOrder ? firstFlip(search, search.best) : undefined;
  if (isOrder && flips === undefined) return undefined;
  return {
    id: 'comparison-flips',
    sentence: isOrder
      ? `Differences in free memory of 2 TiB and more change sign in libxl: nodes ${flips!.nodes.join(', ')} have more free memory and still lost.`
      : 'Differences in free memory of 2 TiB and more change sign in libxl: the candidates beat each other in a ring, and the order of the search decides.',
    fix: 'Check the choice by eye; cpus_soft names the nodes outright.',
  };
}

/** A candidate with as many vCPUs and more free memory than the best one. */
function firstFlip(search: PlacementSearch, best: Candidate): Candidate | undefined {
  const { candidates } = search;
  for (let i = 0; i < candidates.count; i++) {
    const isLargerByFar = candidates.freeKib[i]! - best.freeKib >= INT32_LIMIT;
    if (candidates.vcpus[i] === best.vcpus && isLargerByFar) return candidateAt(candidates, i);
  }
  return undefined;
}

function distancesIgnored({ host, build }: Placed): Trap | undefined {
  const { search } = build;
  if (search?.best === undefined || search.best.nodes.length < 2) return undefined;
  const chosen = averageDistance(host, search.best.nodes);
  if (chosen === undefined) return undefined;
  let nearest = { nodes: search.best.nodes, average: chosen };
  for (let i = 0; i < search.candidates.count; i++) {
    const { nodes } = candidateAt(search.candidates, i);
    const average = averageDistance(host, nodes);
    if (average !== undefined && average < nearest.average) nearest = { nodes, average };
  }
  if (nearest.average === chosen) return undefined;
  return {
    id: 'distances-ignored',
    sentence: `libxl does not look at distances: nodes ${search.best.nodes.join(', ')} are ${rounded(chosen)} apart on average, nodes ${nearest.nodes.join(', ')} would fit too at ${rounded(nearest.average)}.`,
    fix: `Name nodes ${nearest.nodes.join(', ')} with cpus_soft if nearness matters more than load.`,
  };
}

function slitRejected({ isSlitRejected }: Placed): Trap | undefined {
  if (!isSlitRejected) return undefined;
  return {
    id: 'slit-rejected',
    sentence: 'Xen refused the distance table of the firmware; every other node looks equally far.',
    fix: 'Ask the board maker for a valid SLIT, or pin by knowledge of the board.',
  };
}

function credit2IgnoresSoft({ host, request, build }: Placed): Trap | undefined {
  const pool = poolOf(host, request.pool);
  const vcpu = build.after.vcpus[0];
  if (pool?.scheduler !== 'credit2' || vcpu === undefined || vcpu.soft === 'all') return undefined;
  const soft = new Set(vcpu.soft);
  const hard = expandAffinity(vcpu.hard, host);
  if (hard.every((cpu) => soft.has(cpu)) || !hard.some((cpu) => soft.has(cpu))) return undefined;
  return {
    id: 'credit2-ignores-soft',
    sentence:
      'Credit2 balances its run queues without looking at soft affinity, so vCPUs can leave their home nodes and stay away until the next balancing.',
    fix: 'Where locality matters most, pin with a list of hard masks.',
  };
}

function gib(kib: number): string {
  return Math.round(kib / 1024 / 1024).toString();
}

function rounded(value: number): string {
  return (Math.round(value * 10) / 10).toString();
}
