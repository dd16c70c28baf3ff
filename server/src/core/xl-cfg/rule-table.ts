import type { Rule, Severity } from '#core/findings';

const NUMA_MD = 'libxl and xl sources of Xen 4.23 (c447b7308b13), run over a mock host';

function rule(id: string, severity: Severity, summary: string): Rule {
  return {
    id,
    name: id.slice(id.indexOf('/') + 1),
    severity,
    enabledByDefault: true,
    summary,
    sources: [NUMA_MD],
  };
}

/** Every rule about xl.cfg files. What xl or libxl refuses is an error, what it takes to a surprising end a warning. */
export const XL_CFG_RULES: readonly Rule[] = [
  rule('cfg/syntax', 'error', 'The line is not in the language of xl.cfg, so xl refuses the file.'),
  rule(
    'cfg/nodes-ignored',
    'warning',
    'nodes= belongs to cpupool files; in a domain file xl ignores it silently.',
  ),
  rule('vcpus/max-less', 'error', 'maxvcpus must not be smaller than vcpus.'),
  rule(
    'mem/maxmem-less',
    'warning',
    'maxmem is smaller than memory; nothing checks it when the domain is created.',
  ),
  rule('pool/unknown', 'error', 'The host has no cpupool of this name.'),
  rule('cpus/bad-range', 'error', 'A part of a CPU list is no id and no rising range.'),
  rule('cpus/not-all', 'error', '"all" cannot be excluded with "^".'),
  rule('cpus/empty-map', 'error', 'The CPU list names no CPU of the host.'),
  rule(
    'cpus/out-of-range-ignored',
    'warning',
    'CPUs or nodes the host does not have are dropped silently.',
  ),
  rule(
    'cpus/order',
    'warning',
    'A CPU list is applied from left to right: an exclusion before anything is included has no effect.',
  ),
  rule(
    'cpus/list-length',
    'warning',
    'The list of masks is longer or shorter than the number of vCPUs.',
  ),
  rule('cpus/outside-pool', 'error', "No CPU of the mask belongs to the domain's cpupool."),
  rule(
    'cpus/partly-outside-pool',
    'warning',
    'Part of the mask is outside the cpupool and cannot be used.',
  ),
  rule(
    'cpus/soft-unreachable',
    'warning',
    'No CPU of the soft mask can be reached, so it has no effect.',
  ),
  rule(
    'numa/vm-wider-than-node',
    'information',
    'More vCPUs than the largest node has CPUs: the domain spans nodes.',
  ),
  rule(
    'numa/vm-wider-than-pool',
    'warning',
    'More vCPUs than the pool has CPUs: automatic placement fails, the domain starts all the same.',
  ),
  rule(
    'numa/memory-exceeds-node',
    'information',
    'No node has the memory free: the domain spans nodes.',
  ),
  rule(
    'numa/memory-exceeds-pool-nodes',
    'warning',
    'All nodes together have too little memory free: automatic placement fails.',
  ),
  rule('numa/maxvcpus-counts', 'information', 'Placement counts maxvcpus, not vcpus.'),
  rule(
    'numa/pin-string-memory-elsewhere',
    'warning',
    'A mask for all vCPUs does not steer the memory: it can land on nodes the vCPUs never run on.',
  ),
  rule(
    'numa/pin-across-nodes',
    'warning',
    'The hard mask spans nodes and no soft mask says which to prefer.',
  ),
  rule(
    'numa/pin-disables-placement',
    'information',
    'A list of masks, or a soft mask, switches automatic placement off.',
  ),
  rule('vnuma/not-list', 'error', 'vnuma is a list of lists, one per virtual node.'),
  rule('vnuma/not-pair', 'error', 'An option of a virtual node has the form key=value.'),
  rule('vnuma/not-number', 'error', 'pnode, size, vcpus and vdistances are numbers.'),
  rule('vnuma/pv', 'error', 'PV guests have no virtual NUMA.'),
  rule(
    'vnuma/pod',
    'error',
    'Virtual NUMA needs all of maxmem from the start: memory must not be smaller.',
  ),
  rule('vnuma/pnode-range', 'error', 'The physical node does not exist on the host.'),
  rule(
    'vnuma/pnode-missing',
    'warning',
    'A virtual node without pnode is bound to physical node 0.',
  ),
  rule('vnuma/memory-sum', 'error', 'The sizes of the virtual nodes must add up to maxmem.'),
  rule('vnuma/maxvcpus-mismatch', 'error', 'The virtual nodes must list exactly maxvcpus vCPUs.'),
  rule(
    'vnuma/more-than-pcpus',
    'error',
    'Without maxvcpus, no more vCPUs may be listed than the host has CPUs.',
  ),
  rule('vnuma/vcpu-twice', 'error', 'A vCPU belongs to one virtual node only.'),
  rule('vnuma/vcpu-missing', 'error', 'Every vCPU belongs to a virtual node.'),
  rule('vnuma/local-distance', 'error', 'A virtual node must be nearest to itself.'),
  rule(
    'vnuma/vdistances-too-many',
    'error',
    'More distances than virtual nodes; xl does not check and writes past its array.',
  ),
  rule(
    'vnuma/vdistances-missing',
    'warning',
    'Without vdistances all distances are 0, which tells the guest nothing.',
  ),
  rule(
    'vnuma/vdistance-asymmetric',
    'warning',
    'Two virtual nodes have different distances to each other.',
  ),
  rule(
    'vnuma/local-not-10',
    'information',
    "By ACPI's convention a node's distance to itself is 10.",
  ),
  rule(
    'vnuma/unknown-key',
    'warning',
    'xl ignores options of a virtual node that it does not know.',
  ),
  rule(
    'vnuma/affinity-mismatch',
    'warning',
    'The mask of a vCPU does not match the physical node its memory is on.',
  ),
  rule('vnuma/video-ram', 'error', 'Virtual node 0 must be large enough for the video memory.'),
  rule(
    'vnuma/pnode-memory-short',
    'error',
    'The physical node has too little memory free; virtual nodes never take it from another.',
  ),
  rule(
    'vnuma/no-migrate',
    'information',
    'A domain with virtual NUMA cannot be saved or migrated.',
  ),
  rule('host/too-many-nodes', 'information', 'Above 16 nodes libxl does not place domains.'),
  rule('host/memory-only-node', 'information', 'A node without CPUs of the pool is never chosen.'),
  rule(
    'host/slit-rejected',
    'warning',
    "Xen refused the firmware's distance table; all nodes look equally far.",
  ),
  rule(
    'sched/credit2-soft-affinity',
    'information',
    'Credit2 balances its run queues without looking at soft affinity.',
  ),
  rule('sched/rtds-soft', 'warning', 'This scheduler ignores soft affinity.'),
];

const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  XL_CFG_RULES.map((entry) => [entry.id, entry.severity]),
);

/** Severity of a rule in the table. */
export function severityOf(id: string): Severity {
  return SEVERITIES.get(id) ?? 'warning';
}
