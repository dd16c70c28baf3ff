import {
  EMPTY_GUEST,
  type Affinity,
  type DomainType,
  type GuestConfig,
  type Host,
} from '#core/numa';
import { cpusOfList, parseCpuList, type CpuList } from './cpu-list.ts';
import { numberOf, textOf, valueOf } from './syntax.ts';
import { parseVnuma, type Vnuma } from './vnuma.ts';
import type { CfgDocument, CfgValue } from './model.ts';

const MIB_IN_KIB = 1024;
/** More than any Xen guest can have; keeps a slip of the finger from filling the memory. */
const MAX_VCPUS = 32_768;

/** `cpus=` or `cpus_soft=` as written. */
export interface WrittenAffinity {
  readonly key: 'cpus' | 'cpus_soft';
  readonly value: CfgValue;
  /** One list for all vCPUs, or one per vCPU. */
  readonly isPerVcpu: boolean;
  readonly lists: readonly CpuList[];
}

/** A configuration as xl understands it, and the parts with their places for the rules. */
export interface GuestReading {
  readonly guest: GuestConfig;
  readonly hard: WrittenAffinity | undefined;
  readonly soft: WrittenAffinity | undefined;
  readonly vnuma: Vnuma | undefined;
  /** vCPUs the domain gets: `maxvcpus=`, else what vnuma lists, else `vcpus=`. */
  readonly maxVcpus: number;
  /** `maxvcpus=` as given. */
  readonly givenMaxVcpus: number | undefined;
  /** `maxmem=` as given, KiB. */
  readonly givenMaxKib: number | undefined;
}

/** xl's view of a file (parse_config_data, xl_parse.c). The masks need a host to be CPUs; without one they stay free. */
export function readGuest(document: CfgDocument, host: Host | undefined): GuestReading {
  const written = valueOf(document, 'vnuma');
  const vnuma = written === undefined ? undefined : parseVnuma(written);
  const hasNodes = vnuma !== undefined && vnuma.nodes.length > 0;
  const vcpus = numberOf(document, 'vcpus');
  const givenMaxVcpus = numberOf(document, 'maxvcpus');
  const listed = vnuma?.nodes.reduce((count, node) => count + node.listedVcpus.length, 0) ?? 0;
  const maxVcpus = Math.min(MAX_VCPUS, givenMaxVcpus ?? (hasNodes ? listed : (vcpus ?? 1)));
  const memoryKib = mibOf(document, 'memory');
  const givenMaxKib = mibOf(document, 'maxmem');
  const nodesKib = vnuma?.nodes.reduce((sum, node) => sum + node.node.memoryKib, 0) ?? 0;
  const hard = readAffinity(document, 'cpus');
  const soft = readAffinity(document, 'cpus_soft');
  const bindsNodes = vnuma?.nodes.some((node) => node.node.pnode !== undefined) ?? false;
  const guest: GuestConfig = {
    ...EMPTY_GUEST,
    name: textOf(document, 'name'),
    type: typeOf(document),
    memoryKib,
    maxMemoryKib: givenMaxKib ?? (hasNodes ? nodesKib : undefined),
    vcpus,
    maxVcpus,
    poolName: textOf(document, 'pool'),
    hard: masksOf(hard, maxVcpus, host),
    soft: masksOf(soft, maxVcpus, host),
    placement: hard?.isPerVcpu !== true && soft === undefined && !bindsNodes,
    virtualNodes: vnuma?.nodes.map((node) => node.node) ?? [],
    shadowKib: mibOf(document, 'shadow_memory'),
    videoKib: mibOf(document, 'videoram'),
    stubdomain: numberOf(document, 'device_model_stubdomain_override') === 1,
    syncPassthrough: textOf(document, 'passthrough') === 'sync_pt',
  };
  return { guest, hard, soft, vnuma, maxVcpus, givenMaxVcpus, givenMaxKib };
}

function readAffinity(
  document: CfgDocument,
  key: WrittenAffinity['key'],
): WrittenAffinity | undefined {
  const value = valueOf(document, key);
  if (value === undefined) return undefined;
  const isPerVcpu = value.kind === 'list';
  const atoms = value.kind === 'list' ? value.items : [value];
  const lists = atoms.flatMap((atom) => {
    if (atom.kind === 'list') return [];
    const quote = atom.kind === 'string' ? 1 : 0;
    return [parseCpuList(atom.text, atom.span.start + quote)];
  });
  return { key, value, isPerVcpu, lists };
}

/** One mask per vCPU; xl drops entries beyond the vCPUs and leaves vCPUs beyond the entries free. */
function masksOf(
  written: WrittenAffinity | undefined,
  maxVcpus: number,
  host: Host | undefined,
): readonly Affinity[] {
  if (written === undefined || host === undefined) return [];
  const masks = written.lists.map((list) => cpusOfList(list, host));
  if (written.isPerVcpu) return masks.slice(0, maxVcpus);
  const mask = masks[0];
  return mask === undefined ? [] : Array.from({ length: maxVcpus }, () => mask);
}

function typeOf(document: CfgDocument): DomainType {
  const type = textOf(document, 'type') ?? textOf(document, 'builder');
  if (type === 'hvm' || type === 'pvh') return type;
  // `builder="generic"` and a missing type are PV.
  return 'pv';
}

function mibOf(document: CfgDocument, key: string): number | undefined {
  const mib = numberOf(document, key);
  return mib === undefined ? undefined : mib * MIB_IN_KIB;
}
