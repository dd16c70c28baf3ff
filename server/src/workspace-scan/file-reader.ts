import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const FIRST_BYTES = 1024 * 1024;
/** More than any source file has; what is larger is data. */
const LARGEST_BYTES = 32 * 1024 * 1024;

/** Reads files one after the other into one buffer: a view is good until the next file is read. */
export class FileReader {
  private buffer = Buffer.allocUnsafe(FIRST_BYTES);

  /** Bytes of a file; undefined when it cannot be read, empty when it is too large to be a source. */
  read(path: string): Buffer | undefined {
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      const size = fstatSync(file).size;
      if (size > LARGEST_BYTES) return this.buffer.subarray(0, 0);
      if (size > this.buffer.length) this.buffer = Buffer.allocUnsafe(size);
      const length = readSync(file, this.buffer, 0, this.buffer.length, 0);
      return this.buffer.subarray(0, length);
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}
