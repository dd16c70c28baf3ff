import { nodeOfCpus, poolOf } from './host-lookup.ts';
import { expandAffinity, intersectIds, isSubset, sortedIds } from './id-set.ts';
import type { Domain, Host, IdSet, Vcpu } from './model.ts';

/**
 * Nodes an "auto" domain takes its pages from: those of the union of its soft masks inside its hard
 * masks, or of the hard masks when that is empty (domain_update_node_aff, xen/common/sched/core.c).
 */
export function autoNodeAffinity(host: Host, poolCpus: IdSet, vcpus: readonly Vcpu[]): IdSet {
  const inPool = new Uint8Array(host.cpuIdCount);
  for (const cpu of poolCpus) if (cpu < inPool.length) inPool[cpu] = 1;
  const hard = new Uint8Array(host.cpuIdCount);
  const soft = new Uint8Array(host.cpuIdCount);
  for (const vcpu of distinctVcpus(vcpus)) {
    mark(hard, vcpu.hard);
    mark(soft, vcpu.soft);
  }
  const nodeOf = nodeOfCpus(host);
  const hardNodes = new Set<number>();
  const softNodes = new Set<number>();
  let hasSoft = false;
  for (let cpu = 0; cpu < host.cpuIdCount; cpu++) {
    if (inPool[cpu] === 0 || hard[cpu] === 0) continue;
    const node = nodeOf[cpu]!;
    if (node >= 0) hardNodes.add(node);
    if (soft[cpu] === 0) continue;
    hasSoft = true;
    if (node >= 0) softNodes.add(node);
  }
  return sortedIds(hasSoft ? softNodes : hardNodes);
}

/** The node-affinity in force: the one that was set, or what "auto" amounts to. */
export function nodeAffinityOf(host: Host, domain: Domain): IdSet {
  if (domain.nodeAffinity !== 'auto') return domain.nodeAffinity;
  return autoNodeAffinity(host, poolOf(host, domain.pool)?.cpus ?? [], domain.vcpus);
}

/** Each pair of masks once; most domains repeat one pair for all vCPUs. */
export function distinctVcpus(vcpus: readonly Vcpu[]): readonly Vcpu[] {
  const first = vcpus[0];
  if (first === undefined) return [];
  const rest = vcpus.filter((vcpu) => vcpu.hard !== first.hard || vcpu.soft !== first.soft);
  return [first, ...rest];
}

/**
 * Whether the scheduler's soft step does anything: hard is not inside soft, they meet, and soft does not
 * cover the whole pool (has_soft_affinity, xen/common/sched/private.h).
 */
export function isSoftUseful(host: Host, vcpu: Vcpu, poolCpus: IdSet): boolean {
  const hard = expandAffinity(vcpu.hard, host);
  const soft = expandAffinity(vcpu.soft, host);
  return !isSubset(hard, soft) && intersectIds(hard, soft).length > 0 && !isSubset(poolCpus, soft);
}

function mark(bits: Uint8Array, mask: Vcpu['hard']): void {
  if (mask === 'all') bits.fill(1);
  else for (const cpu of mask) if (cpu < bits.length) bits[cpu] = 1;
}
