import { ByteFilter, type LineSink } from './byte-filter.ts';
import { catalogueOf, type LogKnowledge } from './door.ts';
import { longestLine } from './clean.ts';
import type { LogAnalysis, ScanOptions } from './model.ts';
import { Scanner } from './scanner.ts';

/** Turns bytes into text; the core's own takes them as Latin-1. */
export type DecodeBytes = (bytes: Uint8Array, start: number, end: number) => string;

const latin1: DecodeBytes = (bytes, start, end) => {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
};

/** A line that the filter found worth reading, by its number within its block. */
export interface PickedLine {
  readonly line: number;
  readonly text: string;
}

/** What the filter found in one block of whole lines. */
export interface PickedBlock {
  readonly lineCount: number;
  readonly picked: readonly PickedLine[];
}

/** Lines that were only counted: their shape's first line by block and line. */
export interface LeftOut {
  readonly shape: number;
  readonly dialect: LogAnalysis['events'][number]['dialect'] | undefined;
  readonly kind: string | undefined;
  readonly count: number;
  readonly example: string;
  readonly block: number;
  readonly line: number;
}

/** The first half of scanning a large log: picks lines out of blocks. One for each thread. */
export class LinePicker {
  private readonly filter: ByteFilter;
  private readonly judge: Scanner;
  private readonly decode: DecodeBytes;
  private readonly threadCount: number;
  private readonly examples: Map<number, { text: string; block: number; line: number }> = new Map();

  /** @param threadCount how many pickers share the log, and so the samples of its events */
  constructor(knowledge: LogKnowledge, decode: DecodeBytes = latin1, threadCount: number = 1) {
    this.threadCount = threadCount;
    const catalogue = catalogueOf(knowledge.messages);
    this.filter = new ByteFilter(catalogue);
    this.judge = new Scanner(catalogue, { maxEvents: 0 });
    this.decode = decode;
  }

  /** Reads the whole lines between two places of a buffer. `block` numbers the block in its log. */
  pick(bytes: Uint8Array, from: number, to: number, block: number): PickedBlock {
    const picked: PickedLine[] = [];
    const textOf = (start: number, end: number): string =>
      this.decode(bytes, start, Math.min(end, start + longestLine));
    const sink: LineSink = {
      read: (_bytes, start, end, line) => void picked.push({ line, text: textOf(start, end) }),
      judge: (_bytes, start, end) => {
        const fate = this.judge.judge(textOf(start, end));
        return { ...fate, sample: Math.ceil(fate.sample / this.threadCount) };
      },
      example: (shape, _bytes, start, end, line) => {
        if (!this.examples.has(shape))
          this.examples.set(shape, {
            text: textOf(start, Math.min(end, start + 240)),
            block,
            line,
          });
      },
    };
    const lineCount = this.filter.scan(bytes, from, to, sink);
    return { lineCount, picked };
  }

  leftOut(): readonly LeftOut[] {
    return this.filter.counted().map((counted) => {
      const example = this.examples.get(counted.shape);
      return {
        ...counted,
        example: example?.text ?? '',
        block: example?.block ?? 0,
        line: example?.line ?? 0,
      };
    });
  }
}

/** The second half: reads the picked lines in order. */
export class PickedReader {
  private readonly scanner: Scanner;
  private readonly blockStarts: number[] = [];
  private lineCount = 0;

  constructor(knowledge: LogKnowledge, options: ScanOptions = {}) {
    this.scanner = new Scanner(catalogueOf(knowledge.messages), { maxEvents: 20_000, ...options });
  }

  /** Lines read so far, picked or not. */
  get lines(): number {
    return this.lineCount;
  }

  take(block: PickedBlock): void {
    this.blockStarts.push(this.lineCount);
    for (const { line, text } of block.picked)
      this.scanner.takeLine(text, this.lineCount + line + 1);
    this.lineCount += block.lineCount;
  }

  finish(leftOut: readonly LeftOut[]): LogAnalysis {
    this.scanner.setLineCount(this.lineCount);
    for (const each of leftOut)
      this.scanner.skip({
        count: each.count,
        dialect: each.dialect,
        shape: each.shape,
        line: (this.blockStarts[each.block] ?? 0) + each.line + 1,
        kind: each.kind,
        example: each.example,
      });
    return this.scanner.finish();
  }
}

/** Scans bytes that lie in memory, faster than `scanLog` and with bounded memory; hints beyond a sample are only counted. */
export function scanBytes(
  bytes: Uint8Array,
  knowledge: LogKnowledge,
  options: ScanOptions & { readonly decode?: DecodeBytes } = {},
): LogAnalysis {
  const picker = new LinePicker(knowledge, options.decode);
  const reader = new PickedReader(knowledge, options);
  reader.take(picker.pick(bytes, 0, bytes.length, 0));
  return reader.finish(picker.leftOut());
}
