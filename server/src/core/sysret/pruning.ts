import { closingBracket, type Program } from '#core/asm';
import { valuesOf } from './conditions.ts';
import type { Liveness } from './liveness.ts';
import { type Cell, firstContents, type MachineState } from './state.ts';
import { atom, mentions, type Value } from './values.ts';

/**
 * Forgets what can no longer matter: dead registers, memory that still has its first contents (reading it again
 * gives the same name), conditions about values that nothing can reach any more.
 */
export function pruned(state: MachineState, at: number, liveness: Liveness): MachineState {
  const registers = new Map<string, Value>();
  for (const [name, value] of state.registers) {
    registers.set(
      name,
      liveness.isLive(at, name) || name.startsWith('op:') ? value : atom(`dead:${name}`),
    );
  }
  const reach = new Reach(
    registers,
    state.memoryEpoch,
    (register) => !registers.has(register) && liveness.isLive(at, register),
  );
  const cells = reachableCells(state, reach);
  const conditions = state.conditions.filter((each) =>
    valuesOf(each.condition).some((value) => mentions(value, reach.has)),
  );
  const held = [
    ...registers.values(),
    ...[...cells.values()].map((cell) => cell.value),
    ...conditions.flatMap((each) => valuesOf(each.condition)),
  ];
  const isRcxLive = liveness.isLive(at, 'rcx');
  return {
    ...state,
    registers,
    cells,
    conditions,
    memoryEpoch: renamedEpoch(state.memoryEpoch, at, held),
    flags: liveness.isLive(at, 'flags')
      ? state.flags
      : { kind: 'unknown', lost: state.flags.kind === 'unknown' ? state.flags.lost : undefined },
    rcxLoadedAt: isRcxLive ? state.rcxLoadedAt : -1,
  };
}

/** Cells that a pointer still leads to; what they hold may be the pointer to more. */
function reachableCells(state: MachineState, reach: Reach): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (let before = -1; before < cells.size;) {
    before = cells.size;
    for (const [key, cell] of state.cells) {
      if (cells.has(key) || isFirstContents(cell, state) || cell.region.includes('dead:')) continue;
      if (!reach.hasRegion(cell.region)) continue;
      cells.set(key, cell);
      reach.hold(cell.value);
    }
  }
  return cells;
}

/** When nothing known speaks of present memory, its name may as well be the place's: paths then meet as equals. */
function renamedEpoch(epoch: string, at: number, held: readonly Value[]): string {
  const next = `met${at}`;
  const isSpoken = (id: string): boolean => id.endsWith(`]@${epoch}`) || id.endsWith(`]@${next}`);
  return held.some((value) => mentions(value, isSpoken)) ? epoch : next;
}

function isFirstContents(cell: Cell, state: MachineState): boolean {
  return cell.value.key === firstContents(state, cell).key;
}

/** An atom can come back through a register, a cell, a call's result still tested, or memory read again. */
class Reach {
  private readonly held = new Set<string>();
  private readonly epoch: string;
  private readonly isLiveAtRoot: (register: string) => boolean;

  constructor(
    registers: ReadonlyMap<string, Value>,
    epoch: string,
    isLiveAtRoot: (register: string) => boolean,
  ) {
    this.epoch = epoch;
    this.isLiveAtRoot = isLiveAtRoot;
    for (const value of registers.values()) this.hold(value);
  }

  hold(value: Value): void {
    mentions(value, (id) => {
      this.held.add(id);
      return false;
    });
  }

  readonly has = (id: string): boolean => {
    if (this.held.has(id) || id.startsWith('call:')) return true;
    if (id.startsWith('entry:')) return this.isLiveAtRoot(id.slice('entry:'.length));
    if (!id.startsWith('[')) return false;
    if (!id.endsWith(`]@${this.epoch}`) || id.includes('dead:')) return false;
    return this.hasRegion(id.slice(1, id.lastIndexOf('|')));
  };

  /** Whether some pointer to an object is left; where the text does not tell, it is. */
  hasRegion(region: string): boolean {
    let text = region;
    for (let inner = /^[a-z][a-z-]*\(/.exec(text); inner; inner = /^[a-z][a-z-]*\(/.exec(text))
      text = text.slice(inner[0].length);
    if (!text.startsWith('[')) {
      const name = /^(?:entry:\w+|stale\d+|joined:\w+@\d+|[a-z]+@\d+)(?=[+,)]|$)/.exec(text)?.[0];
      return name === undefined || this.has(name);
    }
    const close = closingBracket(text, 0);
    const epoch = /^@[\w!]*/.exec(text.slice(close))?.[0] ?? '';
    return this.has(text.slice(0, close) + epoch);
  }
}

/** Conditions that more than one `#if` group asks (then the answers must agree), and those about address width. */
export function repeatedConditions(program: Program, leadsToExit: Uint8Array): ReadonlySet<string> {
  const groups = new Map<string, Set<number>>();
  program.operations.forEach((operation, at) => {
    if (leadsToExit[at] !== 1) return;
    for (let each = operation.configuration; each; each = each.outer) {
      const { condition, group } = each.assumption;
      const known = groups.get(condition) ?? new Set<number>();
      groups.set(condition, known.add(group));
    }
  });
  return new Set(
    [...groups]
      .filter(([condition, known]) => known.size > 1 || /LA57/i.test(condition))
      .map(([condition]) => condition),
  );
}

/** Where in a program a condition is still going to be asked; the width of addresses matters to the end. */
export class LaterConditions {
  private readonly program: Program;
  private readonly marks = new Map<string, Uint8Array>();

  constructor(program: Program) {
    this.program = program;
  }

  isAsked(condition: string, at: number): boolean {
    if (/LA57/i.test(condition)) return true;
    const known = this.marks.get(condition) ?? this.markedFor(condition);
    this.marks.set(condition, known);
    return known[at] === 1;
  }

  private markedFor(condition: string): Uint8Array {
    const asking = new Set<number>();
    this.program.operations.forEach((operation, at) => {
      for (let each = operation.configuration; each; each = each.outer)
        if (each.assumption.condition === condition) asking.add(at);
    });
    return reachableBackwards(this.program, asking);
  }
}

const predecessors = new WeakMap<Program, readonly (readonly number[])[]>();

/** Operations that each can be reached from; asked for each exit, and made once. */
function predecessorsOf(program: Program): readonly (readonly number[])[] {
  const known = predecessors.get(program);
  if (known) return known;
  const before: number[][] = program.operations.map(() => []);
  program.successors.forEach((next, index) => {
    for (const target of next) if (target >= 0) before[target]?.push(index);
  });
  predecessors.set(program, before);
  return before;
}

/** Marks the operations from which one of `targets` can be reached. */
export function reachableBackwards(program: Program, targets: ReadonlySet<number>): Uint8Array {
  const before = predecessorsOf(program);
  const marked = new Uint8Array(program.operations.length);
  const pending = [...targets];
  for (const target of targets) marked[target] = 1;
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const previous of before[at] ?? []) {
      if (marked[previous] === 0) {
        marked[previous] = 1;
        pending.push(previous);
      }
    }
  }
  return marked;
}
