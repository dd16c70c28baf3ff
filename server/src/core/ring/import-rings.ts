import { brokenOrder, type RingState } from './macros.ts';
import { explainIndices } from './waiting.ts';

/** A real ring, as far as a print or a file shows it. */
export interface RingImport {
  readonly title: string;
  readonly ring: RingState;
  /** Indices that the input does not show, and what they were taken to be. */
  readonly assumed: readonly string[];
  /** What the indices mean. */
  readonly sentence: string;
}

type Known = Readonly<Partial<Record<keyof RingState, number>>>;

/** Sizes that a ring can have. */
function entryCountProblem(entryCount: number | undefined): string | undefined {
  if (entryCount === undefined)
    return 'nr_ents is missing; print the front or back ring as well as the shared one.';
  const isPower =
    Number.isInteger(entryCount) && entryCount > 0 && Number.isInteger(Math.log2(entryCount));
  return isPower && entryCount <= 4096
    ? undefined
    : `nr_ents ${entryCount} is not a power of two up to 4096.`;
}

/** Fills what is not shown from what a sleeping end leaves behind, and says so. */
function complete(title: string, known: Known): RingImport | string {
  const problem = entryCountProblem(known.entryCount);
  if (problem !== undefined) return `${title}: ${problem}`;
  const { reqProd, rspProd, entryCount = 0 } = known;
  if (reqProd === undefined || rspProd === undefined) {
    return `${title}: req_prod and rsp_prod of the shared ring are missing; print *ring.sring too.`;
  }
  const assumed: string[] = [];
  const assume = (name: string, value: number, why: string): number => {
    assumed.push(`${name} is not shown; taken as ${why} (${value >>> 0}).`);
    return value >>> 0;
  };
  const rspProdPvt = known.rspProdPvt ?? assume('rsp_prod_pvt', rspProd, 'rsp_prod');
  const reqCons =
    known.reqCons ??
    assume(
      'req_cons',
      consumerFrom(known.reqEvent, rspProdPvt, reqProd),
      'the backend leaves it when it sleeps',
    );
  const rspCons =
    known.rspCons ??
    assume(
      'rsp_cons',
      frontConsumer(known, rspProd, entryCount),
      'the frontend leaves it when it sleeps',
    );
  const ring: RingState = {
    entryCount,
    reqProd,
    rspProd,
    rspProdPvt,
    reqCons,
    rspCons,
    reqProdPvt: known.reqProdPvt ?? assume('req_prod_pvt', reqProd, 'req_prod'),
    reqEvent: known.reqEvent ?? assume('req_event', reqCons + 1, 'req_cons + 1'),
    rspEvent: known.rspEvent ?? assume('rsp_event', rspCons + 1, 'rsp_cons + 1'),
  };
  const broken = brokenOrder(ring);
  const sentence =
    broken === undefined
      ? explainIndices(ring)
      : `These indices cannot belong to two honest ends: ${broken}. Either the print is torn (taken while the ring moved) or one end is at fault.`;
  return { title, ring, assumed, sentence };
}

/** A consumer that sleeps has set its event to its index plus one. */
function consumerFrom(event: number | undefined, low: number, high: number): number {
  if (event === undefined) return high;
  const consumer = (event - 1) >>> 0;
  return (consumer - low) >>> 0 <= (high - low) >>> 0 ? consumer : high;
}

function frontConsumer(known: Known, rspProd: number, entryCount: number): number {
  const { rspEvent } = known;
  if (rspEvent === undefined) return rspProd;
  const consumer = (rspEvent - 1) >>> 0;
  const newest = known.reqProdPvt ?? known.reqProd ?? rspProd;
  const behind = (rspProd - consumer) >>> 0;
  return behind <= entryCount && (newest - consumer) >>> 0 <= entryCount ? consumer : rspProd;
}

const MEMBERS: Readonly<Record<string, keyof RingState>> = {
  req_prod: 'reqProd',
  req_event: 'reqEvent',
  rsp_prod: 'rspProd',
  rsp_event: 'rspEvent',
  req_prod_pvt: 'reqProdPvt',
  rsp_cons: 'rspCons',
  rsp_prod_pvt: 'rspProdPvt',
  req_cons: 'reqCons',
  nr_ents: 'entryCount',
};

/**
 * Reads what gdb's or crash's `print` shows of a front ring, a back ring and a shared ring: `name = number` in any
 * order, decimal or hexadecimal. A member that repeats starts the next ring.
 */
export function importDebuggerPrint(text: string): readonly RingImport[] | string {
  const groups: Partial<Record<keyof RingState, number>>[] = [];
  let current: Partial<Record<keyof RingState, number>> = {};
  let gathered = false;
  for (const match of text.matchAll(/\b([a-z_]+)\s*=\s*(0x[0-9a-fA-F]+|\d+)/gu)) {
    const member = Object.hasOwn(MEMBERS, match[1] ?? '') ? MEMBERS[match[1] ?? ''] : undefined;
    if (member === undefined) continue;
    const value = Number(match[2]);
    if (!Number.isSafeInteger(value) || value > 0xffffffff) {
      return `${match[1] ?? ''} = ${match[2] ?? ''} is not a 32-bit number.`;
    }
    if (current[member] !== undefined && !(member === 'entryCount' && current[member] === value)) {
      groups.push(current);
      current = {};
    }
    current[member] = value;
    gathered = true;
  }
  if (!gathered) return 'no ring index (req_prod, rsp_cons, nr_ents, ...) is printed in it.';
  groups.push(current);
  const rings: RingImport[] = [];
  for (const [index, known] of groups.entries()) {
    const ring = complete(
      groups.length === 1 ? 'Printed ring' : `Printed ring ${index + 1}`,
      known,
    );
    if (typeof ring === 'string') return ring;
    rings.push(ring);
  }
  return rings;
}

const NETBACK_RING =
  /\b(TX|RX): nr_ents (\d+)\s*\nreq prod (\d+) \(-?\d+\) cons (\d+) \(-?\d+\) event (\d+) \(-?\d+\)\s*\nrsp prod (\d+) \(base\) pvt (\d+) \(-?\d+\) event (\d+) \(-?\d+\)/gu;

/** Reads netback's debugfs file io_ring_qN (Linux 6.1, drivers/net/xen-netback/xenbus.c); several files may follow each other. */
export function importNetbackRings(text: string): readonly RingImport[] | string {
  const rings: RingImport[] = [];
  for (const match of text.replaceAll('\r', '').matchAll(NETBACK_RING)) {
    const queue = [...text.slice(0, match.index).matchAll(/^Queue (\d+)/gmu)].at(-1)?.[1] ?? '0';
    const [entryCount, reqProd, reqCons, reqEvent, rspProd, rspProdPvt, rspEvent] = match
      .slice(2)
      .map(Number);
    if (
      [entryCount, reqProd, reqCons, reqEvent, rspProd, rspProdPvt, rspEvent].some(
        (n) => n === undefined,
      )
    )
      continue;
    const known: Known = {
      entryCount,
      reqProd,
      reqCons,
      reqEvent,
      rspProd,
      rspProdPvt,
      rspEvent,
    } as Known;
    const ring = complete(`Netback queue ${queue}, ${match[1] ?? ''}`, known);
    if (typeof ring === 'string') return ring;
    rings.push(ring);
  }
  return rings.length > 0
    ? rings
    : 'no complete TX or RX block (nr_ents, req prod, rsp prod) is in it.';
}
