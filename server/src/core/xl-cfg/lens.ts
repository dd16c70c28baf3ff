import { formatIds } from '#core/numa';
import { buildOnHost, type HostKnowledge } from './host-knowledge.ts';
import { readGuest } from './guest.ts';
import { parseCfg } from './syntax.ts';

/** What the lens over a file says about its placement, without the verb. */
export function placementSummary(text: string, known: HostKnowledge | undefined): string {
  if (known === undefined) return 'NUMA: no host known';
  const reading = readGuest(parseCfg(text), known.host);
  const { build, unknownPool } = buildOnHost(reading, known);
  if (unknownPool !== undefined) return `NUMA: the host has no pool "${unknownPool}"`;
  if (build === undefined) return 'NUMA: free memory per node is not known';
  if (build.status !== 0) return 'NUMA: xl refuses this domain';
  const { virtualNodes } = reading.guest;
  if (virtualNodes.length > 0) {
    const pnodes = [...new Set(virtualNodes.map((node) => node.pnode ?? 0))].sort((a, b) => a - b);
    return `NUMA: bound to ${named(pnodes)} by vnuma`;
  }
  if (build.search === undefined)
    return `NUMA: memory from ${named(build.after.nodes)} by its masks`;
  if (build.search.best === undefined) return 'NUMA: fits no set of nodes, memory is spread';
  return `NUMA: fits ${named(build.search.best.nodes)}`;
}

function named(nodes: readonly number[]): string {
  return `${nodes.length === 1 ? 'node' : 'nodes'} ${formatIds(nodes)}`;
}
