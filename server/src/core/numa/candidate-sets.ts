import type { IdSet } from './model.ts';

const UINT32 = 0x1_0000_0000;
const MASK_BITS = 32;

/** One set of nodes that fits, with the three figures libxl compares. */
export interface Candidate {
  readonly nodes: IdSet;
  /** pCPUs of the pool on these nodes. */
  readonly cpus: number;
  /** vCPUs that may run there, summed over the nodes. */
  readonly vcpus: number;
  /** Free KiB, kept modulo 2^32 as libxl does. */
  readonly freeKib: number;
}

/** The figures of one node that go into a candidate. */
export interface NodeLoad {
  readonly id: number;
  readonly cpus: number;
  readonly vcpus: number;
  /** Modulo 2^32. */
  readonly freeKib: number;
}

/** Candidates of one size in the order libxl looks at them, as columns. */
export interface CandidateTable {
  readonly count: number;
  /** Bit n: node n belongs to the candidate. */
  readonly nodeMasks: readonly number[];
  readonly cpus: readonly number[];
  readonly vcpus: readonly number[];
  readonly freeKib: readonly number[];
}

/** Negative when `a` is the better: fewer vCPUs, else more free memory in signed 32-bit arithmetic. */
export function compareLoads(
  a: { readonly vcpus: number; readonly freeKib: number },
  b: { readonly vcpus: number; readonly freeKib: number },
): number {
  return a.vcpus === b.vcpus ? (b.freeKib - a.freeKib) | 0 : a.vcpus - b.vcpus;
}

/** One row of the table. */
export function candidateAt(table: CandidateTable, index: number): Candidate {
  return {
    nodes: nodesOfMask(table.nodeMasks[index] ?? 0),
    cpus: table.cpus[index] ?? 0,
    vcpus: table.vcpus[index] ?? 0,
    freeKib: table.freeKib[index] ?? 0,
  };
}

/** Set bits of a candidate's node mask, ascending. */
export function nodesOfMask(mask: number): IdSet {
  const nodes: number[] = [];
  for (let node = 0; node < MASK_BITS; node++) if ((mask >>> node) & 1) nodes.push(node);
  return nodes;
}

/**
 * Every set of `size` nodes in lexicographic order that has the CPUs and the memory; `onFit` is told each as
 * it is found. Sums are kept per depth, so a step costs one addition and not `size`.
 */
export function enumerateSets(
  nodes: readonly NodeLoad[],
  size: number,
  need: { readonly maxVcpus: number; readonly needKib: number },
  onFit: (index: number, vcpus: number, freeKib: number) => void,
): CandidateTable {
  const table = {
    nodeMasks: [] as number[],
    cpus: [] as number[],
    vcpus: [] as number[],
    freeKib: [] as number[],
  };
  const sums = new PrefixSums(nodes, size);
  do {
    const freeKib = sums.freeKib[size]!;
    const cpus = sums.cpus[size]!;
    if (freeKib < need.needKib || cpus < need.maxVcpus) continue;
    const vcpus = sums.vcpus[size]!;
    onFit(table.cpus.length, vcpus, freeKib);
    table.nodeMasks.push(sums.nodeMasks[size]!);
    table.cpus.push(cpus);
    table.vcpus.push(vcpus);
    table.freeKib.push(freeKib);
  } while (sums.next());
  return { count: table.cpus.length, ...table };
}

/** A combination of node indexes with the running sums of its first d members at position d. */
class PrefixSums {
  readonly nodeMasks: Int32Array;
  readonly cpus: Int32Array;
  readonly vcpus: Int32Array;
  readonly freeKib: Float64Array;
  private readonly chosen: Int32Array;
  private readonly nodes: readonly NodeLoad[];

  constructor(nodes: readonly NodeLoad[], size: number) {
    this.nodes = nodes;
    this.chosen = Int32Array.from({ length: size }, (_, i) => i);
    this.nodeMasks = new Int32Array(size + 1);
    this.cpus = new Int32Array(size + 1);
    this.vcpus = new Int32Array(size + 1);
    this.freeKib = new Float64Array(size + 1);
    this.sumFrom(0);
  }

  /** Moves to the next set; false after the last. */
  next(): boolean {
    const { chosen } = this;
    let depth = chosen.length - 1;
    while (depth >= 0 && chosen[depth] === this.nodes.length - chosen.length + depth) depth--;
    if (depth < 0) return false;
    chosen[depth]!++;
    for (let d = depth + 1; d < chosen.length; d++) chosen[d] = chosen[d - 1]! + 1;
    this.sumFrom(depth);
    return true;
  }

  private sumFrom(depth: number): void {
    for (let d = depth; d < this.chosen.length; d++) {
      const node = this.nodes[this.chosen[d]!]!;
      this.nodeMasks[d + 1] = this.nodeMasks[d]! | (1 << node.id);
      this.cpus[d + 1] = this.cpus[d]! + node.cpus;
      this.vcpus[d + 1] = this.vcpus[d]! + node.vcpus;
      const free = this.freeKib[d]! + node.freeKib;
      this.freeKib[d + 1] = free >= UINT32 ? free - UINT32 : free;
    }
  }
}
