import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assembleHost,
  buildDomain,
  cpusOfNodes,
  formatIds,
  readHostInput,
  requestOf,
  type HostView,
} from '#core/numa';
import {
  buildOnHost,
  checkCfg,
  hostKnowledgeOf,
  parseCfg,
  placementSummary,
  readGuest,
  writeSnippet,
  XL_CFG_RULES,
  type SnippetForm,
} from '#core/xl-cfg';
import { cases } from '../../effort.ts';

const noXml = () => ({ problem: 'no XML here' });
const INFO = `max_cpu_id             : 15
xen_scheduler          : credit2
cpu_topology           :
cpu:    core    socket     node
${Array.from({ length: 16 }, (_, cpu) => `  ${cpu}:  ${cpu % 8}  ${cpu >> 3}  ${cpu >> 3}`).join('\n')}
numa_info              :
node:    memsize    memfree    distances
   0:     16384       8192      10,20
   1:     16384      14336      20,10
   2:      2048       2048      20,20
`;

function viewOf(...texts: readonly string[]): HostView {
  return assembleHost(texts.map((text, i) => readHostInput(`input ${i}`, text, noXml)));
}

const known = hostKnowledgeOf(viewOf(INFO), 'host.txt')!;
const rulesIn = (cfg: string): readonly string[] => checkCfg(cfg, known).map((each) => each.rule);

describe('surprises that xl takes without a word', () => {
  it.each([
    ['memory=2048\nvcpus=4\ncpus="0-3"', 'numa/pin-string-memory-elsewhere'],
    ['memory=2048\nvcpus=4\ncpus="6-9"', 'numa/pin-across-nodes'],
    ['memory=2048\nvcpus=2\ncpus=["0","8"]', 'numa/pin-disables-placement'],
    ['memory=2048\nvcpus=2\ncpus=["0","1","2"]', 'cpus/list-length'],
    ['memory=2048\nvcpus=2\ncpus="14-30"', 'cpus/out-of-range-ignored'],
    ['memory=2048\nvcpus=2\ncpus="^1,0-3"', 'cpus/order'],
    ['memory=2048\nvcpus=2\nmaxvcpus=10', 'numa/maxvcpus-counts'],
    ['memory=2048\nvcpus=10', 'numa/vm-wider-than-node'],
    ['memory=15000\nvcpus=2', 'numa/memory-exceeds-node'],
    ['memory=2048\nmaxmem=1024', 'mem/maxmem-less'],
    ['memory=2048\nnodes="1"', 'cfg/nodes-ignored'],
    ['memory=2048\nvcpus=2', 'host/memory-only-node'],
    ['memory=2048\nvcpus=2\ncpus_soft="node:0"', 'sched/credit2-soft-affinity'],
    ['type="hvm"\nmemory=64\nvnuma=[["size=64","vcpus=0","vdistances=10"]]', 'vnuma/pnode-missing'],
    [
      'type="hvm"\nmemory=64\nvnuma=[["pnode=0","size=64","vcpus=0","vdistances=10,20"]]',
      'vnuma/vdistances-too-many',
    ],
    [
      'type="hvm"\nmemory=64\nvnuma=[["pnode=0","size=64","vcpus=0","vdistances=12"]]',
      'vnuma/local-not-10',
    ],
    ['type="hvm"\nmemory=64\nvnuma=[["pnode=0","size=64","vcpus=0"]]', 'vnuma/vdistances-missing'],
    [
      'type="hvm"\nmemory=64\nvnuma=[["pnode=0","size=64","vcpus=0","vdistance=10"]]',
      'vnuma/unknown-key',
    ],
    ['type="hvm"\nmemory=64\nvnuma=[["pnode=0","size=64","vcpus=0"]]', 'vnuma/no-migrate'],
  ])('%j is answered with %s', (cfg, rule) => expect(rulesIn(cfg)).toContain(rule));

  it('a plain file has no warning', () =>
    expect(
      checkCfg('name = "a"\ntype = "pvh"\nmemory = 1024\nvcpus = 2\n', {
        ...known,
        host: { ...known.host, nodes: known.host.nodes.slice(0, 2) },
      }),
    ).toEqual([]));

  it('every rule that is reported is in the table', () => {
    const ids = new Set(XL_CFG_RULES.map((rule) => rule.id));
    expect(ids.size).toBe(XL_CFG_RULES.length);
    for (const rule of rulesIn('memory = 1;;vcpus = x\nnodes=1\ncpus="^all"')) {
      expect(ids).toContain(rule);
    }
  });
});

describe('fixes', () => {
  it('writing one mask per vCPU makes the memory follow', () => {
    const cfg = 'memory = 2048\nvcpus = 2\ncpus = "0-3"\n';
    const finding = checkCfg(cfg, known).find(
      (each) => each.rule === 'numa/pin-string-memory-elsewhere',
    );
    const edit = finding!.fixes![0]!.edits[0]!.edits[0]!;
    expect(edit.newText).toBe('["0-3", "0-3"]');
    const fixed = cfg.replace('"0-3"', edit.newText);
    const { build } = buildOnHost(readGuest(parseCfg(fixed), known.host), known);
    expect(build?.after.nodes).toEqual([0]);
  });
});

describe('the lens', () => {
  it.each([
    ['memory=2048\nvcpus=4', 'NUMA: fits node 1'],
    ['memory=15000\nvcpus=2', 'NUMA: fits nodes 0-1'],
    ['memory=60000\nvcpus=2', 'NUMA: fits no set of nodes, memory is spread'],
    ['memory=2048\nvcpus=2\ncpus_soft="node:0"', 'NUMA: memory from node 0 by its masks'],
    ['memory=64\npool="nope"', 'NUMA: the host has no pool "nope"'],
    [
      'type="hvm"\nmemory=64\nvnuma=[["pnode=1","size=64","vcpus=0"]]',
      'NUMA: bound to node 1 by vnuma',
    ],
  ])('%j', (cfg, words) => expect(placementSummary(cfg, known)).toBe(words));
});

describe('a written snippet', () => {
  it('puts the domain exactly where it was shown, in every form', () =>
    fc.assert(
      fc.property(
        fc.constantFrom<SnippetForm>('cpus_soft', 'cpus', 'vnuma'),
        fc.constantFrom([0], [1], [0, 1]),
        fc.integer({ min: 2, max: 16 }),
        fc.integer({ min: 64, max: 8000 }),
        (form, nodes, maxVcpus, memoryMib) => {
          const text = `type = "pvh"\nvcpus = ${maxVcpus}\nmemory = ${memoryMib}\n`;
          const { guest } = readGuest(parseCfg(text), known.host);
          const snippet = writeSnippet({ guest, nodes, host: known.host, form });
          const reading = readGuest(parseCfg(snippet), known.host);
          const errors = checkCfg(snippet, known).filter((each) => each.severity === 'error');
          if (form === 'vnuma') {
            expect(reading.guest.virtualNodes.map((node) => node.pnode)).toEqual(nodes);
            const allowed = ['vnuma/pnode-memory-short'];
            expect(errors.filter((each) => !allowed.includes(each.rule))).toEqual([]);
          } else {
            expect(errors).toEqual([]);
            expect(buildOnHost(reading, known).build?.after.nodes).toEqual(nodes);
          }
        },
      ),
      { numRuns: cases(1000) },
    ));
});

/** A series of creations with masks and pools by real xl on a real Xen, each with the outputs just before it. */
interface Step {
  readonly step: number;
  readonly in: { readonly op: string; readonly name: string };
  readonly config?: string;
  readonly rc: number;
  readonly numa_lines?: readonly string[];
  readonly before?: {
    readonly info_n: { readonly raw: string };
    readonly vcpu_list: { readonly raw: string };
    readonly cpupool_list: string;
  };
  readonly after?: { readonly vcpu_list: { readonly raw: string } };
}

const recorded = JSON.parse(
  gunzipSync(
    readFileSync(new URL('../../oracle/numa/s3-affinity.json.gz', import.meta.url)),
  ).toString('utf8'),
) as { readonly steps: readonly Step[] };
const creations = recorded.steps.filter((step) => step.before !== undefined);

describe('configurations that real xl created on a real Xen', () => {
  const placedOn = new Map<string, readonly number[]>();
  it.each(creations.map((step) => [`${step.in.name}, step ${step.step}`, step] as const))(
    '%s',
    (_, step) => {
      const { before, after } = step;
      const pools = poolOfDomains(step);
      const view = viewOf(before!.info_n.raw, before!.vcpu_list.raw, before!.cpupool_list);
      const host = hostKnowledgeOf(
        {
          ...view,
          domains: view.domains.map((domain) => ({
            ...domain,
            pool: pools.get(domain.name) ?? 0,
            // xl vcpu-list does not print it; it was set when the domain was placed.
            nodeAffinity: placedOn.get(domain.name) ?? domain.nodeAffinity,
          })),
        },
        'recorded',
      )!;
      const errors = checkCfg(step.config!, host).filter((each) => each.severity === 'error');
      expect(errors.length > 0).toBe(step.rc !== 0);
      if (step.rc !== 0) return;
      const asked = requestOf(readGuest(parseCfg(step.config!), host.host).guest, host.host);
      if ('why' in asked) throw new Error(asked.why);
      const build = buildDomain(host.host, host.domains, asked.request);
      const figures = /nr_nodes=(\d+), nr_cpus=(\d+), nr_vcpus=(\d+)/;
      const wanted = step.numa_lines!.flatMap((line) => figures.exec(line)?.[0] ?? []);
      expect(build.log.flatMap(([, text]) => figures.exec(text)?.[0] ?? [])).toEqual(wanted);
      if (build.search?.best !== undefined) placedOn.set(step.in.name, build.after.nodes);
      const soft = softAfter(after!.vcpu_list.raw, step.in.name);
      const home = cpusOfNodes(host.host, build.after.nodes);
      if (build.search?.best !== undefined) expect(soft).toBe(formatIds(home));
    },
  );
});

/** Domains made earlier in the series keep the pool their configuration named. */
function poolOfDomains(until: Step): ReadonlyMap<string, number> {
  const names = Array.from(until.before!.cpupool_list.matchAll(/^(Pool\S*)/gm), ([name]) => name);
  const pools = new Map<string, number>();
  for (const step of recorded.steps) {
    if (step === until) break;
    const pool = /pool = "([^"]+)"/.exec(step.config ?? '')?.[1];
    if (pool !== undefined) pools.set(step.in.name, names.indexOf(pool));
  }
  return pools;
}

function softAfter(vcpuList: string, name: string): string | undefined {
  const line = vcpuList.split('\n').find((each) => each.startsWith(`${name} `));
  return line?.split('/').at(-1)?.trim();
}
