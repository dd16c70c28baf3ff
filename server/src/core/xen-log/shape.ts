import type { UnknownShape } from './model.ts';

/** Classes of characters for shapes: words, digits inside words, the rest. */
const WORD = 1;
const DIGIT = 2;

const classes: Uint8Array = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/\d/.test(char)) classes[code] = DIGIT;
  else if (/[A-Za-z_]/.test(char)) classes[code] = WORD;
}

/** Characters of a payload that make its shape; what follows does not tell kinds apart. */
export const shapeLength = 44;

const firstSeed = 0x811c9dc5 | 0;
const secondSeed = 0x1b873593 | 0;
/** Stands for every word with a digit in it. */
const BLANK = 0x23;

const combine = (first: number, second: number): number =>
  (first >>> 0) * 0x200000 + ((second >>> 0) & 0x1fffff);
/** One number for a word and the character behind it. */
const joined = (word: number, code: number): number => (Math.imul(word, 0x2545f491) + code) | 0;
const mixFirst = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193);
const mixSecond = (hash: number, value: number): number =>
  (Math.imul(hash, 0x85ebca6b) + value) ^ (value >>> 15);

/**
 * The shape of a payload: equal for texts that differ only in numbers, as every word with a digit in it counts as
 * one blank. Characters above 7 bits count as letters.
 */
export function shapeOf(payload: string): number {
  let first = firstSeed;
  let second = secondSeed;
  let word = 0;
  let hasDigit = false;
  const end = Math.min(payload.length, shapeLength);
  for (let i = 0; i < end; i++) {
    const code = payload.charCodeAt(i);
    const kind = code < 128 ? (classes[code] ?? 0) : WORD;
    if (kind !== 0) {
      word = (Math.imul(word, 31) + code) | 0;
      if (kind === DIGIT) hasDigit = true;
      continue;
    }
    const value = joined(hasDigit ? BLANK : word, code);
    first = mixFirst(first, value);
    second = mixSecond(second, value);
    word = 0;
    hasDigit = false;
  }
  if (word === 0) return combine(first, second);
  const value = hasDigit ? BLANK : word;
  return combine(mixFirst(first, value), mixSecond(second, value));
}

/**
 * A line of bytes as measured, in an array of integers so that millions of lines make no objects: both halves of its
 * shape, its end, and 1 when it holds what only the full reader understands (control characters, a second `(XEN`).
 */
export type MeasuredLine = Int32Array;
export const FIRST = 0;
export const SECOND = 1;
export const END = 2;
export const IS_ODD = 3;

/** The shape as one number, as `shapeOf` gives it. */
export const shapeOfMeasured = (line: MeasuredLine): number =>
  combine(line[FIRST] ?? 0, line[SECOND] ?? 0);

/** Classes of bytes: as for characters, and more for those that end a line or make it odd. */
const LINE_FEED_CLASS = 4;
const RETURN_CLASS = 5;
const CONTROL_CLASS = 6;
const OPEN_CLASS = 7;
const WIDE_CLASS = 8;
const byteClasses: Uint8Array = new Uint8Array(256).fill(WORD);
byteClasses.set(classes);
for (let code = 0; code < 32; code++) if (code !== 9) byteClasses[code] = CONTROL_CLASS;
byteClasses[127] = CONTROL_CLASS;
byteClasses[10] = LINE_FEED_CLASS;
byteClasses[13] = RETURN_CLASS;
byteClasses[0x28] = OPEN_CLASS;
byteClasses[0xc2] = WIDE_CLASS;

const isInnerXen = (bytes: Uint8Array, at: number): boolean =>
  bytes[at + 1] === 0x58 && bytes[at + 2] === 0x45 && bytes[at + 3] === 0x4e;

/** A no-break space in UTF-8, which the full reader takes for a blank. */
const isNoBreakSpace = (bytes: Uint8Array, at: number): boolean => bytes[at + 1] === 0xa0;

/** The end of a line without anything odd in it; -1 when it has that. */
export function endOfPlainLine(bytes: Uint8Array, start: number, to: number): number {
  for (let i = start; i < to; i++) {
    const kind = byteClasses[bytes[i] as number] as number;
    if (kind < LINE_FEED_CLASS) continue;
    if (kind === LINE_FEED_CLASS) return isSoftEnd(bytes, i) ? -1 : i;
    if (kind !== RETURN_CLASS && isOddAt(bytes, i, kind)) return -1;
  }
  return to;
}

/** `=` in front of a line's end: what follows may belong to it. */
const isSoftEnd = (bytes: Uint8Array, end: number): boolean => bytes[end - 1] === 0x3d;

function isOddAt(bytes: Uint8Array, at: number, kind: number): boolean {
  if (kind === CONTROL_CLASS) return true;
  return kind === OPEN_CLASS ? isInnerXen(bytes, at) : isNoBreakSpace(bytes, at);
}

/** Measures the line whose payload starts at `start`; the same shape as `shapeOf` gives its text. */
export function measureLine(
  bytes: Uint8Array,
  start: number,
  to: number,
  into: MeasuredLine,
): void {
  let first = firstSeed;
  let second = secondSeed;
  let word = 0;
  let hasDigit = false;
  let isOdd = 0;
  const hashEnd = Math.min(to, start + shapeLength);
  let i = start;
  for (; i < hashEnd; i++) {
    const code = bytes[i] as number;
    const kind = byteClasses[code] as number;
    if (kind === WORD || kind === DIGIT || kind === WIDE_CLASS) {
      if (kind === WIDE_CLASS && isNoBreakSpace(bytes, i)) isOdd = 1;
      word = (Math.imul(word, 31) + code) | 0;
      if (kind === DIGIT) hasDigit = true;
      continue;
    }
    if (kind === LINE_FEED_CLASS) break;
    if (kind === RETURN_CLASS) continue;
    if (kind === CONTROL_CLASS) isOdd = 1;
    else if (kind === OPEN_CLASS && i > start && isInnerXen(bytes, i)) isOdd = 1;
    const value = joined(hasDigit ? BLANK : word, code);
    first = mixFirst(first, value);
    second = mixSecond(second, value);
    word = 0;
    hasDigit = false;
  }
  if (word !== 0) {
    const value = hasDigit ? BLANK : word;
    first = mixFirst(first, value);
    second = mixSecond(second, value);
  }
  if (i === hashEnd)
    for (; i < to; i++) {
      const kind = byteClasses[bytes[i] as number] as number;
      if (kind < LINE_FEED_CLASS) continue;
      if (kind === LINE_FEED_CLASS) break;
      if (
        kind === CONTROL_CLASS ||
        (kind === OPEN_CLASS && isInnerXen(bytes, i)) ||
        (kind === WIDE_CLASS && isNoBreakSpace(bytes, i))
      )
        isOdd = 1;
    }
  into[FIRST] = first;
  into[SECOND] = second;
  into[END] = i;
  into[IS_ODD] = isOdd;
}

/** Shapes counted by themselves; further ones are counted together, so that memory stays bounded. */
const mostShapes = 4000;

interface Cluster {
  count: number;
  readonly example: string;
  readonly line: number;
}

/** Counts lines that nobody explains by their shape. */
export class ShapeClusters {
  private readonly clusters: Map<number, Cluster> = new Map();
  private others: Cluster | undefined;

  add(shape: number, line: number, example: () => string, count: number = 1): void {
    const cluster = this.clusters.get(shape);
    if (cluster !== undefined) {
      cluster.count += count;
      return;
    }
    if (this.clusters.size < mostShapes) {
      this.clusters.set(shape, { count, example: example().slice(0, 240), line });
      return;
    }
    if (this.others === undefined) this.others = { count, example: example().slice(0, 240), line };
    else this.others.count += count;
  }

  /** The most frequent first, then by line. */
  list(limit: number): readonly UnknownShape[] {
    const all = [...this.clusters.values()];
    if (this.others !== undefined) all.push(this.others);
    return all
      .sort((a, b) => b.count - a.count || a.line - b.line)
      .slice(0, limit)
      .map(({ count, example, line }) => ({ count, example, line }));
  }
}
