import type { Fact } from './facts.ts';

/** CPU ids stay below this: the most that Xen can be built for (NR_CPUS). */
export const CPU_ID_LIMIT = 16_384;
/** vCPU and domain ids stay below this; Xen's own limits (MAX_VIRT_CPUS, DOMID_FIRST_RESERVED) are lower. */
export const ID_LIMIT = 65_536;
/** Node ids stay below this; Xen's CONFIG_NR_NUMA_NODES ends at 255, Linux' MAX_NUMNODES at 1024. */
export const NODE_ID_LIMIT = 1024;

/** What is absurd about a fact, as a sentence; undefined when it can be true. */
export function excessOf(fact: Fact): string | undefined {
  const found = numbersOf(fact).find(({ value, limit }) => !(value >= 0 && value < limit));
  if (found === undefined) return undefined;
  const { what, value, limit } = found;
  return `This names ${what} ${value}, but a host has fewer than ${limit}: the line is damaged and was left out.`;
}

interface Bounded {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
}

function numbersOf(fact: Fact): readonly Bounded[] {
  switch (fact.kind) {
    case 'cpu':
      return [{ what: 'CPU', value: fact.id, limit: CPU_ID_LIMIT }, node(fact.node ?? 0)];
    case 'cpu-id-count':
      return [{ what: 'a CPU count of', value: fact.count, limit: CPU_ID_LIMIT + 1 }];
    case 'node':
      return [node(fact.id)];
    case 'distances':
      return [node(fact.from), node(Math.max(0, fact.to.length - 1))];
    case 'domain':
      return [id('domain', fact.id), id('a vCPU count of', fact.vcpuCount ?? 0)];
    case 'vcpu':
      return [id('domain', fact.domain), id('vCPU', fact.id)];
    case 'domain-pages':
      return [id('domain', fact.domain), node(fact.node)];
    case 'guest':
      return [id('a vCPU count of', fact.config.maxVcpus ?? fact.config.vcpus ?? 0)];
    default:
      return [];
  }
}

function id(what: string, value: number): Bounded {
  return { what, value, limit: ID_LIMIT };
}

function node(value: number): Bounded {
  return { what: 'node', value, limit: NODE_ID_LIMIT };
}
