import { parentPort, workerData } from 'node:worker_threads';
import { checkers } from './checkers.ts';
import { FilePass, type PassRequest } from './file-pass.ts';
import type { ScanThreadData } from './hands.ts';

const data = workerData as ScanThreadData;
const pass = new FilePass(
  checkers.filter(({ name }) => data.checkers.includes(name)),
  data.options,
  data.folder,
);

parentPort?.on('message', (request: PassRequest) => {
  void pass.run(request).then((answer) => parentPort?.postMessage(answer));
});
