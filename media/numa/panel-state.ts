import type { SchedulerName, SimulatedPolicy, VmChange } from '#core/numa';
import { decodeChanges, isRecord, isSavedInput, type SavedInput } from './saved-input.ts';

export type { SavedInput };

/** All that a panel or its document remembers; JSON. */
export interface PanelState {
  readonly xennuma: 1;
  readonly inputs: readonly SavedInput[];
  readonly changes: Readonly<Record<string, VmChange>>;
  readonly selected: string;
  readonly engine: 'libxl' | 'xapi';
  readonly scheduler: SchedulerName;
  readonly policy: SimulatedPolicy;
  /** Share of time the vCPUs want to run, percent; 100 never blocks. */
  readonly loadPercent: number;
  /** How much of the work waits for memory, percent. */
  readonly boundPercent: number;
  readonly seed: number;
  readonly showsTables: boolean;
}

export const EMPTY_STATE: PanelState = {
  xennuma: 1,
  inputs: [],
  changes: {},
  selected: '',
  engine: 'libxl',
  scheduler: 'credit2',
  policy: 'as-placed',
  loadPercent: 50,
  boundPercent: 50,
  seed: 7,
  showsTables: false,
};

/** Adds inputs; one of the same name replaces the older. */
export function addInputs(
  before: readonly SavedInput[],
  added: readonly SavedInput[],
): readonly SavedInput[] {
  const names = new Set(added.map(nameOf));
  return [...before.filter((input) => !names.has(nameOf(input))), ...added];
}

export function nameOf(input: SavedInput): string {
  return input.kind === 'cfg' ? input.name : input.facts.name;
}

const SCHEDULERS: readonly SchedulerName[] = ['credit', 'credit2', 'null', 'rtds'];
const POLICIES: readonly SimulatedPolicy[] = [
  'as-placed',
  'none',
  'memory-only',
  'soft',
  'pinned',
  'worst',
];

/** Reads saved state; undefined for what is no state of ours. Single wrong values fall back. */
export function decodeState(value: unknown): PanelState | undefined {
  if (!isRecord(value) || value['xennuma'] !== 1) return undefined;
  const { inputs, changes, selected, engine, scheduler, policy } = value;
  if (!Array.isArray(inputs) || !inputs.every(isSavedInput)) return undefined;
  return {
    xennuma: 1,
    inputs,
    changes: decodeChanges(changes),
    selected: typeof selected === 'string' ? selected : '',
    engine: engine === 'xapi' ? 'xapi' : 'libxl',
    scheduler: SCHEDULERS.find((name) => name === scheduler) ?? EMPTY_STATE.scheduler,
    policy: POLICIES.find((name) => name === policy) ?? EMPTY_STATE.policy,
    loadPercent: percent(value['loadPercent'], EMPTY_STATE.loadPercent),
    boundPercent: percent(value['boundPercent'], EMPTY_STATE.boundPercent),
    seed: typeof value['seed'] === 'number' ? value['seed'] : EMPTY_STATE.seed,
    showsTables: value['showsTables'] === true,
  };
}

/** A document's text; the sentence when it is none. */
export function parseDocument(
  name: string,
  text: string,
): { readonly state: PanelState } | { readonly problem: string } {
  if (text.trim() === '') return { state: EMPTY_STATE };
  try {
    const state = decodeState(JSON.parse(text));
    if (state !== undefined) return { state };
    return { problem: `${name} is not a NUMA placement document (it has no "xennuma": 1).` };
  } catch {
    return { problem: `${name} is not JSON: it was probably cut off. The last good state stays.` };
  }
}

/** A state as the text of a document. */
export function formatDocument(state: PanelState): string {
  return `${JSON.stringify(state, null, 1)}\n`;
}

function percent(value: unknown, fallback: number): number {
  return typeof value === 'number' && value >= 0 && value <= 100 ? value : fallback;
}
