const SLOTS = 1 << 14;
/** Characters of a payload that are compared. */
const headLength = 16;
/** Lines in a row that must have been routine, and how often that is checked again. */
const runToTrust = 128;
const checkMask = 15;

/** Bytes with digits made equal, so that counters do not make beginnings differ. */
const blanked: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x30 && code <= 0x39 ? 0x30 : code,
);

/**
 * Beginnings of routine lines that so far never led to anything else: most of a large log. They spare measuring the
 * whole line; every sixteenth is measured all the same.
 */
export class UsualLines {
  private readonly hashes: Int32Array = new Int32Array(SLOTS);
  private readonly shapes: Int32Array = new Int32Array(SLOTS).fill(-1);
  private readonly events: Uint8Array = new Uint8Array(SLOTS);
  private readonly runs: Int32Array = new Int32Array(SLOTS);
  private hash = 0;
  private tick = 0;

  /** The shape of a line by its beginning; -1 when it has to be measured. */
  find(bytes: Uint8Array, start: number, writer: number): number {
    let hash = writer + 1;
    const end = start + headLength;
    for (let i = start; i < end; i++)
      hash = (Math.imul(hash, 0x01000193) ^ (blanked[bytes[i] as number] as number)) | 0;
    this.hash = hash;
    const slot = (hash ^ (hash >>> 14)) & (SLOTS - 1);
    if (this.hashes[slot] !== hash || (this.runs[slot] as number) < runToTrust) return -1;
    return (++this.tick & checkMask) === 0 ? -1 : (this.shapes[slot] as number);
  }

  /**
   * Tells the shape that the line last asked for has: -1 when it is no routine. Shapes that are no events may take
   * turns behind one beginning; which of them a line is counted for is then a sample.
   */
  note(shape: number, isEvent: boolean): void {
    const { hash } = this;
    const slot = (hash ^ (hash >>> 14)) & (SLOTS - 1);
    const isKnown = this.hashes[slot] === hash;
    if (isKnown && shape >= 0 && !isEvent && this.events[slot] === 0) {
      this.shapes[slot] = shape;
      this.runs[slot] = (this.runs[slot] as number) + 1;
      return;
    }
    if (isKnown && this.shapes[slot] === shape) {
      this.runs[slot] = (this.runs[slot] as number) + 1;
      return;
    }
    this.hashes[slot] = hash;
    this.shapes[slot] = shape;
    this.events[slot] = isEvent ? 1 : 0;
    this.runs[slot] = shape < 0 ? -runToTrust : 0;
  }
}
