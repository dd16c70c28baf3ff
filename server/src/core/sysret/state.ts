import { type Condition, keyOf, valuesOf } from './conditions.ts';
import { atom, mentions, type Value } from './values.ts';

/** What the flags were last set by, as far as a conditional jump can use it. */
export type Flags =
  | { readonly kind: 'unknown'; readonly lost: LostCompare | undefined }
  | {
      readonly kind: 'compare';
      readonly left: Value;
      readonly right: Value;
      readonly sizeBits: number;
      readonly at: number;
    }
  /** ZF and SF of a result; after a logical operation CF and OF are clear. */
  | {
      readonly kind: 'result';
      readonly value: Value;
      readonly sizeBits: number;
      readonly isLogical: boolean;
      readonly at: number;
    }
  /** CF is one bit; ZF is as it was before. */
  | { readonly kind: 'bit'; readonly value: Value; readonly bit: bigint; readonly before: Flags };

/** A comparison whose flags something overwrote before any jump looked at them. */
export interface LostCompare {
  readonly value: Value;
  readonly at: number;
  readonly overwrittenAt: number;
}

/** A piece of memory that a path has read or written. */
export interface Cell {
  readonly region: string;
  readonly offset: bigint;
  readonly value: Value;
}

/** The way a path came: newest step first. */
export interface Step {
  readonly at: number;
  readonly before: Step | undefined;
}

export type Certainty = 'on' | 'off' | 'unknown';

/** A condition with the jump that established it. */
export interface Established {
  readonly condition: Condition;
  readonly at: number;
}

/** Everything one path knows at one point. Never changed in place: `with` makes the next one. */
export interface MachineState {
  readonly registers: ReadonlyMap<string, Value>;
  readonly cells: ReadonlyMap<string, Cell>;
  /** Operation that last made all of memory unknown; names the atoms read from then on. */
  readonly memoryEpoch: string;
  readonly flags: Flags;
  readonly conditions: readonly Established[];
  readonly configuration: ReadonlyMap<string, boolean>;
  readonly interrupts: Certainty;
  /** Number of SWAPGS since the root, and the operation of the last. */
  readonly swaps: number;
  readonly lastSwapAt: number;
  /** Last operation that loaded RSP from memory or another register, -1 at the root. */
  readonly stackLoadedAt: number;
  readonly interruptsAtStackLoad: Certainty;
  /** Last operation that gave RCX its value. */
  readonly rcxLoadedAt: number;
  readonly steps: Step | undefined;
}

export const unknownFlags: Flags = { kind: 'unknown', lost: undefined };

export function initialState(root: number, registers: ReadonlyMap<string, Value>): MachineState {
  return {
    registers,
    cells: new Map(),
    memoryEpoch: '',
    flags: unknownFlags,
    conditions: [],
    configuration: new Map(),
    interrupts: 'unknown',
    swaps: 0,
    lastSwapAt: -1,
    stackLoadedAt: -1,
    interruptsAtStackLoad: 'unknown',
    rcxLoadedAt: -1,
    steps: { at: root, before: undefined },
  };
}

export function registerValue(state: MachineState, name: string): Value {
  return state.registers.get(name) ?? atom(`entry:${name}`);
}

export function withRegister(state: MachineState, name: string, value: Value): MachineState {
  return { ...state, registers: new Map(state.registers).set(name, value) };
}

export function cellKey(region: string, offset: bigint): string {
  return `${region}|${offset}`;
}

/** Stores eight bytes; what overlapped becomes unknown under a new name (not its first contents again). */
export function withCell(
  state: MachineState,
  { region, offset }: { readonly region: string; readonly offset: bigint },
  value: Value,
  freshName: () => string,
): MachineState {
  const cells = new Map(state.cells);
  for (const [key, cell] of cells) {
    const distance = cell.offset - offset;
    if (cell.region === region && distance > -8n && distance < 8n) {
      cells.set(key, { ...cell, value: atom(freshName()) });
    }
  }
  cells.set(cellKey(region, offset), { region, offset, value });
  return { ...state, cells };
}

/**
 * Makes the name of an atom free again: the operation that creates it runs a second time (a loop), and what was
 * known about its earlier value must not be taken for the new one.
 */
export function forget(
  state: MachineState,
  matches: (id: string) => boolean,
  freshName: () => string,
): MachineState {
  const stale = (value: Value): boolean => mentions(value, matches);
  const names = new Map<string, Value>();
  const replacement = (value: Value): Value => {
    const known = names.get(value.key) ?? atom(freshName());
    names.set(value.key, known);
    return known;
  };
  const conditions = state.conditions.filter((each) => !valuesOf(each.condition).some(stale));
  const registers = new Map(state.registers);
  for (const [name, value] of registers) {
    if (stale(value)) registers.set(name, replacement(value));
  }
  const cells = new Map(state.cells);
  for (const [key, cell] of cells) {
    if (stale(cell.value)) cells.set(key, { ...cell, value: replacement(cell.value) });
  }
  return {
    ...state,
    conditions,
    registers,
    cells,
    flags: staleFlags(state.flags, stale) ? unknownFlags : state.flags,
  };
}

function staleFlags(flags: Flags, stale: (value: Value) => boolean): boolean {
  switch (flags.kind) {
    case 'unknown':
      return false;
    case 'compare':
      return stale(flags.left) || stale(flags.right);
    default:
      return stale(flags.value);
  }
}

/** One text per meaning of the flags. */
export function flagsKey(flags: Flags): string {
  switch (flags.kind) {
    case 'unknown':
      return flags.lost ? `lost${flags.lost.at}` : '';
    case 'compare':
      return `${flags.left.key}?${flags.right.key}.${flags.sizeBits}`;
    case 'result':
      return `${flags.value.key}=${flags.sizeBits}${flags.isLogical}`;
    case 'bit':
      return `${flags.value.key}:${flags.bit}/${flagsKey(flags.before)}`;
  }
}

/** What holds on both of two paths that meet; values that differ become atoms of the meeting point. */
export function joined(one: MachineState, other: MachineState, at: number): MachineState {
  const sameEpoch = one.memoryEpoch === other.memoryEpoch;
  // A joined atom stands for several values: nothing proved for one of them may stay under its name.
  const isOwn = (id: string): boolean =>
    id.startsWith('joined:') && id.endsWith(`@${at}`)
      ? true
      : !sameEpoch && id.endsWith(`@joined${at}`);
  const own = (value: Value): boolean => mentions(value, isOwn);
  const otherConditions = new Set(other.conditions.map((each) => keyOf(each.condition)));
  return {
    ...one,
    registers: joinedRegisters(one, other, at, own),
    cells: joinedCells(one, other, at, own),
    memoryEpoch: sameEpoch ? one.memoryEpoch : `joined${at}`,
    flags:
      flagsKey(one.flags) === flagsKey(other.flags) && !staleFlags(one.flags, own)
        ? one.flags
        : unknownFlags,
    conditions: one.conditions.filter(
      (each) => otherConditions.has(keyOf(each.condition)) && !valuesOf(each.condition).some(own),
    ),
    configuration: new Map(
      [...one.configuration].filter(([name, holds]) => other.configuration.get(name) === holds),
    ),
    interrupts: one.interrupts === other.interrupts ? one.interrupts : 'unknown',
    stackLoadedAt: one.stackLoadedAt === other.stackLoadedAt ? one.stackLoadedAt : at,
    rcxLoadedAt: one.rcxLoadedAt === other.rcxLoadedAt ? one.rcxLoadedAt : at,
  };
}

/** A cell that only one side has still holds its first contents on the other. */
function joinedCells(
  one: MachineState,
  other: MachineState,
  at: number,
  own: (value: Value) => boolean,
): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const [key, cell] of [...one.cells, ...other.cells]) {
    const left = one.cells.get(key)?.value ?? firstContents(one, cell);
    const right = other.cells.get(key)?.value ?? firstContents(other, cell);
    const same = left.key === right.key && !own(left);
    cells.set(key, { ...cell, value: same ? left : atom(`joined:${key}@${at}`) });
  }
  return cells;
}

/** The name that memory has before anything wrote it. */
export function firstContents(
  state: MachineState,
  place: { readonly region: string; readonly offset: bigint },
): Value {
  return atom(`[${place.region}|${place.offset}]@${state.memoryEpoch}`);
}

function joinedRegisters(
  one: MachineState,
  other: MachineState,
  at: number,
  own: (value: Value) => boolean,
): Map<string, Value> {
  const registers = new Map<string, Value>();
  for (const name of new Set([...one.registers.keys(), ...other.registers.keys()])) {
    const left = registerValue(one, name);
    const same = left.key === registerValue(other, name).key && !own(left);
    registers.set(name, same ? left : atom(`joined:${name}@${at}`));
  }
  return registers;
}

/** 57 where the path runs only with five-level paging, else 48. */
export function addressWidth(state: MachineState): number {
  let isFiveLevel = false;
  for (const [condition, holds] of state.configuration) {
    if (!/LA57/i.test(condition)) continue;
    if (!holds) return 48;
    isFiveLevel = true;
  }
  return isFiveLevel ? 57 : 48;
}
