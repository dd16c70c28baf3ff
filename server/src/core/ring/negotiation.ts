import { DIRECT_SEGMENTS, PAGE_BYTES, SECTOR_BYTES } from './sizes.ts';

/** What a frontend would like; defaults of Linux 6.1's xen-blkfront. */
export interface FrontendWishes {
  readonly maxIndirectSegments: number;
  readonly maxRingPageOrder: number;
  readonly maxQueues: number;
  readonly persistent: boolean;
  readonly protocol: string;
}

/** What a backend publishes; `undefined` for a node that is not there. */
export interface BackendOffer {
  readonly maxIndirectSegments: number | undefined;
  readonly maxRingPageOrder: number | undefined;
  readonly maxQueues: number | undefined;
  readonly persistent: boolean;
  readonly flushCache: boolean;
  readonly barrier: boolean;
  readonly discard: boolean;
}

export const LINUX_FRONTEND: FrontendWishes = {
  maxIndirectSegments: 32,
  maxRingPageOrder: 0,
  maxQueues: 4,
  persistent: true,
  protocol: 'x86_64-abi',
};

export const LINUX_BACKEND: BackendOffer = {
  maxIndirectSegments: 256,
  maxRingPageOrder: 4,
  maxQueues: 4,
  persistent: true,
  flushCache: true,
  barrier: true,
  discard: true,
};

export interface SegmentLimit {
  /** 0 when indirect descriptors are off. */
  readonly maxIndirectSegments: number;
  readonly segmentsPerRequest: number;
  /** 512-byte sectors of the largest request. */
  readonly maxHardwareSectors: number;
}

/** The smaller of both wins; a result that a direct request can hold anyway turns indirect descriptors off. */
export function negotiateSegments(
  frontendMax: number,
  backendMax: number | undefined,
): SegmentLimit {
  const agreed = Math.min(frontendMax, backendMax ?? 0);
  const maxIndirectSegments = agreed <= DIRECT_SEGMENTS ? 0 : agreed;
  const segmentsPerRequest = maxIndirectSegments === 0 ? DIRECT_SEGMENTS : maxIndirectSegments;
  return {
    maxIndirectSegments,
    segmentsPerRequest,
    maxHardwareSectors: (segmentsPerRequest * PAGE_BYTES) / SECTOR_BYTES,
  };
}

/** What both ends agreed on. */
export interface Agreement {
  readonly pageOrder: number;
  readonly queues: number;
  readonly segments: SegmentLimit;
  readonly persistent: boolean;
  /** feature-flush-cache wins over feature-barrier. */
  readonly flush: 'flush-cache' | 'barrier' | 'none';
  readonly discard: boolean;
}

export function negotiate(wishes: FrontendWishes, offer: BackendOffer): Agreement {
  return {
    pageOrder: Math.min(wishes.maxRingPageOrder, offer.maxRingPageOrder ?? 0),
    queues: Math.max(1, Math.min(wishes.maxQueues, offer.maxQueues ?? 1)),
    segments: negotiateSegments(wishes.maxIndirectSegments, offer.maxIndirectSegments),
    persistent: wishes.persistent && offer.persistent,
    flush: offer.flushCache ? 'flush-cache' : offer.barrier ? 'barrier' : 'none',
    discard: offer.discard,
  };
}

/** When a backend writes its features: as blkif.h draws it, or as Linux does. */
export type PublicationOrder = 'header' | 'linux';

/** One move of the handshake through xenstore. */
export interface HandshakeMove {
  readonly end: 'frontend' | 'backend';
  /** The state the end is in after the move, as xenstore spells it. */
  readonly state: XenbusState;
  readonly writes: readonly string[];
  readonly reads: readonly string[];
  readonly sentence: string;
}

export type XenbusState =
  'Initialising' | 'InitWait' | 'Initialised' | 'Connected' | 'Closing' | 'Closed';

/** The number under which a state is written (xen/include/public/io/xenbus.h). */
export const XENBUS_STATE_NUMBER: Readonly<Record<XenbusState, number>> = {
  Initialising: 1,
  InitWait: 2,
  Initialised: 3,
  Connected: 4,
  Closing: 5,
  Closed: 6,
};

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const LIMIT_NODES = [
  'feature-max-indirect-segments',
  'multi-queue-max-queues',
  'max-ring-page-order',
] as const;
const DEVICE_NODES = ['sectors', 'info', 'sector-size', 'physical-sector-size'] as const;

function featureNodes(offer: BackendOffer): readonly string[] {
  return [
    ...(offer.flushCache ? ['feature-flush-cache'] : []),
    ...(offer.barrier ? ['feature-barrier'] : []),
    ...(offer.discard ? ['feature-discard'] : []),
    ...(offer.persistent ? ['feature-persistent'] : []),
  ];
}

/** The nodes in which a frontend names its rings: at the top with one queue, under queue-N with several. */
export function ringNodes(queues: number, pageOrder: number): readonly string[] {
  const pages = 2 ** pageOrder;
  const refs =
    pages === 1 ? ['ring-ref'] : Array.from({ length: pages }, (_, page) => `ring-ref${page}`);
  const own = [...refs, 'event-channel'];
  const order = pages === 1 ? [] : ['ring-page-order'];
  if (queues === 1) return [...order, ...own];
  const perQueue = Array.from({ length: queues }, (_, queue) =>
    own.map((node) => `queue-${queue}/${node}`),
  );
  return ['multi-queue-num-queues', ...order, ...perQueue.flat()];
}

/** The whole handshake, move by move. Both publication orders end in the same agreement; what differs is who may read what when. */
export function handshake(
  wishes: FrontendWishes,
  offer: BackendOffer,
  order: PublicationOrder,
): readonly HandshakeMove[] {
  const agreed = negotiate(wishes, offer);
  const features = featureNodes(offer);
  const early = order === 'header' ? [...LIMIT_NODES, ...features, ...DEVICE_NODES] : LIMIT_NODES;
  const late = order === 'header' ? [] : [...features, ...DEVICE_NODES];
  const answers = [
    ...ringNodes(agreed.queues, agreed.pageOrder),
    'protocol',
    ...(wishes.persistent ? ['feature-persistent'] : []),
  ];
  return [
    {
      end: 'backend',
      state: 'InitWait',
      writes: early,
      reads: [],
      sentence:
        order === 'header'
          ? 'The backend publishes limits and features, then waits: a frontend may read them all before it chooses a ring.'
          : 'The backend publishes only its limits before it waits, as Linux does; the features follow just before Connected.',
    },
    {
      end: 'frontend',
      state: 'Initialised',
      writes: answers,
      reads: ['multi-queue-max-queues', 'max-ring-page-order'],
      sentence: `The frontend grants ${many(2 ** agreed.pageOrder, 'ring page')} for ${many(agreed.queues, 'queue')} and says where.`,
    },
    {
      end: 'backend',
      state: 'Connected',
      writes: late,
      reads: answers,
      sentence: 'The backend maps the ring, binds the event channel and connects.',
    },
    {
      end: 'frontend',
      state: 'Connected',
      writes: [],
      reads: ['feature-max-indirect-segments', ...features, ...DEVICE_NODES],
      sentence: `The frontend reads the rest: ${agreed.segments.segmentsPerRequest} segments per request, persistent grants ${agreed.persistent ? 'on' : 'off'}.`,
    },
  ];
}
