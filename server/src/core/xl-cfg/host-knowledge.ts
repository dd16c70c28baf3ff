import {
  buildDomain,
  requestOf,
  type Domain,
  type DomainBuild,
  type Host,
  type HostView,
} from '#core/numa';
import type { GuestReading } from './guest.ts';

/** The machine a file is checked against. */
export interface HostKnowledge {
  readonly host: Host;
  readonly domains: readonly Domain[];
  readonly isSlitRejected: boolean;
  /** Name to show: the file it was read from. */
  readonly name: string;
}

/** What the domain would become on the host. */
export interface CfgBuild {
  /** Undefined when the pool is unknown, or the host's free memory is. */
  readonly build: DomainBuild | undefined;
  readonly unknownPool: string | undefined;
}

/** The host of an assembled view; undefined when it has no nodes. */
export function hostKnowledgeOf(view: HostView, name: string): HostKnowledge | undefined {
  if (view.host.nodes.length === 0 || view.host.cpus.length === 0) return undefined;
  const { host, domains, isSlitRejected } = view;
  return { host, domains, isSlitRejected, name };
}

/** Builds the file's domain on the host, as xl create would. */
export function buildOnHost(reading: GuestReading, known: HostKnowledge): CfgBuild {
  const asked = requestOf(reading.guest, known.host);
  if ('why' in asked) return { build: undefined, unknownPool: reading.guest.poolName };
  if (known.host.nodes.some((node) => node.freeKib === undefined)) {
    return { build: undefined, unknownPool: undefined };
  }
  const request = { ...asked.request, maxVcpus: reading.maxVcpus };
  return { build: buildDomain(known.host, known.domains, request), unknownPool: undefined };
}
