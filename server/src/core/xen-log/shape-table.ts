import type { ShapeFate } from './byte-filter.ts';

const SLOTS = 1 << 17;
export const mostShapes = 40_000;

/** Shapes by their hash, in plain arrays: looked up once for each line of a log of any size. */
export class ShapeTable {
  /** Lines of the shape handed on, and those that were only counted. */
  readonly seen: Int32Array = new Int32Array(mostShapes);
  readonly counted: Int32Array = new Int32Array(mostShapes);
  /** Lines that could not begin any kind. */
  readonly silent: Int32Array = new Int32Array(mostShapes);
  /** How many lines are handed on before the rest is only counted; 0 for silent shapes. */
  readonly sample: Int32Array = new Int32Array(mostShapes);
  readonly fates: ShapeFate[] = [];
  private readonly slots: Int32Array = new Int32Array(SLOTS).fill(-1);
  private readonly first: Int32Array = new Int32Array(mostShapes);
  private readonly second: Int32Array = new Int32Array(mostShapes);
  private readonly writers: Uint8Array = new Uint8Array(mostShapes);

  get size(): number {
    return this.fates.length;
  }

  /** The index of a shape; -1 when it is new. */
  find(first: number, second: number, writer: number): number {
    let slot = (first ^ Math.imul(writer, 0x9e3779b1)) & (SLOTS - 1);
    for (;;) {
      const index = this.slots[slot] ?? -1;
      if (index < 0) return -1;
      if (
        this.first[index] === first &&
        this.second[index] === second &&
        this.writers[index] === writer
      )
        return index;
      slot = (slot + 1) & (SLOTS - 1);
    }
  }

  add(
    key: { readonly first: number; readonly second: number; readonly writer: number },
    fate: ShapeFate,
  ): number {
    const index = this.fates.length;
    let slot = (key.first ^ Math.imul(key.writer, 0x9e3779b1)) & (SLOTS - 1);
    while ((this.slots[slot] ?? -1) >= 0) slot = (slot + 1) & (SLOTS - 1);
    this.slots[slot] = index;
    this.first[index] = key.first;
    this.second[index] = key.second;
    this.writers[index] = key.writer;
    this.seen[index] = 1;
    this.sample[index] = Math.min(fate.sample, 0x7fffffff);
    this.fates.push(fate);
    return index;
  }
}
