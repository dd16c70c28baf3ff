import { nodeIdCount } from './host-lookup.ts';
import { XapiPlacer, type XapiHost, type XapiPlacement } from './xapi-placement.ts';
import type { DomainRequest, Host } from './model.ts';

const BYTES_PER_KIB = 1024;
/** What Xen reports for a pair without distance. */
const UNREACHABLE = 0xffff_ffff;

/** What xapi does with a request on a host. */
export interface XapiOutcome {
  /** False when the distance table is unusable and xapi places nothing. */
  readonly enabled: boolean;
  readonly placement: XapiPlacement | undefined;
}

/** Places one request as xapi's "best effort" policy would on a host it has not placed anything on yet. */
export function placeAsXapi(host: Host, request: DomainRequest): XapiOutcome {
  const placer = new XapiPlacer(xapiHostOf(host));
  const free = new Map(host.nodes.map((node) => [node.id, node.freeKib ?? 0]));
  const placement = placer.place({
    freeBytes: Array.from(
      { length: nodeIdCount(host) },
      (_, id) => (free.get(id) ?? 0) * BYTES_PER_KIB,
    ),
    memoryBytes: request.targetKib * BYTES_PER_KIB,
    vcpus: request.maxVcpus,
    cores: 0,
  });
  return { enabled: placer.enabled, placement };
}

/** The topology as xapi asks Xen for it: offline nodes are there, but unreachable. */
export function xapiHostOf(host: Host): XapiHost {
  const count = nodeIdCount(host);
  const online = new Set(host.nodes.map((node) => node.id));
  const ids = Array.from({ length: count }, (_, id) => id);
  return {
    distances: ids.map((from) =>
      ids.map((to) =>
        online.has(from) && online.has(to)
          ? (host.distances[from]?.[to] ?? UNREACHABLE)
          : UNREACHABLE,
      ),
    ),
    cpuToNode: Array.from(
      { length: host.cpuIdCount },
      (_, id) => host.cpus.find((cpu) => cpu.id === id)?.node ?? -1,
    ),
    nodeCores: ids.map((node) => coresOf(host, node)),
  };
}

/** Distinct cores; CPUs whose core no input named count one each. */
function coresOf(host: Host, node: number): number {
  const cores = new Set<string>();
  for (const cpu of host.cpus) {
    if (cpu.node === node)
      cores.add(cpu.core === undefined ? `cpu ${cpu.id}` : `${cpu.socket}/${cpu.core}`);
  }
  return cores.size;
}
