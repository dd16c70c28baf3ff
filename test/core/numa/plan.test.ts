import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assembleHost,
  buildDomain,
  EMPTY_GUEST,
  evaluatePlan,
  explainSearch,
  nodeAffinityOf,
  planSimulation,
  predictPages,
  readHostInput,
  requestOf,
  type GuestConfig,
} from '#core/numa';
import { cases } from '../../effort.ts';

const MIB = 1024;
const INFO = `max_cpu_id             : 7
cpu_topology           :
cpu:    core    socket     node
${Array.from({ length: 8 }, (_, cpu) => `  ${cpu}:  ${cpu % 4}  ${cpu >> 2}  ${cpu >> 2}`).join('\n')}
numa_info              :
node:    memsize    memfree    distances
   0:      8192       4000      10,21
   1:      8192       6000      21,10
Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)
Domain-0                             0     0    0   r--       1.0  all / all
web                                  3     0    1   r--       1.0  all / 0-3
web                                  3     1    1   r--       1.0  all / 0-3
Name                                        ID   Mem VCPUs	State	Time(s) NODE Affinity
Domain-0                                     0  1024     1     r-----       1.0 all
web                                          3  2000     2     r-----       1.0 0
`;
const view = assembleHost([readHostInput('host.txt', INFO, () => ({ problem: 'no XML here' }))]);
const guest: GuestConfig = {
  ...EMPTY_GUEST,
  name: 'cache',
  type: 'pvh',
  memoryKib: 3000 * MIB,
  maxMemoryKib: 3000 * MIB,
  vcpus: 2,
  maxVcpus: 2,
};
const input = { view, guests: [guest], changes: {}, engine: 'libxl' } as const;

describe('a plan', () => {
  it('places the new domain where libxl does and takes its memory there', () => {
    const plan = evaluatePlan(input);
    const [dom0, web, cache] = plan.vms;
    expect(dom0).toMatchObject({ state: 'running', engineNodes: undefined });
    expect(web?.nodes).toEqual([0]);
    expect(cache).toMatchObject({ state: 'placed', nodes: [1], engineNodes: [1], foreignKib: 0 });
    expect(plan.freeKib.get(1)).toBe(3000 * MIB);
    expect(plan.freeKib.get(0)).toBe(4000 * MIB);
  });

  it('shows both when the user puts it elsewhere', () => {
    const plan = evaluatePlan({ ...input, changes: { 'new 0': { nodes: [0] } } });
    expect(plan.vms[2]).toMatchObject({ nodes: [0], engineNodes: [1], isMovedByHand: true });
    expect(plan.vms[2]?.vcpus[0]?.soft).toEqual([0, 1, 2, 3]);
    expect(plan.freeKib.get(0)).toBe(1000 * MIB);
  });

  it('gives the memory back when a running domain is removed', () => {
    const plan = evaluatePlan({ ...input, changes: { 'dom 3': { isRemoved: true } } });
    expect(plan.vms[2]?.nodes).toEqual([0]);
    expect(plan.freeKib.get(0)).toBe((4000 + 2000 - 3000) * MIB);
  });

  it('says what does not fit', () => {
    const plan = evaluatePlan({
      ...input,
      changes: { 'new 0': { memoryKib: 9000 * MIB, nodes: [1] } },
    });
    // The fifth GiB is the last whole one at home; the others come from node 0 before smaller pieces are tried.
    expect(plan.vms[2]?.foreignKib).toBe(3 * 1024 * MIB);
    const impossible = evaluatePlan({ ...input, changes: { 'new 0': { memoryKib: 1e9 } } });
    expect(impossible.vms[2]?.problem).toMatch(/whole host has too little memory/);
    const unknownPool = evaluatePlan({ ...input, guests: [{ ...guest, poolName: 'blue' }] });
    expect(unknownPool.vms[2]).toMatchObject({ state: 'refused' });
  });

  it('becomes a machine for the scheduler', () => {
    const simulation = planSimulation(evaluatePlan(input), 'as-placed', undefined);
    expect(simulation.host.nodeOf).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(simulation.domains[2]).toMatchObject({ memory: [0, 1], soft: [4, 5, 6, 7] });
    expect(planSimulation(evaluatePlan(input), 'worst', undefined).domains[2]?.hard).toEqual([
      0, 1, 2, 3,
    ]);
  });
});

describe('the reasons of a search', () => {
  it('name the winner and why each other set lost', () => {
    const asked = requestOf(guest, view.host);
    if ('why' in asked) throw new Error(asked.why);
    const { search } = buildDomain(view.host, view.domains, asked.request);
    const { rows, reasons } = explainSearch(search!);
    expect(rows.map((row) => [row.nodes, row.verdict, row.isChosen])).toEqual([
      [[0], 'first that fits', false],
      [[1], 'fewer vCPUs: 3 < 5', true],
    ]);
    expect(reasons.join(' ')).toContain('counts itself: +2 vCPUs');
  });
});

describe('predicted pages', () => {
  const nodes = fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 6 });
  it('are as many as asked, or as many as there are, and never more than a node has', () =>
    fc.assert(
      fc.property(
        nodes,
        fc.integer({ min: 1, max: 20_000 }),
        fc.constantFrom('pv' as const, 'hvm' as const),
        fc.integer({ min: 1, max: 63 }),
        (freeMib, memoryMib, type, mask) => {
          const free = freeMib.map((mib, id) => ({ id, freeKib: mib * MIB }));
          const home = free.map((node) => node.id).filter((id) => (mask >> id) & 1);
          const memoryKib = memoryMib * MIB;
          const { kibOnNode, foreignKib, missingKib } = predictPages(free, {
            nodes: home,
            memoryKib,
            type,
          });
          const total = [...kibOnNode.values()].reduce((sum, kib) => sum + kib, 0);
          expect(total + missingKib).toBe(memoryKib);
          for (const [id, kib] of kibOnNode) expect(kib).toBeLessThanOrEqual(free[id]!.freeKib);
          const away = [...kibOnNode].filter(([id]) => !home.includes(id));
          expect(away.reduce((sum, [, kib]) => sum + kib, 0)).toBe(foreignKib);
        },
      ),
      { numRuns: cases(2000) },
    ));

  it('follow the real ones that were recorded, but for broken-up memory', () => {
    // A PV domain of 1300 MiB on nodes with 1208 and 510 MiB free took 794 and 506 of them.
    const free = [
      { id: 0, freeKib: 1208 * MIB },
      { id: 1, freeKib: 510 * MIB },
    ];
    const pages = predictPages(free, { nodes: [0, 1], memoryKib: 1300 * MIB, type: 'pv' });
    expect(Math.abs(pages.kibOnNode.get(0)! / MIB - 794)).toBeLessThanOrEqual(8);
  });
});

it('a view keeps node-affinity in force', () =>
  expect(view.domains.map((domain) => nodeAffinityOf(view.host, domain))).toEqual([[0, 1], [0]]));
