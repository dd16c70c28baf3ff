import { parentPort, workerData } from 'node:worker_threads';
import { inputOf } from './mutate.ts';
import { targets } from './targets.ts';

/** What the main thread gives one worker. */
interface Assignment {
  readonly target: string;
  readonly from: number;
  readonly until: number;
  /** Element 0: the number being run, so that a hang can be named; element 1: how many were run. */
  readonly progress: SharedArrayBuffer;
  readonly deadlineMs: number;
}

export interface FuzzFailure {
  readonly number: number;
  readonly why: string;
}

/** An input that takes this long is a fault, though it ends. */
const SLOW_MS = 2000;

async function work({
  target: name,
  from,
  until,
  progress,
  deadlineMs,
}: Assignment): Promise<void> {
  const target = targets.find((each) => each.name === name)!;
  const sources = { seeds: target.seeds(), dictionary: target.dictionary };
  const shared = new Int32Array(progress);
  for (let number = from; number < until && Date.now() < deadlineMs; number++) {
    Atomics.store(shared, 0, number);
    const input = inputOf(number, sources);
    const start = performance.now();
    try {
      await target.run(input);
      const tookMs = performance.now() - start;
      if (tookMs > SLOW_MS) report({ number, why: `took ${tookMs.toFixed(0)} ms` });
    } catch (error) {
      report({
        number,
        why: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
    Atomics.add(shared, 1, 1);
  }
}

function report(failure: FuzzFailure): void {
  parentPort?.postMessage(failure);
}

await work(workerData as Assignment);
