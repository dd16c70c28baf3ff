import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Domain, Host } from '#core/numa';
import { checkCfg, type HostKnowledge } from '#core/xl-cfg';

/** One file that real xl and real libxl were run on. */
interface Recorded {
  readonly case: string;
  readonly cfg: string;
  readonly xl_exit: number;
  readonly xl_stderr: readonly string[];
  readonly libxl?: readonly string[];
}

type Verdict = 'accepted' | 'warned' | 'rejected';

const recorded = JSON.parse(
  readFileSync(new URL('../../oracle/numa/cfg-diagnostics.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

const MIB_IN_KIB = 1024;
const cpus = Array.from({ length: 16 }, (_, id) => id);

/** The machine of the recording: 2 nodes of 8 CPUs, Pool-0 = 0-11, pool "blue" = 12-15. */
const host: Host = {
  cpuIdCount: 16,
  nodeIdLimit: 64,
  hap: true,
  nodes: [
    { id: 0, sizeKib: 16_384 * MIB_IN_KIB, freeKib: 8192 * MIB_IN_KIB },
    { id: 1, sizeKib: 16_384 * MIB_IN_KIB, freeKib: 14_336 * MIB_IN_KIB },
  ],
  cpus: cpus.map((id) => ({ id, core: id, socket: id >> 3, node: id >> 3 })),
  distances: [
    [10, 20],
    [20, 10],
  ],
  pools: [
    { id: 0, name: 'Pool-0', scheduler: 'credit2', cpus: cpus.slice(0, 12) },
    { id: 1, name: 'blue', scheduler: 'credit', cpus: cpus.slice(12) },
  ],
};
const dom0: Domain = {
  id: 0,
  name: 'Domain-0',
  pool: 0,
  type: 'pv',
  memoryKib: 1_048_576,
  nodeAffinity: 'auto',
  vcpus: [{ hard: 'all', soft: 'all' }],
};
const known: HostKnowledge = { host, domains: [dom0], isSlitRejected: false, name: 'recorded' };

/** What xl and libxl made of the file. */
function recordedVerdict(record: Recorded): Verdict {
  const lines = record.libxl ?? [];
  if (record.xl_exit !== 0 || lines.some((line) => /rc=-\d/.test(line))) return 'rejected';
  return lines.some((line) => /\] (?:warning|notice):/.test(line)) ? 'warned' : 'accepted';
}

/** Which rule stands for which of xl's and libxl's own messages. */
const RULE_OF_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/affinity map is empty/, 'cpus/empty-map'],
  [/Invalid pcpu range/, 'cpus/bad-range'],
  [/Can't combine/, 'cpus/not-all'],
  [/maxvcpus < vcpus/, 'vcpus/max-less'],
  [/invalid pnode number/, 'vnuma/pnode-range'],
  [/memory size mismatch|Amount of memory mismatch/, 'vnuma/memory-sum'],
  [/vcpus and maxvcpus= mismatch/, 'vnuma/maxvcpus-mismatch'],
  [/more vcpus than pcpus/, 'vnuma/more-than-pcpus'],
  [/failed to split/, 'vnuma/not-pair'],
  [/failed to convert/, 'vnuma/not-number'],
  [/cannot get vnode config option list/, 'vnuma/not-list'],
  [/completely outside of domain's cpupool|Setting vcpu affinity/, 'cpus/outside-pool'],
  [/Illegal pool specified/, 'pool/unknown'],
  [/PV vNUMA/, 'vnuma/pv'],
  [/PoD and vNUMA/, 'vnuma/pod'],
  [/assigned more than once/, 'vnuma/vcpu-twice'],
  [/is not assigned to any vnode/, 'vnuma/vcpu-missing'],
  [/smaller than .* local distance/, 'vnuma/local-distance'],
  [/too small to contain video ram/, 'vnuma/video-ram'],
  [/are unreachable/, 'cpus/soft-unreachable'],
  [/affinity and vnuma info mismatch/, 'vnuma/affinity-mismatch'],
];

function rulesOfMessages(record: Recorded): readonly string[] {
  const lines = [...record.xl_stderr, ...(record.libxl ?? [])];
  const rules = lines.flatMap((line) => {
    const known = RULE_OF_MESSAGE.find(([pattern]) => pattern.test(line));
    return known === undefined ? [] : [known[1]];
  });
  return [...new Set(rules)];
}

describe('files that xl and libxl have judged', () => {
  it('are all here', () => {
    expect(recorded).toHaveLength(61);
  });

  it.each(recorded.map((record) => [record.case, record] as const))('%s', (_, record) => {
    const findings = checkCfg(record.cfg, known);
    const rules = findings.map((finding) => finding.rule);
    const errors = findings.filter((finding) => finding.severity === 'error');
    const warnings = findings.filter((finding) => finding.severity === 'warning');
    for (const rule of rulesOfMessages(record)) expect(rules).toContain(rule);
    const verdict = recordedVerdict(record);
    if (verdict === 'rejected') expect(errors.length).toBeGreaterThan(0);
    // The recording stops before the memory is allocated; that failure is our rule's own.
    else expect(errors.filter((each) => each.rule !== 'vnuma/pnode-memory-short')).toEqual([]);
    if (verdict === 'warned') expect(warnings.length).toBeGreaterThan(0);
    if (/NUMA placement failed/.test((record.libxl ?? []).join())) {
      expect(rules.some((rule) => /wider-than-pool|exceeds-pool-nodes/.test(rule))).toBe(true);
    }
  });
});
