import { SECTOR_BYTES } from './sizes.ts';

/** Counters of one backend device, from sysfs or from a log_stats line. */
export interface StatisticsImport {
  readonly title: string;
  readonly readRequests: number;
  readonly writeRequests: number;
  readonly flushRequests: number;
  readonly discardRequests: number;
  readonly outOfRequests: number;
  /** 512-byte sectors; undefined where the input does not say. */
  readonly sectorsRead: number | undefined;
  readonly sectorsWritten: number | undefined;
  readonly persistentGrants: number | undefined;
  readonly maxPersistentGrants: number | undefined;
  /** What the numbers mean, a sentence each. */
  readonly sentences: readonly string[];
}

const COUNTERS = ['rd_req', 'wr_req', 'f_req', 'ds_req', 'oo_req', 'rd_sect', 'wr_sect'] as const;
type Counter = (typeof COUNTERS)[number];
type Counts = Partial<Record<Counter, number>>;

function kibPerRequest(sectors: number, requests: number): number {
  return (sectors * SECTOR_BYTES) / 1024 / requests;
}

function explain(
  counts: Counts,
  grants: readonly [used: number, most: number] | undefined,
): readonly string[] {
  const sentences: string[] = [];
  const average = (what: string, requests = 0, sectors?: number): void => {
    if (requests === 0 || sectors === undefined) return;
    const kib = kibPerRequest(sectors, requests);
    const size =
      kib > 44
        ? 'more than 44 KiB, so indirect descriptors are in use'
        : 'direct requests would do';
    sentences.push(`${requests} ${what} requests of ${kib.toFixed(1)} KiB on average: ${size}.`);
  };
  average('read', counts.rd_req, counts.rd_sect);
  average('write', counts.wr_req, counts.wr_sect);
  const out = counts.oo_req ?? 0;
  sentences.push(
    out === 0
      ? 'The backend never ran out of request structures.'
      : `The backend ran out of request structures ${out === 1 ? 'once' : `${out} times`}: the ring is deeper than 32 requests a page, or the disk is slow.`,
  );
  if (grants !== undefined) {
    const [used, most] = grants;
    sentences.push(
      used >= most
        ? `All ${most} persistent grants are in use: further pages are mapped and unmapped for each request.`
        : `${used} of ${most} persistent grants in use.`,
    );
  }
  return sentences;
}

function statisticsOf(
  title: string,
  counts: Counts,
  grants?: readonly [number, number],
): StatisticsImport {
  return {
    title,
    readRequests: counts.rd_req ?? 0,
    writeRequests: counts.wr_req ?? 0,
    flushRequests: counts.f_req ?? 0,
    discardRequests: counts.ds_req ?? 0,
    outOfRequests: counts.oo_req ?? 0,
    sectorsRead: counts.rd_sect,
    sectorsWritten: counts.wr_sect,
    persistentGrants: grants?.[0],
    maxPersistentGrants: grants?.[1],
    sentences: explain(counts, grants),
  };
}

/** `grep . .../statistics/*`, `head`-like or `name value` listings; counters of several devices are kept apart. */
function fromSysfs(text: string): readonly StatisticsImport[] {
  const devices = new Map<string, Counts>();
  const line =
    /^(?:.*?\b(vbd-\d+-\d+)\b.*?)?\b(rd_req|wr_req|f_req|ds_req|oo_req|rd_sect|wr_sect)\b["']?\s*[:=\s]\s*(\d+)\s*,?\s*$/gmu;
  for (const match of text.matchAll(line)) {
    const device = match[1] ?? 'blkback';
    const counts = devices.get(device) ?? {};
    counts[match[2] as Counter] = Number(match[3]);
    devices.set(device, counts);
  }
  return [...devices].map(([device, counts]) => statisticsOf(device, counts));
}

const LOG_STATS =
  /\(([^)]+)\): oo\s+(\d+)\s+\|\s+rd\s+(\d+)\s+\|\s+wr\s+(\d+)\s+\|\s+f\s+(\d+)\s+\|\s+ds\s+(\d+)(?:\s+\|\s+pg:\s+(\d+)\/\s*(\d+))?/gu;

/** The lines that blkback's log_stats parameter prints every ten seconds. */
function fromLog(text: string): readonly StatisticsImport[] {
  return [...text.matchAll(LOG_STATS)].map((match) => {
    const [, thread = '', oo, rd, wr, f, ds, used, most] = match;
    const counts: Counts = {
      oo_req: Number(oo),
      rd_req: Number(rd),
      wr_req: Number(wr),
      f_req: Number(f),
      ds_req: Number(ds),
    };
    return statisticsOf(
      thread,
      counts,
      used === undefined || most === undefined ? undefined : [Number(used), Number(most)],
    );
  });
}

/** Reads blkback's counters; empty when the text has none. */
export function importStatistics(text: string): readonly StatisticsImport[] {
  const logged = fromLog(text);
  return logged.length > 0 ? logged : fromSysfs(text);
}
