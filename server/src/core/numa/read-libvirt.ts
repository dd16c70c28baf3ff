import { ID_LIMIT } from './fact-limits.ts';
import { EMPTY_GUEST, type VirtualNode } from './guest-config.ts';
import { parseIdSet, parseIds } from './id-set.ts';
import { childNamed, type XmlElement } from './xml.ts';
import type { FactCollector } from './facts.ts';
import type { Affinity, DomainType } from './model.ts';

const FORMAT = 'libvirt XML';
const KIB_PER_UNIT: Readonly<Record<string, number>> = {
  b: 1 / 1024,
  bytes: 1 / 1024,
  KB: 1000 / 1024,
  k: 1,
  KiB: 1,
  MB: 1_000_000 / 1024,
  M: 1024,
  MiB: 1024,
  GB: 1_000_000_000 / 1024,
  G: 1_048_576,
  GiB: 1_048_576,
  TB: 1_000_000_000_000 / 1024,
  T: 1_073_741_824,
  TiB: 1_073_741_824,
};

/** A libvirt domain: vCPUs, memory, pins (vcpupin, or the cpuset of vcpu), numatune and its NUMA cells. */
export function readLibvirt(domain: XmlElement, to: FactCollector): void {
  const vcpu = childNamed(domain, 'vcpu');
  const maxVcpus = wholeNumber(vcpu?.text);
  const current = wholeNumber(vcpu?.attributes['current']);
  const maxMemoryKib = kibOf(childNamed(domain, 'memory'));
  to.add(
    FORMAT,
    {
      kind: 'guest',
      config: {
        ...EMPTY_GUEST,
        name: childNamed(domain, 'name')?.text.trim(),
        type: typeOf(domain),
        memoryKib: kibOf(childNamed(domain, 'currentMemory')) ?? maxMemoryKib,
        maxMemoryKib,
        vcpus: current ?? maxVcpus,
        maxVcpus,
        hard: hardMasks(domain, maxVcpus ?? 0),
        nodeMap: nodeMapOf(domain),
        virtualNodes: virtualNodesOf(domain),
      },
    },
    domain.line,
  );
  if (maxVcpus === undefined) {
    to.problem('The libvirt domain has no vcpu element; 1 vCPU is assumed.', domain.line);
  }
}

function hardMasks(domain: XmlElement, maxVcpus: number): readonly Affinity[] {
  const cpuset = childNamed(domain, 'vcpu')?.attributes['cpuset'];
  const common = cpuset === undefined ? undefined : parseIdSet(withoutExclusions(cpuset));
  const pins = new Map<number, Affinity>();
  for (const pin of childNamed(domain, 'cputune')?.children ?? []) {
    const vcpu = wholeNumber(pin.attributes['vcpu']);
    const mask = parseIdSet(withoutExclusions(pin.attributes['cpuset'] ?? ''));
    if (pin.name === 'vcpupin' && vcpu !== undefined && mask !== undefined) pins.set(vcpu, mask);
  }
  if (common === undefined && pins.size === 0) return [];
  return Array.from(
    { length: Math.min(maxVcpus, ID_LIMIT) },
    (_, id) => pins.get(id) ?? common ?? 'all',
  );
}

/** libvirt writes `0-7,^3`; the exclusions are applied here. */
function withoutExclusions(text: string): string {
  const parts = text.split(',').map((part) => part.trim());
  const excluded = new Set(
    parts.filter((part) => part.startsWith('^')).map((part) => Number(part.slice(1))),
  );
  const kept = parseIdSet(parts.filter((part) => !part.startsWith('^')).join(','));
  if (excluded.size === 0 || kept === undefined || kept === 'all') return text;
  return kept.filter((id) => !excluded.has(id)).join(',') || 'none';
}

function nodeMapOf(domain: XmlElement): readonly number[] | undefined {
  const nodes = childNamed(childNamed(domain, 'numatune'), 'memory')?.attributes['nodeset'];
  return nodes === undefined ? undefined : parseIds(withoutExclusions(nodes));
}

function virtualNodesOf(domain: XmlElement): readonly VirtualNode[] {
  const cells = childNamed(childNamed(domain, 'cpu'), 'numa')?.children ?? [];
  const bound = new Map<number, number>();
  for (const node of childNamed(domain, 'numatune')?.children ?? []) {
    const cell = wholeNumber(node.attributes['cellid']);
    const pnode = parseIds(node.attributes['nodeset'] ?? '')?.[0];
    if (node.name === 'memnode' && cell !== undefined && pnode !== undefined)
      bound.set(cell, pnode);
  }
  return cells
    .filter((cell) => cell.name === 'cell')
    .map((cell, at) => ({
      pnode: bound.get(wholeNumber(cell.attributes['id']) ?? at),
      memoryKib: Math.floor(
        Number(cell.attributes['memory'] ?? '0') * unitOf(cell.attributes['unit']),
      ),
      vcpus: parseIds(cell.attributes['cpus'] ?? '') ?? [],
      distances: (childNamed(cell, 'distances')?.children ?? []).map((sibling) =>
        Number(sibling.attributes['value'] ?? '0'),
      ),
    }));
}

function typeOf(domain: XmlElement): DomainType | undefined {
  const type = childNamed(childNamed(domain, 'os'), 'type');
  const kind = type?.text.trim();
  if (kind === 'hvm') return 'hvm';
  if (kind === 'xenpvh') return 'pvh';
  return kind === 'xen' || kind === 'linux' ? 'pv' : undefined;
}

function kibOf(element: XmlElement | undefined): number | undefined {
  const value = wholeNumber(element?.text);
  return value === undefined ? undefined : Math.floor(value * unitOf(element?.attributes['unit']));
}

function unitOf(unit: string | undefined): number {
  return KIB_PER_UNIT[unit ?? 'KiB'] ?? 1;
}

function wholeNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}
