import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  PickedReader,
  type LeftOut,
  type LogAnalysis,
  type LogKnowledge,
  type PickedBlock,
  type ScanOptions,
} from '#core/xen-log';
import { BlockFile } from './block-file.ts';
import { FilePicker, type PickAnswer, type PickRequest } from './picker.ts';
import type { PickerData } from './worker.ts';

export interface FileScanOptions extends ScanOptions {
  /** Threads that look for lines besides the caller's, which reads them; 0 does all in the caller's. */
  readonly threads?: number;
  /** Whether the caller's thread looks for lines too while it waits; it then does nothing else for long. */
  readonly picksItself?: boolean;
  readonly knowledgeFolder: string;
  /** Called after each block, with the share done from 0 to 1; what it returns is waited for. */
  readonly onBlock?: (share: number) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

export interface FileScan {
  readonly analysis: LogAnalysis;
  readonly sizeBytes: number;
  readonly wasCancelled: boolean;
}

/** Blocks that may wait to be read in order, for each thread. */
const blocksAhead = 3;
/** What a thread needs: its young objects are short-lived lines, and its tables are small. */
const threadLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 96 } as const;

/** A thread that answers requests about blocks, in their order. */
class PickerThread {
  private readonly worker: Worker;
  private readonly waiting: {
    readonly done: (answer: PickAnswer) => void;
    readonly fail: (error: Error) => void;
  }[] = [];

  constructor(script: string, data: PickerData) {
    this.worker = new Worker(script, { workerData: data, resourceLimits: threadLimits });
    this.worker.on('message', (answer: PickAnswer) => this.waiting.shift()?.done(answer));
    this.worker.on('error', (error: Error) => {
      for (const each of this.waiting.splice(0)) each.fail(error);
    });
  }

  get askedCount(): number {
    return this.waiting.length;
  }

  ask(request: PickRequest): Promise<PickAnswer> {
    return new Promise((done, fail) => {
      this.waiting.push({ done, fail });
      this.worker.postMessage(request);
    });
  }

  dismiss(): void {
    void this.worker.terminate();
  }
}

/** The thread's script beside the bundle; there is none where the source is run unbundled. */
const workerScript = (): string | undefined => {
  const script = join(__dirname, 'log-worker.js');
  return existsSync(script) ? script : undefined;
};

function threadsFor(path: string, options: FileScanOptions): readonly PickerThread[] {
  const script = workerScript();
  if (script === undefined) return [];
  const length = options.threads ?? 2;
  const threadCount = length + (options.picksItself === true ? 1 : 0);
  const data: PickerData = { path, knowledgeFolder: options.knowledgeFolder, threadCount };
  return Array.from({ length }, () => new PickerThread(script, data));
}

/** Hands the blocks of a file to threads, and to the caller's own where it may help; gives them back in order. */
class BlockQueue {
  private readonly threads: readonly PickerThread[];
  private readonly own: FilePicker | undefined;
  private readonly blockCount: number;
  private readonly answers: Map<number, PickAnswer | Error> = new Map();
  private next = 0;
  private wake: () => void = () => undefined;

  constructor(threads: readonly PickerThread[], own: FilePicker | undefined, blockCount: number) {
    this.threads = threads;
    this.own = own;
    this.blockCount = blockCount;
  }

  /** The lines picked out of a block; blocks are asked for one after the other. */
  async take(block: number): Promise<PickedBlock> {
    for (;;) {
      this.askThreads(block);
      const answer = this.answers.get(block);
      if (answer !== undefined) {
        this.answers.delete(block);
        if (answer instanceof Error) throw answer;
        return answer.type === 'block' ? answer.picked : { lineCount: 0, picked: [] };
      }
      if (this.own !== undefined && this.mayAsk(block)) {
        const asked = this.next++;
        this.answers.set(asked, this.own.answer({ type: 'block', block: asked }));
        // Lets the threads' answers in.
        await new Promise((done) => setImmediate(done));
      } else await new Promise<void>((done) => (this.wake = done));
    }
  }

  /** What was only counted, by everybody. */
  async finish(): Promise<readonly LeftOut[]> {
    const ends = [
      ...(this.own === undefined ? [] : [this.own.answer({ type: 'end' })]),
      ...(await Promise.all(this.threads.map((thread) => thread.ask({ type: 'end' })))),
    ];
    return ends.flatMap((end) => (end.type === 'end' ? end.leftOut : []));
  }

  private mayAsk(block: number): boolean {
    const ahead = (this.threads.length + 1) * blocksAhead;
    return this.next < this.blockCount && this.next - block < ahead;
  }

  private askThreads(block: number): void {
    for (const thread of this.threads)
      while (thread.askedCount < 2 && this.mayAsk(block)) {
        const asked = this.next++;
        const settle = (answer: PickAnswer | Error): void => {
          this.answers.set(asked, answer);
          this.wake();
        };
        thread.ask({ type: 'block', block: asked }).then(settle, settle);
      }
  }
}

/**
 * Scans a log of any size from disk in bounded memory.
 * @throws the file system's error when the file cannot be read
 */
export async function scanFile(
  path: string,
  knowledge: LogKnowledge,
  options: FileScanOptions,
): Promise<FileScan> {
  const file = new BlockFile(path);
  const { blockCount, sizeBytes } = file;
  file.close();
  const reader = new PickedReader(knowledge, options);
  const threads = threadsFor(path, options);
  const own =
    threads.length === 0 || options.picksItself === true
      ? new FilePicker(path, knowledge, threads.length + 1)
      : undefined;
  const queue = new BlockQueue(threads, own, blockCount);
  let leftOut: readonly LeftOut[] = [];
  let wasCancelled = false;
  try {
    for (let block = 0; block < blockCount && !wasCancelled; block++) {
      const picked = await queue.take(block);
      wasCancelled = options.signal?.aborted === true;
      if (wasCancelled) break;
      reader.take(picked);
      await options.onBlock?.((block + 1) / blockCount);
    }
    leftOut = await queue.finish();
  } finally {
    for (const thread of threads) thread.dismiss();
  }
  return { analysis: reader.finish(leftOut), sizeBytes, wasCancelled };
}
