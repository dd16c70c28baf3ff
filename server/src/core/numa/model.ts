/** A set of pCPU or node ids, ascending and without duplicates. */
export type IdSet = readonly number[];

/** An affinity mask: every pCPU the host can number, or exactly these. */
export type Affinity = 'all' | IdSet;

/** One NUMA node that Xen brought online. KiB fit a number exactly up to 8 EiB. */
export interface HostNode {
  readonly id: number;
  /** The spanned range, holes included, as Xen reports it; undefined when no input said. */
  readonly sizeKib: number | undefined;
  /** Free memory, rounded down to KiB as libxl does; undefined when no input said. */
  readonly freeKib: number | undefined;
}

/** One pCPU that is present. */
export interface HostCpu {
  readonly id: number;
  readonly core: number | undefined;
  readonly socket: number | undefined;
  /** Owning node; undefined for a CPU that Xen lists without one. */
  readonly node: number | undefined;
}

/** A cpupool: the CPUs that one scheduler owns. */
export interface CpuPool {
  readonly id: number;
  readonly name: string;
  readonly scheduler: string;
  readonly cpus: IdSet;
}

/** What the placement sees of a machine. */
export interface Host {
  /** Number of CPU ids (`nr_cpu_ids`): the meaning of an affinity of "all". */
  readonly cpuIdCount: number;
  /** Bits of a node map in this Xen (CONFIG_NR_NUMA_NODES, 64 unless built otherwise). */
  readonly nodeIdLimit: number;
  /** Whether hardware-assisted paging is available. */
  readonly hap: boolean;
  /** Online nodes, ascending; a missing id is an offline node. */
  readonly nodes: readonly HostNode[];
  /** Present CPUs, ascending. */
  readonly cpus: readonly HostCpu[];
  /** SLIT by node id, `distances[from][to]`; undefined entries are unknown. Empty when no input said. */
  readonly distances: readonly (readonly (number | undefined)[])[];
  readonly pools: readonly CpuPool[];
}

/** Masks of one vCPU. */
export interface Vcpu {
  readonly hard: Affinity;
  readonly soft: Affinity;
}

export type DomainType = 'pv' | 'hvm' | 'pvh';

/** Where the hypervisor takes a domain's pages from: derived from the masks, or set. */
export type NodeAffinity = 'auto' | IdSet;

/** A domain that exists. */
export interface Domain {
  readonly id: number;
  readonly name: string;
  /** Id of its cpupool. */
  readonly pool: number;
  readonly type: DomainType | undefined;
  readonly memoryKib: number | undefined;
  readonly nodeAffinity: NodeAffinity;
  readonly vcpus: readonly Vcpu[];
}

/** What libxl is asked to build, after xl has read the configuration. */
export interface DomainRequest {
  readonly type: DomainType;
  readonly pool: number;
  /** `maxvcpus=`: the number the placement counts, not `vcpus=`. */
  readonly maxVcpus: number;
  /** `memory=` in KiB. */
  readonly targetKib: number;
  /** `maxmem=` in KiB. */
  readonly maxKib: number;
  /** One hard mask per vCPU, from vCPU 0; missing ones are free. */
  readonly hard: readonly Affinity[];
  /** One soft mask per vCPU, from vCPU 0; missing ones are free. */
  readonly soft: readonly Affinity[];
  /** Node map given by a libxl caller (xl.cfg has no key for it). */
  readonly nodeMap: IdSet | undefined;
  /** False where xl switched the placement off (list-form `cpus=`, `cpus_soft=`, vnuma with `pnode=`). */
  readonly placement: boolean;
  /** `passthrough="sync_pt"`: the IOMMU has tables of its own. */
  readonly syncPassthrough: boolean;
  readonly stubdomain: boolean;
  /** `shadow_memory=` in KiB when given; else computed. */
  readonly shadowKib?: number;
  /** Video memory in KiB, counted only with a stubdomain. */
  readonly videoKib?: number;
}
