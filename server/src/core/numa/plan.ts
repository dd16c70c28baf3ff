import { buildDomain, type DomainBuild } from './domain-build.ts';
import { EMPTY_GUEST, requestOf, type GuestConfig } from './guest-config.ts';
import { cpusOfNodes, poolOf } from './host-lookup.ts';
import { nodeAffinityOf } from './node-affinity.ts';
import { predictPages, predictVirtualNodes } from './page-allocation.ts';
import { findTraps, type Trap } from './traps.ts';
import { placeAsXapi, type XapiOutcome } from './xapi-host.ts';
import type { HostView } from './assemble.ts';
import type { Affinity, Domain, Host, IdSet, Vcpu } from './model.ts';

const PAGE_KIB = 4;

/** What the user changed about one domain; nothing said, nothing changed. */
export interface VmChange {
  readonly isRemoved?: boolean;
  /** Nodes it was put on by hand. */
  readonly nodes?: IdSet;
  readonly vcpus?: number;
  readonly memoryKib?: number;
  /** One mask for all vCPUs. */
  readonly hard?: Affinity;
  readonly soft?: Affinity;
}

/** A host, guests to create, and what-if changes by domain key (`dom 4`, `new 0`). */
export interface PlanInput {
  readonly view: HostView;
  readonly guests: readonly GuestConfig[];
  readonly changes: Readonly<Record<string, VmChange>>;
  readonly engine: 'libxl' | 'xapi';
}

/** One domain where it stands in the plan. */
export interface PlannedVm {
  readonly key: string;
  readonly name: string;
  readonly isNew: boolean;
  /** `running`: as found. `placed`: created, or created anew, by the plan. */
  readonly state: 'running' | 'placed' | 'removed' | 'refused';
  readonly guest: GuestConfig;
  readonly vcpus: readonly Vcpu[];
  /** Nodes its memory comes from. */
  readonly nodes: IdSet;
  /** Nodes the engine would take; undefined for a running domain nobody touched. */
  readonly engineNodes: IdSet | undefined;
  readonly isMovedByHand: boolean;
  readonly kibOnNode: ReadonlyMap<number, number>;
  /** Part of its memory on nodes it did not ask for. */
  readonly foreignKib: number;
  /** True when the pages are a model, false when Xen told them. */
  readonly isModel: boolean;
  readonly build: DomainBuild | undefined;
  readonly xapi: XapiOutcome | undefined;
  readonly traps: readonly Trap[];
  /** Why it cannot be created. */
  readonly problem: string | undefined;
}

/** The host with all domains of the plan on it. */
export interface Plan {
  readonly host: Host;
  readonly vms: readonly PlannedVm[];
  /** Free KiB per node id once everything is placed. */
  readonly freeKib: ReadonlyMap<number, number>;
}

/** Keeps what is untouched, takes out what is removed or changed, and places the rest one after the other. */
export function evaluatePlan(input: PlanInput): Plan {
  return new Planner(input).plan();
}

/** The key a running domain has in a plan's changes. */
export function domainKey(id: number): string {
  return `dom ${id}`;
}

/** The key a guest to be created has in a plan's changes. */
export function guestKey(index: number): string {
  return `new ${index}`;
}

class Planner {
  private readonly input: PlanInput;
  private readonly free: Map<number, number>;
  private present: Domain[];
  private readonly vms: PlannedVm[] = [];

  constructor(input: PlanInput) {
    this.input = input;
    const { host, domains } = input.view;
    this.free = new Map(host.nodes.map((node) => [node.id, node.freeKib ?? 0]));
    this.present = [...domains];
  }

  plan(): Plan {
    const { view, guests, changes } = this.input;
    const touched = view.domains.filter((domain) => changes[domainKey(domain.id)] !== undefined);
    for (const domain of touched) this.takeOut(domain);
    for (const domain of view.domains) {
      const change = changes[domainKey(domain.id)];
      this.vms.push(change === undefined ? this.asFound(domain) : this.changed(domain, change));
    }
    guests.forEach((guest, index) => {
      const key = guestKey(index);
      const change = changes[key] ?? {};
      const vm = { key, name: guest.name ?? `new domain ${index + 1}`, isNew: true };
      this.vms.push(
        change.isRemoved === true
          ? removed(vm, guest)
          : this.place(vm, withChange(guest, change), change),
      );
    });
    return { host: this.hostNow(), vms: this.vms, freeKib: this.free };
  }

  /** Its pages go back to their nodes. */
  private takeOut(domain: Domain): void {
    for (const [node, kib] of this.pagesOf(domain)) this.add(node, kib);
    this.present = this.present.filter((other) => other.id !== domain.id);
  }

  private asFound(domain: Domain): PlannedVm {
    const { host, pagesOf } = this.input.view;
    const nodes = nodeAffinityOf(host, domain);
    const kibOnNode = this.pagesOf(domain);
    const foreignKib = sum([...kibOnNode].filter(([node]) => !nodes.includes(node)));
    return {
      key: domainKey(domain.id),
      name: domain.name,
      isNew: false,
      state: 'running',
      guest: guestOf(domain, host),
      vcpus: domain.vcpus,
      nodes,
      engineNodes: undefined,
      isMovedByHand: false,
      kibOnNode,
      foreignKib,
      isModel: !pagesOf.has(domain.id),
      build: undefined,
      xapi: undefined,
      traps: [],
      problem: undefined,
    };
  }

  private changed(domain: Domain, change: VmChange): PlannedVm {
    const vm = { key: domainKey(domain.id), name: domain.name, isNew: false };
    const guest = guestOf(domain, this.input.view.host);
    if (change.isRemoved === true) return removed(vm, guest);
    return this.place(vm, withChange(guest, change), change);
  }

  /** Pages as Xen told them, else spread evenly over the node-affinity. */
  private pagesOf(domain: Domain): ReadonlyMap<number, number> {
    const { host, pagesOf } = this.input.view;
    const known = pagesOf.get(domain.id);
    if (known !== undefined) {
      const kib = [...known].map(([node, pages]) => [node, pages * PAGE_KIB] as const);
      return new Map(kib.filter(([, amount]) => amount > 0));
    }
    const nodes = nodeAffinityOf(host, domain).filter((node) => this.free.has(node));
    const share = Math.floor((domain.memoryKib ?? 0) / Math.max(1, nodes.length));
    return new Map(share === 0 ? [] : nodes.map((node) => [node, share]));
  }

  private place(
    vm: Pick<PlannedVm, 'key' | 'name' | 'isNew'>,
    guest: GuestConfig,
    change: VmChange,
  ): PlannedVm {
    const host = this.hostNow();
    const asked = requestOf(guest, host);
    if ('why' in asked) return { ...removed(vm, guest), state: 'refused', problem: asked.why };
    const { request } = asked;
    const build = buildDomain(host, this.present, request);
    const xapi = this.input.engine === 'xapi' ? placeAsXapi(host, request) : undefined;
    const engineNodes = engineNodesOf(build, xapi, guest);
    const nodes = change.nodes ?? engineNodes;
    const vcpus = vcpusOf(host, build, { nodes, isByEngine: change.nodes === undefined, xapi });
    if (build.status !== 0) {
      const problem = build.log.findLast(([level]) => level === 'error')?.[1];
      return { ...removed(vm, guest), state: 'refused', problem, build, engineNodes };
    }
    const pages = this.allocate(guest, nodes, change.nodes !== undefined);
    this.present.push({
      id: build.domainId,
      name: vm.name,
      pool: request.pool,
      type: request.type,
      memoryKib: request.targetKib,
      nodeAffinity: nodes,
      vcpus,
    });
    const { isSlitRejected } = this.input.view;
    const virtualNodes = change.nodes === undefined ? guest.virtualNodes : [];
    return {
      ...vm,
      ...pages,
      state: 'placed',
      guest,
      vcpus,
      nodes,
      engineNodes,
      isMovedByHand: change.nodes !== undefined,
      isModel: true,
      build,
      xapi,
      traps: findTraps({ host, request, build, virtualNodes, isSlitRejected }),
    };
  }

  private allocate(
    guest: GuestConfig,
    nodes: IdSet,
    isByHand: boolean,
  ): Pick<PlannedVm, 'kibOnNode' | 'foreignKib' | 'problem'> {
    const free = [...this.free].map(([id, freeKib]) => ({ id, freeKib }));
    if (guest.virtualNodes.length > 0 && !isByHand) {
      const { kibOnNode, shortNode } = predictVirtualNodes(free, guest.virtualNodes);
      for (const [node, kib] of kibOnNode) this.add(node, -kib);
      const problem =
        shortNode === undefined
          ? undefined
          : `Node ${shortNode} is short of memory and virtual nodes never take it from another: the creation fails.`;
      return { kibOnNode, foreignKib: 0, problem };
    }
    const memoryKib = guest.memoryKib ?? guest.maxMemoryKib ?? 0;
    const pages = predictPages(free, { nodes, memoryKib, type: guest.type ?? 'pv' });
    for (const [node, kib] of pages.kibOnNode) this.add(node, -kib);
    const problem =
      pages.missingKib > 0
        ? 'The whole host has too little memory: the creation fails.'
        : undefined;
    return { kibOnNode: pages.kibOnNode, foreignKib: pages.foreignKib, problem };
  }

  private add(node: number, kib: number): void {
    this.free.set(node, Math.max(0, (this.free.get(node) ?? 0) + kib));
  }

  private hostNow(): Host {
    const { host } = this.input.view;
    const nodes = host.nodes.map((node) => ({
      ...node,
      freeKib: node.freeKib === undefined ? undefined : this.free.get(node.id),
    }));
    return { ...host, nodes };
  }
}

/** Nodes the memory comes from when the engine has its way. */
function engineNodesOf(
  build: DomainBuild,
  xapi: XapiOutcome | undefined,
  guest: GuestConfig,
): IdSet {
  if (xapi?.placement !== undefined) return [...xapi.placement.nodes].sort((a, b) => a - b);
  if (guest.virtualNodes.length === 0) return build.after.nodes;
  const pnodes = guest.virtualNodes.map((node) => node.pnode ?? 0);
  return [...new Set(pnodes)].sort((a, b) => a - b);
}

/** Masks in force: the engine's, or soft affinity to the nodes chosen by hand. */
function vcpusOf(
  host: Host,
  build: DomainBuild,
  placed: {
    readonly nodes: IdSet;
    readonly isByEngine: boolean;
    readonly xapi: XapiOutcome | undefined;
  },
): readonly Vcpu[] {
  if (placed.isByEngine && placed.xapi === undefined) return build.after.vcpus;
  const soft = cpusOfNodes(host, placed.nodes);
  return build.after.vcpus.map((vcpu) => ({ hard: vcpu.hard, soft }));
}

/** A running domain as a request to create it anew. */
function guestOf(domain: Domain, host: Host): GuestConfig {
  const masks = domain.vcpus.map((vcpu) => vcpu.hard);
  return {
    ...EMPTY_GUEST,
    name: domain.name,
    type: domain.type,
    memoryKib: domain.memoryKib,
    vcpus: domain.vcpus.length,
    maxVcpus: Math.max(1, domain.vcpus.length),
    poolName: poolOf(host, domain.pool)?.name,
    hard: masks.some((mask) => mask !== 'all') ? masks : [],
  };
}

function withChange(guest: GuestConfig, change: VmChange): GuestConfig {
  const vcpus = change.vcpus ?? guest.maxVcpus ?? guest.vcpus ?? 1;
  const repeat = (mask: Affinity): readonly Affinity[] => Array.from({ length: vcpus }, () => mask);
  const isResized = change.vcpus !== undefined;
  return {
    ...guest,
    ...(isResized ? { vcpus, maxVcpus: vcpus, hard: guest.hard.slice(0, vcpus) } : {}),
    ...(change.memoryKib === undefined
      ? {}
      : { memoryKib: change.memoryKib, maxMemoryKib: change.memoryKib }),
    ...(change.hard === undefined ? {} : { hard: repeat(change.hard) }),
    ...(change.soft === undefined ? {} : { soft: repeat(change.soft), placement: false }),
  };
}

function removed(vm: Pick<PlannedVm, 'key' | 'name' | 'isNew'>, guest: GuestConfig): PlannedVm {
  return {
    ...vm,
    state: 'removed',
    guest,
    vcpus: [],
    nodes: [],
    engineNodes: undefined,
    isMovedByHand: false,
    kibOnNode: new Map(),
    foreignKib: 0,
    isModel: true,
    build: undefined,
    xapi: undefined,
    traps: [],
    problem: undefined,
  };
}

function sum(entries: readonly (readonly [number, number])[]): number {
  return entries.reduce((total, [, value]) => total + value, 0);
}
