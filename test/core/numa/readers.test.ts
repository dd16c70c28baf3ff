import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleHost, HostInputReader, readHostInput, type InputFacts } from '#core/numa';
import { parseXml } from '../../../server/src/parse-xml.ts';
import { cases } from '../../effort.ts';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/numa');
const read = (name: string): InputFacts => {
  const text = readFileSync(path.join(fixtures, name), 'utf8');
  return readHostInput(path.basename(name), text, parseXml);
};
const hostOf = (name: string) => assembleHost([read(name)]);

const hosts = readdirSync(path.join(fixtures, 'xl-on-mock-host'));
const texts = hosts.flatMap((host) =>
  ['xl-info-n.txt', 'xl-list-n.txt', 'xl-vcpu-list.txt', 'xl-cpupool-list-c.txt'].map((file) =>
    readFileSync(path.join(fixtures, 'xl-on-mock-host', host, file), 'utf8'),
  ),
);
const publicTexts = readdirSync(path.join(fixtures, 'public'))
  .filter((file) => !file.endsWith('.cfg'))
  .map((file) => readFileSync(path.join(fixtures, 'public', file), 'utf8'));

const factsOf = (text: string): readonly string[] =>
  readHostInput('input', text, parseXml).facts.map(({ fact }) => JSON.stringify(fact));

describe('files of the public record', () => {
  it.each(readdirSync(path.join(fixtures, 'public')).filter((file) => !file.endsWith('.cfg')))(
    '%s is read, and what it says about nodes is whole',
    (file) => {
      const input = read(`public/${file}`);
      expect(input.formats).not.toEqual([]);
      expect(input.problems).toEqual([]);
    },
  );

  it('hwloc 1 and 2 agree about the sparse 48-core Opteron', () => {
    const old = hostOf('public/hwloc1-48amd64-4pa2n6c-sparse.xml').host;
    const current = hostOf('public/hwloc2-48amd64-4pa2n6c-sparse.xml').host;
    expect(old).toEqual(current);
    expect(current.nodes.map((node) => node.id)).toEqual([0, 1, 2, 33, 34, 45, 72, 73]);
    expect(current.nodes.at(-1)?.sizeKib).toBe(16 * 1024 * 1024);
    expect(current.distances[73]?.[0]).toBe(22);
    expect(current.cpus[47]).toMatchObject({ node: 73, socket: 3 });
  });

  it('numactl gives CPUs that alternate between the nodes', () => {
    const { host } = hostOf('public/numactl-H-2node-interleaved-cpus.txt');
    expect(host.cpus.map((cpu) => cpu.node)).toEqual(Array.from({ length: 40 }, (_, i) => i % 2));
    expect(host.nodes[1]).toEqual({ id: 1, sizeKib: 31_481 * 1024, freeKib: 30_668 * 1024 });
    expect(host.distances).toEqual([
      [10, 21],
      [21, 10],
    ]);
  });

  it('a firmware that lists every CPU on every node is contradicted once, in plain words', () => {
    const { problems, host } = hostOf('public/lscpu-8em64t-2s2ca2c-buggynuma.txt');
    expect(problems).toHaveLength(1);
    expect(problems[0]?.sentence).toMatch(
      /contradicts itself about cpu 0 node: 0 and 1; the first/,
    );
    expect(host.cpus.every((cpu) => cpu.node === 0)).toBe(true);
  });

  it('lscpu and lscpu -p agree', () => {
    const nodes = (file: string) => hostOf(file).host.cpus.map((cpu) => cpu.node);
    expect(nodes('public/lscpu-p-64amd64-4s2n4ca2co.txt')).toEqual(
      nodes('public/lscpu-64amd64-4s2n4ca2co.txt'),
    );
  });

  it('libvirt gives the guest with its four cells', () => {
    const [guest] = hostOf('public/libvirt-xml-fullvirt-vnuma.xml').guests;
    expect(guest).toMatchObject({ name: 'XenGuest2', type: 'hvm', maxVcpus: 8 });
    expect(guest?.virtualNodes[3]).toEqual({
      pnode: undefined,
      memoryKib: 2_097_152,
      vcpus: [6, 7],
      distances: [41, 31, 21, 10],
    });
  });
});

describe('several inputs', () => {
  const info = `numa_info              :
node:    memsize    memfree    distances
   0:      8192       4000      10,21
   1:      8192       6000      21,10
`;
  const dom0 =
    'available: 1 nodes (0)\nnode 0 cpus: 0 1\nnode 0 size: 890 MB\nnode 0 free: 808 MB\n';

  it('the hypervisor is believed before dom0, whichever comes first', () => {
    const inputs = [
      readHostInput('numactl.txt', dom0, parseXml),
      readHostInput('xl.txt', info, parseXml),
    ];
    for (const order of [inputs, [...inputs].reverse()]) {
      const view = assembleHost(order);
      const { host, problems } = view;
      expect(host.nodes[0]).toEqual({ id: 0, sizeKib: 8192 * 1024, freeKib: 4000 * 1024 });
      expect(view.sourceOf('node 0 free KiB')).toMatchObject({ input: 'xl.txt', line: 3 });
      expect(problems).toHaveLength(1);
      expect(problems[0]?.sentence).toContain('xl.txt is taken, it shows what the hypervisor sees');
    }
  });

  it('names what is missing and the command that tells it', () => {
    const { missing } = assembleHost([readHostInput('xl.txt', info, parseXml)]);
    expect(missing).toContainEqual({
      what: 'which CPUs belong to which node',
      command: 'xl info -n',
    });
    expect(missing).toContainEqual({ what: 'the domains that run', command: 'xl list -n' });
  });

  it('of several dumps in one log the last counts', () => {
    const dump = (free: number, domain: number): string =>
      `(XEN) 'u' pressed -> dumping numa info (now = 1)
(XEN) NODE0 start->0 size->1000 free->${free}
(XEN) CPU0...3 -> NODE0
(XEN) Memory location of each domain:
(XEN) d${domain} (total: 300):
(XEN)     Node 0: 300
`;
    const { host, domains } = assembleHost([
      readHostInput('xl dmesg', dump(500, 1) + dump(200, 2), parseXml),
    ]);
    expect(host.nodes[0]?.freeKib).toBe(800);
    expect(domains.map((domain) => domain.id)).toEqual([2]);
  });
});

describe('dom0_nodes on the command line', () => {
  const boot = (nodes: string): readonly string[] =>
    readHostInput(
      'xl dmesg',
      `(XEN) Command line: loglvl=all dom0_nodes=${nodes}
(XEN) SRAT: PXM 1 -> APIC 00 -> Node 0
(XEN) SRAT: PXM 0 -> APIC 02 -> Node 1
(XEN) SRAT: PXM 2 -> APIC 04 -> Node 2
`,
      parseXml,
    ).problems.map((problem) => problem.sentence);

  it('is said to name proximity domains where those are other nodes', () => {
    expect(boot('1,relaxed')).toEqual([
      'dom0_nodes in line 1 takes ACPI proximity domains, not node ids: 1 is node 0.',
    ]);
    expect(boot('5,2')).toEqual([
      'dom0_nodes in line 1 takes ACPI proximity domains, not node ids: this log does not tell the node of 5.',
    ]);
  });

  it('is not mentioned where both mean the same', () => expect(boot('2,strict')).toEqual([]));
});

describe('a reader of anything', () => {
  const anyText = fc.constantFrom(...texts, ...publicTexts.filter((text) => text.length < 30_000));

  it('loses no whole line that stands before a cut', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (text, at) => {
          const cut = text.slice(0, Math.floor(text.length * at));
          const wholeLines = cut.slice(0, cut.lastIndexOf('\n') + 1);
          const kept = new Set(factsOf(cut));
          for (const fact of factsOf(wholeLines)) expect(kept).toContain(fact);
        },
      ),
      { numRuns: cases(2000) },
    ));

  it('reads two inputs pasted after each other as well as one by one', () =>
    fc.assert(
      fc.property(anyText, anyText, (first, second) => {
        const joined = new Set(factsOf(`${first}\n${second}`));
        for (const fact of [...factsOf(first), ...factsOf(second)]) expect(joined).toContain(fact);
      }),
      { numRuns: cases(1000) },
    ));

  it('answers noise between the lines without losing what is around it', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.string(), { maxLength: 5 }),
        (text, noise) => {
          const lines = text.split('\n');
          const reader = new HostInputReader('input', parseXml);
          for (const line of [...lines, ...noise.map((each) => each.replace(/[\r\n]/g, ' '))]) {
            reader.feed(line);
          }
          const facts = new Set(reader.finish().facts.map(({ fact }) => JSON.stringify(fact)));
          for (const fact of factsOf(text)) expect(facts).toContain(fact);
        },
      ),
      { numRuns: cases(1000) },
    ));

  it('never fails, and says at most one plain sentence per line', () =>
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(), { maxLength: 8 }), (text, places) => {
        let broken = text;
        for (const place of places) {
          const at = place % (broken.length + 1);
          broken = broken.slice(0, at) + '\u0000x9-,:<['[place % 9] + broken.slice(at + 1);
        }
        const input = readHostInput('input', broken, parseXml);
        const { problems } = assembleHost([input]);
        expect(input.problems.length).toBeLessThanOrEqual(broken.split('\n').length);
        for (const { sentence } of problems) expect(sentence).toMatch(/^.+[.)]$/s);
      }),
      { numRuns: cases(2000) },
    ));
});

describe('absurd numbers', () => {
  const table = (rows: string): string =>
    `numa_info              :\nnode:    memsize    memfree    distances\n${rows}\n`;
  const cpus = (rows: string): string =>
    `cpu_topology           :\ncpu:    core    socket     node\n  0:       0        0        0\n${rows}\n`;
  const dump = (rows: string): string =>
    `(XEN) 'u' pressed -> dumping numa info (now = 1)\n${rows}\n`;
  it.each([
    ['a node id', table('99999999:      8192       4000      10,21')],
    ['a CPU id', cpus('999999999:       0        0        0')],
    ["a CPU's node", cpus('  1:       1        0        99999999')],
    ['a run of CPUs', dump('(XEN) CPU0...999999999 -> NODE0')],
    ['a node of a dump', dump('(XEN) NODE99999999 start->0 size->1000 free->500')],
    ['an id of numactl', 'available: 1 nodes (0)\nnode 0 cpus: 0 1 999999999'],
    ['a node of lscpu', 'NUMA node99999999 CPU(s):   0-3'],
    ['a distance', '(XEN) NUMA: distance: NODE#0->NODE#999999999:20'],
    ['a CPU count', `nr_cpus                : 99999999999\nmax_cpu_id             : 99999999999\n`],
    [
      'a vCPU count',
      'Name  ID   Mem VCPUs\tState\tTime(s)\nbig   4    99  999999999     -b----       7.7',
    ],
    [
      'vCPUs of libvirt',
      "<domain type='xen'><name>a</name><vcpu cpuset='0'>999999999</vcpu></domain>",
    ],
  ])('%s is left out with one sentence, the host stays as small as it is', (_, text) => {
    const { host, domains, guests, problems } = assembleHost([
      readHostInput('input', text, parseXml),
    ]);
    expect(problems.map((problem) => problem.sentence).join()).toMatch(/left out|cannot be read/);
    expect(host.cpuIdCount).toBeLessThanOrEqual(2);
    expect(Math.max(0, ...host.nodes.map((node) => node.id))).toBe(0);
    expect([...domains, ...guests]).toEqual([]);
  });
});
