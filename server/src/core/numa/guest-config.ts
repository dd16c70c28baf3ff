import type { Affinity, DomainRequest, DomainType, Host, IdSet } from './model.ts';

/** One virtual node of a guest's own topology. */
export interface VirtualNode {
  /** Physical node; undefined when the configuration leaves it out (libxl then takes 0). */
  readonly pnode: number | undefined;
  readonly memoryKib: number;
  readonly vcpus: IdSet;
  readonly distances: readonly number[];
}

/** A guest as a configuration describes it, whatever the file format. Undefined: not said. */
export interface GuestConfig {
  readonly name: string | undefined;
  readonly type: DomainType | undefined;
  readonly memoryKib: number | undefined;
  readonly maxMemoryKib: number | undefined;
  readonly vcpus: number | undefined;
  readonly maxVcpus: number | undefined;
  readonly poolName: string | undefined;
  /** Masks per vCPU; one mask for all is repeated. */
  readonly hard: readonly Affinity[];
  readonly soft: readonly Affinity[];
  /** False when the configuration switches libxl's placement off. */
  readonly placement: boolean;
  readonly nodeMap: IdSet | undefined;
  readonly virtualNodes: readonly VirtualNode[];
  readonly shadowKib: number | undefined;
  readonly videoKib: number | undefined;
  readonly stubdomain: boolean;
  readonly syncPassthrough: boolean;
}

/** A configuration that says nothing: xl's own defaults. */
export const EMPTY_GUEST: GuestConfig = {
  name: undefined,
  type: undefined,
  memoryKib: undefined,
  maxMemoryKib: undefined,
  vcpus: undefined,
  maxVcpus: undefined,
  poolName: undefined,
  hard: [],
  soft: [],
  placement: true,
  nodeMap: undefined,
  virtualNodes: [],
  shadowKib: undefined,
  videoKib: undefined,
  stubdomain: false,
  syncPassthrough: false,
};

/** xl's default when a configuration gives no memory (libxl: 32 MiB). */
const DEFAULT_MEMORY_KIB = 32 * 1024;

/** The build request on a host; undefined with the reason when the pool does not exist there. */
export function requestOf(
  guest: GuestConfig,
  host: Host,
): { readonly request: DomainRequest } | { readonly why: string } {
  const pool =
    guest.poolName === undefined
      ? host.pools[0]
      : host.pools.find((candidate) => candidate.name === guest.poolName);
  if (pool === undefined && guest.poolName !== undefined) {
    return { why: `The host has no cpupool named "${guest.poolName}".` };
  }
  const targetKib = guest.memoryKib ?? guest.maxMemoryKib ?? DEFAULT_MEMORY_KIB;
  const request: DomainRequest = {
    // xl builds a PV guest unless type= or builder= says otherwise.
    type: guest.type ?? 'pv',
    pool: pool?.id ?? 0,
    maxVcpus: guest.maxVcpus ?? guest.vcpus ?? 1,
    targetKib,
    maxKib: guest.maxMemoryKib ?? targetKib,
    hard: guest.hard,
    soft: guest.soft,
    nodeMap: guest.nodeMap,
    placement: guest.placement,
    syncPassthrough: guest.syncPassthrough,
    stubdomain: guest.stubdomain,
    ...(guest.shadowKib === undefined ? {} : { shadowKib: guest.shadowKib }),
    ...(guest.videoKib === undefined ? {} : { videoKib: guest.videoKib }),
  };
  return { request };
}
