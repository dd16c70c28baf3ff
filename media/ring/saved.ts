import {
  formatRingDocument,
  parseRingDocument,
  type RingDocument,
  type StopId,
  STOPS,
} from '#core/ring';
import { VIEWS, type ViewName } from './view-name.ts';
import type { InspectorTab } from './inspector.tsx';
import { type Speed, SPEEDS } from './toolbar.tsx';

/** What survives a reload of the window. */
export interface SavedPanel {
  readonly document: RingDocument;
  readonly view: ViewName;
  readonly tab: InspectorTab;
  readonly slot: number;
  readonly queue: number;
  readonly speed: Speed;
  /** Where playing stops by itself. */
  readonly stop: StopId;
  readonly comparing: boolean;
  /** Stop of the tour; undefined outside it. */
  readonly tour: number | undefined;
  /** A trace or a print that is shown instead of the simulation. */
  readonly imported: { readonly name: string; readonly text: string } | undefined;
}

/** Texts longer than this are not kept in the editor's state. */
const LONGEST_KEPT_TEXT = 2_000_000;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** As JSON for the editor's state. */
export function encodeSaved(saved: SavedPanel): unknown {
  const keepText = (saved.imported?.text.length ?? 0) <= LONGEST_KEPT_TEXT;
  return {
    ...saved,
    document: formatRingDocument(saved.document),
    imported: keepText ? saved.imported : undefined,
  };
}

/** Reads the editor's state back; undefined when it is not ours, defaults for single values that do not fit. */
export function decodeSaved(value: unknown): SavedPanel | undefined {
  if (!isObject(value) || typeof value['document'] !== 'string') return undefined;
  const document = parseRingDocument(value['document']);
  if (typeof document === 'string') return undefined;
  const whole = (name: string): number => {
    const number = value[name];
    return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : 0;
  };
  const { imported } = value;
  const tabs: readonly InspectorTab[] = ['slot', 'indirect', 'grants'];
  return {
    document,
    view: VIEWS.find((view) => view.value === value['view'])?.value ?? 'ring',
    tab: tabs.find((tab) => tab === value['tab']) ?? 'slot',
    slot: whole('slot'),
    queue: whole('queue'),
    speed: SPEEDS.find((speed) => speed === value['speed']) ?? '20',
    stop: STOPS.find(({ id }) => id === value['stop'])?.id ?? 'end',
    comparing: value['comparing'] === true,
    tour: typeof value['tour'] === 'number' ? whole('tour') : undefined,
    imported:
      isObject(imported) &&
      typeof imported['name'] === 'string' &&
      typeof imported['text'] === 'string'
        ? { name: imported['name'], text: imported['text'] }
        : undefined,
  };
}
