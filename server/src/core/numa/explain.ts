import { compareLoads, enumerateSets, nodesOfMask, type NodeLoad } from './candidate-sets.ts';
import { rankCandidates } from './ranking.ts';
import type { DomainBuild } from './domain-build.ts';
import type { PlacementSearch } from './placement.ts';
import type { IdSet } from './model.ts';

/** Up to so many sets are listed as libxl meets them; of more, the best ones. */
const LISTED_SETS = 24;

/** One set of nodes and what became of it. */
export interface SetVerdict {
  readonly nodes: IdSet;
  readonly freeKib: number;
  readonly vcpus: number;
  readonly cpus: number;
  readonly isFitting: boolean;
  readonly isChosen: boolean;
  /** Why it won or lost, in a few words. */
  readonly verdict: string;
}

/** The search as a chain of reasons. */
export interface SearchExplanation {
  readonly rows: readonly SetVerdict[];
  /** Sets of this size that are not listed. */
  readonly hiddenRows: number;
  /** Sentences: how many nodes at least, which sizes failed, what libxl does not look at. */
  readonly reasons: readonly string[];
}

/** Explains a search set by set. */
export function explainSearch(search: PlacementSearch): SearchExplanation {
  const suitable = search.loads.filter((load) => load.cpus > 0);
  if (search.lastSizeTried === 0 || suitable.length === 0) {
    return { rows: [], hiddenRows: 0, reasons: reasonsOf(search, suitable) };
  }
  const everything = enumerateSets(
    suitable,
    search.lastSizeTried,
    { maxVcpus: 0, needKib: 0 },
    () => {},
  );
  const rows: SetVerdict[] = [];
  let best: { readonly vcpus: number; readonly freeKib: number } | undefined;
  const chosenMask = search.candidates.nodeMasks[search.bestTrace.at(-1) ?? -1];
  for (let i = 0; i < everything.count; i++) {
    const set = {
      mask: everything.nodeMasks[i]!,
      cpus: everything.cpus[i]!,
      vcpus: everything.vcpus[i]!,
      freeKib: everything.freeKib[i]!,
    };
    const lack = lackOf(set, search);
    const isChosen = set.mask === chosenMask;
    const verdict = lack ?? verdictOn(set, best, isChosen);
    if (lack === undefined && (best === undefined || compareLoads(set, best) < 0)) best = set;
    const { cpus, vcpus, freeKib, mask } = set;
    const isFitting = lack === undefined;
    rows.push({ nodes: nodesOfMask(mask), freeKib, vcpus, cpus, isFitting, isChosen, verdict });
  }
  const listed = rows.length <= LISTED_SETS ? rows : bestRows(rows, search);
  const hiddenRows = rows.length - listed.length;
  return { rows: listed, hiddenRows, reasons: reasonsOf(search, suitable) };
}

/** Why the search did not run, in one sentence. */
export function whyNoSearch(build: DomainBuild): string {
  const said = build.log.findLast(([level]) => level === 'error' || level === 'warning');
  if (build.status !== 0) return `libxl refuses the domain: ${said?.[1] ?? 'unusable masks'}.`;
  return 'The configuration switches automatic placement off; the masks decide where memory goes.';
}

function lackOf(
  set: { readonly cpus: number; readonly freeKib: number },
  search: PlacementSearch,
): string | undefined {
  const lacksMemory = set.freeKib < search.needKib;
  const lacksCpus = set.cpus < search.minCpus;
  if (lacksMemory && lacksCpus) return 'too little memory, too few CPUs';
  if (lacksMemory) return 'too little memory';
  return lacksCpus ? 'too few CPUs' : undefined;
}

function verdictOn(
  set: { readonly vcpus: number; readonly freeKib: number },
  best: { readonly vcpus: number; readonly freeKib: number } | undefined,
  isChosen: boolean,
): string {
  if (best === undefined) return isChosen ? 'first that fits, stays best' : 'first that fits';
  if (set.vcpus < best.vcpus) return `fewer vCPUs: ${set.vcpus} < ${best.vcpus}`;
  if (set.vcpus > best.vcpus) return `more vCPUs: ${set.vcpus} > ${best.vcpus}`;
  const order = compareLoads(set, best);
  if (order === 0) return 'equal: the earlier one stays';
  const isFlipped = order < 0 !== set.freeKib > best.freeKib;
  if (isFlipped) return order < 0 ? 'wins by a sign flip (2 TiB)' : 'loses by a sign flip (2 TiB)';
  return order < 0 ? 'as many vCPUs, more free' : 'as many vCPUs, less free';
}

function bestRows(rows: readonly SetVerdict[], search: PlacementSearch): readonly SetVerdict[] {
  const order = rankCandidates(search.candidates) ?? search.bestTrace;
  const byMask = new Map(rows.map((row) => [row.nodes.join(), row]));
  const shown = [...order.slice(0, LISTED_SETS), ...search.bestTrace.slice(-1)];
  const distinct = [...new Set(shown)];
  return distinct.flatMap((index) => {
    const row = byMask.get(nodesOfMask(search.candidates.nodeMasks[index]!).join());
    if (row === undefined) return [];
    // Out of the search's order only the comparison with the winner means something.
    const verdict = row.isChosen
      ? `best of ${search.candidates.count} that fit`
      : verdictOn(row, search.best, false);
    return [{ ...row, verdict }];
  });
}

function reasonsOf(search: PlacementSearch, suitable: readonly NodeLoad[]): readonly string[] {
  const reasons: string[] = [];
  const { outcome, firstSizeTried, lastSizeTried } = search;
  if (outcome === 'single-node') return ['The host has one node; there is nothing to choose.'];
  if (outcome === 'too-many-nodes') {
    return [`The host counts ${search.nodeCount} nodes; above 16 libxl does not search.`];
  }
  if (firstSizeTried > 1) {
    reasons.push(
      `${search.minCpus} vCPUs need at least ${firstSizeTried} nodes of ${search.cpusPerNode} CPUs.`,
    );
  }
  if (outcome === 'no-candidate') {
    reasons.push(`No set of up to ${suitable.length} nodes has the memory and the CPUs.`);
  } else if (lastSizeTried > Math.max(1, firstSizeTried)) {
    reasons.push(`No set of ${lastSizeTried - 1} fits, so sets of ${lastSizeTried} were tried.`);
  }
  if (outcome === 'found' && lastSizeTried < suitable.length) {
    reasons.push(`Sets of ${lastSizeTried} fit, so larger ones were not tried.`);
  }
  reasons.push(`The new domain counts itself: +${search.minCpus} vCPUs on every node of its pool.`);
  if (suitable.length < search.nodeCount) {
    reasons.push(`Nodes without CPUs of the pool are never candidates.`);
  }
  reasons.push('libxl does not look at distances.');
  return reasons;
}
