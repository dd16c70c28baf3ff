import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Checker, CheckOptions } from './checker.ts';
import { FilePass, type PassAnswer, type PassRequest } from './file-pass.ts';

/** What a thread is started with. */
export interface ScanThreadData {
  readonly checkers: readonly string[];
  readonly options: CheckOptions;
  readonly folder: string;
}

/** Somebody who does passes, one at a time: a thread, or this one. */
export interface Hand {
  ask(request: PassRequest): Promise<PassAnswer>;
  dismiss(): void;
}

/** As many hands as wanted; one in this thread where that is enough or the threads' script is missing. */
export function handsFor(
  count: number,
  checkers: readonly Checker[],
  options: CheckOptions,
  folder: string,
): readonly Hand[] {
  const script = join(__dirname, 'scan-worker.js');
  if (count <= 1 || !existsSync(script)) {
    const pass = new FilePass(checkers, options, folder);
    return [{ ask: (request) => pass.run(request), dismiss: () => undefined }];
  }
  const data: ScanThreadData = { checkers: checkers.map(({ name }) => name), options, folder };
  return Array.from({ length: count }, () => threadHand(script, data));
}

function threadHand(script: string, data: ScanThreadData): Hand {
  const worker = new Worker(script, { workerData: data });
  const waiting: { done: (answer: PassAnswer) => void; fail: (error: Error) => void }[] = [];
  worker.on('message', (answer: PassAnswer) => waiting.shift()?.done(answer));
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

/** Hands out requests as hands become free; answers come in the order of the requests. */
export async function shareOut(
  hands: readonly Hand[],
  requests: readonly PassRequest[],
  onDone?: (done: number) => void,
): Promise<readonly PassAnswer[]> {
  const answers: PassAnswer[] = [];
  let next = 0;
  let done = 0;
  await Promise.all(
    hands.map(async (hand) => {
      for (let number = next++; number < requests.length; number = next++) {
        const request = requests[number];
        if (!request) return;
        answers[number] = await hand.ask(request);
        onDone?.(++done);
      }
    }),
  );
  return answers;
}
