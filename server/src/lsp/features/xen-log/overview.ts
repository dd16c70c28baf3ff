import type { LogOverview, LogRow } from '#core/protocol';
import type { Incident, LogAnalysis, LogBlock, LogEvent, LogKnowledge } from '#core/xen-log';

const mostRows = 400;
const mostKinds = 30;
const mostPlaces = 40;

const ofDomain = (domain: number | undefined, cpu: number | undefined): Partial<LogRow> => ({
  ...(domain === undefined ? {} : { domain }),
  ...(cpu === undefined ? {} : { cpu }),
});

/** An event as a row. */
export const eventRow = (event: LogEvent): LogRow => ({
  label: event.text.trim(),
  detail: `line ${event.line}`,
  line: event.line,
  severity: event.severity,
  ...ofDomain(event.domain, event.cpu),
});

function incidentRow(
  incident: Incident,
  analysis: LogAnalysis,
  eventOfLine: ReadonlyMap<number, LogEvent>,
): LogRow {
  const crash = incident.crash === undefined ? undefined : analysis.crashes[incident.crash];
  const source = crash ?? eventOfLine.get(incident.line);
  const times = incident.count > 1 ? `, ${incident.count} times` : '';
  return {
    label: incident.message,
    detail: `line ${incident.line}${times}`,
    line: incident.line,
    severity: incident.severity,
    ...ofDomain(source?.domain, source?.cpu),
    children: incident.related.map(({ line, text, why }) => ({
      label: text.trim(),
      detail: `${why.charAt(0).toLowerCase()}${why.slice(1)}, line ${line}`,
      line,
      severity: 'none',
    })),
  };
}

const phaseRow = (block: LogBlock): LogRow => ({
  label: block.title,
  detail:
    block.endLine > block.line ? `lines ${block.line}–${block.endLine}` : `line ${block.line}`,
  line: block.line,
  severity: block.kind === 'crash' ? 'error' : block.kind === 'dump' ? 'warning' : 'none',
  children: block.children.map(phaseRow),
});

function limitsOf(analysis: LogAnalysis): readonly string[] {
  const { countedOnlyEventCount, droppedEventCount, incidents } = analysis;
  return [
    ...(countedOnlyEventCount > 0
      ? [`${countedOnlyEventCount} repeated messages are counted and not listed.`]
      : []),
    ...(droppedEventCount > countedOnlyEventCount
      ? [`${droppedEventCount - countedOnlyEventCount} minor events are counted and not kept.`]
      : []),
    ...(incidents.length > mostRows
      ? [`Only the first ${mostRows} of ${incidents.length} incidents are shown.`]
      : []),
  ];
}

/** Events by a key, the first `mostPlaces` of each. */
function grouped<K>(
  events: readonly LogEvent[],
  keyOf: (event: LogEvent) => K,
): ReadonlyMap<K, readonly LogEvent[]> {
  const groups = new Map<K, LogEvent[]>();
  for (const event of events) {
    const group = groups.get(keyOf(event));
    if (group === undefined) groups.set(keyOf(event), [event]);
    else if (group.length < mostPlaces) group.push(event);
  }
  return groups;
}

function domainRows({ domains, events }: LogAnalysis): readonly LogRow[] {
  const notable = events.filter(({ severity }) => severity !== 'hint');
  const byDomain = grouped(notable, (event) => event.domain);
  return domains.slice(0, mostRows).map(({ domain, eventCount, firstLine }) => ({
    label: domain === 0 ? 'Domain 0' : `Domain ${domain}`,
    detail: `${eventCount} ${eventCount === 1 ? 'event' : 'events'}, first in line ${firstLine}`,
    line: firstLine,
    severity: 'none',
    domain,
    children: (byDomain.get(domain) ?? []).map(eventRow),
  }));
}

function frequentRows(analysis: LogAnalysis, knowledge: LogKnowledge): readonly LogRow[] {
  const kinds = new Map(knowledge.messages.map((kind) => [kind.id, kind]));
  const places = grouped(analysis.events, (event) => event.kind);
  return Object.entries(analysis.countByKind)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostKinds)
    .map(([id, count]) => ({
      label: kinds.get(id)?.title ?? places.get(id)?.[0]?.title ?? id,
      detail: count === 1 ? 'once' : `${count} times`,
      line: places.get(id)?.[0]?.line ?? 0,
      severity: kinds.get(id)?.severity ?? 'none',
      children: (places.get(id) ?? []).map(eventRow),
    }));
}

/** What the "Xen Log" view shows of an analysis. */
export function overviewOf(
  analysis: LogAnalysis,
  knowledge: LogKnowledge,
  sizeBytes: number,
): LogOverview {
  const eventOfLine = new Map(analysis.events.map((event) => [event.line, event]));
  const rows = (incidents: readonly Incident[]): readonly LogRow[] =>
    incidents.slice(0, mostRows).map((each) => incidentRow(each, analysis, eventOfLine));
  return {
    lineCount: analysis.lineCount,
    sizeBytes,
    limits: limitsOf(analysis),
    crashes: rows(analysis.incidents.filter(({ crash }) => crash !== undefined)),
    incidents: rows(analysis.incidents.filter(({ crash }) => crash === undefined)),
    phases: analysis.blocks.slice(0, mostRows).map(phaseRow),
    domains: domainRows(analysis),
    frequent: frequentRows(analysis, knowledge),
    unknown: analysis.unknown.slice(0, mostKinds).map(({ example, count, line }) => ({
      label: example.trim(),
      detail: count === 1 ? 'once' : `${count} times`,
      line,
      severity: 'none',
    })),
  };
}
