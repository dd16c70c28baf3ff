import type { IdSet } from './model.ts';

/** Above this many usable nodes xapi looks at single nodes only. */
const MAX_NODES_COMBINED = 16;
const LARGEST_DISTANCE = 255;
const LOCAL_DISTANCE = 10;
const SAME_AVERAGE = 1e-3;

/** The topology as xapi's host driver reads it. */
export interface XapiHost {
  /** SLIT as given, `distances[from][to]`; values above 255 mean unreachable. */
  readonly distances: readonly (readonly number[])[];
  /** Node of each CPU id. */
  readonly cpuToNode: readonly number[];
  /** Physical cores per node. */
  readonly nodeCores: readonly number[];
}

/** One VM to place. */
export interface XapiRequest {
  readonly freeBytes: readonly number[];
  readonly memoryBytes: number;
  readonly vcpus: number;
  readonly cores: number;
}

/** A set of nodes with what xapi compares. */
export interface XapiCandidate {
  /** Descending, the order xapi keeps. */
  readonly nodes: readonly number[];
  readonly largestDistance: number;
  readonly averageDistance: number;
}

/** Where xapi puts a VM and why. */
export interface XapiPlacement {
  readonly nodes: readonly number[];
  /** CPUs of the nodes, ascending: the VM's soft affinity. */
  readonly cpus: IdSet;
  readonly averageDistance: number;
  /** The sets that fit and are as near as the best one; the least used of them won. */
  readonly contenders: readonly { readonly candidate: XapiCandidate; readonly used: number }[];
}

/**
 * XCP-ng's and XenServer's placement (xen-api e2ee48d6883e, ocaml/xenopsd/lib/topology.ml and softaffinity.ml):
 * nearest sets first, among equally near ones the least used. It keeps a count per node from VM to VM.
 */
export class XapiPlacer {
  /** False when xapi refuses the matrix: then it places nothing. */
  readonly enabled: boolean;
  private readonly host: XapiHost;
  private readonly candidates: readonly XapiCandidate[];
  private readonly cpusOnNode: Int32Array;
  private readonly used: Int32Array;

  constructor(host: XapiHost) {
    this.host = host;
    const valid = reachableNodes(host.distances);
    this.enabled = valid.length > 0 && isMatrixReasonable(host.distances, valid);
    this.candidates = this.enabled ? sortedCandidates(host.distances, valid) : [];
    this.cpusOnNode = new Int32Array(host.distances.length);
    for (const node of host.cpuToNode) if (node >= 0) this.cpusOnNode[node]!++;
    this.used = new Int32Array(host.distances.length);
  }

  /** Times each node was chosen so far. */
  useCounts(): readonly number[] {
    return [...this.used];
  }

  /** Places one VM and counts it; undefined when no set fits. */
  place(request: XapiRequest): XapiPlacement | undefined {
    const fitting = this.candidates.filter((candidate) => this.fits(candidate, request));
    const nearest = fitting[0];
    if (nearest === undefined) return undefined;
    const runEnd = fitting.findIndex(
      (other) => Math.abs(other.averageDistance - nearest.averageDistance) >= SAME_AVERAGE,
    );
    const contenders = fitting
      .slice(0, runEnd < 0 ? fitting.length : runEnd)
      .map((candidate) => ({ candidate, used: sum(candidate.nodes, this.used) }));
    const winner = contenders.reduce((best, other) =>
      other.used - best.used < 0 ||
      (other.used === best.used && compareLists(other.candidate.nodes, best.candidate.nodes) < 0)
        ? other
        : best,
    ).candidate;
    for (const node of winner.nodes) this.used[node]!++;
    const chosen = new Set(winner.nodes);
    const cpus = this.host.cpuToNode.flatMap((node, cpu) => (chosen.has(node) ? [cpu] : []));
    return { nodes: winner.nodes, cpus, averageDistance: winner.averageDistance, contenders };
  }

  private fits(candidate: XapiCandidate, request: XapiRequest): boolean {
    return (
      sum(candidate.nodes, request.freeBytes) >= request.memoryBytes &&
      sum(candidate.nodes, this.cpusOnNode) >= request.vcpus &&
      sum(candidate.nodes, this.host.nodeCores) >= request.cores
    );
  }
}

function reachableNodes(distances: XapiHost['distances']): IdSet {
  return distances.flatMap((row, node) => {
    const local = row[node] ?? -1;
    return local >= 0 && local <= LARGEST_DISTANCE ? [node] : [];
  });
}

function isMatrixReasonable(distances: XapiHost['distances'], nodes: IdSet): boolean {
  return nodes.every(
    (from) =>
      distances[from]![from] === LOCAL_DISTANCE &&
      nodes.every((to) => (distances[from]![to] ?? 0) >= LOCAL_DISTANCE),
  );
}

function sortedCandidates(
  distances: XapiHost['distances'],
  valid: IdSet,
): readonly XapiCandidate[] {
  const sets = valid.length > MAX_NODES_COMBINED ? valid.map((node) => [node]) : subsets(valid);
  return sets
    .map((nodes) => measure(nodes, distances))
    .sort((a, b) => a.largestDistance - b.largestDistance || a.averageDistance - b.averageDistance);
}

/** Non-empty subsets by ascending bit mask, each in descending order. */
function subsets(nodes: IdSet): readonly (readonly number[])[] {
  const sets: number[][] = [];
  for (let mask = 1; mask < 1 << nodes.length; mask++) {
    const set: number[] = [];
    for (let bit = nodes.length - 1; bit >= 0; bit--) if ((mask >> bit) & 1) set.push(nodes[bit]!);
    sets.push(set);
  }
  return sets;
}

function measure(nodes: readonly number[], distances: XapiHost['distances']): XapiCandidate {
  let largestDistance = 0;
  let total = 0;
  for (const from of nodes) {
    for (const to of nodes) {
      const distance = distances[from]![to] ?? 0;
      total += distance;
      if (distance > largestDistance) largestDistance = distance;
    }
  }
  return { nodes, largestDistance, averageDistance: total / (nodes.length * nodes.length) };
}

function sum(nodes: readonly number[], values: { readonly [node: number]: number }): number {
  return nodes.reduce((total, node) => total + (values[node] ?? 0), 0);
}

/** First differing member decides, else the shorter list is smaller. */
function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
