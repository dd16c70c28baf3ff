import path from 'node:path';
import { usesSharedRing } from '#core/gate';

const MOST_INCLUDES = 24;
const LARGEST_HEADER_BYTES = 1024 * 1024;

/**
 * Whether a driver reaches the ring's headers through a header of its own (`#include "common.h"`): many drivers
 * name no ring macro in a file that still belongs to the conversation. Each header is read once.
 */
export class LocalIncludes {
  private readonly verdicts = new Map<string, boolean>();
  private readonly readFile: (path: string) => Uint8Array | undefined;

  constructor(readFile: (path: string) => Uint8Array | undefined) {
    this.readFile = readFile;
  }

  reachRing(text: string, file: string): boolean {
    let count = 0;
    for (const match of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm)) {
      if (++count > MOST_INCLUDES) return false;
      if (this.isAboutRings(path.join(path.dirname(file), match[1] ?? ''))) return true;
    }
    return false;
  }

  /** Forgets what it knows of headers that changed. */
  forget(): void {
    this.verdicts.clear();
  }

  private isAboutRings(header: string): boolean {
    let verdict = this.verdicts.get(header);
    if (verdict === undefined) {
      const bytes = this.readFile(header);
      verdict =
        bytes !== undefined &&
        bytes.length <= LARGEST_HEADER_BYTES &&
        usesSharedRing(new TextDecoder().decode(bytes));
      this.verdicts.set(header, verdict);
    }
    return verdict;
  }
}
