import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PrintkTable, type PrintkFormat } from '#core/printk';
import { readPrintkFormats } from './printk-files.ts';
import type { PrintkRequest } from './printk-worker.ts';

const threadScript = (): string | undefined => {
  const script = join(__dirname, 'printk-worker.js');
  return existsSync(script) ? script : undefined;
};

function formatsFromThread(
  script: string,
  request: PrintkRequest,
): Promise<readonly PrintkFormat[]> {
  return new Promise((done, fail) => {
    const worker = new Worker(script, { workerData: request });
    worker.once('message', done);
    worker.once('error', fail);
  });
}

/**
 * The messages of a source tree, ready to be recognised. They are read in a thread of their own where there is one.
 * @throws the file system's error when a file cannot be read while the tree changes
 */
export async function loadPrintkTable(
  root: string,
  cacheFile: string | undefined,
): Promise<PrintkTable> {
  const script = threadScript();
  const formats =
    script === undefined
      ? readPrintkFormats(root, cacheFile)
      : await formatsFromThread(script, { root, cacheFile });
  return new PrintkTable(formats);
}
