import {
  type Instruction,
  type MemoryOperand,
  type Operand,
  type Program,
  splitOutside,
} from '#core/asm';
import { addressOf, addressValue, forgetRegion, readCell, writeCell } from './memory.ts';
import { forget, type MachineState, registerValue, withRegister } from './state.ts';
import {
  atom,
  computed,
  constant,
  mentions,
  symbolicAdd,
  symbolValue,
  type Value,
} from './values.ts';

/** Where a value came from, for messages and for telling user memory from a kernel frame. */
export interface AtomOrigin {
  readonly kind: 'entry' | 'memory' | 'call' | 'expression' | 'macro' | 'opaque';
  /** As written: `EFRAME_rip(%rsp)`, `do_syscall_64`, `f->rip`. */
  readonly text: string;
  readonly at: number;
  /** For memory: the key of the pointer it was read through. */
  readonly region?: string;
}

/** Objects that an operation read or wrote, by the pointer used, and whether through GS. */
export interface Access {
  readonly regions: Set<string>;
  readonly throughGs: boolean;
}

/** Linux's TASK_SIZE_MAX: one page short of the canonical hole. */
const ASSUMED_USER_LIMIT = 0x7fff_ffff_f000n;

/** Names that code bases give to the end of user space. */
export function isUserLimitName(name: string): boolean {
  return (
    /^[A-Z0-9_]*(USER|TASK_SIZE|CANON|USRSTACK|UMAPTOP|ULIM|UTOP|VM_MAX|ADDR_MAX|UPPER_HALF|LOWER_HALF)[A-Z0-9_]*$/.test(
      name,
    ) && !/(_CS|_DS|_SS|_SEL|SELECTOR|FLAG|_FL_|SEG|RPL|GDT|PCB|STACK_SIZE|_OFF)/.test(name)
  );
}

/** One analysis: the program, and what its atoms are. */
export class Machine {
  readonly program: Program;
  readonly origins: Map<string, AtomOrigin> = new Map<string, AtomOrigin>();
  readonly accesses: Map<number, Access> = new Map<number, Access>();
  private freshCounter = 0;

  private readonly userLimits: ReadonlySet<string>;

  constructor(program: Program, userLimits: ReadonlySet<string>) {
    this.program = program;
    this.userLimits = userLimits;
  }

  readonly freshName = (): string => `stale${this.freshCounter++}`;

  /** A value nothing is known about, named after the operation that makes it. */
  opaque(
    state: MachineState,
    at: number,
    purpose: string,
    origin: AtomOrigin,
  ): { state: MachineState; value: Value } {
    const id = `${purpose}@${at}`;
    this.origins.set(id, origin);
    return { state: this.release(state, (other) => other === id), value: atom(id) };
  }

  private release(state: MachineState, matches: (id: string) => boolean): MachineState {
    for (const value of state.registers.values()) {
      if (mentions(value, matches)) return forget(state, matches, this.freshName);
    }
    for (const cell of state.cells.values()) {
      if (mentions(cell.value, matches)) return forget(state, matches, this.freshName);
    }
    const isNamed = state.conditions.some((each) =>
      each.condition.kind === 'compare'
        ? mentions(each.condition.left, matches) || mentions(each.condition.right, matches)
        : mentions(each.condition.value, matches),
    );
    return isNamed ? forget(state, matches, this.freshName) : state;
  }

  setOpaque(state: MachineState, register: string, at: number, text: string): MachineState {
    const made = this.opaque(state, at, register, { kind: 'opaque', text, at });
    return this.setRegister(made.state, register, made.value, at);
  }

  setRegister(state: MachineState, register: string, value: Value, at: number): MachineState {
    const next = withRegister(state, register, value);
    return register === 'rcx' ? { ...next, rcxLoadedAt: at } : next;
  }

  /** All memory may have changed: what is read from now on has new names. */
  clobberMemory(state: MachineState, at: number): MachineState {
    const epoch = String(at);
    const released = this.release(state, (id) => id.endsWith(`]@${epoch}`));
    return { ...released, cells: new Map(), memoryEpoch: epoch };
  }

  clobberRegion(state: MachineState, region: string, at: number): MachineState {
    const epoch = `${at}!`;
    const released = this.release(state, (id) => id.endsWith(`]@${epoch}`));
    return forgetRegion(released, region, epoch);
  }

  read(
    state: MachineState,
    operand: Operand,
    sizeBits: number,
    at: number,
  ): { state: MachineState; value: Value } {
    switch (operand.kind) {
      case 'register':
        return {
          state,
          value: this.readRegister(state, operand.name, operand.sizeBits, operand.isHighByte),
        };
      case 'immediate':
        return { state, value: this.immediate(operand.text) };
      case 'memory':
        return this.readMemory(state, operand, sizeBits, at);
      case 'name':
        // AT&T and NASM read memory where Intel-syntax code names a symbol; either way nothing is known of it.
        return this.opaque(state, at, `name:${operand.text}`, {
          kind: 'memory',
          text: operand.text,
          at,
        });
    }
  }

  private readRegister(
    state: MachineState,
    name: string,
    sizeBits: number,
    isHighByte: boolean,
  ): Value {
    const whole = registerValue(state, name);
    if (sizeBits >= 64) return whole;
    return computed(
      'zero-extend',
      isHighByte ? computed('shr', whole, 8n) : whole,
      BigInt(sizeBits),
    );
  }

  immediate(text: string): Value {
    const value = this.program.valueOf(text);
    if (value.symbols === '') return constant(value.constant);
    if (this.isUserLimit(value.symbols)) return constant(ASSUMED_USER_LIMIT + value.constant);
    return value.constant === 0n
      ? symbolValue(value.symbols)
      : computed('add', symbolValue(value.symbols), value.constant);
  }

  /** A named end of user space whose value no file shows is taken to leave the guard page free. */
  private isUserLimit(name: string): boolean {
    return this.userLimits.has(name) || isUserLimitName(name);
  }

  readMemory(
    state: MachineState,
    operand: MemoryOperand,
    sizeBits: number,
    at: number,
  ): { state: MachineState; value: Value } {
    const address = addressOf(state, this.program, operand);
    if (!address) {
      return this.opaque(state, at, 'indexed', { kind: 'memory', text: operandText(operand), at });
    }
    this.noteAccess(at, address.region, operand);
    const known = readCell(state, address, sizeBits);
    this.nameMemory(known.value, operand, address.region, at);
    return known;
  }

  private nameMemory(value: Value, operand: MemoryOperand, region: string, at: number): void {
    let inner = value;
    while (inner.kind === 'computed') inner = inner.argument;
    if (inner.kind === 'atom' && !this.origins.has(inner.key)) {
      this.origins.set(inner.key, {
        kind: 'memory',
        text: this.writtenAt(at, operand),
        at,
        region,
      });
    }
  }

  /** The memory operand as the author wrote it, macros unexpanded; a POP as a whole. */
  private writtenAt(at: number, operand: MemoryOperand): string {
    const operation = this.program.operations[at];
    const text = operation?.kind === 'instruction' ? operation.instruction.text : '';
    if (/^pop/i.test(text)) return text;
    const parts = splitOutside(text.replace(/^\S+\s+/, ''), ',');
    return parts.find((part) => /[([]/.test(part))?.trim() ?? operandText(operand);
  }

  noteAccess(at: number, region: string, operand: MemoryOperand | undefined): void {
    const known = this.accesses.get(at);
    if (known) known.regions.add(region);
    else
      this.accesses.set(at, { regions: new Set([region]), throughGs: operand?.segment === 'gs' });
  }

  write(
    state: MachineState,
    operand: Operand,
    value: Value,
    sizeBits: number,
    at: number,
  ): MachineState {
    if (operand.kind === 'register') return this.writeRegister(state, operand, value, at);
    if (operand.kind !== 'memory') return state;
    const address = addressOf(state, this.program, operand);
    if (!address) return this.writeIndexed(state, operand, at);
    this.noteAccess(at, address.region, operand);
    return writeCell(state, address, { sizeBits, value }, this.freshName);
  }

  private writeIndexed(state: MachineState, operand: MemoryOperand, at: number): MachineState {
    const base = operand.base === undefined ? undefined : registerValue(state, operand.base);
    const root = base && rootOf(base);
    return root === undefined ? state : this.clobberRegion(state, root, at);
  }

  private writeRegister(
    state: MachineState,
    operand: Operand & { kind: 'register' },
    value: Value,
    at: number,
  ): MachineState {
    const { name, sizeBits } = operand;
    if (sizeBits === 32 && !name.startsWith('op:')) {
      return this.setRegister(state, name, computed('zero-extend', value, 32n), at);
    }
    if (sizeBits >= 64 || name.startsWith('op:')) return this.setRegister(state, name, value, at);
    return this.setOpaque(state, name, at, `the low bits of ${name} were written`);
  }

  effectiveAddress(state: MachineState, operand: MemoryOperand): Value | undefined {
    if (operand.index !== undefined) return undefined;
    if (operand.segment !== undefined) return undefined;
    if (operand.base === undefined || operand.base === 'rip') {
      const displacement = this.program.valueOf(operand.displacement);
      return symbolicAdd(constant(displacement.constant), '').kind === 'constant' &&
        displacement.symbols === ''
        ? constant(displacement.constant)
        : symbolValue(displacement.symbols);
    }
    return addressValue(state, this.program, operand);
  }
}

export function rootOf(value: Value): string {
  if (value.kind === 'computed' || value.kind === 'symbolic') return rootOf(value.argument);
  return value.key;
}

/** A memory operand as a person would write it, dialect aside. */
export function operandText(operand: MemoryOperand): string {
  const segment = operand.segment === undefined ? '' : `%${operand.segment}:`;
  const base =
    operand.base === undefined
      ? ''
      : `(%${operand.base}${operand.index === undefined ? '' : `,%${operand.index}`})`;
  return `${segment}${operand.displacement}${base}`;
}

export function sizeOf(instruction: Instruction): number {
  return instruction.sizeBits === 0 ? 64 : instruction.sizeBits;
}
