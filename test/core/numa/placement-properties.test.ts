import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assembleHost,
  buildDomain,
  compareLoads,
  evaluatePlan,
  formatIds,
  isComparisonConsistent,
  memoryNeed,
  rankCandidates,
  readHostInput,
  searchPlacement,
  type DomainRequest,
} from '#core/numa';
import { parseCfg, readGuest } from '#core/xl-cfg';
import { parseXml } from '../../../server/src/parse-xml.ts';
import { cases } from '../../effort.ts';
import { anyDomains, anyHost, anyMask, anyQuery, plainSearch } from './plain-rules.ts';

describe('the search on any host', () => {
  it('finds what the plain rules find, with the same loads', () =>
    fc.assert(
      fc.property(anyHost, anyDomains, anyQuery, (host, domains, query) => {
        const search = searchPlacement(host, domains, query);
        const plain = plainSearch(host, domains, query);
        if (search.nodeCount <= 1) {
          expect(search.outcome).toBe('single-node');
          return;
        }
        expect(search.best?.nodes).toEqual(plain.nodes);
        expect(search.vcpusOnNode).toEqual(
          search.vcpusOnNode.map((_, node) => Number(plain.load.get(node) ?? 0n)),
        );
        if (plain.nodes === undefined) {
          expect(search.outcome).toBe('no-candidate');
          return;
        }
        expect(search.best).toMatchObject({
          vcpus: Number(plain.vcpus),
          freeKib: Number(plain.free),
        });
      }),
      { numRuns: cases(20_000) },
    ));

  it('ranks the winner first wherever the comparison is an order', () =>
    fc.assert(
      fc.property(anyHost, anyDomains, anyQuery, (host, domains, query) => {
        const { candidates, bestTrace } = searchPlacement(host, domains, query);
        const ranking = rankCandidates(candidates);
        expect(ranking === undefined).toBe(!isComparisonConsistent(candidates));
        if (ranking === undefined || candidates.count === 0) return;
        expect(ranking[0]).toBe(bestTrace.at(-1));
        const rowAt = (i: number) => ({
          vcpus: candidates.vcpus[ranking[i]!]!,
          freeKib: candidates.freeKib[ranking[i]!]!,
        });
        for (let i = 1; i < ranking.length; i++)
          expect(compareLoads(rowAt(i - 1), rowAt(i))).toBeLessThanOrEqual(0);
      }),
      { numRuns: cases(5000) },
    ));

  it('leaves domains that are there untouched, and counts the new one on every node of its pool', () =>
    fc.assert(
      fc.property(anyHost, anyQuery, (host, query) => {
        const { vcpusOnNode, suitableNodes } = searchPlacement(host, [], query);
        vcpusOnNode.forEach((count, node) =>
          expect(count).toBe(suitableNodes.includes(node) ? query.maxVcpus : 0),
        );
      }),
      { numRuns: cases(2000) },
    ));
});

const anyRequest: fc.Arbitrary<DomainRequest> = fc
  .record({
    type: fc.constantFrom('pv' as const, 'hvm' as const, 'pvh' as const),
    maxVcpus: fc.integer({ min: 1, max: 512 }),
    targetKib: fc.nat(2 ** 40),
    ballooned: fc.nat(2 ** 30),
    stubdomain: fc.boolean(),
    syncPassthrough: fc.boolean(),
  })
  .map(({ ballooned, ...rest }) => ({
    ...rest,
    maxKib: rest.targetKib + ballooned,
    pool: 0,
    hard: [],
    soft: [],
    nodeMap: undefined,
    placement: true,
  }));

describe('the need', () => {
  it('is whole superpages, never below its parts, and grows with each of them', () =>
    fc.assert(
      fc.property(anyHost, anyRequest, (host, request) => {
        const need = memoryNeed(request, host);
        const parts = need.targetKib + need.shadowKib + need.iommuKib + need.slackKib;
        expect(need.needKib % 2048).toBe(0);
        expect(need.needKib - parts).toBeGreaterThanOrEqual(0);
        expect(need.needKib - parts).toBeLessThan(2048);
        const more = memoryNeed({ ...request, maxVcpus: request.maxVcpus + 1 }, host);
        expect(more.shadowKib - need.shadowKib).toBe(1024);
      }),
      { numRuns: cases(5000) },
    ));
});

describe('a build on any host', () => {
  it('ends with the affinities numa.md 1.5 names, whatever was asked', () =>
    fc.assert(
      fc.property(anyHost, anyDomains, anyRequest, anyMask, (host, domains, request, mask) => {
        const hard = Array.from({ length: request.maxVcpus }, () => mask);
        for (const asked of [request, { ...request, hard }, { ...request, placement: false }]) {
          const build = buildDomain(host, domains, asked);
          expect(build.after.vcpus).toHaveLength(request.maxVcpus);
          if (build.status !== 0) continue;
          expect(build.search === undefined).toBe(!asked.placement);
          const home = build.search?.best?.nodes;
          if (home === undefined) continue;
          expect(build.after.nodes).toEqual(home);
          const soft = host.cpus
            .filter((cpu) => home.includes(cpu.node ?? -1))
            .map((cpu) => cpu.id);
          for (const vcpu of build.after.vcpus) expect(vcpu.soft).toEqual(soft);
        }
      }),
      { numRuns: cases(3000) },
    ));
});

/** What xl info -n, xl list -n and xl vcpu-list print for a very large host. */
function largeHost(nodes: number, cpusPerNode: number, domains: number): readonly string[] {
  const line = (...cells: readonly number[]): string =>
    `${String(cells[0]).padStart(3)}:${cells
      .slice(1)
      .map((cell) => String(cell).padStart(9))
      .join('')}`;
  const cpus = Array.from({ length: nodes * cpusPerNode }, (_, id) => {
    const node = Math.floor(id / cpusPerNode);
    return line(id, id % cpusPerNode, node, node);
  });
  const rows = Array.from({ length: nodes }, (_, node) => {
    const distances = Array.from({ length: nodes }, (__, to) => (to === node ? 10 : 20 + (to % 3)));
    return `${String(node).padStart(4)}:    131072     ${100_000 - node}      ${distances.join(',')}`;
  });
  const info = `nr_cpus                : ${nodes * cpusPerNode}\nnr_nodes               : ${nodes}\ncpu_topology           :\ncpu:    core    socket     node\n${cpus.join('\n')}\nnuma_info              :\nnode:    memsize    memfree    distances\n${rows.join('\n')}\n`;
  const names = Array.from({ length: domains }, (_, id) => `guest-${id}`);
  const list = `Name                                        ID   Mem VCPUs\tState\tTime(s) NODE Affinity\n${names
    .map(
      (name, id) =>
        `${name.padEnd(40)} ${String(id).padStart(5)} ${'4096'.padStart(5)} ${'2'.padStart(5)}     -b----       1.0 ${id % nodes}`,
    )
    .join('\n')}\n`;
  return [info, list];
}

describe('a very large host', () => {
  it.each([
    [64, 16],
    [16, 64],
  ])('of %i nodes with %i CPUs each is read whole and placed on', (nodes, cpusPerNode) => {
    const inputs = largeHost(nodes, cpusPerNode, 500).map((text, i) =>
      readHostInput(`input ${i}`, text, parseXml),
    );
    const view = assembleHost(inputs);
    expect(view.problems).toEqual([]);
    expect(view.host.cpus).toHaveLength(1024);
    expect(view.host.nodes).toHaveLength(nodes);
    expect(view.host.distances.every((row) => row.length === nodes)).toBe(true);
    expect(view.domains).toHaveLength(500);
    const { guest } = readGuest(parseCfg('type = "pvh"\nmemory = 8192\nvcpus = 8\n'), view.host);
    const plan = evaluatePlan({ view, guests: [guest], changes: {}, engine: 'libxl' });
    const placed = plan.vms.at(-1)!;
    expect(placed.state).toBe('placed');
    if (nodes > 16) {
      expect(placed.build?.search?.outcome).toBe('too-many-nodes');
      expect(formatIds(placed.nodes)).toBe('0-63');
      expect(placed.traps.map((trap) => trap.id)).toContain('too-many-nodes');
    } else expect(placed.nodes).toHaveLength(1);
  });
});
