import {
  blockGeometry,
  createHistory,
  type History,
  type RingDocument,
  type RingImport,
  type RingState,
  type TraceLine,
} from '#core/ring';
import { SLOT_LAYOUTS, type SlotLayout } from '#core/slot-layout';

/** More steps than this are not looked for when a document opens; the scrubber then grows while playing. */
const LOOK_AHEAD_STEPS = 400_000;

/** A simulation that is being shown. */
export interface SimulationSession {
  readonly kind: 'simulation';
  readonly history: History;
  readonly layout: SlotLayout;
  readonly document: RingDocument;
}

/** A recorded trace: a ring after every line. */
export interface TraceSession {
  readonly kind: 'trace';
  readonly name: string;
  readonly frames: readonly TraceFrame[];
  readonly layout: SlotLayout;
}

export interface TraceFrame {
  readonly ring: RingState;
  readonly startIndex: number;
  readonly line: TraceLine;
}

/** Rings that somebody printed: one moment, no time. */
export interface SnapshotSession {
  readonly kind: 'snapshot';
  readonly rings: readonly RingImport[];
  readonly shown: number;
  readonly layout: SlotLayout;
}

export type Session = SimulationSession | TraceSession | SnapshotSession;

export function startSession(document: RingDocument): SimulationSession {
  const { config } = document.scenario;
  const layout = SLOT_LAYOUTS[config.abi];
  const history = createHistory(
    document.scenario,
    blockGeometry(layout).entriesForOrder(config.pageOrder),
  );
  history.seek(LOOK_AHEAD_STEPS);
  history.seek(document.position);
  return { kind: 'simulation', history, layout, document };
}

export function snapshotSession(rings: readonly RingImport[]): SnapshotSession {
  return { kind: 'snapshot', rings, shown: 0, layout: SLOT_LAYOUTS.x86_64 };
}

/** Steps that can be scrubbed over. */
export function stepCount(session: Session): number {
  if (session.kind === 'trace') return Math.max(0, session.frames.length - 1);
  if (session.kind === 'snapshot') return 0;
  return Math.min(session.history.end, session.history.log.length);
}
