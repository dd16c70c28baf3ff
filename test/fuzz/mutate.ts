/** A small seeded generator (mulberry32): the same number gives the same inputs on every machine. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const extremes = [
  '0',
  '-1',
  '4294967296',
  '18446744073709551615',
  '0x7fffffffffffffff',
  '1e309',
  '',
];
const brackets = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '"',
  "'",
  '/*',
  '*/',
  '\\\n',
  '#',
  '\0',
  '\r',
  '\uFEFF',
];
/** Longer inputs only make each run slower, not more likely to find something. */
const LONGEST_BYTES = 60_000;

type Mutation = (input: Uint8Array, random: Random, sources: Sources) => Uint8Array;

export interface Sources {
  readonly seeds: readonly Uint8Array[];
  readonly dictionary: readonly string[];
}

const encoder = new TextEncoder();

function splice(input: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const result = new Uint8Array(input.length - removed + added.length);
  result.set(input.subarray(0, at));
  result.set(added, at);
  result.set(input.subarray(at + removed), at + added.length);
  return result;
}

function chunk(input: Uint8Array, random: Random): { start: number; length: number } {
  const start = random.below(input.length + 1);
  return { start, length: random.below(Math.min(400, input.length - start) + 1) };
}

function numberAt(input: Uint8Array, from: number): { start: number; length: number } | undefined {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57;
  let start = from;
  while (start < input.length && !isDigit(input[start])) start++;
  let end = start;
  while (isDigit(input[end])) end++;
  return end > start ? { start, length: end - start } : undefined;
}

const mutations: readonly Mutation[] = [
  // One byte becomes another.
  (input, random) =>
    splice(input, random.below(input.length + 1), 0, Uint8Array.of(random.below(256))),
  (input, random) => {
    const copy = input.slice();
    if (copy.length > 0) copy[random.below(copy.length)] = random.below(256);
    return copy;
  },
  // A piece goes, doubles, moves, or comes from elsewhere.
  (input, random) => {
    const { start, length } = chunk(input, random);
    return splice(input, start, length, new Uint8Array());
  },
  (input, random) => {
    const { start, length } = chunk(input, random);
    return splice(input, random.below(input.length + 1), 0, input.slice(start, start + length));
  },
  (input, random, { seeds }) => {
    const other = random.of(seeds);
    const { start, length } = chunk(other, random);
    return splice(input, random.below(input.length + 1), 0, other.slice(start, start + length));
  },
  (input, random) => input.slice(0, random.below(input.length + 1)),
  // A word, a bracket, an extreme number.
  (input, random, { dictionary }) => {
    const word = encoder.encode(random.of([...dictionary, ...brackets]));
    return splice(input, random.below(input.length + 1), 0, word);
  },
  (input, random) => {
    const found = numberAt(input, random.below(input.length + 1));
    if (!found) return input;
    return splice(input, found.start, found.length, encoder.encode(random.of(extremes)));
  },
  // Something many times over: depth and length.
  (input, random) => {
    const word = random.of(brackets).repeat(1 + random.below(2000));
    return splice(input, random.below(input.length + 1), 0, encoder.encode(word));
  },
];

/** The input that a number stands for: a seed file with one to eight mutations, the same every time. */
export function inputOf(number: number, sources: Sources): Uint8Array {
  const random = new Random(number);
  const seed = random.of(sources.seeds);
  const start = seed.length > LONGEST_BYTES ? random.below(seed.length - LONGEST_BYTES) : 0;
  let input: Uint8Array = seed.slice(start, start + LONGEST_BYTES);
  for (let i = random.below(8); i >= 0; i--) input = random.of(mutations)(input, random, sources);
  return input;
}
