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
export const shapeLength = 96;

/**
 * A number that is equal for lines that differ only in numbers: every word with a digit in it counts as one
 * blank. Works on character codes, so that a text and its bytes give the same.
 */
export class ShapeHash {
  private first = 0;
  private second = 0;
  private word = 0;
  private hasDigit = false;

  reset(): void {
    this.first = 0x811c9dc5 | 0;
    this.second = 0x1b873593 | 0;
    this.word = 0;
    this.hasDigit = false;
  }

  add(code: number): void {
    const kind = code < 128 ? (classes[code] ?? 0) : WORD;
    if (kind !== 0) {
      this.word = (Math.imul(this.word, 31) + code) | 0;
      if (kind === DIGIT) this.hasDigit = true;
      return;
    }
    if (this.word !== 0) this.close();
    this.mix(code);
  }

  value(): number {
    if (this.word !== 0) this.close();
    return (this.first >>> 0) * 0x200000 + ((this.second >>> 0) & 0x1fffff);
  }

  private close(): void {
    this.mix(this.hasDigit ? 0x23 : this.word);
    this.word = 0;
    this.hasDigit = false;
  }

  private mix(value: number): void {
    this.first = Math.imul(this.first ^ value, 0x01000193);
    this.second = Math.imul(this.second + value, 0x85ebca6b) ^ (this.second >>> 15);
  }
}

const scratch: ShapeHash = new ShapeHash();

/** The shape of a payload; characters above 7 bits count as letters. */
export function shapeOf(payload: string): number {
  scratch.reset();
  const end = Math.min(payload.length, shapeLength);
  for (let i = 0; i < end; i++) scratch.add(payload.charCodeAt(i));
  return scratch.value();
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
