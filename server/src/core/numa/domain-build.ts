import { cpusOfNodes, nodeIdCount, poolOf } from './host-lookup.ts';
import { expandAffinity, idsBelow, intersectIds, isSubset } from './id-set.ts';
import { memoryNeed, type MemoryNeed } from './need-memory.ts';
import { autoNodeAffinity } from './node-affinity.ts';
import { MAX_NODES_SEARCHED, searchPlacement, type PlacementSearch } from './placement.ts';
import type { Domain, DomainRequest, Host, IdSet, NodeAffinity, Vcpu } from './model.ts';

export type LogLevel = 'debug' | 'detail' | 'notice' | 'warning' | 'error';

/** libxl's return codes that this stage can give: 0, ERROR_FAIL, ERROR_INVAL. */
export type BuildStatus = 0 | -3 | -6;

/** What the domain looks like once libxl has set it up, before its pages are allocated. */
export interface DomainAfter {
  /** How often the node-affinity was set. */
  readonly nodeAffinityCalls: number;
  readonly nodeAffinity: NodeAffinity;
  /** The nodes in force, whichever way they came about. */
  readonly nodes: IdSet;
  /** Masks as requested; the hypervisor clips them to the pool when it schedules. */
  readonly vcpus: readonly Vcpu[];
}

/** The build of a domain up to its memory: need, search, affinities, libxl's own messages. */
export interface DomainBuild {
  readonly domainId: number;
  readonly status: BuildStatus;
  readonly need: MemoryNeed;
  /** Undefined when the search did not run. */
  readonly search: PlacementSearch | undefined;
  readonly after: DomainAfter;
  readonly log: readonly (readonly [LogLevel, string])[];
}

/** libxl__build_pre (libxl_dom.c, 4.12 to 4.23) on a host with these domains. */
export function buildDomain(
  host: Host,
  domains: readonly Domain[],
  request: DomainRequest,
): DomainBuild {
  return new Build(host, domains, request).run();
}

class Build {
  private readonly host: Host;
  private readonly domains: readonly Domain[];
  private readonly request: DomainRequest;
  private readonly poolCpus: IdSet;
  private readonly domainId: number;
  private readonly log: [LogLevel, string][] = [];
  private readonly need: MemoryNeed;
  private vcpus: Vcpu[];
  private nodeAffinity: NodeAffinity = 'auto';
  private nodeAffinityCalls = 0;
  private search: PlacementSearch | undefined;

  constructor(host: Host, domains: readonly Domain[], request: DomainRequest) {
    this.host = host;
    this.domains = domains;
    this.request = request;
    this.poolCpus = poolOf(host, request.pool)?.cpus ?? [];
    this.domainId = domains.reduce((id, domain) => Math.max(id, domain.id + 1), 0);
    this.need = memoryNeed(request, host);
    const free: Vcpu = { hard: 'all', soft: 'all' };
    this.vcpus = Array.from({ length: request.maxVcpus }, () => free);
  }

  run(): DomainBuild {
    let status: BuildStatus = this.place();
    if (status === 0) status = this.applyMasks();
    const nodes =
      this.nodeAffinity === 'auto'
        ? autoNodeAffinity(this.host, this.poolCpus, this.vcpus)
        : this.nodeAffinity;
    const { domainId, need, search, log } = this;
    const after = {
      nodeAffinityCalls: this.nodeAffinityCalls,
      nodeAffinity: this.nodeAffinity,
      nodes,
      vcpus: this.vcpus,
    };
    return { domainId, status, need, search, after, log };
  }

  private place(): BuildStatus {
    const { request } = this;
    if (request.placement && request.soft.length > 0) {
      this.say(
        'warning',
        "Can't run NUMA placement, as a soft affinity has been specified explicitly",
      );
    } else if (request.placement && request.nodeMap !== undefined) {
      this.say(
        'warning',
        "Can't run NUMA placement, as the domain has NUMA node affinity set already",
      );
    } else if (request.placement) {
      return this.runSearch();
    }
    if (request.nodeMap !== undefined) this.setNodeAffinity(request.nodeMap);
    return 0;
  }

  private runSearch(): BuildStatus {
    // The masks are looked at only to refuse a domain that could never run. What is searched is the whole
    // pool all the same, so the memory can land far from the CPUs the masks allow (numa.md 1.6).
    if (this.request.hard.length > 0 && this.reachableHardCpus().length === 0) {
      this.say('error', "Hard affinity completely outside of domain's cpupool!");
      return -6;
    }
    const { maxVcpus, pool } = this.request;
    const query = { pool, maxVcpus, needKib: this.need.needKib };
    const search = searchPlacement(this.host, this.domains, query);
    this.search = search;
    this.sayHowSearchWent(search);
    // Without a candidate the map has every bit set, which the hypervisor reads as "back to auto".
    const nodes = search.best?.nodes ?? idsBelow(this.host.nodeIdLimit);
    this.setNodeAffinity(nodes);
    this.setSoftOfAll(cpusOfNodes(this.host, nodes));
    return 0;
  }

  private reachableHardCpus(): IdSet {
    const masks = this.request.hard;
    const union = new Set(masks.flatMap((mask) => expandAffinity(mask, this.host)));
    return this.poolCpus.filter((cpu) => union.has(cpu));
  }

  private sayHowSearchWent(search: PlacementSearch): void {
    const { candidates } = search;
    const size = search.lastSizeTried;
    for (const index of search.bestTrace) {
      const figures = `nr_nodes=${size}, nr_cpus=${candidates.cpus[index]}, nr_vcpus=${candidates.vcpus[index]}`;
      const freeMib = Math.floor((candidates.freeKib[index] ?? 0) / 1024);
      this.say(
        'debug',
        `New best NUMA placement candidate found: ${figures}, free_memkb=${freeMib}`,
      );
    }
    if (search.best !== undefined) {
      const { cpus, freeKib } = search.best;
      const selected = `${size} nodes, ${cpus} cpus and ${Math.floor(freeKib / 1024)} KB free selected`;
      this.say('detail', `NUMA placement candidate with ${selected}`);
    } else if (search.outcome === 'no-candidate') {
      this.say('notice', 'NUMA placement failed, performance might be affected');
    } else if (search.outcome === 'too-many-nodes') {
      this.say('warning', tooManyNodesText(nodeIdCount(this.host)));
    }
  }

  private setNodeAffinity(nodes: IdSet): void {
    this.nodeAffinityCalls++;
    this.nodeAffinity = nodes.length >= this.host.nodeIdLimit ? 'auto' : nodes;
  }

  private setSoftOfAll(soft: IdSet): void {
    const reachable = intersectIds(soft, this.poolCpus);
    this.vcpus = this.vcpus.map((vcpu, id) => {
      this.saySoftClipped(id, soft.length, reachable.length);
      return { hard: vcpu.hard, soft };
    });
  }

  /** Explicit masks, one vCPU at a time; the first that the pool cannot serve ends the build. */
  private applyMasks(): BuildStatus {
    const { hard, soft } = this.request;
    const count = Math.min(this.request.maxVcpus, Math.max(hard.length, soft.length));
    for (let id = 0; id < count; id++) {
      const before = this.vcpus[id]!;
      const wanted: Vcpu = { hard: hard[id] ?? before.hard, soft: soft[id] ?? before.soft };
      const hardCpus = expandAffinity(wanted.hard, this.host);
      const hardReach = intersectIds(hardCpus, this.poolCpus);
      if (hard[id] !== undefined && hardReach.length === 0) {
        this.say('error', `Domain ${this.domainId}:Setting vcpu affinity`);
        this.say('error', `setting affinity failed on vcpu \`${id}'`);
        return -3;
      }
      this.vcpus[id] = wanted;
      if (hard[id] !== undefined && hardReach.length !== hardCpus.length) {
        this.say(
          'debug',
          `Domain ${this.domainId}:New hard affinity for vcpu ${id} has unreachable cpus`,
        );
      }
      if (soft[id] !== undefined) {
        const softCpus = expandAffinity(soft[id]!, this.host);
        this.saySoftClipped(id, softCpus.length, intersectIds(softCpus, hardReach).length);
      }
    }
    return 0;
  }

  private saySoftClipped(vcpu: number, wanted: number, reachable: number): void {
    const where = `Domain ${this.domainId}:`;
    if (reachable !== wanted) {
      this.say('debug', `${where}New soft affinity for vcpu ${vcpu} has unreachable cpus`);
    }
    if (reachable === 0) {
      const consequence = 'Only hard affinity will be considered for scheduling';
      this.say(
        'warning',
        `${where}All cpus in soft affinity of vcpu ${vcpu} are unreachable. ${consequence}`,
      );
    }
  }

  private say(level: LogLevel, text: string): void {
    this.log.push([level, text]);
  }
}

/** Whether the search would be skipped for the host's size. */
export function isTooLargeToSearch(host: Host): boolean {
  return nodeIdCount(host) > MAX_NODES_SEARCHED;
}

function tooManyNodesText(nodeCount: number): string {
  return (
    `System has ${nodeCount} NUMA nodes, which is too big for the placement algorithm to work ` +
    'effectively: skipping it. Consider manually pinning the vCPUs and/or looking at cpupools for ' +
    'manually partitioning the system.'
  );
}

/** Whether every CPU a vCPU may run on is away from the nodes its memory is on. */
export function isMemoryAwayFromCpus(host: Host, after: DomainAfter): boolean {
  const home = cpusOfNodes(host, after.nodes);
  return after.vcpus.some((vcpu) => {
    const hard = expandAffinity(vcpu.hard, host);
    return hard.length > 0 && intersectIds(hard, home).length === 0;
  });
}

/** Whether every CPU a vCPU may run on is on the nodes its memory is on. */
export function isPinnedAtHome(host: Host, after: DomainAfter): boolean {
  const home = cpusOfNodes(host, after.nodes);
  return after.vcpus.every((vcpu) => isSubset(expandAffinity(vcpu.hard, host), home));
}
