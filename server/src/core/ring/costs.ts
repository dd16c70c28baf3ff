import { DIRECT_SEGMENTS, indirectNeed, PAGE_BYTES, SECTOR_BYTES } from './sizes.ts';

/** One I/O of the guest and the limits that were negotiated for it. */
export interface SplitInput {
  readonly ioBytes: number;
  /** Segments per request after negotiation; 11 or less means no indirect descriptors. */
  readonly maxSegments: number;
  /** Where in its first page the buffer starts. */
  readonly bufferOffsetBytes: number;
  readonly persistent: boolean;
  /** Persistent grants that the backend maps already. */
  readonly warm: boolean;
  /** The guest kernel's page; blkfront splits a larger page than 4 KiB in two requests when it has no indirect descriptors. */
  readonly guestPageBytes: number;
}

/** What one I/O becomes on the ring, and what it costs. */
export interface IoSplit {
  readonly segments: number;
  readonly segmentsPerRequest: readonly number[];
  readonly direct: number;
  readonly indirect: number;
  readonly dataGrants: number;
  readonly indirectGrants: number;
  /** Copied by the frontend because persistent grants bounce the data. */
  readonly copiedBytes: number;
  readonly mapOperations: number;
  readonly unmapOperations: number;
  readonly mapHypercalls: number;
  readonly unmapHypercalls: number;
  /** Sectors from the start of the I/O to its second request; undefined when there is one request. */
  readonly secondSectorOffset?: number;
}

/** Grant hypercalls of one request in blkback: batches of eleven for the data, one for descriptor pages; one call unmaps each kind. */
export function requestGrantCalls(segments: number): {
  readonly map: number;
  readonly unmap: number;
} {
  if (segments === 0) return { map: 0, unmap: 0 };
  const { indirectPages } = indirectNeed(segments);
  const descriptor = indirectPages > 0 ? 1 : 0;
  return { map: Math.ceil(segments / DIRECT_SEGMENTS) + descriptor, unmap: 1 + descriptor };
}

/**
 * The block layer cuts by whole guest pages; a guest page of more grants than a request has segments (64 KiB pages
 * without indirect descriptors) becomes two linked requests.
 */
export function cutSegments(
  segments: number,
  input: Pick<SplitInput, 'maxSegments' | 'guestPageBytes'>,
): readonly number[] {
  const grantsPerGuestPage = Math.max(1, input.guestPageBytes / PAGE_BYTES);
  const block =
    Math.max(1, Math.floor(input.maxSegments / grantsPerGuestPage)) * grantsPerGuestPage;
  const requests: number[] = [];
  for (let left = segments; left > 0; left -= block) {
    for (let part = Math.min(left, block); part > 0; part -= input.maxSegments) {
      requests.push(Math.min(part, input.maxSegments));
    }
  }
  return requests;
}

/** Splits a page-contiguous buffer the way the block layer and blkfront do. */
export function splitIo(input: SplitInput): IoSplit {
  const segments = Math.ceil((input.bufferOffsetBytes + input.ioBytes) / PAGE_BYTES);
  const segmentsPerRequest = cutSegments(segments, input);
  const indirectGrants = segmentsPerRequest.reduce(
    (sum, n) => sum + indirectNeed(n).indirectPages,
    0,
  );
  const calls = segmentsPerRequest.map(requestGrantCalls);
  const grants = segments + indirectGrants;
  const warm = input.persistent && input.warm;
  const first = segmentsPerRequest[0] ?? 0;
  return {
    segments,
    segmentsPerRequest,
    direct: segmentsPerRequest.filter((n) => n <= DIRECT_SEGMENTS).length,
    indirect: segmentsPerRequest.filter((n) => n > DIRECT_SEGMENTS).length,
    dataGrants: segments,
    indirectGrants,
    copiedBytes: input.persistent ? input.ioBytes : 0,
    mapOperations: warm ? 0 : grants,
    unmapOperations: input.persistent ? 0 : grants,
    mapHypercalls: warm ? 0 : calls.reduce((sum, call) => sum + call.map, 0),
    unmapHypercalls: input.persistent ? 0 : calls.reduce((sum, call) => sum + call.unmap, 0),
    ...(segmentsPerRequest.length > 1
      ? { secondSectorOffset: (first * PAGE_BYTES - input.bufferOffsetBytes) / SECTOR_BYTES }
      : {}),
  };
}

/** Data that a device can have under way at once. */
export interface InFlightLimit {
  readonly requestBytes: number;
  readonly outstandingRequests: number;
  readonly inFlightBytes: number;
}

export function inFlightLimit(
  entryCount: number,
  queues: number,
  maxSegments: number,
): InFlightLimit {
  const requestBytes = maxSegments * PAGE_BYTES;
  const outstandingRequests = entryCount * queues;
  return { requestBytes, outstandingRequests, inFlightBytes: requestBytes * outstandingRequests };
}

/** blkback's default of `max_persistent_grants`, per ring (Linux 6.1, drivers/block/xen-blkback/blkback.c). */
export const DEFAULT_MAX_PERSISTENT_GRANTS = 1056;
/** LRU_INTERVAL, milliseconds. */
export const PURGE_INTERVAL_MS = 100;
/** LRU_PERCENT_CLEAN. */
export const PURGE_PERCENT = 5;
/** xen_blkif.pgrant_timeout's default: a persistent grant unused for so long goes. */
export const IDLE_GRANT_SECONDS = 60;

/** Grants and event channels a frontend needs. */
export interface GrantPool {
  readonly perRing: number;
  readonly total: number;
  readonly ringPageGrants: number;
  readonly eventChannels: number;
  readonly indirectPages: number;
  readonly fitsBackend: boolean;
}

export function grantPool(
  entryCount: number,
  config: {
    readonly pageOrder: number;
    readonly queues: number;
    readonly maxSegments: number;
    readonly maxPersistentGrants: number;
  },
): GrantPool {
  const { indirectPages } = indirectNeed(config.maxSegments);
  const perRing = entryCount * (config.maxSegments + indirectPages);
  return {
    perRing,
    total: perRing * config.queues,
    ringPageGrants: 2 ** config.pageOrder * config.queues,
    eventChannels: config.queues,
    indirectPages: indirectPages * entryCount * config.queues,
    fitsBackend: perRing <= config.maxPersistentGrants,
  };
}

/** How many persistent grants blkback's periodic clean-up removes; integer arithmetic as in purge_persistent_gnt. */
export function purgeCount(maxGrants: number, heldGrants: number, overflowed: boolean): number {
  if (heldGrants < maxGrants || (heldGrants === maxGrants && !overflowed)) return 0;
  const share = Math.floor(maxGrants / 100) * PURGE_PERCENT;
  return Math.min(heldGrants, heldGrants - maxGrants + share);
}
