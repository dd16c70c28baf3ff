import type { Instruction } from '#core/asm';
import {
  arithmetic,
  bitTest,
  compareOperands,
  shift,
  testBits,
  unary,
} from './arithmetic-effects.ts';
import { type Effect, withFlags } from './effect.ts';
import { type Machine, rootOf } from './machine.ts';
import {
  exchange,
  extend,
  leave,
  loadAddress,
  move,
  pop,
  popFlags,
  push,
  pushFlags,
} from './move-effects.ts';
import { type MachineState, registerValue, unknownFlags } from './state.ts';
import { constant } from './values.ts';

const clobber =
  (registers: readonly string[], setsFlags: boolean): Effect =>
  (machine, state, instruction, at) => {
    const named = registers.length > 0 ? registers : destinationOf(instruction);
    const next = named.reduce(
      (current, register) =>
        machine.setOpaque(current, register, at, `a result of ${instruction.mnemonic}`),
      state,
    );
    return setsFlags ? withFlags(next, unknownFlags, at) : next;
  };

function destinationOf(instruction: Instruction): readonly string[] {
  const destination = instruction.operands.at(-1);
  return destination?.kind === 'register' ? [destination.name] : [];
}

const flagsOnly: Effect = (_machine, state, _instruction, at) => withFlags(state, unknownFlags, at);

const repeatable: Effect = (machine, state, instruction, at) => {
  const isLoad = instruction.mnemonic.startsWith('lods');
  const touched = isLoad ? ['rax', 'rsi'] : ['rdi', 'rsi'];
  let next = touched.reduce(
    (current, register) => machine.setOpaque(current, register, at, 'a string instruction'),
    state,
  );
  if (/^(cmps|scas)/.test(instruction.mnemonic)) next = withFlags(next, unknownFlags, at);
  else if (!isLoad) next = clobberPointed(machine, state, next, at);
  return instruction.prefixes.some((prefix) => prefix.startsWith('rep'))
    ? machine.setRegister(next, 'rcx', constant(0n), at)
    : next;
};

/** A string store through RDI hits the object RDI points into. */
function clobberPointed(
  machine: Machine,
  before: MachineState,
  state: MachineState,
  at: number,
): MachineState {
  return machine.clobberRegion(state, rootOf(registerValue(before, 'rdi')), at);
}

const interrupts =
  (value: 'on' | 'off'): Effect =>
  (_machine, state) => ({ ...state, interrupts: value });

const swapGs: Effect = (_machine, state, _instruction, at) => ({
  ...state,
  swaps: state.swaps + 1,
  lastSwapAt: at,
});

/** What each instruction does to a state; instructions that are not here leave RCX, memory and flags alone. */
export const effects: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ['mov', move],
  ['movs', repeatable],
  ['stos', repeatable],
  ['lods', repeatable],
  ['scas', repeatable],
  ['cmps', repeatable],
  ...['movzx', 'movzbl', 'movzbq', 'movzwl', 'movzwq'].map((name): [string, Effect] => [
    name,
    extend('zero-extend', bitsOfName(name)),
  ]),
  ...['movsx', 'movsxd', 'movslq', 'movsbl', 'movsbq', 'movswl', 'movswq'].map(
    (name): [string, Effect] => [name, extend('sign-extend', bitsOfName(name))],
  ),
  ['lea', loadAddress],
  ['push', push],
  ['pop', pop],
  ['xchg', exchange],
  ['add', arithmetic('add', false)],
  ['sub', arithmetic('sub', false)],
  ['and', arithmetic('and', true)],
  ['or', arithmetic('or', true)],
  ['xor', arithmetic('xor', true)],
  ['inc', unary('add', 1n, true)],
  ['dec', unary('add', -1n, true)],
  ['neg', unary('neg', 0n, true)],
  ['not', unary('not', 0n, false)],
  ['shl', shift('shl')],
  ['sal', shift('shl')],
  ['shr', shift('shr')],
  ['sar', shift('sar')],
  ['cmp', compareOperands],
  ['test', testBits],
  ...['bt', 'bts', 'btr', 'btc'].map((name): [string, Effect] => [name, bitTest]),
  ...['rol', 'ror', 'adc', 'sbb', 'imul', 'xadd', 'bsf', 'bsr', 'andn'].map(
    (name): [string, Effect] => [name, clobber([], true)],
  ),
  ...['bswap', 'rdfsbase', 'rdgsbase', 'rdsspq', 'sldt', 'str', 'xlat', 'vmread'].map(
    (name): [string, Effect] => [name, clobber([], false)],
  ),
  ['cmpxchg', clobber(['rax'], true)],
  ['mul', clobber(['rax', 'rdx'], true)],
  ['div', clobber(['rax', 'rdx'], true)],
  ['idiv', clobber(['rax', 'rdx'], true)],
  ['cpuid', clobber(['rax', 'rbx', 'rcx', 'rdx'], false)],
  ['rdmsr', clobber(['rax', 'rdx'], false)],
  ['rdtsc', clobber(['rax', 'rdx'], false)],
  ['rdtscp', clobber(['rax', 'rcx', 'rdx'], false)],
  ['xgetbv', clobber(['rax', 'rdx'], false)],
  ['cltq', clobber(['rax'], false)],
  ['cdqe', clobber(['rax'], false)],
  ['cqto', clobber(['rdx'], false)],
  ['cqo', clobber(['rdx'], false)],
  ['verw', flagsOnly],
  ['verr', flagsOnly],
  ['clrssbsy', flagsOnly],
  ['leave', leave],
  ['pushf', pushFlags],
  ['popf', popFlags],
  ['cli', interrupts('off')],
  ['sti', interrupts('on')],
  ['swapgs', swapGs],
]);

function bitsOfName(name: string): number | undefined {
  const letter = /^mov[sz]([bwl])/.exec(name)?.[1];
  return letter === 'b' ? 8 : letter === 'w' ? 16 : letter === 'l' ? 32 : undefined;
}
