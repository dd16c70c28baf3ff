import type { Instruction, Operand } from '#core/asm';
import type { Machine } from './machine.ts';
import type { Flags, LostCompare, MachineState } from './state.ts';

/** What one instruction does to a state. */
export type Effect = (
  machine: Machine,
  state: MachineState,
  instruction: Instruction,
  at: number,
) => MachineState;

/** A comparison that nobody looked at is remembered: a guard whose flags were overwritten is a finding of its own. */
export function withFlags(state: MachineState, flags: Flags, at: number): MachineState {
  return {
    ...state,
    flags: flags.kind === 'unknown' ? { kind: 'unknown', lost: lostBy(state.flags, at) } : flags,
  };
}

export function lostBy(flags: Flags, at: number): LostCompare | undefined {
  if (flags.kind === 'compare') return { value: flags.left, at: flags.at, overwrittenAt: at };
  if (flags.kind === 'result' && flags.isLogical)
    return { value: flags.value, at: flags.at, overwrittenAt: at };
  return flags.kind === 'unknown' ? flags.lost : undefined;
}

/** The destination gets a value that nothing is known about. */
export function unknownResult(
  machine: Machine,
  state: MachineState,
  destination: Operand,
  at: number,
): MachineState {
  const made = machine.opaque(state, at, 'result', {
    kind: 'opaque',
    text: 'a computed value',
    at,
  });
  return machine.write(made.state, destination, made.value, 64, at);
}
