import { cpusOfNodes, type Host, type IdSet } from '#core/numa';
import type { Span } from '#core/text';

/** One part between the commas of a CPU list. */
export interface CpuListPart {
  readonly span: Span;
  readonly isExclusion: boolean;
  /** `all`, CPU ids or node ids. */
  readonly names: 'all' | 'cpus' | 'nodes';
  readonly first: number;
  readonly last: number;
}

/** Why xl refuses a part. */
export interface CpuListFault {
  readonly rule: 'cpus/bad-range' | 'cpus/not-all';
  readonly span: Span;
  readonly text: string;
}

/** A CPU list as xl reads it. */
export interface CpuList {
  readonly parts: readonly CpuListPart[];
  /** xl stops at the first; there is at most one. */
  readonly fault: CpuListFault | undefined;
}

/** Ids above this are not looked at one by one. */
const MAX_ID = 65_535;

/**
 * The language of `cpus=` and `cpus_soft=` (parse_cpurange, xl_parse.c): parts `3`, `0-3`, `all`, `node:1`,
 * `nodes:0-1`, each excluded by a leading `^`, taken from left to right. `textStart` is the offset of the first
 * character in the file.
 */
export function parseCpuList(text: string, textStart: number): CpuList {
  const parts: CpuListPart[] = [];
  let at = 0;
  for (const piece of text.split(',')) {
    const span = { start: textStart + at, end: textStart + at + piece.length };
    at += piece.length + 1;
    // strtok skips empty pieces.
    if (piece === '') continue;
    const part = parsePart(piece, span);
    if ('rule' in part) return { parts, fault: part };
    parts.push(part);
  }
  return { parts, fault: undefined };
}

/** The CPUs a list stands for on a host; ids the host does not have are dropped, as xl does silently. */
export function cpusOfList(list: CpuList, host: Host): IdSet {
  const cpus = new Set<number>();
  for (const part of list.parts) {
    const { isExclusion } = part;
    for (const cpu of cpusOfPart(part, host)) {
      if (isExclusion) cpus.delete(cpu);
      else cpus.add(cpu);
    }
  }
  return [...cpus].sort((a, b) => a - b);
}

/** CPUs one part names, out of range ones left out. */
export function cpusOfPart(part: CpuListPart, host: Host): IdSet {
  if (part.names === 'all') return range(0, host.cpuIdCount - 1);
  if (part.names === 'nodes') return cpusOfNodes(host, range(part.first, part.last));
  return range(part.first, Math.min(part.last, host.cpuIdCount - 1));
}

/** Parts that name a CPU or node id the host does not have. */
export function partsBeyondHost(list: CpuList, host: Host): readonly CpuListPart[] {
  const online = new Set(host.nodes.map((node) => node.id));
  return list.parts.filter((part) => {
    if (part.names === 'cpus') return part.last >= host.cpuIdCount;
    if (part.names === 'all') return false;
    return range(part.first, part.last).some((node) => !online.has(node));
  });
}

function parsePart(piece: string, span: Span): CpuListPart | CpuListFault {
  const isExclusion = piece.startsWith('^');
  const rest = isExclusion ? piece.slice(1) : piece;
  const prefix = /^nodes?:/.exec(rest)?.[0] ?? '';
  const ids = rest.slice(prefix.length);
  if (ids === 'all') {
    if (isExclusion) return { rule: 'cpus/not-all', span, text: piece };
    return { span, isExclusion, names: 'all', first: 0, last: 0 };
  }
  // strtoul skips blanks and a sign before each number, nothing after it.
  const numbers = /^\s*\+?(\d+)(?:-\s*\+?(\d+))?$/.exec(ids);
  const first = Number(numbers?.[1]);
  const last = Number(numbers?.[2] ?? numbers?.[1]);
  if (numbers === null || last < first) return { rule: 'cpus/bad-range', span, text: ids };
  return { span, isExclusion, names: prefix === '' ? 'cpus' : 'nodes', first, last };
}

function range(first: number, last: number): IdSet {
  const end = Math.min(last, MAX_ID);
  return Array.from({ length: Math.max(0, end - first + 1) }, (_, i) => first + i);
}
