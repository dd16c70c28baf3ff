import type { CostModel, RingConfig, Workload } from './config.ts';
import type { ArmedHazard, Verdict } from './hazard-model.ts';
import type { RingState } from './macros.ts';

export type Operation = 'read' | 'write' | 'flush' | 'discard';

/** A request as the frontend's shadow keeps it; never changed once made. */
export interface RingRequest {
  /** Counts up from 1 in each queue, in the order of filling: what a trace calls the id. */
  readonly serial: number;
  /** Position in the shadow table, what goes over the ring. */
  readonly id: number;
  readonly io: number;
  readonly operation: Operation;
  readonly segments: number;
  /** Descriptor pages; 0 for a direct request. */
  readonly indirectPages: number;
  readonly bytes: number;
  readonly sector: number;
  /** Sectors into the page of the first segment. */
  readonly firstSector: number;
  /** Grants of the data pages, then of the descriptor pages. */
  readonly grants: readonly number[];
  /** Present when a hostile frontend lies about the count. */
  readonly claimedSegments?: number;
  /** Present when a hostile frontend lets the first segment end before it starts. */
  readonly backwards?: boolean;
}

/** What a slot holds. A response covers only the first bytes: the request below shows through. */
export type SlotContent =
  | { readonly kind: 'empty' }
  | { readonly kind: 'request'; readonly request: RingRequest }
  | {
      readonly kind: 'response';
      /** The id as written, which a hostile backend may choose. */
      readonly id: number;
      readonly request: RingRequest;
      readonly under: RingRequest | undefined;
      readonly failed: boolean;
      /** The padding was not cleared. */
      readonly leaky: boolean;
    };

/** A request waiting in the guest's queue for a slot. */
export interface Pending {
  readonly io: number;
  readonly operation: Operation;
  readonly segments: number;
  readonly bytes: number;
  readonly sector: number;
  readonly firstSector: number;
}

/** A request in the disk's hands. */
export interface DiskJob {
  readonly request: RingRequest;
  readonly doneAtUs: number;
  readonly failed: boolean;
}

export type FrontPhase = 'idle' | 'push' | 'notify' | 'consume' | 'check' | 'error';
export type BackPhase = 'asleep' | 'read' | 'take' | 'submit' | 'check' | 'starved' | 'halted';
export type DonePhase = 'idle' | 'respond' | 'push' | 'notify';

/** A store that other processors do not see yet. */
export interface LateStore {
  readonly dueStep: number;
  readonly target: 'req_prod' | 'req_event' | 'slot';
  /** The slot's number for `slot`. */
  readonly slot: number;
  readonly value: number;
  readonly content?: SlotContent;
}

export interface FrontState {
  phase: FrontPhase;
  busyUntilUs: number;
  /** When the interrupt arrives; Infinity when none is pending. */
  interruptAtUs: number;
  /** rsp_prod as it was read. */
  seenProd: number;
}

export interface BackState {
  phase: BackPhase;
  busyUntilUs: number;
  /** When the thread is woken; Infinity when nobody called. */
  wokenAtUs: number;
  seenProd: number;
  current: RingRequest | undefined;
  /** What the slot said when it was looked at again, after the peer changed it. */
  fetched: number;
}

export interface DoneState {
  phase: DonePhase;
  busyUntilUs: number;
  current: DiskJob | undefined;
}

/** Grants of one ring, on both sides. */
export interface GrantState {
  /** Persistent grants that the frontend has at hand, the last used first. */
  held: number[];
  /** References given back, the last one first. */
  free: number[];
  nextRef: number;
  /** By reference: 0 not mapped, 1 kept mapped, 2 in use, 3 mapped for one request. */
  mapped: Uint8Array;
  persistentCount: number;
  overflowed: boolean;
  nextPurgeUs: number;
}

/** One ring with everything around it. */
export interface QueueState {
  readonly ring: RingState;
  /** The frontend's own view of req_prod, ahead of the shared one while a store is late. */
  ownReqProd: number;
  slots: SlotContent[];
  /** What each slot held before, and since which step it does not: for a consumer without its read barrier. */
  before: SlotContent[];
  changedAtStep: number[];
  late: LateStore[];
  shadow: (RingRequest | undefined)[];
  freeIds: number[];
  nextSerial: number;
  backlog: Pending[];
  backlogHead: number;
  /** pending_req structures in use, at most 32 per ring page. */
  inBackend: number;
  disk: DiskJob[];
  readonly front: FrontState;
  readonly back: BackState;
  readonly done: DoneState;
  readonly grants: GrantState;
}

/** What is counted along the way. */
export interface Counters {
  requests: number;
  indirectRequests: number;
  responses: number;
  requestNotifies: number;
  requestHeld: number;
  responseNotifies: number;
  responseHeld: number;
  grantsMapped: number;
  grantsUnmapped: number;
  grantsCopied: number;
  mapHypercalls: number;
  unmapHypercalls: number;
  copyHypercalls: number;
  copiedBytes: number;
  sectorsRead: number;
  sectorsWritten: number;
  readRequests: number;
  writeRequests: number;
  flushRequests: number;
  discardRequests: number;
  outOfRequests: number;
  purgedGrants: number;
  bytesInFlight: number;
  mostBytesInFlight: number;
  mostRequestsInFlight: number;
  finalChecks: number;
}

/** Everything that changes while a simulation runs; a copy of it is a checkpoint. */
export interface SimulationState {
  step: number;
  nowUs: number;
  queues: QueueState[];
  nextIo: number;
  doneIos: number;
  /** Requests left per outstanding I/O. */
  left: Map<number, number>;
  diskFreeAtUs: number;
  counters: Counters;
  hazardFired: boolean;
  verdict: Verdict | undefined;
  ended: Ending | undefined;
}

/** Why nothing happens any more. */
export type Ending = 'finished' | 'stuck' | 'halted';

/** A simulation: what never changes, and the state. */
export interface Simulation {
  readonly config: RingConfig;
  readonly workload: Workload;
  readonly costs: CostModel;
  readonly seed: number;
  readonly hazard: ArmedHazard | undefined;
  readonly entryCount: number;
  state: SimulationState;
  /** Issue times and latencies by I/O, written once: the same at every replay, so never copied. */
  readonly issuedAtUs: Float64Array;
  readonly latenciesUs: Float64Array;
}

/** What one step did. */
export interface StepRecord {
  kind: StepKind;
  queue: number;
  startUs: number;
  durationUs: number;
  /** The request's serial, or a count. */
  subject: number;
  /** For a push: the notification was sent (1) or held back (0). For a check: work was found (1). */
  result: number;
}

export const STEP_KINDS = [
  'fill',
  'push-requests',
  'notify-backend',
  'interrupt',
  'consume-response',
  'check-responses',
  'arm-responses',
  'read-requests',
  'take-request',
  'map-and-submit',
  'check-requests',
  'sleep-unchecked',
  'unmap',
  'copy-data',
  'respond',
  'push-responses',
  'notify-frontend',
  'peer-forges',
  'peer-changes-slot',
] as const;

export type StepKind = (typeof STEP_KINDS)[number];
