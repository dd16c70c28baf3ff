import type { PackState } from './product.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, NUMBER, P, textOf } from './tokens.ts';
import { readNumber } from './literals.ts';

/** The state after `#pragma pack (...)`; the tokens start at the parenthesis. A malformed one changes nothing, as in gcc. */
export function applyPack(state: PackState, tokens: readonly Token[]): PackState {
  if (!isPunct(tokens[0], P.openParen)) return state;
  const close = tokens.findIndex((token) => isPunct(token, P.closeParen));
  if (close < 0) return state;
  const parts = tokens.slice(1, close).filter((token) => !isPunct(token, P.comma));
  const action = parts[0]?.kind === IDENTIFIER ? textOf(parts[0]) : 'set';
  const number = parts.find((token) => token.kind === NUMBER);
  const bytes = number === undefined ? undefined : Number(readNumber(textOf(number))?.value ?? -1n);
  if (bytes !== undefined && ![0, 1, 2, 4, 8, 16].includes(bytes)) return state;
  const named = parts.slice(1).find((token) => token.kind === IDENTIFIER);
  const name = named === undefined ? '' : textOf(named);
  if (action === 'push') {
    return { bytes: bytes ?? state.bytes, stack: [...state.stack, { name, bytes: state.bytes }] };
  }
  if (action === 'pop') return pop(state, name, bytes);
  return action === 'set' ? { ...state, bytes: bytes ?? 0 } : state;
}

function pop(state: PackState, name: string, bytes: number | undefined): PackState {
  let index = state.stack.length - 1;
  if (name !== '') index = state.stack.findLastIndex((entry) => entry.name === name);
  const entry = state.stack[index];
  if (entry === undefined) return bytes === undefined ? state : { ...state, bytes };
  return { bytes: bytes ?? entry.bytes, stack: state.stack.slice(0, index) };
}
