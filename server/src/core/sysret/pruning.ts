import type { Program } from '#core/asm';
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
  const cells = new Map(
    [...state.cells].filter(
      ([, cell]) => !isFirstContents(cell, state) && !cell.region.includes('dead:'),
    ),
  );
  const isReachable = reachability(registers, cells, state.memoryEpoch);
  const conditions = state.conditions.filter((each) =>
    valuesOf(each.condition).some((value) => mentions(value, isReachable)),
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
function reachability(
  registers: ReadonlyMap<string, Value>,
  cells: ReadonlyMap<string, Cell>,
  epoch: string,
): (id: string) => boolean {
  const held = new Set<string>();
  const note = (value: Value): void => {
    mentions(value, (id) => {
      held.add(id);
      return false;
    });
  };
  for (const value of registers.values()) note(value);
  for (const cell of cells.values()) note(cell.value);
  return (id) =>
    held.has(id) ||
    id.startsWith('call:') ||
    (id.startsWith('entry:') && !registers.has(id.slice('entry:'.length))) ||
    (id.startsWith('[') && id.endsWith(`]@${epoch}`) && !id.includes('dead:'));
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
