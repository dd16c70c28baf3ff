import type { MemoryOperand, Program } from '#core/asm';
import { cellKey, firstContents, type MachineState, registerValue, withCell } from './state.ts';
import { atom, computed, symbolicAdd, symbolValue, type Value } from './values.ts';

/** An address split into what identifies the object, and a constant offset into it. */
export interface Address {
  readonly region: string;
  readonly offset: bigint;
}

/** The value of `base + displacement` as a pointer. */
export function addressValue(state: MachineState, program: Program, operand: MemoryOperand): Value {
  const displacement = program.valueOf(operand.displacement === '' ? '0' : operand.displacement);
  const base = baseValue(state, operand);
  const moved = computed('add', base, displacement.constant);
  return symbolicAdd(moved, displacement.symbols);
}

function baseValue(state: MachineState, operand: MemoryOperand): Value {
  if (operand.segment === 'gs' || operand.segment === 'fs') {
    const inner =
      operand.base === undefined || operand.base === 'rip'
        ? undefined
        : registerValue(state, operand.base);
    return symbolValue(`${operand.segment}:${inner?.key ?? ''}`);
  }
  if (operand.base === undefined || operand.base === 'rip') return symbolValue('');
  return registerValue(state, operand.base);
}

export function addressOf(
  state: MachineState,
  program: Program,
  operand: MemoryOperand,
): Address | undefined {
  if (operand.index !== undefined) return undefined;
  return split(addressValue(state, program, operand));
}

export function split(pointer: Value): Address {
  if (pointer.kind === 'constant') return { region: 'absolute', offset: pointer.value };
  if (pointer.kind === 'symbolic' && pointer.operator === 'add') {
    const inner = split(pointer.argument);
    return { region: `${inner.region}+${pointer.symbols}`, offset: inner.offset };
  }
  if (pointer.kind === 'computed' && pointer.operator === 'add') {
    const inner = split(pointer.argument);
    return { region: inner.region, offset: inner.offset + pointer.by };
  }
  return { region: pointer.key, offset: 0n };
}

/** Reads `sizeBits` bits; memory never seen before gets an atom of its own, named after its address. */
export function readCell(
  state: MachineState,
  address: Address,
  sizeBits: number,
): { state: MachineState; value: Value } {
  const exact = state.cells.get(cellKey(address.region, address.offset));
  if (sizeBits === 64) {
    if (exact) return { state, value: exact.value };
    return firstRead(state, address);
  }
  const container = containerOf(state, address, sizeBits);
  const read = readCell(state, container, 64);
  const distance = address.offset - container.offset;
  const shifted = computed('shr', read.value, distance * 8n);
  return { state: read.state, value: computed('zero-extend', shifted, BigInt(sizeBits)) };
}

function firstRead(state: MachineState, address: Address): { state: MachineState; value: Value } {
  const value = firstContents(state, address);
  const cells = new Map(state.cells).set(cellKey(address.region, address.offset), {
    ...address,
    value,
  });
  return { state: { ...state, cells }, value };
}

/** The eight bytes a narrow access falls into: a known cell that covers it, else the aligned one. */
function containerOf(state: MachineState, address: Address, sizeBits: number): Address {
  const size = BigInt(sizeBits / 8);
  for (const cell of state.cells.values()) {
    const distance = address.offset - cell.offset;
    if (cell.region === address.region && distance >= 0n && distance + size <= 8n) return cell;
  }
  const within = ((address.offset % 8n) + 8n) % 8n;
  const aligned = { region: address.region, offset: address.offset - within };
  return within + size <= 8n ? aligned : address;
}

/** Writes; a narrow write makes the eight bytes around it unknown under a new name. */
export function writeCell(
  state: MachineState,
  address: Address,
  written: { readonly sizeBits: number; readonly value: Value },
  freshName: () => string,
): MachineState {
  if (written.sizeBits === 64) return withCell(state, address, written.value, freshName);
  return withCell(
    state,
    containerOf(state, address, written.sizeBits),
    atom(freshName()),
    freshName,
  );
}

/** Forgets everything about an object that an indexed write may have hit. */
export function forgetRegion(state: MachineState, region: string, epoch: string): MachineState {
  const cells = new Map([...state.cells].filter(([, cell]) => cell.region !== region));
  return { ...state, cells, memoryEpoch: epoch };
}
