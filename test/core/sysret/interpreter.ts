/**
 * A second opinion, written without looking at the checker: runs the few instructions the random programs use on
 * concrete 64-bit numbers and says what RCX was when SYSRETQ was reached.
 */
export interface Line {
  readonly label?: string;
  readonly mnemonic: string;
  readonly operands: readonly string[];
}

interface Flags {
  zero: boolean;
  carry: boolean;
  sign: boolean;
  overflow: boolean;
}

const mask64 = (1n << 64n) - 1n;
const low32: Readonly<Record<string, string>> = { ecx: 'rcx', eax: 'rax', edx: 'rdx', ebx: 'rbx' };

export class Interpreter {
  private readonly registers = new Map<string, bigint>();
  private readonly memory = new Map<bigint, bigint>();
  private readonly lines: readonly Line[];
  private readonly random: () => bigint;
  private flags: Flags = { zero: false, carry: false, sign: false, overflow: false };

  constructor(lines: readonly Line[], rip: bigint, random: () => bigint) {
    this.lines = lines;
    this.random = random;
    for (const name of ['rax', 'rbx', 'rcx', 'rdx', 'r10', 'r11', 'rsi', 'rdi'])
      this.registers.set(name, random());
    this.registers.set('rsp', 0x10000n);
    for (let offset = -64n; offset <= 128n; offset += 8n)
      this.memory.set(0x10000n + offset, random());
    this.memory.set(0x10008n, rip);
  }

  /** RCX at SYSRETQ; undefined when the run ends elsewhere (IRET, or no end within the limit). */
  run(): bigint | undefined {
    let at = 0;
    for (let steps = 0; steps < 400; steps++) {
      const line = this.lines[at];
      if (!line) return undefined;
      if (line.mnemonic === 'sysretq') return this.registers.get('rcx');
      if (line.mnemonic === 'iretq') return undefined;
      if (line.mnemonic === 'jmp') at = this.find(line.operands[0]!);
      else if (line.mnemonic.startsWith('j'))
        at = this.taken(line.mnemonic.slice(1)) ? this.find(line.operands[0]!) : at + 1;
      else {
        this.execute(line.mnemonic, line.operands);
        at++;
      }
    }
    return undefined;
  }

  private find(label: string): number {
    return this.lines.findIndex((line) => line.label === label);
  }

  private address(operand: string): bigint {
    const match = /^(-?\d*)\(%(\w+)\)$/.exec(operand)!;
    return (
      ((this.registers.get(match[2]!) ?? 0n) + BigInt(match[1] === '' ? 0 : match[1]!)) & mask64
    );
  }

  private read(operand: string, bytes = 8n): bigint {
    if (operand.startsWith('$')) return BigInt(operand.slice(1)) & mask64;
    if (operand.startsWith('%')) {
      const name = operand.slice(1);
      return low32[name] === undefined
        ? this.registers.get(name)!
        : this.registers.get(low32[name])! & 0xffff_ffffn;
    }
    const address = this.address(operand);
    const within = address & 7n;
    const word = this.memory.get(address - within) ?? 0n;
    return (word >> (within * 8n)) & ((1n << (bytes * 8n)) - 1n);
  }

  private write(operand: string, value: bigint): void {
    if (!operand.startsWith('%')) {
      this.memory.set(this.address(operand), value & mask64);
      return;
    }
    const name = operand.slice(1);
    const whole = low32[name];
    if (whole === undefined) this.registers.set(name, value & mask64);
    else this.registers.set(whole, value & 0xffff_ffffn);
  }

  private execute(mnemonic: string, operands: readonly string[]): void {
    const [first = '', second = ''] = operands;
    const size =
      /^[a-z]+l$/.test(mnemonic) && mnemonic !== 'call' && mnemonic !== 'shl' ? 32n : 64n;
    const root = mnemonic.replace(/[lqw]$/, (suffix) =>
      mnemonic === 'shl' || mnemonic === 'call' ? suffix : '',
    );
    switch (root) {
      case 'mov':
      case 'movabs':
        this.write(second, this.read(first, size / 8n));
        return;
      case 'push':
        this.registers.set('rsp', this.registers.get('rsp')! - 8n);
        this.memory.set(this.registers.get('rsp')!, this.read(first));
        return;
      case 'pop':
        this.write(first, this.memory.get(this.registers.get('rsp')!) ?? 0n);
        this.registers.set('rsp', this.registers.get('rsp')! + 8n);
        return;
      case 'call':
        for (const name of ['rax', 'rcx', 'rdx', 'rsi', 'rdi', 'r10', 'r11'])
          this.registers.set(name, this.random());
        for (const address of this.memory.keys()) this.memory.set(address, this.random());
        return;
      case 'not':
        this.write(first, ~this.read(first) & mask64);
        return;
      case 'lea':
        this.write(second, this.address(first));
        return;
      case 'cld':
        return;
      default:
        this.arithmetic(root, size, operands);
    }
  }

  private arithmetic(root: string, size: bigint, operands: readonly string[]): void {
    const destination = operands.at(-1)!;
    const wrap = (value: bigint): bigint => BigInt.asUintN(Number(size), value);
    const left = wrap(this.read(destination, size / 8n));
    const right = operands.length > 1 ? wrap(this.read(operands[0]!, size / 8n)) : 1n;
    const kept = this.flags.carry;
    switch (root) {
      case 'cmp':
        this.compare(left, right, size);
        return;
      case 'test':
        this.logical(left & right, size);
        return;
      case 'bt':
        this.flags = { ...this.flags, carry: ((left >> (right % size)) & 1n) === 1n };
        return;
      case 'sub':
        this.compare(left, right, size);
        this.write(destination, wrap(left - right));
        return;
      case 'add': {
        const sum = left + right;
        this.logical(wrap(sum), size);
        this.flags.carry = sum !== wrap(sum);
        this.flags.overflow = signed(left, size) + signed(right, size) !== signed(wrap(sum), size);
        this.write(destination, wrap(sum));
        return;
      }
      case 'inc':
      case 'dec': {
        const result = wrap(root === 'inc' ? left + 1n : left - 1n);
        this.logical(result, size);
        this.flags.carry = kept;
        this.flags.overflow =
          root === 'inc'
            ? signed(left, size) > signed(result, size)
            : signed(left, size) < signed(result, size);
        this.write(destination, result);
        return;
      }
      default:
        this.shiftOrLogic(root, destination, left, right, size);
    }
  }

  private shiftOrLogic(
    root: string,
    destination: string,
    left: bigint,
    right: bigint,
    size: bigint,
  ): void {
    const results: Readonly<Record<string, bigint>> = {
      and: left & right,
      or: left | right,
      xor: left ^ right,
      neg: -left,
      shl: left << (right & 63n),
      shr: left >> (right & 63n),
      sar: signed(left, size) >> (right & 63n),
    };
    const result = BigInt.asUintN(Number(size), results[root]!);
    this.logical(result, size);
    if (root === 'shr' || root === 'sar')
      this.flags.carry = ((left >> ((right & 63n) - 1n)) & 1n) === 1n;
    if (root === 'shl') this.flags.carry = ((left >> (size - (right & 63n))) & 1n) === 1n;
    if (root === 'neg') this.flags.carry = left !== 0n;
    this.write(destination, result);
  }

  private compare(left: bigint, right: bigint, size: bigint): void {
    const difference = BigInt.asUintN(Number(size), left - right);
    this.flags = {
      zero: left === right,
      carry: left < right,
      sign: signed(difference, size) < 0n,
      overflow: signed(left, size) - signed(right, size) !== signed(difference, size),
    };
  }

  private logical(result: bigint, size: bigint): void {
    this.flags = {
      zero: result === 0n,
      carry: false,
      sign: signed(result, size) < 0n,
      overflow: false,
    };
  }

  private taken(code: string): boolean {
    const { zero, carry, sign, overflow } = this.flags;
    const table: Readonly<Record<string, boolean>> = {
      e: zero,
      z: zero,
      ne: !zero,
      nz: !zero,
      a: !carry && !zero,
      ae: !carry,
      b: carry,
      be: carry || zero,
      c: carry,
      nc: !carry,
      s: sign,
      ns: !sign,
      l: sign !== overflow,
      ge: sign === overflow,
      le: zero || sign !== overflow,
      g: !zero && sign === overflow,
    };
    return table[code]!;
  }
}

function signed(value: bigint, size: bigint): bigint {
  return BigInt.asIntN(Number(size), value);
}

export function isCanonical(value: bigint): boolean {
  return value < 1n << 47n || value >= (1n << 64n) - (1n << 47n);
}
