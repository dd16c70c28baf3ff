import {
  cpusOfNodes,
  equalIds,
  expandAffinity,
  nodeIdCount,
  nodesOfCpus,
  predictVirtualNodes,
  type Affinity,
} from '#core/numa';
import { numberOf, settingOf, textOf } from './syntax.ts';
import { isKnownVnumaOption, type Vnuma, type VnumaOption, type WrittenNode } from './vnuma.ts';
import type { CheckInput, Found, SpanFix } from './found.ts';

const KIB_IN_MIB = 1024;
const LOCAL_DISTANCE = 10;
/** Emulated video memory in KiB: cirrus, and the standard adapter. */
const CIRRUS_KIB = 8192;
const STDVGA_KIB = 16_384;
const NEAR_MISSES: Readonly<Record<string, string>> = {
  vdistance: 'vdistances',
  distance: 'vdistances',
  distances: 'vdistances',
  siz: 'size',
  sizes: 'size',
  memory: 'size',
  vcpu: 'vcpus',
  cpus: 'vcpus',
  node: 'pnode',
  pnodes: 'pnode',
};

/** Rules about `vnuma=`. */
export function checkVnuma(input: CheckInput): readonly Found[] {
  const { vnuma } = input.reading;
  if (vnuma === undefined) return [];
  if (vnuma.fault !== undefined) {
    const { rule, span, text } = vnuma.fault;
    return [{ rule, span, message: faultMessage(rule, text) }];
  }
  if (vnuma.nodes.length === 0) return [];
  return [
    ...checkDomain(input, vnuma),
    ...checkVcpus(input, vnuma),
    ...checkSizes(input, vnuma),
    ...vnuma.nodes.flatMap((node, id) => checkNode(node, id, vnuma)),
    ...checkSymmetry(vnuma),
    ...checkOnHost(input, vnuma),
  ];
}

function faultMessage(rule: string, text: string): string {
  if (rule === 'vnuma/not-list') {
    return 'vnuma takes a list of lists: one [ "pnode=…", "size=…", "vcpus=…", "vdistances=…" ] per virtual node.';
  }
  if (rule === 'vnuma/not-pair') return `"${text}" has no "=": xl cannot split it and stops.`;
  return `"${text}" is not a number, so xl stops.`;
}

function checkDomain(input: CheckInput, vnuma: Vnuma): readonly Found[] {
  const { guest } = input.reading;
  const setting = settingOf(input.document, 'vnuma')!;
  const found: Found[] = [];
  if (guest.type === 'pv') {
    const message = 'A PV guest cannot have virtual NUMA; use type = "pvh" or "hvm".';
    found.push({ rule: 'vnuma/pv', span: setting.keySpan, message });
  }
  const message = 'With vnuma the domain can be neither saved nor migrated.';
  found.push({ rule: 'vnuma/no-migrate', span: setting.keySpan, message });
  const maxKib = guest.maxMemoryKib;
  const sumKib = sum(vnuma.nodes.map((node) => node.node.memoryKib));
  const targetKib = guest.memoryKib ?? maxKib;
  const wantedKib = maxKib ?? sumKib;
  if (targetKib !== undefined && targetKib < wantedKib) {
    found.push({
      rule: 'vnuma/pod',
      span: settingOf(input.document, 'memory')?.span ?? setting.keySpan,
      message: `memory (${targetKib / KIB_IN_MIB} MiB) is below the ${wantedKib / KIB_IN_MIB} MiB of the virtual nodes; populate-on-demand and vNUMA exclude each other.`,
    });
  }
  return found;
}

function checkVcpus(input: CheckInput, vnuma: Vnuma): readonly Found[] {
  const { givenMaxVcpus, maxVcpus } = input.reading;
  const setting = settingOf(input.document, 'vnuma')!;
  const listed = vnuma.nodes.flatMap((node) => node.listedVcpus);
  if (givenMaxVcpus !== undefined && listed.length !== givenMaxVcpus) {
    const message = `The virtual nodes list ${listed.length} vCPUs, maxvcpus is ${givenMaxVcpus}; xl wants them equal.`;
    return [{ rule: 'vnuma/maxvcpus-mismatch', span: setting.keySpan, message }];
  }
  const cpuCount = input.host?.host.cpus.length;
  if (givenMaxVcpus === undefined && cpuCount !== undefined && listed.length > cpuCount) {
    const message = `${listed.length} vCPUs are listed on a host of ${cpuCount} CPUs; xl refuses that unless maxvcpus = ${listed.length} says it is meant.`;
    return [{ rule: 'vnuma/more-than-pcpus', span: setting.keySpan, message }];
  }
  const found: Found[] = [];
  const owners = new Set<number>();
  for (const node of vnuma.nodes) {
    const twice = node.listedVcpus.filter((vcpu) => owners.has(vcpu));
    for (const vcpu of node.listedVcpus) owners.add(vcpu);
    const option = optionNamed(node, 'vcpus');
    if (twice.length > 0) {
      const message = `vCPU ${twice.join(', ')} already belongs to a virtual node above.`;
      found.push({ rule: 'vnuma/vcpu-twice', span: option?.span ?? node.span, message });
    }
  }
  const missing = Array.from({ length: maxVcpus }, (_, id) => id).filter((id) => !owners.has(id));
  if (missing.length > 0 && found.length === 0) {
    const message = `vCPU ${missing.slice(0, 8).join(', ')} belongs to no virtual node; libxl refuses the domain.`;
    found.push({ rule: 'vnuma/vcpu-missing', span: setting.keySpan, message });
  }
  return found;
}

function checkSizes(input: CheckInput, vnuma: Vnuma): readonly Found[] {
  const { givenMaxKib, guest } = input.reading;
  const found: Found[] = vnuma.nodes.flatMap((node, id) =>
    node.hasSize
      ? []
      : [
          {
            rule: 'vnuma/memory-sum',
            span: node.span,
            message: `Virtual node ${id} has no size; libxl then finds that the memory does not add up and refuses the domain.`,
          },
        ],
  );
  if (found.length > 0) return found;
  const sumKib = sum(vnuma.nodes.map((node) => node.node.memoryKib));
  if (givenMaxKib !== undefined && sumKib !== givenMaxKib) {
    const message = `The virtual nodes add up to ${sumKib / KIB_IN_MIB} MiB, maxmem is ${givenMaxKib / KIB_IN_MIB} MiB; xl wants them equal.`;
    found.push({
      rule: 'vnuma/memory-sum',
      span: settingOf(input.document, 'maxmem')!.span,
      message,
    });
  } else if (guest.memoryKib !== undefined && guest.memoryKib > sumKib) {
    const message = `memory (${guest.memoryKib / KIB_IN_MIB} MiB) exceeds the ${sumKib / KIB_IN_MIB} MiB of the virtual nodes, which become maxmem.`;
    found.push({
      rule: 'mem/maxmem-less',
      span: settingOf(input.document, 'memory')!.span,
      message,
    });
  }
  const first = vnuma.nodes[0]!;
  const videoKib = videoKibOf(input);
  if (first.node.memoryKib < videoKib) {
    const message = `Virtual node 0 (${first.node.memoryKib / KIB_IN_MIB} MiB) is smaller than the video memory (${videoKib / KIB_IN_MIB} MiB).`;
    found.push({ rule: 'vnuma/video-ram', span: first.span, message });
  }
  return found;
}

/** Video memory libxl takes from virtual node 0; only HVM has any. */
function videoKibOf(input: CheckInput): number {
  if (input.reading.guest.type !== 'hvm') return 0;
  const given = numberOf(input.document, 'videoram');
  if (given !== undefined) return given * KIB_IN_MIB;
  const adapter = textOf(input.document, 'vga');
  if (adapter === 'none') return 0;
  const isStandard = adapter === 'stdvga' || numberOf(input.document, 'stdvga') === 1;
  return isStandard ? STDVGA_KIB : CIRRUS_KIB;
}

function checkNode(node: WrittenNode, id: number, vnuma: Vnuma): readonly Found[] {
  const found: Found[] = node.options
    .filter((option) => !isKnownVnumaOption(option.name))
    .map(unknownOption);
  if (node.node.pnode === undefined) {
    const message = `Without pnode the memory of virtual node ${id} is bound to physical node 0.`;
    found.push({ rule: 'vnuma/pnode-missing', span: node.span, message });
  }
  const option = optionNamed(node, 'vdistances');
  if (option === undefined) {
    const message = `Virtual node ${id} has no vdistances: the guest sees distance 0 to every node.`;
    found.push({ rule: 'vnuma/vdistances-missing', span: node.span, message });
    return found;
  }
  return [
    ...found,
    ...checkDistances(node.node.distances, id, { option, count: vnuma.nodes.length }),
  ];
}

function checkDistances(
  distances: readonly number[],
  id: number,
  { option, count }: { readonly option: VnumaOption; readonly count: number },
): readonly Found[] {
  if (distances.length > count) {
    const message = `${distances.length} distances for ${count} virtual nodes.`;
    return [{ rule: 'vnuma/vdistances-too-many', span: option.span, message }];
  }
  const all = Array.from({ length: count }, (_, to) => distances[to] ?? 0);
  const local = all[id]!;
  const nearer = all.findIndex((distance) => distance < local);
  if (nearer >= 0) {
    const why = nearer >= distances.length ? ' (a missing distance counts as 0)' : '';
    const message = `Virtual node ${id} is ${local} from itself but ${all[nearer]} from node ${nearer}${why}; libxl refuses that.`;
    return [{ rule: 'vnuma/local-distance', span: option.span, message }];
  }
  if (local === LOCAL_DISTANCE) return [];
  const message = `The distance of virtual node ${id} to itself is ${local}; ACPI's convention is ${LOCAL_DISTANCE}.`;
  return [{ rule: 'vnuma/local-not-10', span: option.span, message }];
}

function checkSymmetry(vnuma: Vnuma): readonly Found[] {
  return vnuma.nodes.flatMap((node, to) =>
    vnuma.nodes.slice(0, to).flatMap((other, from) => {
      const there = other.node.distances[to];
      const back = node.node.distances[from];
      if (there === undefined || back === undefined || there === back) return [];
      const message = `From virtual node ${from} to ${to} it is ${there}, back ${back}; nobody checks it, guests may be confused.`;
      const span = optionNamed(node, 'vdistances')?.span ?? node.span;
      return [{ rule: 'vnuma/vdistance-asymmetric', span, message }];
    }),
  );
}

function checkOnHost(input: CheckInput, vnuma: Vnuma): readonly Found[] {
  if (input.host === undefined) return [];
  const { host } = input.host;
  const nodeCount = nodeIdCount(host);
  const outside = vnuma.nodes.filter((node) => (node.node.pnode ?? 0) >= nodeCount);
  if (outside.length > 0) {
    return outside.map((node) => ({
      rule: 'vnuma/pnode-range',
      span: optionNamed(node, 'pnode')?.span ?? node.span,
      message: `The host has nodes 0 to ${nodeCount - 1}; xl stops with "invalid pnode number: ${node.node.pnode}".`,
    }));
  }
  return [...checkMemoryOnHost(input, vnuma), ...checkMasks(input, vnuma)];
}

function checkMemoryOnHost(input: CheckInput, vnuma: Vnuma): readonly Found[] {
  const { host } = input.host!;
  if (host.nodes.some((node) => node.freeKib === undefined)) return [];
  const free = host.nodes.map((node) => ({ id: node.id, freeKib: node.freeKib! }));
  const { shortNode, kibOnNode } = predictVirtualNodes(
    free,
    vnuma.nodes.map((node) => node.node),
  );
  if (shortNode === undefined) return [];
  const node = vnuma.nodes.find((each) => (each.node.pnode ?? 0) === shortNode)!;
  const freeKib = free.find((each) => each.id === shortNode)?.freeKib ?? 0;
  return [
    {
      rule: 'vnuma/pnode-memory-short',
      span: optionNamed(node, 'size')?.span ?? node.span,
      message: `${kibOnNode.get(shortNode)! / KIB_IN_MIB} MiB are wanted from physical node ${shortNode}, ${Math.floor(freeKib / KIB_IN_MIB)} MiB are free there; virtual nodes never take memory from another node, so the creation fails.`,
    },
  ];
}

function checkMasks(input: CheckInput, vnuma: Vnuma): readonly Found[] {
  const { hard, soft, guest } = input.reading;
  const { host } = input.host!;
  const pairs = [
    { written: hard, masks: guest.hard, kind: 'hard' },
    { written: soft, masks: guest.soft, kind: 'soft' },
  ];
  return pairs.flatMap(({ written, masks, kind }) => {
    if (written === undefined) return [];
    const wrong = vnuma.nodes.flatMap(({ node }) =>
      node.vcpus.filter((vcpu) => !isOnNode(masks[vcpu], node.pnode ?? 0)),
    );
    if (wrong.length === 0) return [];
    const message = `The ${kind} mask of vCPU ${wrong.join(', ')} does not match the physical node its virtual node is bound to.`;
    return [{ rule: 'vnuma/affinity-mismatch', span: written.value.span, message }];
  });
  function isOnNode(mask: Affinity | undefined, pnode: number): boolean {
    if (mask === undefined || cpusOfNodes(host, [pnode]).length === 0) return true;
    return equalIds(nodesOfCpus(host, expandAffinity(mask, host)), [pnode]);
  }
}

function unknownOption(option: VnumaOption): Found {
  const meant = NEAR_MISSES[option.name];
  const fixes: readonly SpanFix[] =
    meant === undefined
      ? []
      : [
          {
            title: `Change to ${meant}`,
            preferred: true,
            edits: [{ span: option.span, newText: `"${meant}=${option.value}"` }],
          },
        ];
  const hint =
    meant === undefined
      ? 'known are pnode, size, vcpus and vdistances'
      : `"${meant}" was probably meant`;
  return {
    rule: 'vnuma/unknown-key',
    span: option.span,
    message: `xl ignores "${option.name}" without a word; ${hint}.`,
    fixes,
  };
}

function optionNamed(node: WrittenNode, name: string): VnumaOption | undefined {
  return node.options.find((option) => option.name === name);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
