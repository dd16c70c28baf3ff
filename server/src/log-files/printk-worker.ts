import { parentPort, workerData } from 'node:worker_threads';
import { readPrintkFormats } from './printk-files.ts';

/** What the thread is started with. */
export interface PrintkRequest {
  readonly root: string;
  readonly cacheFile: string | undefined;
}

const { root, cacheFile } = workerData as PrintkRequest;
parentPort?.postMessage(readPrintkFormats(root, cacheFile));
