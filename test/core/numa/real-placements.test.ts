import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildDomain, cpusOfNodes, formatIds, parseIdSet } from '#core/numa';
import type { Domain, DomainRequest, Host } from '#core/numa';

/** One creation recorded from real xl on a real Xen 4.17, with the state just before it. */
interface Recorded {
  readonly boot: string;
  readonly series: string;
  readonly step: number;
  readonly request: {
    readonly name: string;
    readonly memory: number;
    readonly vcpus: number;
    readonly cpus?: string;
    readonly cfg?: string;
    readonly [key: string]: unknown;
  };
  readonly nodes_before: readonly {
    readonly node: number;
    readonly memsize_mb: number;
    readonly memfree_mb: number;
    readonly distances: readonly number[];
  }[];
  readonly cpu_ranges_of_nodes: readonly (readonly [number, number, number])[];
  readonly vcpus_before: readonly (readonly [string, number, string, string])[];
  readonly candidates: readonly {
    readonly nr_nodes: number;
    readonly nr_cpus: number;
    readonly nr_vcpus: number;
    readonly free_memkb: number;
  }[];
  readonly selected: unknown;
  readonly placement_failed: boolean;
  readonly soft_after: string | null;
}

const file = new URL('../../oracle/numa/placement-summary.json.gz', import.meta.url);
const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Recorded[];

function hostOf(record: Recorded): Host {
  const cpus = record.cpu_ranges_of_nodes.flatMap(([first, last, node]) =>
    Array.from({ length: last - first + 1 }, (_, i) => ({
      id: first + i,
      core: undefined,
      socket: node,
      node,
    })),
  );
  return {
    cpuIdCount: cpus.length,
    nodeIdLimit: 64,
    hap: true,
    nodes: record.nodes_before.map((node) => ({
      id: node.node,
      sizeKib: node.memsize_mb * 1024,
      freeKib: node.memfree_mb * 1024,
    })),
    cpus,
    distances: record.nodes_before.map((node) => node.distances),
    pools: [{ id: 0, name: 'Pool-0', scheduler: 'credit2', cpus: cpus.map((cpu) => cpu.id) }],
  };
}

function domainsOf(record: Recorded): readonly Domain[] {
  const names = [...new Set(record.vcpus_before.map(([name]) => name))];
  return names.map((name, id) => ({
    id,
    name,
    pool: 0,
    type: 'pv',
    memoryKib: undefined,
    nodeAffinity: 'auto',
    vcpus: record.vcpus_before
      .filter(([owner]) => owner === name)
      .map(([, , hard, soft]) => ({ hard: parseIdSet(hard)!, soft: parseIdSet(soft)! })),
  }));
}

function requestOf(record: Recorded): DomainRequest {
  const kib = record.request.memory * 1024;
  return {
    type: 'pv',
    pool: 0,
    maxVcpus: record.request.vcpus,
    targetKib: kib,
    maxKib: kib,
    hard: [],
    soft: [],
    nodeMap: undefined,
    placement: true,
    syncPassthrough: false,
    stubdomain: false,
  };
}

/** The series with masks and pools is read back with its configurations in test/core/xl-cfg. */
const plain = recorded.filter((record) => record.series !== 's3-affinity');

describe('placements that real xl made on a real Xen', () => {
  it.each(plain.map((record) => [`${record.series} step ${record.step}`, record] as const))(
    '%s',
    (_, record) => {
      const host = hostOf(record);
      const build = buildDomain(host, domainsOf(record), requestOf(record));
      const tried = build.search!.bestTrace.map((index) => ({
        nr_nodes: build.search!.lastSizeTried,
        nr_cpus: build.search!.candidates.cpus[index],
        nr_vcpus: build.search!.candidates.vcpus[index],
        freeMib: Math.floor(build.search!.candidates.freeKib[index]! / 1024),
      }));
      expect(tried.map(({ freeMib: _free, ...rest }) => rest)).toEqual(
        record.candidates.map(({ free_memkb: _free, ...rest }) => rest),
      );
      // Recorded free memory is in whole MiB before the creation; libxl read KiB a moment later.
      for (const [i, candidate] of record.candidates.entries()) {
        expect(Math.abs(tried[i]!.freeMib - candidate.free_memkb)).toBeLessThanOrEqual(
          candidate.nr_nodes,
        );
      }
      expect(build.search!.best === undefined).toBe(record.placement_failed);
      if (record.soft_after !== null && !record.placement_failed) {
        const soft = cpusOfNodes(host, build.after.nodes);
        const printed = soft.length === host.cpuIdCount ? 'all' : formatIds(soft);
        expect(printed).toBe(record.soft_after);
      }
    },
  );
});
