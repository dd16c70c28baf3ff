import { useEffect, useRef, useState } from 'preact/hooks';
import {
  type ArmedHazard,
  type HazardId,
  nextStop,
  NEW_DOCUMENT,
  parseRingDocument,
  RING_ABIS,
  type RingDocument,
  type Scenario,
} from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { announce } from '../shared/announce.ts';
import { tell } from '../shared/editor-api.ts';
import type { OpenMessage } from '../shared/host.ts';
import { readPersisted, writePersisted } from '../shared/persisted.ts';
import { momentOf } from './moment.ts';
import { decodeSaved, encodeSaved, type SavedPanel } from './saved.ts';
import { type Session, startSession, stepCount } from './session.ts';
import type { DialogName } from './toolbar.tsx';
import { loadTools } from './tools-loader.ts';

const STATE_KEY = 'ring';

const FRESH: SavedPanel = {
  document: NEW_DOCUMENT,
  view: 'ring',
  tab: 'slot',
  slot: 0,
  queue: 0,
  speed: '20',
  stop: 'end',
  comparing: false,
  tour: undefined,
  imported: undefined,
};

/** Sentences shown until they are dismissed. */
export interface Notice {
  readonly tone: 'info' | 'error';
  readonly lines: readonly string[];
}

/** Everything the panel remembers, and what can be done with it. */
export interface PanelState {
  readonly saved: SavedPanel;
  readonly session: Session;
  readonly position: number;
  readonly playing: boolean;
  readonly dialog: DialogName | undefined;
  readonly notice: Notice | undefined;
  readonly change: (change: Partial<SavedPanel>) => void;
  readonly setPlaying: (playing: boolean) => void;
  readonly setDialog: (dialog: DialogName | undefined) => void;
  readonly setNotice: (notice: Notice | undefined) => void;
  readonly seek: (step: number, quietly?: boolean) => void;
  readonly stepBy: (steps: number, quietly?: boolean) => void;
  readonly jumpToNotification: (direction: 1 | -1) => void;
  /** Where playing from here stops: the chosen stop, else the end. */
  readonly nextStop: () => number;
  readonly load: (document: RingDocument, change?: Partial<SavedPanel>) => void;
  readonly setScenario: (change: Partial<Scenario>) => void;
  /** Changes the configuration and stays at the same step. */
  readonly setConfigHere: (config: Scenario['config']) => void;
  readonly arm: (hazard: ArmedHazard | undefined) => void;
  readonly showSchedule: (id: HazardId) => void;
  readonly importAll: (files: readonly { readonly name: string; readonly text: string }[]) => void;
  readonly receive: (message: OpenMessage) => void;
  readonly goToStop: (stop: number | undefined) => void;
}

/** The mutable part of the state. */
export interface Live {
  saved: SavedPanel;
  session: Session;
  position: number;
}

function restore(): Live {
  const saved = readPersisted(STATE_KEY, decodeSaved) ?? FRESH;
  const session = startSession(saved.document);
  return { saved, session, position: session.history.position };
}

/** The state of the panel as a hook. The simulation itself is mutable; `redraw` tells Preact that it moved. */
export function usePanelState(): PanelState {
  const live = useRef<Live>();
  live.current ??= restore();
  const [, redraw] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [dialog, setDialog] = useState<DialogName>();
  const [notice, setNotice] = useState<Notice>();
  const { current } = live;

  const persist = usePersistence(() => live.current);
  const moved = (): void => {
    redraw((n) => n + 1);
    persist();
  };

  const seek = (step: number, quietly = false): void => {
    const { session } = current;
    const target = Math.max(0, Math.min(step, stepCount(session)));
    current.position = session.kind === 'simulation' ? session.history.seek(target) : target;
    current.saved = {
      ...current.saved,
      document: { ...current.saved.document, position: current.position },
    };
    if (!quietly) announce(momentOf(session, current.position, current.saved.queue).said);
    moved();
  };

  const load = (document: RingDocument, change: Partial<SavedPanel> = {}): void => {
    const session = startSession(document);
    current.session = session;
    current.position = session.history.position;
    current.saved = {
      ...current.saved,
      imported: undefined,
      ...change,
      document: { ...document, position: current.position },
    };
    setPlaying(false);
    tell({ type: 'edit', text: JSON.stringify(document) });
    moved();
  };

  useEffect(() => {
    const { imported } = current.saved;
    if (imported !== undefined) void reopenImport(current, imported, moved);
  }, []);

  const actions: Actions = { seek, load, setNotice, setPlaying, moved };
  return {
    saved: current.saved,
    session: current.session,
    position: current.position,
    playing,
    dialog,
    notice,
    setPlaying,
    setDialog,
    setNotice,
    seek,
    load,
    change: (change) => {
      current.saved = { ...current.saved, ...change };
      moved();
    },
    stepBy: (steps, quietly) => seek(current.position + steps, quietly),
    jumpToNotification: (direction) => seek(nextNotification(current, direction)),
    nextStop: () => stopAhead(current),
    setScenario: (change) =>
      load({
        ...current.saved.document,
        position: 0,
        scenario: { ...current.saved.document.scenario, ...change },
      }),
    setConfigHere: (config) =>
      load({
        ...current.saved.document,
        scenario: { ...current.saved.document.scenario, config },
      }),
    arm: (hazard) => armHazard(current, load, hazard),
    showSchedule: (id) => void openSchedule(actions, id),
    importAll: (files) =>
      void loadTools().then((tools) => tools.importFiles(current, actions, files)),
    receive: (message) => void receiveMessage(current, actions, message),
    goToStop: (stop) => void goToStop(current, actions, stop),
  };
}

/** A trace or print that was shown before the window was reloaded. */
async function reopenImport(
  live: Live,
  imported: { readonly name: string; readonly text: string },
  moved: () => void,
): Promise<void> {
  const session = (await loadTools()).importedSession(imported);
  if (session === undefined) return;
  live.session = session;
  live.position = Math.min(live.saved.document.position, stepCount(session));
  moved();
}

async function openSchedule(actions: Actions, id: HazardId): Promise<void> {
  const { bitingSchedule } = await loadTools();
  actions.load(bitingSchedule(id, entriesForSchedules), { view: 'ring', comparing: false });
  announce('The schedule stands a few steps before the harm: press Right.');
}

async function goToStop(live: Live, actions: Actions, stop: number | undefined): Promise<void> {
  const { TOUR } = await loadTools();
  const shown = stop === undefined ? undefined : TOUR[stop];
  if (stop === undefined || shown === undefined) {
    live.saved = { ...live.saved, tour: undefined };
    announce('The tour is over.');
    actions.moved();
    return;
  }
  const { view, tab, slot, compare = false } = shown;
  actions.load(shown.document, { view, tab, slot, queue: 0, tour: stop, comparing: compare });
  announce(
    `Tour ${stop + 1} of ${TOUR.length}: ${shown.title}. ${shown.text} Try it: ${shown.task}`,
  );
}

/** Schedules are searched on a one-page ring, which has 32 slots on every ABI. */
const entriesForSchedules = 32;

/** Saves the state a moment after the last change. */
function usePersistence(read: () => Live | undefined): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const live = read();
      if (live !== undefined) writePersisted(STATE_KEY, encodeSaved(live.saved));
    }, 100);
  };
}

function stopAhead({ session, saved }: Live): number {
  const found = session.kind === 'simulation' ? nextStop(session.history, saved.stop) : undefined;
  return found ?? stepCount(session);
}

function nextNotification(live: Live, direction: 1 | -1): number {
  const { session, position } = live;
  if (session.kind !== 'simulation') return position + direction;
  const { log } = session.history;
  for (let i = position - 1 + direction; i >= 0 && i < log.length; i += direction) {
    const kind = log.kindOf(i);
    if ((kind === 'push-requests' || kind === 'push-responses') && log.resultOf(i) === 1)
      return i + 1;
  }
  return direction === 1 ? stepCount(session) : 0;
}

function armHazard(live: Live, load: PanelState['load'], hazard: ArmedHazard | undefined): void {
  const { hazard: _before, ...scenario } = live.saved.document.scenario;
  const fromStep = live.session.kind === 'simulation' ? live.position : 0;
  const armed = hazard === undefined ? {} : { hazard: { ...hazard, fromStep } };
  load({ ...live.saved.document, scenario: { ...scenario, ...armed }, position: fromStep });
  announce(hazard === undefined ? 'Disarmed.' : 'Armed from this step on.');
}

/** What an import may do to the panel. */
export interface Actions {
  readonly seek: PanelState['seek'];
  readonly load: PanelState['load'];
  readonly setNotice: PanelState['setNotice'];
  readonly setPlaying: PanelState['setPlaying'];
  readonly moved: () => void;
}

async function receiveMessage(live: Live, actions: Actions, message: OpenMessage): Promise<void> {
  const { schedule, document, ring, entrySizeBytes } = message.parameters ?? {};
  const tools = await loadTools();
  if (schedule !== undefined) {
    const id = tools.hazardForRule(schedule);
    if (id === undefined) {
      actions.setNotice({ tone: 'error', lines: [`No schedule is known for ${schedule}.`] });
    } else {
      await openSchedule(actions, id);
    }
  }
  if (document !== undefined) {
    const parsed = parseRingDocument(document);
    if (typeof parsed === 'string') {
      actions.setNotice({ tone: 'error', lines: [`The link cannot be opened: ${parsed}`] });
    } else {
      actions.load(parsed);
    }
  }
  if (ring !== undefined) showDeclaredRing(live, actions, ring, Number(entrySizeBytes));
  if (message.files.length > 0) tools.importFiles(live, actions, message.files);
}

/** A code lens names the ring it stands on: the block ring chooses its ABI by the size of an entry. */
function showDeclaredRing(live: Live, actions: Actions, ring: string, entryBytes: number): void {
  const { document } = live.saved;
  if (ring !== 'blkif') {
    const size = Number.isFinite(entryBytes) ? ` Its entries have ${entryBytes} bytes.` : '';
    const sentence = `The simulator drives a block ring; the indices of ${ring} move by the same macros.${size}`;
    actions.setNotice({ tone: 'info', lines: [sentence] });
    return;
  }
  const { config } = document.scenario;
  const abi = RING_ABIS.find((one) => SLOT_LAYOUTS[one].entryBytes === entryBytes) ?? config.abi;
  if (abi === config.abi) return;
  actions.load({
    ...document,
    position: 0,
    scenario: { ...document.scenario, config: { ...config, abi } },
  });
}
