import { candidateAt } from './candidate-sets.ts';
import { buildDomain, type DomainBuild } from './domain-build.ts';
import { expandAffinity, formatIds, parseIdSet } from './id-set.ts';
import { nodeAffinityOf } from './node-affinity.ts';
import { candidatesFingerprint, isComparisonConsistent, rankCandidates } from './ranking.ts';
import { XapiPlacer } from './xapi-placement.ts';
import { asArray, asNumber, asObject, asText, type Json, type JsonObject } from './json.ts';
import type { Affinity, Domain, DomainRequest, DomainType, Host } from './model.ts';

/** Candidates up to this many are listed in full; above, only the head of the ranking is. */
const LISTED_CANDIDATES = 70;
const LISTED_RANKS = 16;

/** One recorded placement: a host, its domains and a request. */
export interface PlacementVector {
  readonly host: Host;
  readonly domains: readonly Domain[];
  readonly request: DomainRequest;
}

/** What one vector came to: `differs` names the fields of `expect` that are not what we computed. */
export interface VectorResult {
  readonly id: string;
  readonly ok: boolean;
  readonly differs: readonly string[];
}

/** Runs one recorded vector, placement or xapi, and compares every field of its `expect`. */
export function replayVector(vector: Json): VectorResult {
  const source = asObject(vector);
  const id = asText(source['id']) ?? '(no id)';
  const expected = asObject(source['expect']);
  if (source['expect'] === undefined) return { id, ok: false, differs: ['expect'] };
  const computed = 'cpu_to_node' in source ? runXapi(source) : runPlacement(source);
  const differs = differences(expected, computed, '');
  return { id, ok: differs.length === 0, differs };
}

/** Host, domains and request out of a vector of the placement format. */
export function decodePlacementVector(source: JsonObject): PlacementVector {
  return {
    host: decodeHost(asObject(source['host'])),
    domains: asArray(source['domains']).map((domain) => decodeDomain(asObject(domain))),
    request: decodeRequest(asObject(source['request'])),
  };
}

/** The `expect` record of a build, fields and spelling as in the recorded vectors. */
export function placementRecord(
  host: Host,
  domains: readonly Domain[],
  build: DomainBuild,
): JsonObject {
  const { search, after, need } = build;
  return {
    domains: domains.map((domain) => ({
      id: domain.id,
      node_affinity: formatIds(nodeAffinityOf(host, domain)),
    })),
    new_domid: build.domainId,
    rc_setdefault: 0,
    rc_build_pre: build.status,
    search_ran: search !== undefined,
    need_memkb: need.needKib,
    shadow_memkb: need.shadowKib,
    iommu_memkb: need.iommuKib,
    ...(search === undefined ? {} : searchRecord(search)),
    after: {
      set_nodeaffinity_calls: after.nodeAffinityCalls,
      node_affinity: formatIds(after.nodes),
      node_affinity_auto: after.nodeAffinity === 'auto',
      vcpus_same: after.vcpus.every(
        (vcpu) =>
          sameMask(vcpu.hard, after.vcpus[0]!.hard) && sameMask(vcpu.soft, after.vcpus[0]!.soft),
      ),
      vcpu0_hard: formatIds(expandAffinity(after.vcpus[0]?.hard ?? 'all', host)),
      vcpu0_soft: formatIds(expandAffinity(after.vcpus[0]?.soft ?? 'all', host)),
    },
    log: build.log.map(([level, text]) => [level, text]),
  };
}

function searchRecord(search: NonNullable<DomainBuild['search']>): JsonObject {
  const { candidates, best } = search;
  const consistent = isComparisonConsistent(candidates);
  const ranking = rankCandidates(candidates);
  const isListed = candidates.count <= LISTED_CANDIDATES;
  const shownRanks = isListed ? ranking : ranking?.slice(0, LISTED_RANKS);
  const rows = Array.from({ length: isListed ? candidates.count : 0 }, (_, i) =>
    candidateRecord(candidateAt(candidates, i)),
  );
  return {
    min_free_memkb: search.needKib,
    min_cpus: search.minCpus,
    rc_search: 0,
    found: best !== undefined,
    ...(best === undefined ? {} : { best: candidateRecord(best) }),
    nr_nodes: search.nodeCount,
    vcpus_on_node: [...search.vcpusOnNode],
    cpus_per_node_if_uniform: search.cpusPerNode,
    suitable_nodes: formatIds(search.suitableNodes),
    suitable_cpus: formatIds(search.suitableCpus),
    first_size_tried: search.firstSizeTried,
    candidates_total: candidates.count,
    candidates_fnv1a64: candidatesFingerprint(candidates),
    best_trace: [...search.bestTrace],
    ...(isListed ? { candidates: rows } : {}),
    comparison_is_consistent: consistent,
    ...(shownRanks === undefined ? {} : { ranking: [...shownRanks] }),
    ...(isListed || shownRanks === undefined
      ? {}
      : { ranking_nodes: shownRanks.map((i) => candidateRecord(candidateAt(candidates, i))) }),
  };
}

function candidateRecord(candidate: ReturnType<typeof candidateAt>): JsonObject {
  return {
    nodes: [...candidate.nodes],
    nr_cpus: candidate.cpus,
    nr_vcpus: candidate.vcpus,
    free_memkb: candidate.freeKib,
  };
}

function runPlacement(source: JsonObject): JsonObject {
  const { host, domains, request } = decodePlacementVector(source);
  return placementRecord(host, domains, buildDomain(host, domains, request));
}

function runXapi(source: JsonObject): JsonObject {
  const placer = new XapiPlacer({
    distances: asArray(source['distances']).map((row) => asArray(row).map(asNumberOr0)),
    cpuToNode: asArray(source['cpu_to_node']).map(asNumberOr0),
    nodeCores: asArray(source['node_cores']).map(asNumberOr0),
  });
  if (!placer.enabled) return { enabled: false };
  const placements = asArray(source['requests']).map((item): Json => {
    const request = asObject(item);
    const placement = placer.place({
      freeBytes: asArray(request['mem_free']).map(asNumberOr0),
      memoryBytes: asNumberOr0(request['memory']),
      vcpus: asNumberOr0(request['vcpus']),
      cores: asNumberOr0(request['cores']),
    });
    return placement === undefined
      ? null
      : { nodes: [...placement.nodes], cpus: [...placement.cpus] };
  });
  return { enabled: true, placements };
}

function decodeHost(source: JsonObject): Host {
  const coreSocket = asArray(source['cpu_core_socket']);
  return {
    cpuIdCount: asNumberOr0(source['max_cpus']),
    nodeIdLimit: asNumber(source['max_nodes']) ?? 64,
    hap: source['hap'] !== false,
    nodes: asArray(source['nodes']).map((item) => {
      const node = asObject(item);
      return {
        id: asNumberOr0(node['id']),
        sizeKib: kibOf(node['size_bytes']),
        freeKib: kibOf(node['free_bytes']),
      };
    }),
    cpus: asArray(source['cpu_node']).flatMap((node, id) => {
      if (node === null) return [];
      const [core, socket] = asArray(coreSocket[id]).map(asNumber);
      const owner = asNumberOr0(node);
      return [{ id, core, socket, node: owner < 0 ? undefined : owner }];
    }),
    distances: asArray(source['distances']).map((row) => asArray(row).map(asNumber)),
    pools: asArray(source['pools']).map((item) => {
      const pool = asObject(item);
      const cpus = parseIdSet(asText(pool['cpus']) ?? 'none') ?? [];
      return {
        id: asNumberOr0(pool['id']),
        name: asText(pool['name']) ?? '',
        scheduler: asText(pool['sched']) ?? '',
        cpus: cpus === 'all' ? [] : cpus,
      };
    }),
  };
}

function decodeDomain(source: JsonObject): Domain {
  const affinity = asText(source['node_affinity']) ?? 'auto';
  const nodes = affinity === 'auto' ? undefined : parseIdSet(affinity);
  return {
    id: asNumberOr0(source['id']),
    name: asText(source['name']) ?? '',
    pool: asNumberOr0(source['pool']),
    type: domainType(source['type']),
    memoryKib: asNumber(source['mem_kb']),
    nodeAffinity: nodes === undefined || nodes === 'all' ? 'auto' : nodes,
    vcpus: asArray(source['vcpus']).map((item) => {
      const vcpu = asObject(item);
      return { hard: maskOf(vcpu['hard']), soft: maskOf(vcpu['soft']) };
    }),
  };
}

function decodeRequest(source: JsonObject): DomainRequest {
  const maxVcpus = asNumberOr0(source['max_vcpus']);
  const perVcpu = (mask: Json | undefined): readonly Affinity[] => {
    if (mask === null || mask === undefined) return [];
    const one = maskOf(mask);
    return Array.from({ length: maxVcpus }, () => one);
  };
  const nodeMap = asText(source['nodemap']);
  const nodes = nodeMap === undefined ? undefined : parseIdSet(nodeMap);
  return {
    type: domainType(source['type']) ?? 'pv',
    pool: asNumberOr0(source['pool']),
    maxVcpus,
    targetKib: asNumberOr0(source['target_kb']),
    maxKib: asNumberOr0(source['max_kb']),
    hard: perVcpu(source['hard']),
    soft: perVcpu(source['soft']),
    nodeMap: nodes === 'all' ? undefined : nodes,
    placement: source['placement'] !== false,
    syncPassthrough: source['sync_pt'] === true,
    stubdomain: source['stubdom'] === true,
  };
}

function domainType(value: Json | undefined): DomainType | undefined {
  return value === 'pv' || value === 'hvm' || value === 'pvh' ? value : undefined;
}

function maskOf(value: Json | undefined): Affinity {
  return parseIdSet(asText(value) ?? 'all') ?? 'all';
}

function kibOf(bytes: Json | undefined): number | undefined {
  const value = asNumber(bytes);
  return value === undefined ? undefined : Math.floor(value / 1024);
}

function asNumberOr0(value: Json | undefined): number {
  return asNumber(value) ?? 0;
}

function sameMask(a: Affinity, b: Affinity): boolean {
  return a === b || (a !== 'all' && b !== 'all' && formatIds(a) === formatIds(b));
}

/** Names of the fields of `expected` whose value is another one in `actual`. */
function differences(expected: JsonObject, actual: JsonObject, prefix: string): readonly string[] {
  return Object.keys(expected).flatMap((key) => {
    const want = expected[key];
    const have = actual[key];
    if (isPlainObject(want) && isPlainObject(have)) {
      return differences(want, have, `${prefix}${key}.`);
    }
    return JSON.stringify(want) === JSON.stringify(have) ? [] : [prefix + key];
  });
}

function isPlainObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
