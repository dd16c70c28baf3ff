import type { Affinity, Host, IdSet } from './model.ts';

/** Ids are bounded so that a typing slip ("0-99999999") cannot fill the memory. */
const MAX_ID = 65_535;

/** Reads `0-3,7`, `all` or `none`; undefined when the text is none of these. */
export function parseIdSet(text: string): Affinity | undefined {
  const trimmed = text.trim();
  if (trimmed === 'all') return 'all';
  if (trimmed === 'none' || trimmed === '') return [];
  const ids = new Set<number>();
  for (const part of trimmed.split(',')) {
    const range = /^\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*$/.exec(part);
    if (range === null) return undefined;
    const first = Number(range[1]);
    const last = range[2] === undefined ? first : Number(range[2]);
    if (last < first || last > MAX_ID) return undefined;
    for (let id = first; id <= last; id++) ids.add(id);
  }
  return sortedIds(ids);
}

/** Like parseIdSet for places where `all` has no meaning. */
export function parseIds(text: string): IdSet | undefined {
  const ids = parseIdSet(text);
  return ids === 'all' ? undefined : ids;
}

/** Ascending, without duplicates. */
export function sortedIds(ids: Iterable<number>): IdSet {
  return [...new Set(ids)].sort((a, b) => a - b);
}

/** Writes ids as `0-3,7`; the empty set as `none`. */
export function formatIds(ids: IdSet): string {
  if (ids.length === 0) return 'none';
  const parts: string[] = [];
  for (let i = 0; i < ids.length;) {
    const first = ids[i]!;
    let last = first;
    while (ids[i + 1] === last + 1) {
      last++;
      i++;
    }
    parts.push(first === last ? String(first) : `${first}-${last}`);
    i++;
  }
  return parts.join(',');
}

/** Ids from 0 up to, not including, the count. */
export function idsBelow(count: number): IdSet {
  return Array.from({ length: count }, (_, id) => id);
}

/** The mask as ids: "all" is every id the host can number, absent CPUs included. */
export function expandAffinity(mask: Affinity, host: Host): IdSet {
  return mask === 'all' ? idsBelow(host.cpuIdCount) : mask;
}

/** Members of both. */
export function intersectIds(a: IdSet, b: IdSet): IdSet {
  const other = new Set(b);
  return a.filter((id) => other.has(id));
}

/** Whether every member of `part` is in `whole`. */
export function isSubset(part: IdSet, whole: IdSet): boolean {
  const set = new Set(whole);
  return part.every((id) => set.has(id));
}

/** Whether two sets have the same members. */
export function equalIds(a: IdSet, b: IdSet): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
