import { keyOf } from './conditions.ts';
import { type Address, split } from './memory.ts';
import { flagsKey, type MachineState, registerValue } from './state.ts';

/** What the rest of the program can still ask a state for. */
export interface Askable {
  /** Registers that some later operation may read. */
  readonly registers: readonly string[];
  readonly isConditionAsked: (condition: string) => boolean;
}

/**
 * Two states with equal keys have the same future: names of unknown values are numbered in the order they appear, and
 * the stack is counted from where RSP points, so paths that differ in nothing but names are one.
 */
export function stateKey(state: MachineState, askable: Askable): string {
  const stack = stackOf(state);
  const names = new Names();
  const numbered = (texts: readonly string[]): string =>
    texts
      .map((text) => fromStackTop(text, stack))
      .map((text) => ({ text, order: text.replaceAll(unknownName, '~') }))
      .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
      .map(({ text }) => names.numbered(text))
      .join('\n');
  return [
    numbered(askable.registers.map((name) => `${name}=${registerValue(state, name).key}`)),
    numbered([flagsKey(state.flags)]),
    numbered(state.conditions.map((each) => keyOf(each.condition))),
    numbered(
      [...state.cells.values()].map((cell) => `${cell.region}|${cell.offset}=${cell.value.key}`),
    ),
    numbered([`]@${state.memoryEpoch}`]),
    ...[...state.configuration]
      .filter(([condition]) => askable.isConditionAsked(condition))
      .map(([condition, holds]) => `${condition}:${holds}`)
      .sort(),
    `${state.interrupts} ${state.interruptsAtStackLoad} ${state.swaps & 3} ${state.stackLoadedAt >= 0}`,
  ].join('\n\n');
}

/** Names the analysis makes up; RCX as it was at the root keeps its own, for it is judged by rules of its own. */
const unknownName =
  /\bstale\d+|\bentry:(?!rcx\b)\w+|\b(?:call:\w+|[a-z]\w*(?:-\w+)?)@\d+\b|\]@[\w!]*/g;

/** Numbers names, and keeps visible what kind of value each stands for: messages and rules tell them apart. */
class Names {
  private readonly numbers = new Map<string, string>();

  numbered(text: string): string {
    return text.replaceAll(unknownName, (name) => {
      const known = this.numbers.get(name);
      if (known !== undefined) return known;
      const kind = /^(?:stale|entry|call|\]@)?/.exec(name)?.[0] ?? '';
      const number = `${kind}~${this.numbers.size}`;
      this.numbers.set(name, number);
      return number;
    });
  }
}

/** The object RSP points into, while it is still the kernel's own stack: whose it is begins to matter with the load. */
function stackOf(state: MachineState): Address | undefined {
  if (state.stackLoadedAt >= 0) return undefined;
  const address = split(registerValue(state, 'rsp'));
  return /^(?:entry|call|stale|joined|op|[a-z]+@)/.test(address.region) &&
    !address.region.includes('+')
    ? address
    : undefined;
}

function fromStackTop(text: string, stack: Address | undefined): string {
  if (!stack || !text.includes(stack.region)) return text;
  const base = stack.region.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const moved = (by: bigint): string => (by === 0n ? 'TOP' : `add(TOP,${by.toString(16)})`);
  return text
    .replaceAll(
      new RegExp(`(?<![\\w:])${base}((?:\\+[^|[\\]()=]*)?)\\|(-?\\d+)`, 'g'),
      (_, symbols: string, offset: string) => `TOP${symbols}|${BigInt(offset) - stack.offset}`,
    )
    .replaceAll(
      new RegExp(`add\\(${base},(-?)([0-9a-f]+)\\)`, 'g'),
      (_, sign: string, by: string) =>
        moved((sign === '-' ? -1n : 1n) * BigInt(`0x${by}`) - stack.offset),
    )
    .replaceAll(new RegExp(`(?<![\\w:])${base}(?![\\w@|])`, 'g'), moved(-stack.offset));
}
