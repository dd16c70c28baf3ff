import { FactSlots } from './fact-slots.ts';
import { formatIds, idsBelow, sortedIds } from './id-set.ts';
import { autoNodeAffinity } from './node-affinity.ts';
import type { InputFacts, InputProblem, Source, SourcedFact } from './facts.ts';
import type { GuestConfig } from './guest-config.ts';
import type { Affinity, CpuPool, Domain, DomainType, Host, IdSet, NodeAffinity } from './model.ts';

/** CONFIG_NR_NUMA_NODES of an unchanged build. */
const DEFAULT_NODE_ID_LIMIT = 64;

/** Something no input said, with the command that would. */
export interface MissingFact {
  readonly what: string;
  readonly command: string;
}

/** A host put together from any number of inputs. */
export interface HostView {
  readonly host: Host;
  readonly domains: readonly Domain[];
  /** Guests to be created that the inputs describe. */
  readonly guests: readonly GuestConfig[];
  /** Pages per domain id and node, from debug key u. */
  readonly pagesOf: ReadonlyMap<number, ReadonlyMap<number, number>>;
  readonly isSlitRejected: boolean;
  readonly missing: readonly MissingFact[];
  readonly problems: readonly InputProblem[];
  /** Input that a property came from, e.g. `node 0 free KiB`. */
  sourceOf(property: string): Source | undefined;
}

/** Joins the facts of all inputs; what none of them says is listed as missing and never made up. */
export function assembleHost(inputs: readonly InputFacts[]): HostView {
  return new Assembly(inputs).view();
}

class Assembly {
  private readonly slots = new FactSlots();
  private readonly problems: InputProblem[] = [];
  private readonly cpus = new Set<number>();
  private readonly nodes = new Set<number>();
  private readonly domainIds = new Set<number>();
  private readonly vcpuIds = new Map<number, Set<number>>();
  private readonly poolNames: string[] = [];
  private readonly distanceRows = new Map<number, (number | undefined)[]>();
  private readonly pages = new Map<number, Map<number, number>>();
  private readonly guests: GuestConfig[] = [];
  private readonly missing: MissingFact[] = [];
  private isSlitRejected = false;

  constructor(inputs: readonly InputFacts[]) {
    for (const input of inputs) {
      this.problems.push(...input.problems);
      if (input.formats.length === 0 && input.problems.length === 0) {
        this.problems.push({
          source: { input: input.name },
          sentence: `${input.name} holds nothing about NUMA that is known; paste the output of xl info -n, xl list -n or xl vcpu-list.`,
        });
      }
      for (const fact of input.facts) this.take(fact);
    }
  }

  view(): HostView {
    const host = this.host();
    const domains = this.domains(host);
    this.askForMissing(host);
    return {
      host,
      domains,
      guests: this.guests,
      pagesOf: this.pages,
      isSlitRejected: this.isSlitRejected,
      missing: this.missing,
      problems: [...this.problems, ...this.slots.contradictions()],
      sourceOf: (property) => this.slots.sourceOf(property),
    };
  }

  private take(sourced: SourcedFact): void {
    const { fact } = sourced;
    switch (fact.kind) {
      case 'cpu':
        this.cpus.add(fact.id);
        this.slots.put(`cpu ${fact.id} node`, fact.node, sourced);
        this.slots.put(`cpu ${fact.id} core`, fact.core, sourced);
        this.slots.put(`cpu ${fact.id} socket`, fact.socket, sourced);
        return;
      case 'node':
        this.nodes.add(fact.id);
        this.slots.put(`node ${fact.id} size in KiB`, fact.sizeKib, sourced);
        this.slots.put(`node ${fact.id} free KiB`, fact.freeKib, sourced, 'changing');
        return;
      case 'distances':
        this.takeDistances(fact.from, fact.to, sourced);
        return;
      case 'domain':
        this.takeDomain(fact, sourced);
        return;
      case 'vcpu':
        this.takeVcpu(fact, sourced);
        return;
      default:
        this.takeOther(sourced);
    }
  }

  private takeOther(sourced: SourcedFact): void {
    const { fact } = sourced;
    if (fact.kind === 'cpu-id-count') this.slots.put('host cpu-ids', fact.count, sourced);
    else if (fact.kind === 'scheduler') this.slots.put('host scheduler', fact.name, sourced);
    else if (fact.kind === 'hap') this.slots.put('host hap', fact.available, sourced);
    else if (fact.kind === 'slit-rejected') this.isSlitRejected = true;
    else if (fact.kind === 'guest') this.guests.push(fact.config);
    else if (fact.kind === 'pool') {
      if (!this.poolNames.includes(fact.name)) this.poolNames.push(fact.name);
      this.slots.put(`pool ${fact.name} cpus`, fact.cpus, sourced, 'changing');
      this.slots.put(`pool ${fact.name} scheduler`, fact.scheduler, sourced, 'changing');
    } else if (fact.kind === 'domain-pages') {
      const byNode = this.pages.get(fact.domain) ?? new Map<number, number>();
      byNode.set(fact.node, fact.pages);
      this.pages.set(fact.domain, byNode);
    }
  }

  private takeDistances(
    from: number,
    to: readonly (number | undefined)[],
    sourced: SourcedFact,
  ): void {
    const row = this.distanceRows.get(from) ?? [];
    this.distanceRows.set(from, row);
    to.forEach((distance, node) => {
      this.slots.put(`distance ${from} to ${node}`, distance, sourced);
      row[node] = this.slots.number(`distance ${from} to ${node}`);
    });
    if (row.length < to.length) row.length = to.length;
  }

  private takeDomain(
    fact: Extract<SourcedFact['fact'], { kind: 'domain' }>,
    sourced: SourcedFact,
  ): void {
    const key = `domain ${fact.id}`;
    this.domainIds.add(fact.id);
    this.slots.put(`${key} name`, fact.name, sourced, 'changing');
    this.slots.put(`${key} memory`, fact.memoryKib, sourced, 'changing');
    this.slots.put(`${key} vcpus`, fact.vcpuCount, sourced, 'changing');
    this.slots.put(`${key} pool`, fact.pool, sourced, 'changing');
    this.slots.put(`${key} type`, fact.type, sourced);
    const nodes = fact.nodes === undefined || fact.nodes === 'all' ? fact.nodes : [...fact.nodes];
    this.slots.put(`${key} nodes`, nodes, sourced, 'changing');
  }

  private takeVcpu(
    fact: Extract<SourcedFact['fact'], { kind: 'vcpu' }>,
    sourced: SourcedFact,
  ): void {
    const ids = this.vcpuIds.get(fact.domain) ?? new Set<number>();
    ids.add(fact.id);
    this.vcpuIds.set(fact.domain, ids);
    const key = `vcpu ${fact.domain}/${fact.id}`;
    this.slots.put(`${key} hard`, fact.hard, sourced, 'changing');
    this.slots.put(`${key} soft`, fact.soft, sourced, 'changing');
    this.slots.put(`${key} cpu`, fact.cpu, sourced, 'changing');
  }

  private host(): Host {
    const cpus = sortedIds(this.cpus).map((id) => ({
      id,
      core: this.slots.number(`cpu ${id} core`),
      socket: this.slots.number(`cpu ${id} socket`),
      node: this.slots.number(`cpu ${id} node`),
    }));
    const highest = cpus.at(-1)?.id ?? -1;
    const nodes = sortedIds(this.nodes).map((id) => ({
      id,
      sizeKib: this.slots.number(`node ${id} size in KiB`),
      freeKib: this.slots.number(`node ${id} free KiB`),
    }));
    const distances: (number | undefined)[][] = [];
    for (const [from, row] of this.distanceRows) distances[from] = Array.from(row);
    return {
      cpuIdCount: Math.max(this.slots.number('host cpu-ids') ?? 0, highest + 1),
      nodeIdLimit: DEFAULT_NODE_ID_LIMIT,
      hap: this.slots.value('host hap') !== false,
      nodes,
      cpus,
      distances: Array.from(distances, (row) => row ?? []),
      pools: this.pools(cpus.map((cpu) => cpu.id)),
    };
  }

  private pools(allCpus: IdSet): readonly CpuPool[] {
    const scheduler = this.slots.text('host scheduler') ?? '';
    if (this.poolNames.length === 0) return [{ id: 0, name: 'Pool-0', scheduler, cpus: allCpus }];
    const isOnly = this.poolNames.length === 1;
    return this.poolNames.map((name, id) => {
      const cpus = this.slots.value(`pool ${name} cpus`);
      if (cpus === undefined && !isOnly) {
        this.ask('the CPUs of each cpupool', 'xl cpupool-list -c');
      }
      return {
        id,
        name,
        scheduler: this.slots.text(`pool ${name} scheduler`) ?? scheduler,
        cpus: Array.isArray(cpus) ? (cpus as IdSet) : isOnly ? allCpus : [],
      };
    });
  }

  private domains(host: Host): readonly Domain[] {
    return sortedIds(this.domainIds).map((id) => {
      const key = `domain ${id}`;
      const pool = this.poolOf(host, id);
      const vcpus = this.vcpusOf(id);
      return {
        id,
        name: this.slots.text(`${key} name`) ?? `d${id}`,
        pool: pool.id,
        type: this.slots.text(`${key} type`) as DomainType | undefined,
        memoryKib: this.slots.number(`${key} memory`),
        nodeAffinity: this.nodeAffinity(host, id, autoNodeAffinity(host, pool.cpus, vcpus)),
        vcpus,
      };
    });
  }

  private poolOf(host: Host, id: number): CpuPool {
    const name = this.slots.text(`domain ${id} pool`);
    const pool = host.pools.find((candidate) => candidate.name === name);
    if (name === undefined && host.pools.length > 1) {
      this.ask('the cpupool of each domain', 'xl list -c');
    } else if (name !== undefined && pool === undefined && this.poolNames.length > 0) {
      this.ask(`the cpupool "${name}"`, 'xl cpupool-list -c');
    }
    return pool ?? host.pools[0]!;
  }

  private vcpusOf(id: number): Domain['vcpus'] {
    const known = this.vcpuIds.get(id);
    if (known === undefined) this.ask('the affinity of each vCPU', 'xl vcpu-list');
    const listed = Math.max(-1, ...(known ?? [])) + 1;
    // xl list counts the online vCPUs; xl vcpu-list shows them all, and all of them count.
    const count = known === undefined ? (this.slots.number(`domain ${id} vcpus`) ?? 0) : listed;
    return idsBelow(count).map((vcpu) => ({
      hard: this.mask(`vcpu ${id}/${vcpu} hard`),
      soft: this.mask(`vcpu ${id}/${vcpu} soft`),
    }));
  }

  private mask(key: string): Affinity {
    const value = this.slots.value(key);
    return Array.isArray(value) ? (value as IdSet) : 'all';
  }

  /**
   * What `xl list -n` prints is the map in force, cut to as many bits as nodes are online: with holes in the node ids
   * the high ones are missing, so it counts only as far as it goes.
   */
  private nodeAffinity(host: Host, id: number, auto: IdSet): NodeAffinity {
    const printed = this.slots.value(`domain ${id} nodes`);
    if (printed === undefined) {
      this.ask('the node affinity of each domain', 'xl list -n');
      return 'auto';
    }
    const bits = host.nodes.length;
    const nodes = Array.isArray(printed) ? (printed as IdSet) : idsBelow(bits);
    const isCut = host.nodes.some((node) => node.id >= bits);
    const visible = auto.filter((node) => node < bits);
    if (formatIds(isCut ? visible : auto) === formatIds(nodes)) return 'auto';
    if (isCut) {
      const source = this.slots.sourceOf(`domain ${id} nodes`);
      this.problems.push({
        source: source ?? { input: 'xl list -n' },
        sentence: `The node affinity of domain ${id} may be longer than printed: this host has holes in its node ids and xl list -n then leaves the high ones out.`,
      });
    }
    return nodes;
  }

  private askForMissing(host: Host): void {
    if (host.nodes.length === 0) {
      this.ask('the NUMA nodes of the host', 'xl info -n');
      return;
    }
    if (host.nodes.some((node) => node.freeKib === undefined)) {
      this.ask('free memory per node', 'xl info -n');
    }
    if (host.cpus.length === 0) this.ask('which CPUs belong to which node', 'xl info -n');
    if (host.distances.length === 0 && host.nodes.length > 1) {
      this.ask('the distances between the nodes', 'xl info -n');
    }
    if (this.domainIds.size === 0) this.ask('the domains that run', 'xl list -n');
  }

  private ask(what: string, command: string): void {
    if (!this.missing.some((fact) => fact.what === what)) this.missing.push({ what, command });
  }
}
