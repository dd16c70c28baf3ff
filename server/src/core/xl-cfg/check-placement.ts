import {
  cpusOfNodes,
  expandAffinity,
  intersectIds,
  MAX_NODES_SEARCHED,
  nodeIdCount,
  nodesOfCpus,
  poolOf,
  type DomainBuild,
} from '#core/numa';
import { settingOf } from './syntax.ts';
import type { CheckInput, Found } from './found.ts';
import type { CfgBuild, HostKnowledge } from './host-knowledge.ts';

const KIB_IN_MIB = 1024;

/** Rules about where the domain ends up on the known host. */
export function checkPlacement(
  input: CheckInput,
  { build, unknownPool }: CfgBuild,
): readonly Found[] {
  const host = input.host!;
  if (unknownPool !== undefined) return [unknownPoolFound(input, unknownPool)];
  return [
    ...(build === undefined ? [] : checkBuild(input, build)),
    ...checkScheduler(input, host),
    ...checkHost(input, host, build),
  ];
}

function checkBuild(input: CheckInput, build: DomainBuild): readonly Found[] {
  return [
    ...(build.search === undefined
      ? []
      : [...checkWidth(input, build), ...checkMemory(input, build)]),
    ...checkMemoryElsewhere(input, build),
    ...checkSoftReach(input, build),
  ];
}

function unknownPoolFound(input: CheckInput, name: string): Found {
  const known = input.host!.host.pools.map((pool) => `"${pool.name}"`).join(', ');
  return {
    rule: 'pool/unknown',
    span: spanOfKey(input, 'pool'),
    message: `There is no cpupool "${name}" on this host (it has ${known}); xl stops with "Illegal pool specified".`,
  };
}

function checkWidth(input: CheckInput, build: DomainBuild): readonly Found[] {
  const search = build.search!;
  const width = input.reading.maxVcpus;
  const largest = search.loads.reduce((most, load) => Math.max(most, load.cpus), 0);
  const inPool = search.loads.reduce((sum, load) => sum + load.cpus, 0);
  if (width <= largest) return [];
  const span = spanOfKey(input, settingOf(input.document, 'maxvcpus') ? 'maxvcpus' : 'vcpus');
  if (width > inPool) {
    return [
      {
        rule: 'numa/vm-wider-than-pool',
        span,
        message: `${width} vCPUs do not fit the ${inPool} CPUs of the pool: xl starts the domain without placing it ("NUMA placement failed, performance might be affected").`,
      },
    ];
  }
  return [
    {
      rule: 'numa/vm-wider-than-node',
      span,
      message: `${width} vCPUs exceed the ${largest} CPUs of the largest node, so the domain spans ${search.best?.nodes.length ?? 'several'} nodes.`,
    },
  ];
}

function checkMemory(input: CheckInput, build: DomainBuild): readonly Found[] {
  const search = build.search!;
  const { needKib } = build.need;
  const suitable = search.loads.filter((load) => load.cpus > 0);
  const largest = suitable.reduce((most, load) => Math.max(most, load.freeKib), 0);
  const sum = suitable.reduce((total, load) => total + load.freeKib, 0);
  if (needKib <= largest) return [];
  const need = `${mib(needKib)} MiB are needed (memory with overhead)`;
  const span = spanOfKey(input, 'memory');
  if (needKib > sum) {
    return [
      {
        rule: 'numa/memory-exceeds-pool-nodes',
        span,
        message: `${need}, but all nodes of the pool together have ${mib(sum)} MiB free: placement fails and the creation probably too.`,
      },
    ];
  }
  return [
    {
      rule: 'numa/memory-exceeds-node',
      span,
      message: `${need}, but no node has more than ${mib(largest)} MiB free, so the domain spans nodes.`,
    },
  ];
}

function checkMemoryElsewhere(input: CheckInput, build: DomainBuild): readonly Found[] {
  const { hard } = input.reading;
  if (hard === undefined || hard.isPerVcpu || build.search?.best === undefined) return [];
  const { host } = input.host!;
  const mask = build.after.vcpus[0];
  if (mask === undefined) return [];
  const cpus = expandAffinity(mask.hard, host);
  const cpuNodes = nodesOfCpus(host, cpus);
  const memoryNodes = build.after.nodes;
  if (memoryNodes.every((node) => cpuNodes.includes(node))) return [];
  const isApart = intersectIds(cpus, cpusOfNodes(host, memoryNodes)).length === 0;
  const text = hard.value.kind === 'list' ? '' : hard.value.text;
  const list = Array.from({ length: input.reading.maxVcpus }, () => `"${text}"`).join(', ');
  return [
    {
      rule: 'numa/pin-string-memory-elsewhere',
      span: hard.value.span,
      message: `The vCPUs are pinned to node ${cpuNodes.join(', ')}, but the memory goes to node ${memoryNodes.join(', ')}${isApart ? ': every access is remote' : ''}. One mask for all vCPUs does not steer the placement; a list of masks does, or cpus_soft.`,
      fixes: [
        {
          title: 'Write one mask per vCPU, so that the memory follows',
          preferred: true,
          edits: [{ span: hard.value.span, newText: `[${list}]` }],
        },
      ],
    },
  ];
}

function checkSoftReach(input: CheckInput, build: DomainBuild): readonly Found[] {
  const { soft, hard, guest } = input.reading;
  const written = soft ?? (guest.virtualNodes.length > 0 ? hard : undefined);
  if (written === undefined) return [];
  const { host } = input.host!;
  const poolName = guest.poolName;
  const pool = poolName === undefined ? host.pools[0] : host.pools.find((p) => p.name === poolName);
  const unreachable = build.after.vcpus.flatMap((vcpu, id) => {
    const pnode = guest.virtualNodes.find((node) => node.vcpus.includes(id))?.pnode;
    const softMask =
      soft === undefined && pnode !== undefined
        ? cpusOfNodes(host, [pnode])
        : expandAffinity(vcpu.soft, host);
    const inHard = intersectIds(expandAffinity(vcpu.hard, host), softMask);
    return intersectIds(inHard, pool?.cpus ?? []).length === 0 ? [id] : [];
  });
  if (unreachable.length === 0) return [];
  return [
    {
      rule: 'cpus/soft-unreachable',
      span: written.value.span,
      message: `No CPU of the soft mask of vCPU ${unreachable.join(', ')} can be reached, so only the hard mask counts.`,
    },
  ];
}

function checkScheduler(input: CheckInput, { host }: HostKnowledge): readonly Found[] {
  if (input.reading.soft === undefined) return [];
  const { poolName } = input.reading.guest;
  const pool =
    poolName === undefined ? poolOf(host, 0) : host.pools.find((each) => each.name === poolName);
  const span = spanOfKey(input, 'cpus_soft');
  if (pool?.scheduler === 'rtds' || pool?.scheduler === 'arinc653') {
    const message = `${pool.scheduler} looks at hard affinity only; this mask has no effect on scheduling.`;
    return [{ rule: 'sched/rtds-soft', span, message }];
  }
  if (pool?.scheduler !== 'credit2' || host.nodes.length < 2) return [];
  return [
    {
      rule: 'sched/credit2-soft-affinity',
      span,
      message:
        'Credit2 moves vCPUs between its run queues by load alone: under load some run outside this mask until the next balancing.',
    },
  ];
}

function checkHost(
  input: CheckInput,
  known: HostKnowledge,
  build: DomainBuild | undefined,
): readonly Found[] {
  const { host } = known;
  const span = spanOfKey(input, 'memory');
  const found: Found[] = [];
  if (build?.search !== undefined && nodeIdCount(host) > MAX_NODES_SEARCHED) {
    const message = `This host has ${nodeIdCount(host)} nodes; above ${MAX_NODES_SEARCHED} libxl does not place. Pin the domain or use cpupools.`;
    found.push({ rule: 'host/too-many-nodes', span, message });
  }
  const empty = host.nodes.filter((node) => cpusOfNodes(host, [node.id]).length === 0);
  if (build?.search !== undefined && empty.length > 0) {
    const message = `Node ${empty.map((node) => node.id).join(', ')} has no CPUs and is never chosen, whatever memory it has free.`;
    found.push({ rule: 'host/memory-only-node', span, message });
  }
  if (known.isSlitRejected) {
    const message =
      'Xen refused the distance table of the firmware on this host: all nodes look equally far from each other.';
    found.push({ rule: 'host/slit-rejected', span, message });
  }
  return found;
}

function spanOfKey(input: CheckInput, key: string): Found['span'] {
  const setting = settingOf(input.document, key) ?? input.document.settings[0];
  return setting?.span ?? { start: 0, end: 0 };
}

function mib(kib: number): string {
  return Math.round(kib / KIB_IN_MIB).toString();
}
