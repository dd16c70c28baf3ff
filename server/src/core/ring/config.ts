import type { Abi } from '#core/c-types';
import { DEFAULT_MAX_PERSISTENT_GRANTS } from './costs.ts';
import type { PublicationOrder } from './negotiation.ts';

/** A device as both ends agreed on it. */
export interface RingConfig {
  readonly abi: Abi;
  /** The ring is 2^pageOrder pages. */
  readonly pageOrder: number;
  readonly queues: number;
  /** Segments per request after negotiation; 11 means no indirect descriptors. */
  readonly maxSegments: number;
  /** Grants stay mapped in the backend, the frontend bounces the data. */
  readonly persistent: boolean;
  /** blkback maps grants; QEMU's backend copies through the hypervisor. Persistent grants imply map. */
  readonly dataPath: 'map' | 'copy';
  readonly guestPageKib: 4 | 64;
  readonly publication: PublicationOrder;
  /** Free-running index at which both ends attach, to watch the wrap at 2^32. */
  readonly startIndex: number;
  /** blkback's max_persistent_grants, per ring. */
  readonly maxPersistentGrants: number;
  /** When the frontend wants to be woken: by the next response, or after half of the outstanding ones. */
  readonly frontendWake: 'next' | 'half';
}

/** What the guest does. */
export interface Workload {
  readonly ioKib: number;
  /** I/Os in all. */
  readonly count: number;
  /** I/Os kept outstanding. */
  readonly depth: number;
  readonly writePercent: number;
  /** Where in its page each buffer starts, a multiple of 512. */
  readonly bufferOffsetBytes: number;
  /** Every n-th I/O is a flush; 0 for none. */
  readonly flushEvery: number;
  /** Every n-th I/O is a discard; 0 for none. */
  readonly discardEvery: number;
  readonly pattern: 'sequential' | 'random';
}

/**
 * Modelled times in microseconds. They are round figures of the right size for a current x86 server, not measurements:
 * whatever is computed from them is labelled "model".
 */
export interface CostModel {
  /** Filling one slot and its shadow entry. */
  readonly fillUs: number;
  /** Claiming and granting one page. */
  readonly grantUs: number;
  readonly pushUs: number;
  /** One hypercall without its work: event channel send, grant map, unmap or copy. */
  readonly hypercallUs: number;
  readonly mapPageUs: number;
  /** Unmapping includes the TLB flush. */
  readonly unmapPageUs: number;
  readonly copyPageUs: number;
  /** From an event sent to the other end's code running. */
  readonly wakeUs: number;
  /** Taking one request: copy and checks. */
  readonly takeUs: number;
  readonly submitUs: number;
  readonly respondUs: number;
  /** Handling one response and completing its I/O. */
  readonly completeUs: number;
  readonly checkUs: number;
  readonly memcpyBytesPerUs: number;
  readonly diskLatencyUs: number;
  /** Share of the latency that varies from request to request, 0 to 1. */
  readonly diskJitter: number;
  readonly diskBytesPerUs: number;
}

export const DEFAULT_CONFIG: RingConfig = {
  abi: 'x86_64',
  pageOrder: 0,
  queues: 1,
  maxSegments: 32,
  persistent: true,
  dataPath: 'map',
  guestPageKib: 4,
  publication: 'linux',
  startIndex: 0,
  maxPersistentGrants: DEFAULT_MAX_PERSISTENT_GRANTS,
  frontendWake: 'next',
};

export const DEFAULT_WORKLOAD: Workload = {
  ioKib: 1024,
  count: 64,
  depth: 4,
  writePercent: 0,
  bufferOffsetBytes: 0,
  flushEvery: 0,
  discardEvery: 0,
  pattern: 'sequential',
};

export const DEFAULT_COSTS: CostModel = {
  fillUs: 0.4,
  grantUs: 0.05,
  pushUs: 0.1,
  hypercallUs: 0.6,
  mapPageUs: 0.25,
  unmapPageUs: 0.4,
  copyPageUs: 0.5,
  wakeUs: 6,
  takeUs: 0.3,
  submitUs: 1.2,
  respondUs: 0.3,
  completeUs: 0.5,
  checkUs: 0.1,
  memcpyBytesPerUs: 10_000,
  diskLatencyUs: 90,
  diskJitter: 0.6,
  diskBytesPerUs: 2000,
};

interface Named<T> {
  readonly id: string;
  readonly title: string;
  readonly value: T;
}

/** Configurations worth comparing. */
export const PRESETS: readonly Named<RingConfig>[] = [
  {
    id: 'post-2013',
    title: '2013 · 11 segments',
    value: { ...DEFAULT_CONFIG, maxSegments: 11, persistent: false },
  },
  { id: 'linux', title: 'Linux · 32 segments', value: DEFAULT_CONFIG },
  {
    id: 'linux-map',
    title: '32 segments · map',
    value: { ...DEFAULT_CONFIG, persistent: false },
  },
  {
    id: 'copy',
    title: '32 segments · copy',
    value: { ...DEFAULT_CONFIG, persistent: false, dataPath: 'copy' },
  },
  { id: 'segments-64', title: '64 segments', value: { ...DEFAULT_CONFIG, maxSegments: 64 } },
  { id: 'segments-256', title: '256 segments', value: { ...DEFAULT_CONFIG, maxSegments: 256 } },
  {
    id: 'order-4',
    title: '16 pages · 11 seg.',
    value: { ...DEFAULT_CONFIG, pageOrder: 4, maxSegments: 11 },
  },
  { id: 'queues-4', title: '4 queues', value: { ...DEFAULT_CONFIG, queues: 4 } },
  {
    id: 'protocol-max',
    title: 'Maximum · 4096 seg.',
    value: { ...DEFAULT_CONFIG, maxSegments: 4096, persistent: false },
  },
  {
    id: 'page-64k',
    title: '64 KiB guest pages',
    value: {
      ...DEFAULT_CONFIG,
      abi: 'arm64',
      guestPageKib: 64,
      maxSegments: 11,
      persistent: false,
    },
  },
  {
    id: 'wrap',
    title: 'Linux, near 2^32',
    value: { ...DEFAULT_CONFIG, startIndex: 0xfffffff0 },
  },
];

/** What a guest may do. */
export const WORKLOADS: readonly Named<Workload>[] = [
  { id: 'one-mib', title: 'One 1 MiB read', value: { ...DEFAULT_WORKLOAD, count: 1, depth: 1 } },
  { id: 'mib-depth-4', title: '1 MiB reads × 4', value: DEFAULT_WORKLOAD },
  {
    id: 'random-4k',
    title: '4 KiB random × 16',
    value: { ...DEFAULT_WORKLOAD, ioKib: 4, count: 512, depth: 16, pattern: 'random' },
  },
  {
    id: 'stream',
    title: '128 KiB writes × 8',
    value: { ...DEFAULT_WORKLOAD, ioKib: 128, count: 256, depth: 8, writePercent: 100 },
  },
  {
    id: 'unaligned',
    title: '44 KiB, 512 bytes in',
    value: { ...DEFAULT_WORKLOAD, ioKib: 44, count: 128, depth: 4, bufferOffsetBytes: 512 },
  },
  {
    id: 'mixed',
    title: '64 KiB and flushes',
    value: {
      ...DEFAULT_WORKLOAD,
      ioKib: 64,
      count: 200,
      depth: 8,
      writePercent: 50,
      flushEvery: 16,
    },
  },
  {
    id: 'full-ring',
    title: '64 KiB × 64: runs full',
    value: { ...DEFAULT_WORKLOAD, ioKib: 64, count: 512, depth: 64, pattern: 'random' },
  },
];

/** The preset that equals a configuration, if any. */
export function presetOf(config: RingConfig): string | undefined {
  return idOf(PRESETS, config);
}

export function workloadOf(workload: Workload): string | undefined {
  return idOf(WORKLOADS, workload);
}

function idOf<T extends object>(list: readonly Named<T>[], value: T): string | undefined {
  const entries = Object.entries(value);
  return list.find((one) =>
    entries.every(([key, part]) => (one.value as Record<string, unknown>)[key] === part),
  )?.id;
}
