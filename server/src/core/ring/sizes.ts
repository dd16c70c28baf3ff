import type { SlotLayout, SlotStructure } from '#core/slot-layout';

/** A Xen page, and the unit of a grant: 4096 bytes on every architecture, whatever the guest's own page is. */
export const PAGE_BYTES = 4096;
/** One segment descriptor of a request or of an indirect page: grant, first and last sector, two bytes unused. */
export const SEGMENT_BYTES = 8;
/** BLKIF_MAX_SEGMENTS_PER_REQUEST (xen/include/public/io/blkif.h). */
export const DIRECT_SEGMENTS = 11;
/** BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST. */
export const MAX_INDIRECT_PAGES = 8;
export const SEGMENTS_PER_INDIRECT_PAGE: number = PAGE_BYTES / SEGMENT_BYTES;
/** The protocol's unit for sector numbers, whatever the disk's sector size. */
export const SECTOR_BYTES = 512;
/** What current processors share between cores. */
export const CACHE_LINE_BYTES = 64;

/** How many entries fit and how many the ring has. */
export interface RingFit {
  readonly ringBytes: number;
  readonly pages: number;
  /** Before rounding down. */
  readonly fit: number;
  readonly entryCount: number;
  readonly unusedBytes: number;
}

/** __CONST_RING_SIZE: what fits behind the header, rounded down to a power of two. */
export function fitRing(entryBytes: number, ringOffsetBytes: number, pageOrder: number): RingFit {
  const pages = 2 ** pageOrder;
  const ringBytes = PAGE_BYTES * pages;
  const fit = Math.floor((ringBytes - ringOffsetBytes) / entryBytes);
  const entryCount = fit < 1 ? 0 : 2 ** Math.floor(Math.log2(fit));
  return {
    ringBytes,
    pages,
    fit,
    entryCount,
    unusedBytes: ringBytes - ringOffsetBytes - entryCount * entryBytes,
  };
}

/** Ring entries for a page order, as the layout of a protocol gives them. */
export interface RingGeometry {
  readonly entryBytes: number;
  readonly ringOffsetBytes: number;
  entriesForOrder(pageOrder: number): number;
}

/** The geometry of the block ring on one ABI, as a trace needs it. */
export function blockGeometry(layout: SlotLayout): RingGeometry {
  return {
    entryBytes: layout.entryBytes,
    ringOffsetBytes: layout.ringOffsetBytes,
    entriesForOrder: (order) =>
      fitRing(layout.entryBytes, layout.ringOffsetBytes, order).entryCount,
  };
}

/** Size of a request that had room for `segments` descriptors instead of eleven. */
export function entryBytesFor(layout: SlotLayout, segments: number): number {
  const array = layout.request.fields.find((field) => field.name === 'seg');
  const headBytes = array?.offsetBytes ?? 0;
  const alignBytes = layout.entryBytes % 8 === 0 ? 8 : 4;
  return Math.ceil((headBytes + segments * layout.segment.sizeBytes) / alignBytes) * alignBytes;
}

/** How many slots touch how many cache lines, and how many lines one slot touches at most. */
export interface CacheLines {
  readonly entriesByLines: Readonly<Record<string, number>>;
  readonly mostLines: number;
}

export function cacheLinesTouched(
  entryBytes: number,
  ringOffsetBytes: number,
  options: { readonly entryCount: number; readonly lineBytes: number },
): CacheLines {
  const entriesByLines: Record<string, number> = {};
  let mostLines = 0;
  for (let i = 0; i < options.entryCount; i++) {
    const first = ringOffsetBytes + i * entryBytes;
    const last = first + entryBytes - 1;
    const lines = Math.floor(last / options.lineBytes) - Math.floor(first / options.lineBytes) + 1;
    entriesByLines[lines] = (entriesByLines[lines] ?? 0) + 1;
    mostLines = Math.max(mostLines, lines);
  }
  return { entriesByLines, mostLines };
}

/** Bytes of a structure that no member covers. */
export function paddingOffsets(structure: SlotStructure): readonly number[] {
  const named = new Set<number>();
  for (const field of structure.fields) {
    const bytes = field.sizeBytes * field.count;
    for (let i = 0; i < bytes; i++) named.add(field.offsetBytes + i);
  }
  return Array.from({ length: structure.sizeBytes }, (_, offset) => offset).filter(
    (offset) => !named.has(offset),
  );
}

/** How a request with so many segments is sent. */
export interface IndirectNeed {
  readonly operation: 'direct' | 'indirect';
  readonly indirectPages: number;
  readonly descriptorBytes: number;
}

export function indirectNeed(segments: number): IndirectNeed {
  if (segments <= DIRECT_SEGMENTS)
    return { operation: 'direct', indirectPages: 0, descriptorBytes: 0 };
  return {
    operation: 'indirect',
    indirectPages: Math.ceil(segments / SEGMENTS_PER_INDIRECT_PAGE),
    descriptorBytes: segments * SEGMENT_BYTES,
  };
}
