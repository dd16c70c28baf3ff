import type { CallFrame, CrashContext, PageWalkStep } from './model.ts';
import { parseXenFrame } from './frames.ts';
import { fieldOf, hexOf, kindOf, numberField, vcpuOf, type ReadLine } from './read-line.ts';

/** Order in which a dump's parts are printed; a line joins the dump that waits for it. */
const phases: Readonly<Record<string, number>> = {
  'xen.crash.header': 0,
  'xen.crash.cpu': 1,
  'xen.crash.rip': 2,
  'arm.reg.pc': 2,
  'arm.reg.cpsr': 3,
  'xen.crash.rflags': 3,
  'xen.crash.gpr': 4,
  'arm.reg.gpr': 4,
  'xen.crash.cr': 5,
  'arm.reg.el2': 5,
  'xen.crash.fsb': 6,
  'xen.crash.segs': 7,
  'xen.crash.code': 8,
  'xen.crash.codebytes': 9,
  'xen.crash.stack': 10,
  'xen.crash.stackwords': 11,
  'xen.crash.calltrace': 12,
  'xen.crash.calltrace.entry': 13,
  'xen.crash.calltrace.arm': 13,
  'xen.crash.pagewalk': 14,
  'xen.crash.pagewalk.level': 15,
};

/** A stack of the hypervisor is 32 KiB, and aligned. */
const stackBits = 15n;

const register = /\b([a-zA-Z][a-zA-Z0-9_]{0,9}) {0,2}: {0,8}([0-9a-f]{8,16})(?![0-9a-f])/g;

/** The phase of a line in a dump; undefined when it is no part of one. */
export const phaseOf = (line: ReadLine): number | undefined => phases[kindOf(line)];

/** A dump while its lines come in. */
export class Dump {
  readonly lines: number[] = [];
  readonly registers: Record<string, bigint> = {};
  readonly frames: CallFrame[] = [];
  readonly pageWalk: PageWalkStep[] = [];
  readonly stackWords: Set<bigint> = new Set();
  readonly reasons: ReadLine[];
  /** The dump that was being printed when this one's fault happened; this one is then only a consequence. */
  outer: Dump | undefined;
  panicText: string[] = [];
  panicLines: number[] = [];
  cpu: number | undefined;
  context: CrashContext | undefined;
  vcpu: { readonly domain: number; readonly vcpu: number } | undefined;
  version: string | undefined;
  architecture: string | undefined;
  isDebugBuild: boolean | undefined;
  taint: string | undefined;
  ripText: string | undefined;
  codeSymbol: string | undefined;
  codeBytes: (number | undefined)[] | undefined;
  walkAddress: bigint | undefined;
  phase = 0;
  /** Set when another dump began after this one was whole; it still waits for its panic box. */
  isComplete = false;
  lastLine: number;
  readonly first: ReadLine;

  constructor(header: ReadLine, reasons: ReadLine[]) {
    this.first = header;
    this.reasons = reasons;
    this.lastLine = header.number;
    this.lines.push(header.number);
    if (kindOf(header) !== 'xen.crash.header') return;
    this.version = fieldOf(header, 'ver');
    this.architecture = fieldOf(header, 'arch');
    this.isDebugBuild = fieldOf(header, 'build')?.startsWith('debug=y') ?? false;
    const taint = fieldOf(header, 'taint') ?? '';
    this.taint = taint.startsWith('Tainted:') ? taint.slice(8).trim() : '';
  }

  /** Whether all its parts have been printed. A guest's dump ends with its stack. */
  get isWhole(): boolean {
    const isGuest = this.context === 'pv-guest' || this.context === 'hvm-guest';
    return this.phase >= (isGuest ? 11 : 13);
  }

  /** How badly a line of that phase fits here: lower is better, undefined not at all. */
  misfit(line: ReadLine, phase: number): number | undefined {
    if (this.hasAlready(line, phase)) return undefined;
    const own = this.fitOfAddress(line, phase);
    if (own !== undefined) return own;
    // Parts are mostly printed in one go.
    const step = line.number === this.lastLine + 1 ? -0.6 : 0;
    // The rows of a part wait right behind its head.
    if (phase === this.phase || (phase === this.phase + 1 && phase >= 9 && phase % 2 === 1))
      return 2 + step + (phase === 11 ? this.fitOfStackRow(line.payload) : 0);
    if (phase < this.phase && phase !== 3 && phase !== 2) return 20 + this.phase - phase;
    return 2 + step + Math.abs(phase - this.phase);
  }

  /** Whether it has such a part, of which there is one. */
  private hasAlready(line: ReadLine, phase: number): boolean {
    if (phase === 1) return this.cpu !== undefined;
    if (phase === 9) return this.codeBytes !== undefined;
    if (phase < 4 || phase > 7) return false;
    const name = /\b([a-zA-Z][a-zA-Z0-9_]{0,9}) {0,2}:/.exec(line.payload)?.[1];
    return name !== undefined && name in this.registers;
  }

  /** How well an address on the line agrees with the registers and the stack; undefined when that says nothing. */
  private fitOfAddress(line: ReadLine, phase: number): number | undefined {
    if (phase === 13) return this.fitOfFrame(line);
    const field = phase === 8 ? 'addr' : phase === 10 ? 'sp' : phase === 14 ? 'va' : undefined;
    if (field === undefined) return undefined;
    const address = hexOf(fieldOf(line, field));
    const { rip, rsp, PC, SP, cr2 } = this.registers;
    const register = phase === 8 ? (rip ?? PC) : phase === 10 ? (rsp ?? SP) : cr2;
    if (address === undefined || register === undefined) return undefined;
    if (address === register) return 0;
    return phase === 14 ? undefined : 10;
  }

  private fitOfFrame(line: ReadLine): number | undefined {
    const frame = parseXenFrame(line.payload, line.number);
    if (frame === undefined) return undefined;
    const { rip, PC } = this.registers;
    if (frame.mark === 'instruction-pointer') return frame.address === (rip ?? PC) ? 0 : 4;
    if (!this.stackWords.has(frame.address)) return undefined;
    // Two CPUs that came the same way have the same return addresses on their stacks.
    return line.number === this.lastLine + 1 ? 0.5 : 1;
  }

  /** A row of stack words often points into its own stack; else the dump with fewer rows waits for it. */
  private fitOfStackRow(payload: string): number {
    const { rsp } = this.registers;
    const isOwn =
      rsp !== undefined &&
      [...payload.matchAll(/[0-9a-f]{16}/g)].some(
        ([word]) => BigInt(`0x${word}`) >> stackBits === rsp >> stackBits,
      );
    return this.stackWords.size / 1000 - (isOwn ? 1 : 0);
  }

  take(line: ReadLine, phase: number): void {
    this.phase = Math.max(this.phase, phase);
    this.lastLine = line.number;
    this.lines.push(line.number);
    this.read(line, phase);
  }

  /** Registers on a line that no kind knows, such as Arm's `SP:`; false when there are none. */
  takeRegisters(line: ReadLine): boolean {
    if (this.phase >= 8 || !/^\s{0,8}[A-Z][A-Z0-9_]{1,9}: {1,8}[0-9a-f]{8,16}$/.test(line.payload))
      return false;
    this.readRegisters(line.payload);
    this.adopt(line);
    return true;
  }

  /** A line inside the dump that is no known part of it. */
  adopt(line: ReadLine): void {
    this.lines.push(line.number);
    this.lastLine = line.number;
  }

  private read(line: ReadLine, phase: number): void {
    if (phase === 1) this.cpu = numberField(line, 'cpu');
    else if (phase === 2) this.readPointer(line);
    else if (phase === 3) this.readFlags(line);
    else if (phase <= 7) this.readRegisters(line.payload);
    else if (phase === 8) this.codeSymbol = fieldOf(line, 'sym');
    else if (phase === 9) this.codeBytes ??= readCodeBytes(line.payload);
    else if (phase === 11) this.readStack(line.payload);
    else if (phase === 13) this.readFrame(line);
    else if (phase === 14) this.walkAddress = hexOf(fieldOf(line, 'va'));
    else if (phase === 15) this.readWalk(line);
  }

  private readPointer(line: ReadLine): void {
    const isPc = kindOf(line) === 'arm.reg.pc';
    const value = hexOf(fieldOf(line, isPc ? 'v' : 'rip'));
    const name = isPc ? line.payload.slice(0, 2) : 'rip';
    if (value !== undefined) this.registers[name] ??= value;
    if (name !== 'LR') this.ripText ??= fieldOf(line, 'sym');
    const cs = hexOf(fieldOf(line, 'cs'));
    if (cs !== undefined) this.registers['cs'] ??= cs;
  }

  private readFlags(line: ReadLine): void {
    const flags = hexOf(fieldOf(line, 'rflags'));
    const cpsr = hexOf(fieldOf(line, 'v'));
    if (flags !== undefined) this.registers['rflags'] ??= flags;
    if (cpsr !== undefined) this.registers['CPSR'] ??= cpsr;
    const context = fieldOf(line, 'ctx');
    if (context !== undefined)
      this.context =
        context === 'hypervisor' ? 'hypervisor' : context === 'pv guest' ? 'pv-guest' : 'hvm-guest';
    const mode = fieldOf(line, 'mode');
    if (mode !== undefined) this.context = /Hyp|EL2/.test(mode) ? 'hypervisor' : 'hvm-guest';
    this.vcpu = vcpuOf(fieldOf(line, 'vcpu')) ?? this.vcpu;
  }

  private readRegisters(payload: string): void {
    for (const [, name = '', value = ''] of payload.matchAll(register))
      this.registers[name] ??= BigInt(`0x${value}`);
    for (const [, name = '', value = ''] of payload.matchAll(/\b([cdefgs]s): ([0-9a-f]{4})\b/g))
      this.registers[name] ??= BigInt(`0x${value}`);
  }

  private readStack(payload: string): void {
    for (const [word] of payload.matchAll(/[0-9a-f]{16}/g))
      this.stackWords.add(BigInt(`0x${word}`));
  }

  private readFrame(line: ReadLine): void {
    const frame = parseXenFrame(line.payload, line.number);
    if (frame !== undefined) this.frames.push(frame);
  }

  private readWalk(line: ReadLine): void {
    const entry = hexOf(fieldOf(line, 'pte'));
    if (entry === undefined) return;
    this.pageWalk.push({
      line: line.number,
      level: `L${fieldOf(line, 'level') ?? ''}`,
      slot: Number.parseInt(fieldOf(line, 'slot') ?? '0', 16),
      entry,
    });
  }
}

/** Bytes of ` 48 83 <0f> 0b --`; unreadable ones are undefined. */
function readCodeBytes(payload: string): (number | undefined)[] {
  return [...payload.matchAll(/[0-9a-f]{2}|--/g)].map(([byte]) =>
    byte === '--' ? undefined : Number.parseInt(byte, 16),
  );
}
