// Arbitrary hosts and domains, and the search once more as numa.md writes it down.
import fc from 'fast-check';
import type { Affinity, Domain, Host } from '#core/numa';

type Query = { readonly pool: number; readonly maxVcpus: number; readonly needKib: number };

/** A host with holes in its ids, absent CPUs, CPUs without a node, nodes without CPUs or memory, one or two pools. */
export const anyHost: fc.Arbitrary<Host> = fc
  .record({
    nodes: fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 8 }),
    owners: fc.array(fc.oneof({ weight: 8, arbitrary: fc.nat(99) }, fc.constantFrom(-1, -2)), {
      minLength: 1,
      maxLength: 40,
    }),
    // Free memory from nothing to beyond the 4 TiB at which libxl's figure wraps.
    freeGib: fc.array(fc.oneof(fc.nat(8), fc.nat(300), fc.integer({ min: 1000, max: 9000 })), {
      minLength: 8,
      maxLength: 8,
    }),
    secondPool: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
    hasSecondPool: fc.boolean(),
  })
  .map(({ nodes, owners, freeGib, secondPool, hasSecondPool }) => {
    const ids = [...nodes].sort((a, b) => a - b);
    const cpus = owners.flatMap((owner, id) =>
      owner === -2
        ? []
        : [{ id, core: id, socket: 0, node: owner < 0 ? undefined : ids[owner % ids.length] }],
    );
    const inSecond = (id: number): boolean => hasSecondPool && secondPool[id] === true;
    const pool = (id: number, isSecond: boolean) => ({
      id,
      name: `Pool-${id}`,
      scheduler: 'credit2',
      cpus: cpus.map((cpu) => cpu.id).filter((cpu) => inSecond(cpu) === isSecond),
    });
    return {
      cpuIdCount: owners.length,
      nodeIdLimit: 64,
      hap: true,
      nodes: ids.map((id, i) => ({
        id,
        sizeKib: 2 ** 34,
        freeKib: freeGib[i % freeGib.length]! * 2 ** 20,
      })),
      cpus,
      distances: [],
      pools: hasSecondPool ? [pool(0, false), pool(1, true)] : [pool(0, false)],
    };
  });

export const anyMask: fc.Arbitrary<Affinity> = fc.oneof(
  fc.constant('all' as const),
  fc
    .uniqueArray(fc.nat(45), { minLength: 1, maxLength: 12 })
    .map((ids) => [...ids].sort((a, b) => a - b)),
);

const anyDomain = (id: number): fc.Arbitrary<Domain> =>
  fc.record({
    id: fc.constant(id),
    name: fc.constant(`d${id}`),
    pool: fc.nat(1),
    type: fc.constant('pvh' as const),
    memoryKib: fc.constant(2 ** 20),
    nodeAffinity: fc.oneof(
      fc.constant('auto' as const),
      fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 4 }),
    ),
    vcpus: fc.array(fc.record({ hard: anyMask, soft: anyMask }), { maxLength: 6 }),
  });

export const anyDomains = fc
  .nat(6)
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, id) => anyDomain(id))));

export const anyQuery = fc.record({
  pool: fc.nat(1),
  maxVcpus: fc.integer({ min: 1, max: 24 }),
  needKib: fc.oneof(fc.nat(2 ** 24), fc.nat(2 ** 33)),
});

/** The rules of numa.md 1.4 once more, as slowly and plainly as they are written, in whole numbers of any size. */
export function plainSearch(host: Host, domains: readonly Domain[], query: Query) {
  const nodeOf = new Map(host.cpus.map((cpu) => [cpu.id, cpu.node]));
  const poolCpus = new Set(host.pools.find((pool) => pool.id === query.pool)?.cpus ?? []);
  const has = (mask: Affinity, cpu: number): boolean => mask === 'all' || mask.includes(cpu);
  const present: readonly Domain[] = [
    ...domains,
    {
      id: 999,
      name: 'new',
      pool: query.pool,
      type: 'pvh',
      memoryKib: 0,
      nodeAffinity: 'auto',
      vcpus: Array.from({ length: query.maxVcpus }, () => ({ hard: 'all', soft: 'all' })),
    },
  ];
  const load = new Map<number, bigint>();
  for (const domain of present) {
    const own = host.pools.find((pool) => pool.id === domain.pool)?.cpus ?? [];
    const hard = own.filter((cpu) => domain.vcpus.some((vcpu) => has(vcpu.hard, cpu)));
    const soft = hard.filter((cpu) => domain.vcpus.some((vcpu) => has(vcpu.soft, cpu)));
    const affine =
      domain.nodeAffinity === 'auto'
        ? (soft.length > 0 ? soft : hard).map((cpu) => nodeOf.get(cpu))
        : domain.nodeAffinity;
    for (const vcpu of domain.vcpus) {
      const touched = own
        .filter((cpu) => poolCpus.has(cpu) && has(vcpu.hard, cpu))
        .map((cpu) => nodeOf.get(cpu))
        .filter((node) => node !== undefined && affine.includes(node));
      for (const node of new Set(touched)) load.set(node!, (load.get(node!) ?? 0n) + 1n);
    }
  }
  const suitable = host.nodes
    .map((node) => node.id)
    .filter((id) => [...poolCpus].some((cpu) => nodeOf.get(cpu) === id));
  for (let size = 1; size <= suitable.length; size++) {
    let best: { nodes: number[]; vcpus: bigint; free: bigint } | undefined;
    for (const nodes of subsetsOf(suitable, size)) {
      const free = BigInt.asUintN(
        32,
        nodes.reduce((sum, id) => sum + BigInt(host.nodes.find((n) => n.id === id)!.freeKib!), 0n),
      );
      const cpus = [...poolCpus].filter((cpu) => nodes.includes(nodeOf.get(cpu) ?? -1)).length;
      if (free < BigInt(query.needKib) || cpus < query.maxVcpus) continue;
      const vcpus = nodes.reduce((sum, id) => sum + (load.get(id) ?? 0n), 0n);
      const isBetter =
        best === undefined ||
        vcpus < best.vcpus ||
        (vcpus === best.vcpus && BigInt.asIntN(32, best.free - free) < 0n);
      if (isBetter) best = { nodes, vcpus, free };
    }
    if (best !== undefined) return { ...best, load };
  }
  return { nodes: undefined, load };
}

function* subsetsOf(ids: readonly number[], size: number): Generator<number[]> {
  if (size === 0) yield [];
  else
    for (let i = 0; i <= ids.length - size; i++)
      for (const rest of subsetsOf(ids.slice(i + 1), size - 1)) yield [ids[i]!, ...rest];
}
