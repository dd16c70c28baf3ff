const LINE_FEED = 10;

/** How many line feeds lie between two places of a buffer. */
export function countLineFeeds(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  const view = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
  for (let at = view.indexOf(LINE_FEED); at >= 0; at = view.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}

/**
 * Where lines start in a large file: the number of line feeds before each stretch of equal size, so that a line is
 * found by reading one stretch. Four bytes a stretch.
 */
export class SparseLineIndex {
  readonly stretchBytes: number;
  private readonly before: number[] = [];
  private feeds = 0;

  constructor(stretchBytes: number) {
    this.stretchBytes = stretchBytes;
  }

  /** Line feeds counted so far. */
  get lineFeeds(): number {
    return this.feeds;
  }

  /** Adds the next stretch by its bytes or, where they were counted elsewhere, by their number of line feeds. */
  add(stretch: Uint8Array | number, length?: number): void {
    this.before.push(this.feeds);
    this.feeds +=
      typeof stretch === 'number' ? stretch : countLineFeeds(stretch, 0, length ?? stretch.length);
  }

  /** The stretch in which a line (from 1) starts or ends, and the number of its first whole line. */
  locate(line: number): { readonly offset: number; readonly feedsBefore: number } {
    const feeds = Math.max(0, line - 1);
    let low = 0;
    let high = this.before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.before[middle] ?? 0) < feeds) low = middle;
      else high = middle - 1;
    }
    return { offset: low * this.stretchBytes, feedsBefore: this.before[low] ?? 0 };
  }
}
