import { intersectIds, isSubset, nodesOfCpus, type Host, type IdSet } from '#core/numa';
import { cpusOfList, partsBeyondHost, type CpuList } from './cpu-list.ts';
import { settingOf } from './syntax.ts';
import type { CheckInput, Found, SpanFix } from './found.ts';
import type { WrittenAffinity } from './guest.ts';

/** Enough CPU ids to judge a list without a host. */
const UNKNOWN_HOST_CPUS = 8192;

/** Rules about `cpus=` and `cpus_soft=`. */
export function checkAffinity(input: CheckInput): readonly Found[] {
  const { hard, soft } = input.reading;
  return [hard, soft].flatMap((written) => {
    if (written === undefined) return [];
    return [
      ...written.lists.flatMap((list, entry) => checkList(list, entry, { written, input })),
      ...checkListLength(written, input),
      ...checkSwitchesOff(written, input),
    ];
  });
}

interface Context {
  readonly written: WrittenAffinity;
  readonly input: CheckInput;
}

function checkList(list: CpuList, entry: number, context: Context): readonly Found[] {
  const { fault } = list;
  // Entries beyond the last vCPU are not even parsed.
  if (context.written.isPerVcpu && entry >= context.input.reading.maxVcpus) return [];
  if (fault !== undefined) {
    const message =
      fault.rule === 'cpus/not-all'
        ? `"${fault.text}" cannot be: xl refuses "^" before "all".`
        : `"${fault.text}" is no CPU, node or rising range; xl stops with "Invalid pcpu range".`;
    return [{ rule: fault.rule, span: fault.span, message }];
  }
  const empty = checkEmpty(list, context);
  return empty.length > 0 ? empty : [...checkOrder(list), ...checkAgainstHost(list, context)];
}

function checkEmpty(list: CpuList, { written, input }: Context): readonly Found[] {
  const host = input.host?.host;
  // Without a host only lists of plain CPU ids can be judged.
  const isJudged = host !== undefined || list.parts.every((part) => part.names === 'cpus');
  if (!isJudged || cpusOfList(list, host ?? unknownHost()).length > 0) return [];
  const first = list.parts[0]?.span.start ?? written.value.span.start;
  const last = list.parts.at(-1)?.span.end ?? written.value.span.end;
  const kind = written.key === 'cpus' ? 'hard' : 'soft';
  return [
    {
      rule: 'cpus/empty-map',
      span: { start: first, end: last },
      message: `No CPU${host === undefined ? '' : ' of this host'} is left in the ${kind} mask; xl stops with "vcpu ${kind} affinity map is empty".`,
    },
  ];
}

function checkOrder(list: CpuList): readonly Found[] {
  const firstIncluded = list.parts.findIndex((part) => !part.isExclusion);
  if (firstIncluded <= 0) return [];
  const early = list.parts.slice(0, firstIncluded);
  return early.map((part) => ({
    rule: 'cpus/order',
    span: part.span,
    message:
      'This exclusion comes before anything is included, so it removes nothing. Write it after the CPUs it shall take away.',
  }));
}

function checkAgainstHost(list: CpuList, { written, input }: Context): readonly Found[] {
  if (input.host === undefined) return [];
  const { host } = input.host;
  const found: Found[] = partsBeyondHost(list, host).map((part) => ({
    rule: 'cpus/out-of-range-ignored',
    span: part.span,
    message:
      part.names === 'cpus'
        ? `The host's CPUs are 0 to ${host.cpuIdCount - 1}; xl drops the others without a word.`
        : `The host has no such node; xl drops it without a word.`,
  }));
  return written.key === 'cpus' ? [...found, ...checkPool(list, { written, input })] : found;
}

function checkPool(list: CpuList, { written, input }: Context): readonly Found[] {
  const { host } = input.host!;
  const poolName = input.reading.guest.poolName;
  const pool =
    poolName === undefined ? host.pools[0] : host.pools.find((each) => each.name === poolName);
  if (pool === undefined) return [];
  const cpus = cpusOfList(list, host);
  const reachable = intersectIds(cpus, pool.cpus);
  const span = spanOf(list, written);
  if (reachable.length === 0) {
    return [
      {
        rule: 'cpus/outside-pool',
        span,
        message: `None of these CPUs belongs to ${pool.name}; the domain cannot be created.`,
      },
    ];
  }
  if (reachable.length === cpus.length || list.parts.some((part) => part.names === 'all')) {
    return checkSpread(reachable, span, { written, input });
  }
  return [
    {
      rule: 'cpus/partly-outside-pool',
      span,
      message: `${cpus.length - reachable.length} of ${cpus.length} CPUs are outside ${pool.name} and are never used.`,
    },
    ...checkSpread(reachable, span, { written, input }),
  ];
}

function checkSpread(reachable: IdSet, span: Found['span'], context: Context): readonly Found[] {
  const { host } = context.input.host!;
  const nodes = nodesOfCpus(host, reachable);
  const pool = host.pools.find((each) => isSubset(reachable, each.cpus));
  const isWholePool = pool !== undefined && reachable.length === pool.cpus.length;
  const { reading } = context.input;
  if (nodes.length < 2 || isWholePool || reading.soft !== undefined) return [];
  if (reading.guest.virtualNodes.length > 0) return [];
  return [
    {
      rule: 'numa/pin-across-nodes',
      span,
      message: `The mask covers nodes ${nodes.join(', ')} without saying which to prefer. Pin to one node, or add cpus_soft = "node:${nodes[0]}".`,
    },
  ];
}

function checkListLength(written: WrittenAffinity, input: CheckInput): readonly Found[] {
  const { value } = written;
  if (!written.isPerVcpu || value.kind !== 'list') return [];
  const { maxVcpus } = input.reading;
  const entries = value.items.length;
  if (entries === maxVcpus) return [];
  const setting = settingOf(input.document, written.key);
  if (entries < maxVcpus) {
    return [
      {
        rule: 'cpus/list-length',
        span: setting?.keySpan ?? value.span,
        message: `${entries} masks for ${maxVcpus} vCPUs: those from ${entries} on stay free.`,
      },
    ];
  }
  const surplus = value.items.slice(maxVcpus);
  const end = surplus.at(-1)!.span.end;
  const fixes: readonly SpanFix[] =
    maxVcpus === 0
      ? []
      : [
          {
            title: `Remove the ${entries - maxVcpus} surplus masks`,
            preferred: true,
            edits: [{ span: { start: value.items[maxVcpus - 1]!.span.end, end }, newText: '' }],
          },
        ];
  return [
    {
      rule: 'cpus/list-length',
      span: { start: surplus[0]!.span.start, end },
      message: `${entries} masks for ${maxVcpus} vCPUs: xl ignores the last ${entries - maxVcpus}.`,
      fixes,
    },
  ];
}

function checkSwitchesOff(written: WrittenAffinity, input: CheckInput): readonly Found[] {
  if (written.key === 'cpus' && !written.isPerVcpu) return [];
  const setting = settingOf(input.document, written.key);
  if (setting === undefined) return [];
  const follows =
    written.key === 'cpus'
      ? 'the memory comes from the nodes of all these CPUs together'
      : 'the memory comes from the nodes of the soft mask inside the hard one';
  return [
    {
      rule: 'numa/pin-disables-placement',
      span: setting.keySpan,
      message: `Automatic placement is off with this setting: ${follows}.`,
    },
  ];
}

function spanOf(list: CpuList, written: WrittenAffinity): Found['span'] {
  const first = list.parts[0]?.span.start ?? written.value.span.start;
  return { start: first, end: list.parts.at(-1)?.span.end ?? written.value.span.end };
}

function unknownHost(): Host {
  return {
    cpuIdCount: UNKNOWN_HOST_CPUS,
    nodeIdLimit: 64,
    hap: true,
    nodes: [],
    cpus: [],
    distances: [],
    pools: [],
  };
}
