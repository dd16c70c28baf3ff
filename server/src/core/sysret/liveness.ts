import { isConditionalJump, type Instruction, type Operand, type Program } from '#core/asm';

/** Registers as bits of one number, in the order of first use. */
class RegisterBits {
  private readonly numbers = new Map<string, number>();
  readonly all: string[] = [];

  bit(name: string): number {
    if (/^([cd]r\d|db\d|[xyz]mm|[c-gs]s$|rip$)/.test(name)) return 0;
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = Math.min(this.numbers.size, 30);
      this.numbers.set(name, number);
      this.all.push(name);
    }
    return 1 << number;
  }
}

const FLAGS = 'flags';
const ALWAYS = ['rcx', 'rsp', 'r11'];

interface Use {
  readonly reads: number;
  readonly writes: number;
}

/**
 * Which registers can still matter at each operation: everything else is forgotten where paths meet, so that paths
 * which differ only in what no longer matters become one.
 */
export class Liveness {
  private readonly live: Uint32Array;
  private readonly bits = new RegisterBits();
  private readonly program: Program;
  private readonly leadsToExit: Uint8Array;

  constructor(program: Program, exits: ReadonlySet<number>, leadsToExit: Uint8Array) {
    this.program = program;
    this.leadsToExit = leadsToExit;
    this.live = new Uint32Array(program.operations.length);
    const atExit = ALWAYS.reduce((mask, name) => mask | this.bits.bit(name), 0);
    const uses = program.operations.map((_, index) => this.useOf(index));
    this.settle(exits, atExit, uses);
  }

  isLive(at: number, register: string): boolean {
    return ((this.live[at] ?? 0) & this.bits.bit(register)) !== 0;
  }

  /** Registers that are live at an operation, by name. */
  liveAt(at: number): readonly string[] {
    return this.bits.all.filter((name) => name !== FLAGS && this.isLive(at, name)).sort();
  }

  private settle(exits: ReadonlySet<number>, atExit: number, uses: readonly Use[]): void {
    const { successors, operations } = this.program;
    for (let changed = true, round = 0; changed && round < 64; round++) {
      changed = false;
      for (let at = operations.length - 1; at >= 0; at--) {
        if (this.leadsToExit[at] !== 1) continue;
        let after = exits.has(at) ? atExit : 0;
        for (const next of successors[at] ?? []) if (next >= 0) after |= this.live[next] ?? 0;
        const use = uses[at] ?? { reads: 0, writes: 0 };
        const before = ((after & ~use.writes) | use.reads) >>> 0;
        if (before !== this.live[at]) {
          this.live[at] = before;
          changed = true;
        }
      }
    }
  }

  private useOf(at: number): Use {
    const operation = this.program.operations[at];
    const rsp = this.bits.bit('rsp');
    if (operation?.kind === 'macro') return { reads: rsp | this.bits.bit('rcx'), writes: 0 };
    if (operation?.kind !== 'instruction') return { reads: 0, writes: 0 };
    const { instruction } = operation;
    const { mnemonic } = instruction;
    if (isConditionalJump(mnemonic))
      return { reads: this.jumpMatters(at) ? this.bits.bit(FLAGS) : 0, writes: 0 };
    if (mnemonic.startsWith('cmov'))
      return { reads: this.readsOf(instruction.operands) | this.bits.bit(FLAGS), writes: 0 };
    if (mnemonic === 'call')
      return { reads: rsp | this.readsOf(instruction.operands), writes: this.callWrites() };
    return this.instructionUse(instruction, at);
  }

  private callWrites(): number {
    return ['rax', 'rcx', 'rdx', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11'].reduce(
      (mask, name) => mask | this.bits.bit(name),
      0,
    );
  }

  private instructionUse(instruction: Instruction, at: number): Use {
    const { mnemonic, operands } = instruction;
    const destination = operands.at(-1);
    let reads = this.readsOf(operands.slice(0, -1)) | this.addressOf(destination);
    let writes = 0;
    const replaces = /^(mov$|mov[sz]|lea$|pop$)/.test(mnemonic);
    if (mnemonic === 'push') reads |= this.readsOf(operands) | this.bits.bit('rsp');
    else if (mnemonic === 'pop') reads |= this.bits.bit('rsp');
    else if (/^(cmp|test|bt)$/.test(mnemonic)) {
      return {
        reads: this.flagsMatterAfter(at) ? reads | this.readsOf(operands) : 0,
        writes: this.bits.bit(FLAGS),
      };
    }
    if (destination?.kind === 'register') {
      if (replaces && destination.sizeBits >= 32) writes |= this.bits.bit(destination.name);
      else reads |= this.bits.bit(destination.name);
    }
    if (mnemonic === 'xchg') reads |= this.readsOf(operands);
    if (/^(rep|movs$|stos$|lods$)/.test(mnemonic))
      reads |= this.bits.bit('rdi') | this.bits.bit('rsi');
    if (mnemonic === 'leave') reads |= this.bits.bit('rbp');
    return { reads, writes };
  }

  private readsOf(operands: readonly Operand[]): number {
    let mask = 0;
    for (const operand of operands) {
      if (operand.kind === 'register') mask |= this.bits.bit(operand.name);
      mask |= this.addressOf(operand);
    }
    return mask;
  }

  private addressOf(operand: Operand | undefined): number {
    if (operand?.kind !== 'memory') return 0;
    const base = operand.base === undefined ? 0 : this.bits.bit(operand.base);
    return base | (operand.index === undefined ? 0 : this.bits.bit(operand.index));
  }

  private flagsMatterAfter(at: number): boolean {
    for (let next = at + 1; next < at + 12; next++) {
      const operation = this.program.operations[next];
      if (operation?.kind === 'instruction' && isConditionalJump(operation.instruction.mnemonic)) {
        if (this.jumpMatters(next)) return true;
      } else if (
        operation?.kind === 'instruction' &&
        operation.instruction.mnemonic.startsWith('cmov')
      )
        return true;
      else if (operation === undefined || operation.kind === 'end') return false;
    }
    return false;
  }

  /** A jump matters when one way leads elsewhere, or when it asks for more than "equal or not". */
  private jumpMatters(at: number): boolean {
    const successors = this.program.successors[at] ?? [];
    if (successors.some((next) => next < 0 || this.leadsToExit[next] !== 1)) return true;
    const operation = this.program.operations[at];
    const mnemonic = operation?.kind === 'instruction' ? operation.instruction.mnemonic : '';
    if (!/^jn?[ez]$/.test(mnemonic)) return true;
    return this.comparesWholeRegisters(at);
  }

  private comparesWholeRegisters(at: number): boolean {
    for (let before = at - 1; before >= Math.max(0, at - 6); before--) {
      const operation = this.program.operations[before];
      if (operation?.kind !== 'instruction') return true;
      const { mnemonic, operands, sizeBits } = operation.instruction;
      if (/^(mov|lea|push|pop|not|swapgs|nop)/.test(mnemonic)) continue;
      if (/^(shl|shr|sar|inc|dec|bt)/.test(mnemonic)) return true;
      if (mnemonic !== 'cmp' && mnemonic !== 'test') return false;
      return (
        sizeBits === 64 &&
        operands.every((operand) => operand.kind !== 'immediate') &&
        !sameOperand(operands)
      );
    }
    return true;
  }
}

function sameOperand(operands: readonly Operand[]): boolean {
  const [one, other] = operands;
  return one?.kind === 'register' && other?.kind === 'register' && one.name === other.name;
}
