import { useEffect, useRef, useState } from 'preact/hooks';
import {
  type ArmedHazard,
  bitingSchedule,
  hazardForRule,
  type HazardId,
  importText,
  type Imported,
  NEW_DOCUMENT,
  parseRingDocument,
  RING_ABIS,
  type RingDocument,
  type Scenario,
} from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { announce } from '../shared/announce.ts';
import { type OpenMessage, tell } from '../shared/host.ts';
import { readPersisted, writePersisted } from '../shared/persisted.ts';
import { momentOf } from './moment.ts';
import { decodeSaved, encodeSaved, type SavedPanel } from './saved.ts';
import { type Session, snapshotSession, startSession, stepCount, traceSession } from './session.ts';
import type { DialogName } from './toolbar.tsx';
import { TOUR } from './tour.tsx';

const STATE_KEY = 'ring';

const FRESH: SavedPanel = {
  document: NEW_DOCUMENT,
  view: 'ring',
  tab: 'slot',
  slot: 0,
  queue: 0,
  speed: '20',
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
  readonly load: (document: RingDocument, change?: Partial<SavedPanel>) => void;
  readonly setScenario: (change: Partial<Scenario>) => void;
  readonly arm: (hazard: ArmedHazard | undefined) => void;
  readonly showSchedule: (id: HazardId) => void;
  readonly importAll: (files: readonly { readonly name: string; readonly text: string }[]) => void;
  readonly receive: (message: OpenMessage) => void;
  readonly goToStop: (stop: number | undefined) => void;
}

interface Live {
  saved: SavedPanel;
  session: Session;
  position: number;
}

function restore(): Live {
  const saved = readPersisted(STATE_KEY, decodeSaved) ?? FRESH;
  const { imported } = saved;
  if (imported !== undefined) {
    const session = importedSession(importText(imported.name, imported.text), imported.name);
    if (session !== undefined)
      return { saved, session, position: Math.min(saved.document.position, stepCount(session)) };
  }
  const session = startSession(saved.document);
  return { saved, session, position: session.history.position };
}

function importedSession(imported: Imported, name: string): Session | undefined {
  if (imported.kind === 'trace') {
    const session = traceSession(name, imported.lines);
    return session.frames.length > 0 ? session : undefined;
  }
  return imported.kind === 'rings' ? snapshotSession(imported.rings) : undefined;
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

  const actions = { seek, load, setNotice, setPlaying, moved };
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
    setScenario: (change) =>
      load({
        ...current.saved.document,
        position: 0,
        scenario: { ...current.saved.document.scenario, ...change },
      }),
    arm: (hazard) => armHazard(current, load, hazard),
    showSchedule: (id) => {
      load(bitingSchedule(id, entriesForSchedules), { view: 'ring', comparing: false });
      announce('The schedule stands a few steps before the harm: press Right.');
    },
    importAll: (files) => importFiles(current, actions, files),
    receive: (message) => receiveMessage(current, actions, message),
    goToStop: (stop) => {
      const shown = stop === undefined ? undefined : TOUR[stop];
      if (shown === undefined) {
        current.saved = { ...current.saved, tour: undefined };
        announce('The tour is over.');
        moved();
        return;
      }
      const { view, tab, slot, compare = false } = shown;
      load(shown.document, { view, tab, slot, queue: 0, tour: stop, comparing: compare });
      announce(
        `Tour ${(stop ?? 0) + 1} of ${TOUR.length}: ${shown.title}. ${shown.text} Try it: ${shown.task}`,
      );
    },
  };
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

interface Actions {
  readonly seek: PanelState['seek'];
  readonly load: PanelState['load'];
  readonly setNotice: PanelState['setNotice'];
  readonly setPlaying: PanelState['setPlaying'];
  readonly moved: () => void;
}

function importFiles(
  live: Live,
  actions: Actions,
  files: readonly { readonly name: string; readonly text: string }[],
): void {
  const lines: string[] = [];
  let failed = false;
  // A frontend's and a backend's dump belong together.
  const xenstore = files.filter((file) => /\/(?:device|backend)\/vbd/u.test(file.text));
  const rest = files.filter((file) => !xenstore.includes(file));
  const joined =
    xenstore.length > 1
      ? [
          {
            name: xenstore.map((file) => file.name).join(', '),
            text: xenstore.map((file) => file.text).join('\n'),
          },
        ]
      : xenstore;
  for (const { name, text } of [...joined, ...rest]) {
    const imported = importText(name, text);
    failed ||= imported.kind === 'unreadable';
    lines.push(...showImported(live, actions, imported, { name, text }));
  }
  if (lines.length > 0) {
    actions.setNotice({ tone: failed ? 'error' : 'info', lines });
    announce(lines[0] ?? '');
    if (failed) tell({ type: 'problem', message: lines.join(' ') });
  }
}

/** Shows what was read and answers the sentences to say about it; the last good state stays when nothing was. */
function showImported(
  live: Live,
  actions: Actions,
  imported: Imported,
  file: { readonly name: string; readonly text: string },
): readonly string[] {
  switch (imported.kind) {
    case 'unreadable':
      return [imported.why];
    case 'document':
      actions.load(imported.document);
      return [];
    case 'devices': {
      const [first, ...others] = imported.devices;
      if (first === undefined) return [];
      actions.load({
        ...live.saved.document,
        position: 0,
        scenario: { ...live.saved.document.scenario, config: first.config },
      });
      const also =
        others.length > 0
          ? [`Also in it: ${others.map((device) => device.title).join('; ')}.`]
          : [];
      return [`Configured as ${first.title}.`, ...first.notes, ...also];
    }
    case 'statistics':
      return imported.statistics.flatMap((one) => [`${one.title}: ${one.sentences.join(' ')}`]);
    case 'trace':
    case 'rings': {
      const session = importedSession(imported, file.name);
      if (session === undefined) return [`${file.name} holds no step that can be replayed.`];
      live.session = session;
      live.position = 0;
      live.saved = { ...live.saved, imported: file, comparing: false };
      actions.setPlaying(false);
      actions.moved();
      if (session.kind === 'trace') {
        return [
          `${file.name}: ${session.frames.length} steps, replayed by the same arithmetic that made them.`,
        ];
      }
      return imported.kind === 'rings'
        ? imported.rings.flatMap((ring) => [`${ring.title}: ${ring.sentence}`, ...ring.assumed])
        : [];
    }
  }
}

function receiveMessage(live: Live, actions: Actions, message: OpenMessage): void {
  const { schedule, document, ring, entrySizeBytes } = message.parameters ?? {};
  if (schedule !== undefined) {
    const id = hazardForRule(schedule) ?? undefined;
    if (id === undefined)
      actions.setNotice({ tone: 'error', lines: [`No schedule is known for ${schedule}.`] });
    else actions.load(bitingSchedule(id, entriesForSchedules), { view: 'ring', comparing: false });
  }
  if (document !== undefined) {
    const parsed = parseRingDocument(document);
    if (typeof parsed === 'string')
      actions.setNotice({ tone: 'error', lines: [`The link cannot be opened: ${parsed}`] });
    else actions.load(parsed);
  }
  if (ring !== undefined) showDeclaredRing(live, actions, ring, Number(entrySizeBytes));
  if (message.files.length > 0) importFiles(live, actions, message.files);
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
