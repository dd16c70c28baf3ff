import type { DomainType, IdSet } from './model.ts';

const MIB_KIB = 1024;
const GIB_KIB = 1024 * MIB_KIB;
const SUPERPAGE_KIB = 2 * MIB_KIB;
const PAGE_KIB = 4;

/** Free memory of one node before the allocation. */
export interface NodeFree {
  readonly id: number;
  readonly freeKib: number;
}

export interface AllocationRequest {
  /** Nodes of the domain's node-affinity. */
  readonly nodes: IdSet;
  readonly memoryKib: number;
  readonly type: DomainType;
}

/** A model of where the pages go; the real allocator also depends on how the free memory is broken up. */
export interface PagePrediction {
  /** KiB per node id, only nodes that give any. */
  readonly kibOnNode: ReadonlyMap<number, number>;
  /** Part of it outside the node-affinity. */
  readonly foreignKib: number;
  /** What the whole host is short of. */
  readonly missingKib: number;
}

/**
 * Where the hypervisor takes a domain's pages from (get_free_buddy in page_alloc.c, xg_dom_x86.c): extents go round
 * the nodes of the affinity; an extent no home node can give comes from any other node, size by size.
 */
export function predictPages(
  free: readonly NodeFree[],
  request: AllocationRequest,
): PagePrediction {
  const allocator = new Allocator(free, request.nodes);
  let restKib = request.memoryKib;
  const extents =
    request.type === 'pv' ? [SUPERPAGE_KIB, PAGE_KIB] : [GIB_KIB, SUPERPAGE_KIB, PAGE_KIB];
  for (const extentKib of extents) restKib -= allocator.take(extentKib, restKib);
  return {
    kibOnNode: allocator.taken,
    foreignKib: allocator.foreignKib,
    missingKib: Math.max(0, restKib),
  };
}

/** vNUMA: every virtual node from its own physical node or not at all; names the first that is short. */
export function predictVirtualNodes(
  free: readonly NodeFree[],
  virtualNodes: readonly { readonly pnode: number | undefined; readonly memoryKib: number }[],
): { readonly kibOnNode: ReadonlyMap<number, number>; readonly shortNode: number | undefined } {
  const kibOnNode = new Map<number, number>();
  for (const { pnode = 0, memoryKib } of virtualNodes) {
    kibOnNode.set(pnode, (kibOnNode.get(pnode) ?? 0) + memoryKib);
  }
  const freeOf = new Map(free.map((node) => [node.id, node.freeKib]));
  const short = [...kibOnNode].find(([node, kib]) => kib > (freeOf.get(node) ?? 0));
  return { kibOnNode, shortNode: short?.[0] };
}

class Allocator {
  readonly taken = new Map<number, number>();
  foreignKib = 0;
  private readonly left: Map<number, number>;
  private readonly home: IdSet;
  private readonly foreign: IdSet;

  constructor(free: readonly NodeFree[], home: IdSet) {
    this.left = new Map(free.map((node) => [node.id, node.freeKib]));
    this.home = home.filter((node) => this.left.has(node));
    const isHome = new Set(home);
    const others = free.map((node) => node.id).filter((node) => !isHome.has(node));
    // The search goes on upwards from the last node of the mask and wraps.
    const last = this.home.at(-1) ?? -1;
    this.foreign = [...others.filter((n) => n > last), ...others.filter((n) => n < last)];
  }

  /** Takes as many whole extents of the amount as the host has; returns the KiB taken. */
  take(extentKib: number, amountKib: number): number {
    const wanted = Math.floor(amountKib / extentKib);
    let count = wanted;
    while (count > 0) {
      const given = this.takeRound(extentKib, count);
      if (given === 0) break;
      count -= given;
    }
    return (wanted - count) * extentKib;
  }

  /** As many full rounds over the home nodes as possible at once, else one extent each, else a foreign node. */
  private takeRound(extentKib: number, count: number): number {
    const able = this.home.filter((node) => this.left.get(node)! >= extentKib);
    if (able.length > 0) {
      const capacity = Math.min(
        ...able.map((node) => Math.floor(this.left.get(node)! / extentKib)),
      );
      const rounds = Math.min(Math.floor(count / able.length), capacity);
      if (rounds > 0) {
        for (const node of able) this.give(node, rounds * extentKib);
        return rounds * able.length;
      }
      for (const node of able.slice(0, count)) this.give(node, extentKib);
      return Math.min(count, able.length);
    }
    const other = this.foreign.find((node) => this.left.get(node)! >= extentKib);
    if (other === undefined) return 0;
    const extents = Math.min(count, Math.floor(this.left.get(other)! / extentKib));
    this.give(other, extents * extentKib);
    this.foreignKib += extents * extentKib;
    return extents;
  }

  private give(node: number, kib: number): void {
    this.left.set(node, this.left.get(node)! - kib);
    this.taken.set(node, (this.taken.get(node) ?? 0) + kib);
  }
}
