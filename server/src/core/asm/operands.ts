import type { Dialect, MemoryOperand, Operand } from './model.ts';
import { compilerRegister, plan9Register, registerNamed } from './registers.ts';

/** Splits at a separator outside quotes and brackets. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (quote !== '') {
      if (character === '\\') i++;
      else if (character === quote) quote = '';
    } else if (character === '"') quote = character;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    else if (character === separator && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** Reads the operands of one instruction in the order written. */
export function parseOperands(text: string, dialect: Dialect): Operand[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  return splitOutside(trimmed, ',').map((part) => parseOperand(part.trim(), dialect));
}

const compilerOperand = /^%([bhwkqcPpaAznV]?)(?:\[(\w+)\]|(\d+))$/;
const rustOperand = /^\{(\w*)(?::([a-z]))?\}$/;

function parseOperand(text: string, dialect: Dialect): Operand {
  const inline = compilerOperand.exec(text);
  if (inline) return inlineOperand(inline[2] ?? inline[3] ?? '', inline[1] ?? '');
  const rust = rustOperand.exec(text);
  if (rust) return inlineOperand(rust[1] ?? '', rust[2] ?? '');
  if (dialect === 'att') return parseAtt(text);
  if (dialect === 'plan9') return parsePlan9(text);
  return parseIntel(text);
}

const sizeOfModifier: Readonly<Record<string, number>> = {
  k: 32,
  e: 32,
  w: 16,
  x: 16,
  b: 8,
  l: 8,
  q: 64,
  r: 64,
};

function inlineOperand(name: string, modifier: string): Operand {
  return compilerRegister(name, sizeOfModifier[modifier] ?? 64);
}

function parseAtt(text: string): Operand {
  if (text.startsWith('$')) return { kind: 'immediate', text: text.slice(1).trim() };
  const plain = text.startsWith('*') ? text.slice(1).trim() : text;
  const segment = /^%+([c-gs]s)\s*:/i.exec(plain);
  const rest = segment ? plain.slice(segment[0].length).trim() : plain;
  const register = /^%+(\w+)$/.exec(rest);
  if (register) return registerNamed(register[1] ?? '') ?? { kind: 'name', text };
  const address = /^(.*?)\(\s*(%+[\w[\]]+)?\s*(?:,\s*(%+[\w[\]]+)?\s*(?:,[^)]*)?)?\)$/s.exec(rest);
  if (address && (address[2] !== undefined || address[3] !== undefined)) {
    return memory(segment?.[1], baseName(address[2]), baseName(address[3]), address[1] ?? '');
  }
  if (segment) return memory(segment[1], undefined, undefined, rest);
  return { kind: 'name', text: plain };
}

function baseName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const inline = compilerOperand.exec(text);
  if (inline) return `op:${inline[2] ?? inline[3] ?? ''}`;
  const word = text.replace(/^%+/, '');
  return registerNamed(word)?.name ?? word;
}

function memory(
  segment: string | undefined,
  base: string | undefined,
  index: string | undefined,
  displacement: string,
): MemoryOperand {
  return {
    kind: 'memory',
    displacement: displacement.trim(),
    ...(segment !== undefined && { segment: segment.toLowerCase() }),
    ...(base !== undefined && { base }),
    ...(index !== undefined && { index }),
  };
}

const sizeWords: Readonly<Record<string, number>> = { byte: 8, word: 16, dword: 32, qword: 64 };

function parseIntel(text: string): Operand {
  const sized = /^(byte|word|dword|qword)\b\s*(?:ptr\b)?\s*/i.exec(text);
  const rest = sized
    ? text.slice(sized[0].length).trim()
    : text.replace(/^(?:short|near|far|offset|strict)\s+/i, '');
  const register = registerNamed(rest.replace(/^%+/, ''));
  if (register) return register;
  const bracket = /^(?:([c-gs]s)\s*:\s*)?(?:ptr\s+)?([^[]*)\[([^\]]*)\]$/i.exec(rest);
  if (bracket) {
    const address = intelAddress(bracket[1], bracket[2] ?? '', bracket[3] ?? '');
    return sized
      ? { ...address, sizeBits: sizeWords[(sized[1] ?? '').toLowerCase()] ?? 64 }
      : address;
  }
  if (sized || /^[-+~(]|^[0-9$']/.test(rest)) return { kind: 'immediate', text: rest };
  return { kind: 'name', text: rest };
}

/** `rsp + 8*rax - FRAME`: registers are picked out of the sum, the rest is the displacement. */
function intelAddress(outer: string | undefined, before: string, inside: string): MemoryOperand {
  const inner = /^\s*(?:(rel|abs)\s+)?(?:([c-gs]s)\s*:)?(.*)$/is.exec(inside);
  let base: string | undefined;
  let index: string | undefined;
  let displacement = before.trim();
  for (const term of (inner?.[3] ?? '').split(/(?=[+-])/)) {
    const word = term.replace(/^[+-]/, '').trim().replace(/^%+/, '');
    const scaled = /^(?:(\w+)\s*\*\s*\d+|\d+\s*\*\s*(\w+))$/.exec(word);
    const register = registerNamed(word) ?? rustBase(word);
    const scaledBy = scaled && registerNamed(scaled[1] ?? scaled[2] ?? '');
    if (scaledBy) index = scaledBy.name;
    else if (register && base === undefined) base = register.name;
    else if (register) index = register.name;
    else if (word !== '')
      displacement += displacement === '' && !term.startsWith('-') ? word : signed(term);
  }
  if (inner?.[1]?.toLowerCase() === 'rel' && base === undefined) base = 'rip';
  return memory(inner?.[2] ?? outer, base, index, displacement);
}

function rustBase(word: string): { readonly name: string } | undefined {
  const operand = rustOperand.exec(word);
  return operand ? { name: `op:${operand[1] ?? ''}` } : undefined;
}

function signed(term: string): string {
  return /^[+-]/.test(term) ? term.replaceAll(/\s+/g, '') : `+${term.trim()}`;
}

function parsePlan9(text: string): Operand {
  if (text.startsWith('$')) return { kind: 'immediate', text: text.slice(1).trim() };
  const register = plan9Register(text);
  if (register) return register;
  const address = /^(.*?)\((\w+)\)(?:\((\w+)(?:\*\d+)?\))?$/.exec(text);
  if (!address) return { kind: 'name', text };
  const base = address[2] ?? '';
  return memory(
    undefined,
    plan9Register(base)?.name ?? (base === 'SB' ? 'rip' : base),
    address[3] === undefined ? undefined : (plan9Register(address[3])?.name ?? address[3]),
    (address[1] ?? '').replace(/^\w+\+?(?=-?\d)/, ''),
  );
}
