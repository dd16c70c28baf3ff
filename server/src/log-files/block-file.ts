import { contextBytes } from '#core/xen-log';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Size of the blocks a large log is cut into, before they are moved to whole lines. */
export const blockBytes: number = 1 << 20;
const stepBytes = 1 << 16;
const LINE_FEED = 10;

/** Reads a file in blocks of whole lines, each by itself, so that several threads can share the blocks. */
export class BlockFile {
  private readonly descriptor: number;
  readonly sizeBytes: number;
  private buffer: Buffer = Buffer.allocUnsafe(blockBytes + contextBytes + stepBytes);

  /** @throws the file system's error when the file cannot be opened */
  constructor(path: string) {
    this.descriptor = openSync(path, 'r');
    this.sizeBytes = fstatSync(this.descriptor).size;
  }

  get blockCount(): number {
    return Math.ceil(this.sizeBytes / blockBytes);
  }

  /**
   * The lines that begin in a block: from the first line feed at or before its start to the first at or behind its
   * end, with some of what stands before them in front of `from`. Valid until the next call.
   */
  read(block: number): { readonly bytes: Buffer; readonly from: number; readonly to: number } {
    const start = block * blockBytes;
    const first = Math.max(0, start - contextBytes);
    const last = Math.min(this.sizeBytes, start + blockBytes);
    let length = this.fill(0, first, last - first);
    let from = 0;
    if (start > 0) {
      // The byte in front of the block tells whether a line begins exactly here.
      const feed = this.buffer.subarray(0, length).indexOf(LINE_FEED, start - 1 - first);
      if (feed < 0) return { bytes: this.buffer, from: 0, to: 0 };
      from = feed + 1;
    }
    if (from >= length) return { bytes: this.buffer, from, to: from };
    while (first + length < this.sizeBytes && this.buffer[length - 1] !== LINE_FEED) {
      const before = length;
      length += this.fill(length, first + length, stepBytes);
      if (length === before) break;
      const feed = this.buffer.subarray(before, length).indexOf(LINE_FEED);
      if (feed >= 0) {
        length = before + feed + 1;
        break;
      }
    }
    return { bytes: this.buffer, from, to: length };
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private fill(at: number, position: number, count: number): number {
    if (at + count > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, at + count));
      this.buffer.copy(larger, 0, 0, at);
      this.buffer = larger;
    }
    let read = 0;
    while (read < count) {
      const got = readSync(this.descriptor, this.buffer, at + read, count - read, position + read);
      if (got === 0) break;
      read += got;
    }
    return read;
  }
}
