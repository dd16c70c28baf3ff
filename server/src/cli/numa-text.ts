import {
  candidateAt,
  formatIds,
  rankCandidates,
  type DomainBuild,
  type DomainRequest,
  type Host,
  type InputProblem,
  type JsonObject,
  type MissingFact,
  type Trap,
} from '#core/numa';

const SHOWN_CANDIDATES = 16;

interface Described {
  readonly known: {
    readonly host: Host;
    readonly missing: readonly MissingFact[];
    readonly problems: readonly InputProblem[];
  };
  readonly request: DomainRequest;
  readonly build: DomainBuild;
  readonly traps: readonly Trap[];
  readonly engine: string;
  readonly xapi: JsonObject | undefined;
}

/** The placement for a reader: need, candidates, the choice, what surprises. */
export function describePlacement(described: Described): string {
  const { build, request, traps, engine, xapi } = described;
  const lines = [
    `Need: ${kib(build.need.needKib)} (memory ${kib(build.need.targetKib)}, shadow ${kib(build.need.shadowKib)}, IOMMU ${kib(build.need.iommuKib)}, slack ${kib(build.need.slackKib)}) and ${request.maxVcpus} CPUs`,
    ...(engine === 'xapi' ? describeXapi(xapi ?? {}) : describeSearch(build)),
    ...(engine === 'xapi' ? [] : [memoryLine(build)]),
    ...traps.map((trap) => `! ${trap.sentence} ${trap.fix}`),
    ...described.known.missing.map(
      ({ what, command }) => `Missing: ${what}; run "${command}" and give its output with --host.`,
    ),
    ...described.known.problems.map(({ source, sentence }) => `${source.input}: ${sentence}`),
  ];
  return `${lines.join('\n')}\n`;
}

function memoryLine(build: DomainBuild): string {
  const how = build.after.nodeAffinity === 'auto' ? ' (automatic)' : '';
  const { nodes } = build.after;
  return `Memory from node${nodes.length === 1 ? '' : 's'} ${formatIds(nodes)}${how}.`;
}

function describeSearch(build: DomainBuild): readonly string[] {
  const { search } = build;
  if (search === undefined) {
    const why = build.log.findLast(([level]) => level === 'error' || level === 'warning')?.[1];
    return [why ?? 'The configuration switches the automatic placement off.'];
  }
  const { candidates, best } = search;
  const order = rankCandidates(candidates) ?? candidates.cpus.map((_, index) => index);
  const rows = order.slice(0, SHOWN_CANDIDATES).map((index) => {
    const { nodes, vcpus, cpus, freeKib } = candidateAt(candidates, index);
    const mark = index === search.bestTrace.at(-1) ? '*' : ' ';
    return `${mark} ${formatIds(nodes).padEnd(12)} ${String(vcpus).padStart(6)} ${String(cpus).padStart(5)} ${kib(freeKib).padStart(18)}`;
  });
  const more = candidates.count - rows.length;
  return [
    best === undefined
      ? `No set of nodes fits (${search.outcome}).`
      : `Size ${search.lastSizeTried}: ${candidates.count} sets of nodes fit.`,
    ...(rows.length === 0 ? [] : [`  nodes         vCPUs  CPUs               free`, ...rows]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function describeXapi(xapi: JsonObject): readonly string[] {
  if (xapi['enabled'] !== true) return ['xapi refuses the distance table and places nothing.'];
  const best = xapi['best'] as { readonly nodes: readonly number[] } | null;
  return [
    best === null ? 'xapi finds no set of nodes.' : `xapi chooses nodes ${best.nodes.join(', ')}.`,
  ];
}

function kib(value: number): string {
  return `${value.toString().replace(/\B(?=(\d{3})+$)/g, ',')} KiB`;
}
