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
  /** Threads that look for lines besides the one that reads them; 0 does all in one. */
  readonly threads?: number;
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

/** Somebody who answers requests about blocks: a thread, or this one. */
interface Hand {
  ask(request: PickRequest): Promise<PickAnswer>;
  dismiss(): void;
}

/** Blocks that may wait to be read in order, for each thread. */
const blocksAhead = 3;

function ownHand(path: string, knowledge: LogKnowledge): Hand {
  const picker = new FilePicker(path, knowledge);
  return { ask: async (request) => picker.answer(request), dismiss: () => undefined };
}

function threadHand(script: string, data: PickerData): Hand {
  const worker = new Worker(script, { workerData: data });
  const waiting: { done: (answer: PickAnswer) => void; fail: (error: Error) => void }[] = [];
  worker.on('message', (answer: PickAnswer) => waiting.shift()?.done(answer));
  worker.on('error', (error: Error) => {
    for (const each of waiting.splice(0)) each.fail(error);
  });
  return {
    ask: (request) =>
      new Promise((done, fail) => {
        waiting.push({ done, fail });
        worker.postMessage(request);
      }),
    dismiss: () => void worker.terminate(),
  };
}

/** The thread's script beside the bundle; there is none where the source is run unbundled. */
const workerScript = (): string | undefined => {
  const script = join(__dirname, 'log-worker.js');
  return existsSync(script) ? script : undefined;
};

function handsFor(
  path: string,
  knowledge: LogKnowledge,
  options: FileScanOptions,
): readonly Hand[] {
  const script = workerScript();
  const threads = options.threads ?? 2;
  if (script === undefined || threads === 0) return [ownHand(path, knowledge)];
  const data: PickerData = { path, knowledgeFolder: options.knowledgeFolder };
  return Array.from({ length: threads }, () => threadHand(script, data));
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
  const hands = handsFor(path, knowledge, options);
  const leftOut: LeftOut[] = [];
  let wasCancelled = false;
  try {
    const pending: Promise<PickAnswer>[] = [];
    let asked = 0;
    const askNext = (): void => {
      const hand = hands[asked % hands.length];
      if (hand === undefined || asked >= blockCount) return;
      const answer = hand.ask({ type: 'block', block: asked++ });
      // Awaited in order below; a failure before its turn must not end the process.
      answer.catch(() => undefined);
      pending.push(answer);
    };
    const ahead = hands.length === 1 ? 1 : hands.length * blocksAhead;
    for (let i = 0; i < ahead; i++) askNext();
    for (let block = 0; block < blockCount; block++) {
      const answer = await pending.shift();
      askNext();
      if (options.signal?.aborted === true) {
        wasCancelled = true;
        break;
      }
      reader.take(pickedOf(answer));
      await options.onBlock?.((block + 1) / blockCount);
    }
    for (const hand of hands) {
      const end = await hand.ask({ type: 'end' });
      if (end.type === 'end') leftOut.push(...end.leftOut);
    }
  } finally {
    for (const hand of hands) hand.dismiss();
  }
  return { analysis: reader.finish(leftOut), sizeBytes, wasCancelled };
}

const nothing: PickedBlock = { lineCount: 0, picked: [] };

const pickedOf = (answer: PickAnswer | undefined): PickedBlock =>
  answer?.type === 'block' ? answer.picked : nothing;
