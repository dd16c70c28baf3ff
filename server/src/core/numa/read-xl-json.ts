import { EMPTY_GUEST, type GuestConfig, type VirtualNode } from './guest-config.ts';
import { asArray, asNumber, asObject, asText, type Json, type JsonObject } from './json.ts';
import type { FactCollector } from './facts.ts';
import type { Affinity, DomainType, IdSet } from './model.ts';

/**
 * `xl list -l` (domains that run) and `xl create -n` (one that is to be created): libxl leaves out every value that is
 * zero or the default, so a missing pnode is node 0.
 */
export function readXlJson(text: string, firstLine: number, to: FactCollector): void {
  const { values, isWhole } = parseTolerantly(text);
  for (const value of values) addValue(asObject(value), firstLine, to);
  if (!isWhole) {
    to.problem(
      `The JSON from line ${firstLine} on is cut off; ${values.length} complete ${values.length === 1 ? 'domain was' : 'domains were'} read.`,
      firstLine,
    );
  }
}

function addValue(value: JsonObject, line: number, to: FactCollector): void {
  const id = asNumber(value['domid']);
  const isRunning = 'config' in value && id !== undefined;
  const config = asObject('config' in value ? value['config'] : value);
  if (config['c_info'] === undefined && config['b_info'] === undefined) return;
  const guest = guestOf(config);
  if (!isRunning) {
    to.add('xl create -n', { kind: 'guest', config: guest }, line);
    return;
  }
  const build = asObject(config['b_info']);
  const nodes = build['nodemap'] === undefined ? undefined : idsOf(build['nodemap']);
  to.add(
    'xl list -l',
    {
      kind: 'domain',
      id,
      ...(guest.name === undefined ? {} : { name: guest.name }),
      ...(guest.type === undefined ? {} : { type: guest.type }),
      ...(guest.memoryKib === undefined ? {} : { memoryKib: guest.memoryKib }),
      ...(guest.maxVcpus === undefined ? {} : { vcpuCount: guest.maxVcpus }),
      ...(guest.poolName === undefined ? {} : { pool: guest.poolName }),
      ...(nodes === undefined ? {} : { nodes }),
    },
    line,
  );
  const count = Math.max(guest.hard.length, guest.soft.length);
  for (let vcpu = 0; vcpu < count; vcpu++) {
    const [hard, soft] = [guest.hard[vcpu], guest.soft[vcpu]];
    to.add(
      'xl list -l',
      {
        kind: 'vcpu',
        domain: id,
        id: vcpu,
        ...(hard === undefined ? {} : { hard }),
        ...(soft === undefined ? {} : { soft }),
      },
      line,
    );
  }
}

function guestOf(config: JsonObject): GuestConfig {
  const create = asObject(config['c_info']);
  const build = asObject(config['b_info']);
  const maxKib = asNumber(build['max_memkb']);
  const avail = build['avail_vcpus'] === undefined ? undefined : idsOf(build['avail_vcpus']);
  return {
    ...EMPTY_GUEST,
    name: asText(create['name']),
    type: typeOf(create['type'] ?? build['type']),
    memoryKib: asNumber(build['target_memkb']) ?? maxKib,
    maxMemoryKib: maxKib,
    vcpus: avail?.length,
    maxVcpus: asNumber(build['max_vcpus']),
    poolName: asText(create['pool_name']),
    hard: masksOf(build['vcpu_hard_affinity']),
    soft: masksOf(build['vcpu_soft_affinity']),
    placement: build['numa_placement'] !== 'False',
    nodeMap: build['nodemap'] === undefined ? undefined : idsOf(build['nodemap']),
    virtualNodes: asArray(build['vnuma_nodes']).map((node) => virtualNodeOf(asObject(node))),
    shadowKib: asNumber(build['shadow_memkb']),
    stubdomain: build['device_model_stubdomain'] === 'True',
    syncPassthrough: create['passthrough'] === 'sync_pt',
  };
}

function virtualNodeOf(node: JsonObject): VirtualNode {
  return {
    pnode: asNumber(node['pnode']) ?? 0,
    memoryKib: asNumber(node['memkb']) ?? 0,
    vcpus: idsOf(node['vcpus']),
    distances: asArray(node['distances']).map((value) => asNumber(value) ?? 0),
  };
}

function masksOf(value: Json | undefined): readonly Affinity[] {
  return asArray(value).map(idsOf);
}

function idsOf(value: Json | undefined): IdSet {
  return asArray(value).flatMap((id) => (typeof id === 'number' ? [id] : []));
}

function typeOf(value: Json | undefined): DomainType | undefined {
  return value === 'pv' || value === 'hvm' || value === 'pvh' ? value : undefined;
}

/** A whole value, or the complete objects of a list that broke off. */
function parseTolerantly(text: string): {
  readonly values: readonly Json[];
  readonly isWhole: boolean;
} {
  const whole = parseJson(text);
  if (whole !== undefined) return { values: Array.isArray(whole) ? whole : [whole], isWhole: true };
  const values: Json[] = [];
  for (const piece of completeObjects(text)) {
    const value = parseJson(piece);
    if (value !== undefined) values.push(value);
  }
  return { values, isWhole: false };
}

/** Substrings `{…}` at depth one of a list. */
function* completeObjects(text: string): Generator<string> {
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' && depth++ === 0) start = i;
    else if (char === '}' && depth > 0 && --depth === 0) yield text.slice(start, i + 1);
  }
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
