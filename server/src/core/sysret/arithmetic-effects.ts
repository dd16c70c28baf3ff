import type { Operand } from '#core/asm';
import { type Effect, unknownResult, withFlags } from './effect.ts';
import { type Machine, sizeOf } from './machine.ts';
import { type Flags, type MachineState, unknownFlags } from './state.ts';
import { atomOf, computed, constant, type Operator, symbolicShift, type Value } from './values.ts';

/** Arithmetic on one destination; a second operand that is not constant makes the result unknown. */
export const arithmetic =
  (operator: Operator | 'sub', isLogical: boolean): Effect =>
  (machine, state, instruction, at) => {
    const destination = instruction.operands.at(-1);
    const source = instruction.operands.length > 1 ? instruction.operands[0] : undefined;
    if (!destination) return state;
    const size = sizeOf(instruction);
    const right = source ? machine.read(state, source, size, at) : { state, value: constant(1n) };
    const left = machine.read(right.state, destination, size, at);
    const result = combine(machine, left, right.value, { operator, destination, source, at });
    const narrow = size === 64 ? result.value : computed('zero-extend', result.value, BigInt(size));
    const written = machine.write(result.state, destination, narrow, size, at);
    const flags: Flags =
      operator === 'sub'
        ? { kind: 'compare', left: left.value, right: right.value, sizeBits: size, at }
        : { kind: 'result', value: narrow, sizeBits: size, isLogical, at };
    return withFlags(written, flags, at);
  };

function combine(
  machine: Machine,
  left: { state: MachineState; value: Value },
  right: Value,
  how: {
    operator: Operator | 'sub';
    destination: Operand;
    source: Operand | undefined;
    at: number;
  },
): { state: MachineState; value: Value } {
  const sameRegister =
    how.source?.kind === 'register' &&
    how.destination.kind === 'register' &&
    how.source.name === how.destination.name;
  if (sameRegister && (how.operator === 'xor' || how.operator === 'sub')) {
    return { state: left.state, value: constant(0n) };
  }
  if (sameRegister && (how.operator === 'and' || how.operator === 'or')) return left;
  const operator = how.operator === 'sub' ? 'add' : how.operator;
  if (right.kind === 'constant') {
    const by =
      how.operator === 'sub' ? -BigInt.asIntN(64, right.value) : BigInt.asIntN(64, right.value);
    return { state: left.state, value: computed(operator, left.value, by) };
  }
  if (left.value.kind === 'constant' && how.operator !== 'sub') {
    return {
      state: left.state,
      value: computed(operator, right, BigInt.asIntN(64, left.value.value)),
    };
  }
  if (how.operator === 'add' && right.kind === 'symbol') {
    return {
      state: left.state,
      value: {
        kind: 'symbolic',
        key: `${left.value.key}+{${right.name}}`,
        operator: 'add',
        argument: left.value,
        symbols: right.name,
      },
    };
  }
  return machine.opaque(left.state, how.at, 'result', {
    kind: 'opaque',
    text: 'a computed value',
    at: how.at,
  });
}

export const unary =
  (operator: Operator, by: bigint, setsFlags: boolean): Effect =>
  (machine, state, instruction, at) => {
    const destination = instruction.operands.at(-1);
    if (!destination) return state;
    const size = sizeOf(instruction);
    const read = machine.read(state, destination, size, at);
    const result = computed(operator, read.value, by);
    const narrow = size === 64 ? result : computed('zero-extend', result, BigInt(size));
    const written = machine.write(read.state, destination, narrow, size, at);
    return setsFlags
      ? withFlags(
          written,
          { kind: 'result', value: narrow, sizeBits: size, isLogical: false, at },
          at,
        )
      : written;
  };

export const shift =
  (operator: 'shl' | 'shr' | 'sar'): Effect =>
  (machine, state, instruction, at) => {
    const destination = instruction.operands.at(-1);
    const count = instruction.operands.length > 1 ? instruction.operands[0] : undefined;
    if (!destination) return state;
    const size = sizeOf(instruction);
    const read = machine.read(state, destination, size, at);
    const by =
      count === undefined
        ? constant(1n)
        : count.kind === 'register'
          ? undefined
          : machine.read(read.state, count, 8, at).value;
    const value = by && shifted(operator, read.value, by, size);
    if (!value)
      return withFlags(unknownResult(machine, read.state, destination, at), unknownFlags, at);
    const written = machine.write(read.state, destination, value, size, at);
    return withFlags(written, { kind: 'result', value, sizeBits: size, isLogical: false, at }, at);
  };

function shifted(
  operator: 'shl' | 'shr' | 'sar',
  value: Value,
  by: Value,
  sizeBits: number,
): Value | undefined {
  if (by.kind !== 'constant') return symbolicallyShifted(operator, value, by, sizeBits);
  const count = by.value & (sizeBits === 64 ? 63n : 31n);
  if (sizeBits === 64) return computed(operator, value, count);
  const width = BigInt(sizeBits);
  const wide = operator === 'sar' ? computed('sign-extend', value, width) : value;
  return computed('zero-extend', computed(operator, wide, count), width);
}

/** `shl $(64 - VIRTUAL_BITS)` and the same `sar`: the width is a constant of the code base; it is taken at its word. */
function symbolicallyShifted(
  operator: string,
  value: Value,
  by: Value,
  sizeBits: number,
): Value | undefined {
  const name = by.key;
  if (sizeBits !== 64 || atomOf(by) !== undefined) return undefined;
  if (operator === 'shl') return symbolicShift(value, name);
  const isPair =
    operator === 'sar' &&
    value.kind === 'symbolic' &&
    value.operator === 'shl' &&
    value.symbols === name;
  return isPair ? computed('sign-extend', value.argument, 48n) : undefined;
}

export const compareOperands: Effect = (machine, state, instruction, at) => {
  const [right, left] = instruction.operands;
  if (!left || !right) return state;
  const size = sizeOf(instruction);
  const first = machine.read(state, left, size, at);
  const second = machine.read(first.state, right, size, at);
  return withFlags(
    second.state,
    { kind: 'compare', left: first.value, right: second.value, sizeBits: size, at },
    at,
  );
};

export const testBits: Effect = (machine, state, instruction, at) => {
  const [one, other] = instruction.operands;
  if (!one || !other) return state;
  const size = sizeOf(instruction);
  const first = machine.read(state, other, size, at);
  const second = machine.read(first.state, one, size, at);
  const mask =
    second.value.kind === 'constant'
      ? second.value
      : first.value.kind === 'constant'
        ? first.value
        : undefined;
  const tested = mask === second.value ? first.value : second.value;
  const value =
    first.value.key === second.value.key
      ? first.value
      : mask?.kind === 'constant'
        ? computed('and', tested, mask.value)
        : undefined;
  const symbolicMask = second.value.kind === 'symbol' ? second.value : undefined;
  if (value)
    return withFlags(
      second.state,
      { kind: 'result', value, sizeBits: size, isLogical: true, at },
      at,
    );
  if (!symbolicMask) return withFlags(second.state, unknownFlags, at);
  const made = machine.opaque(second.state, at, 'flag', {
    kind: 'memory',
    text: `${symbolicMask.name} in ${describeOperand(other)}`,
    at,
  });
  return withFlags(
    made.state,
    { kind: 'result', value: made.value, sizeBits: size, isLogical: true, at },
    at,
  );
};

function describeOperand(operand: Operand): string {
  return operand.kind === 'memory'
    ? `${operand.displacement}(${operand.base ?? ''})`
    : operand.kind === 'register'
      ? operand.name
      : operand.text;
}

export const bitTest: Effect = (machine, state, instruction, at) => {
  const [index, value] = instruction.operands;
  if (!index || !value) return state;
  const size = sizeOf(instruction);
  const bit = machine.read(state, index, size, at);
  const read = machine.read(bit.state, value, size, at);
  const flags: Flags =
    bit.value.kind === 'constant'
      ? {
          kind: 'bit',
          value: read.value,
          bit: bit.value.value & BigInt(size - 1),
          before: state.flags,
        }
      : unknownFlags;
  const tested = withFlags(read.state, flags, at);
  if (instruction.mnemonic === 'bt') return tested;
  if (bit.value.kind !== 'constant' || size !== 64)
    return unknownResult(machine, tested, value, at);
  const mask = 1n << (bit.value.value & 63n);
  const operator =
    instruction.mnemonic === 'bts' ? 'or' : instruction.mnemonic === 'btr' ? 'and' : 'xor';
  return machine.write(
    tested,
    value,
    computed(operator, read.value, operator === 'and' ? BigInt.asIntN(64, ~mask) : mask),
    64,
    at,
  );
};
