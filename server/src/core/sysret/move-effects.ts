import type { Operand } from '#core/asm';
import { type Effect, withFlags } from './effect.ts';
import { type Machine, rootOf, sizeOf } from './machine.ts';
import { type MachineState, registerValue, unknownFlags } from './state.ts';
import { computed, type Value } from './values.ts';

export const move: Effect = (machine, state, instruction, at) => {
  const [source, destination] = instruction.operands;
  if (!source || !destination) return state;
  const size = sizeOf(instruction);
  if (isSpecial(source) || isSpecial(destination))
    return moveSpecial(machine, state, destination, at);
  const read = machine.read(state, source, size, at);
  const next = machine.write(read.state, destination, read.value, size, at);
  return stackLoaded(next, destination, at, source.kind === 'register' && source.name === 'rsp');
};

function isSpecial(operand: Operand): boolean {
  return operand.kind === 'register' && /^([cd]r\d|db\d|[c-gs]s$|xmm|ymm|zmm)/.test(operand.name);
}

function moveSpecial(
  machine: Machine,
  state: MachineState,
  destination: Operand,
  at: number,
): MachineState {
  if (destination.kind !== 'register' || isSpecial(destination)) return state;
  return machine.setOpaque(state, destination.name, at, 'a control register');
}

/** RSP taken from somewhere else is the mark of a stack switch. */
function stackLoaded(
  state: MachineState,
  destination: Operand,
  at: number,
  isSelf = false,
): MachineState {
  if (destination.kind !== 'register' || destination.name !== 'rsp' || isSelf) return state;
  return { ...state, stackLoadedAt: at, interruptsAtStackLoad: state.interrupts };
}

export const extend =
  (operator: 'zero-extend' | 'sign-extend', fromBits: number | undefined): Effect =>
  (machine, state, instruction, at) => {
    const [source, destination] = instruction.operands;
    if (!source || !destination) return state;
    const bits = fromBits ?? narrowSize(source);
    const read = machine.read(state, source, bits, at);
    const value = computed(operator, read.value, BigInt(bits));
    const widened = operator === 'zero-extend' ? value : signWithin(value, destination);
    return machine.write(read.state, destination, widened, 64, at);
  };

function narrowSize(source: Operand): number {
  if (source.kind === 'register') return source.sizeBits;
  return source.kind === 'memory' ? (source.sizeBits ?? 32) : 32;
}

function signWithin(value: Value, destination: Operand): Value {
  return destination.kind === 'register' && destination.sizeBits === 32
    ? computed('zero-extend', value, 32n)
    : value;
}

export const loadAddress: Effect = (machine, state, instruction, at) => {
  const [source, destination] = instruction.operands;
  if (source?.kind !== 'memory' || destination?.kind !== 'register') {
    return destination?.kind === 'register'
      ? machine.setOpaque(state, destination.name, at, 'an address')
      : state;
  }
  const value = machine.effectiveAddress(state, source);
  if (!value) return machine.setOpaque(state, destination.name, at, 'a computed address');
  const next = machine.setRegister(state, destination.name, value, at);
  return rootOf(value) === rootOf(registerValue(state, 'rsp'))
    ? next
    : stackLoaded(next, destination, at);
};

export const push: Effect = (machine, state, instruction, at) => {
  const [source] = instruction.operands;
  if (!source) return state;
  const bytes = instruction.sizeBits === 16 ? 2n : 8n;
  const read = machine.read(state, source, 64, at);
  const top = computed('add', registerValue(read.state, 'rsp'), -bytes);
  const moved = machine.setRegister(read.state, 'rsp', top, at);
  machine.noteAccess(at, rootOf(top), undefined);
  return machine.write(
    moved,
    { kind: 'memory', base: 'rsp', displacement: '0' },
    read.value,
    bytes === 2n ? 16 : 64,
    at,
  );
};

export const pop: Effect = (machine, state, instruction, at) => {
  const [destination] = instruction.operands;
  if (!destination) return state;
  const bytes = instruction.sizeBits === 16 ? 2n : 8n;
  const top = registerValue(state, 'rsp');
  const read = machine.read(
    state,
    { kind: 'memory', base: 'rsp', displacement: '' },
    bytes === 2n ? 16 : 64,
    at,
  );
  machine.noteAccess(at, rootOf(top), undefined);
  const moved = machine.setRegister(read.state, 'rsp', computed('add', top, bytes), at);
  const next = isSpecial(destination)
    ? moved
    : machine.write(moved, destination, read.value, 64, at);
  return stackLoaded(next, destination, at);
};

export const exchange: Effect = (machine, state, instruction, at) => {
  const [one, other] = instruction.operands;
  if (!one || !other) return state;
  const size = sizeOf(instruction);
  const first = machine.read(state, one, size, at);
  const second = machine.read(first.state, other, size, at);
  const half = machine.write(second.state, one, second.value, size, at);
  const next = machine.write(half, other, first.value, size, at);
  return stackLoaded(stackLoaded(next, one, at), other, at);
};

export const leave: Effect = (machine, state, instruction, at) => {
  const moved = machine.setRegister(state, 'rsp', registerValue(state, 'rbp'), at);
  return pop(
    machine,
    moved,
    {
      ...instruction,
      operands: [{ kind: 'register', name: 'rbp', sizeBits: 64, isHighByte: false }],
    },
    at,
  );
};

export const pushFlags: Effect = (machine, state, _instruction, at) => {
  const top = computed('add', registerValue(state, 'rsp'), -8n);
  const moved = machine.setRegister(state, 'rsp', top, at);
  const made = machine.opaque(moved, at, 'flags', { kind: 'opaque', text: 'RFLAGS', at });
  return machine.write(
    made.state,
    { kind: 'memory', base: 'rsp', displacement: '0' },
    made.value,
    64,
    at,
  );
};

export const popFlags: Effect = (machine, state, _instruction, at) => {
  const moved = machine.setRegister(
    state,
    'rsp',
    computed('add', registerValue(state, 'rsp'), 8n),
    at,
  );
  machine.noteAccess(at, rootOf(registerValue(state, 'rsp')), undefined);
  return { ...withFlags(moved, unknownFlags, at), interrupts: 'unknown' };
};
