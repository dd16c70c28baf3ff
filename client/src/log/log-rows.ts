import type { LogOverview, LogRow } from '#core/protocol';

/** What the view is narrowed to; an absent part narrows nothing. */
export interface LogFilter {
  readonly domains?: readonly number[];
  readonly cpus?: readonly number[];
  readonly severities?: readonly LogRow['severity'][];
}

/** A heading of the view with its rows. */
export interface LogSection {
  readonly id: 'crashes' | 'incidents' | 'phases' | 'domains' | 'frequent' | 'unknown';
  readonly rows: readonly LogRow[];
}

export const isNarrowed = ({ domains, cpus, severities }: LogFilter): boolean =>
  domains !== undefined || cpus !== undefined || severities !== undefined;

function fits(row: LogRow, { domains, cpus, severities }: LogFilter): boolean {
  if (domains !== undefined && (row.domain === undefined || !domains.includes(row.domain)))
    return false;
  if (cpus !== undefined && (row.cpu === undefined || !cpus.includes(row.cpu))) return false;
  return severities === undefined || severities.includes(row.severity);
}

/** Rows that fit, and rows one of whose children fits with only those. */
function narrowed(rows: readonly LogRow[], filter: LogFilter): readonly LogRow[] {
  return rows.flatMap((row) => {
    if (fits(row, filter)) return [row];
    const children = narrowed(row.children ?? [], filter);
    return children.length === 0 ? [] : [{ ...row, children }];
  });
}

/** The view's headings with what the filter leaves of them; empty headings are left out. */
export function sectionsOf(overview: LogOverview, filter: LogFilter): readonly LogSection[] {
  const ids: readonly LogSection['id'][] = [
    'crashes',
    'incidents',
    'phases',
    'domains',
    'frequent',
    'unknown',
  ];
  return ids
    .map((id) => ({ id, rows: isNarrowed(filter) ? narrowed(overview[id], filter) : overview[id] }))
    .filter(({ rows }) => rows.length > 0);
}

/** The domains and CPUs that rows speak of, rising. */
export function mentioned(overview: LogOverview): {
  readonly domains: readonly number[];
  readonly cpus: readonly number[];
} {
  const domains = new Set<number>();
  const cpus = new Set<number>();
  const visit = (row: LogRow): void => {
    if (row.domain !== undefined) domains.add(row.domain);
    if (row.cpu !== undefined) cpus.add(row.cpu);
    row.children?.forEach(visit);
  };
  for (const section of sectionsOf(overview, {})) section.rows.forEach(visit);
  const rising = (values: ReadonlySet<number>): number[] =>
    Array.from(values).sort((a, b) => a - b);
  return { domains: rising(domains), cpus: rising(cpus) };
}
