import { parentPort, workerData } from 'node:worker_threads';
import { nodePorts } from '../node-ports.ts';
import { analyseText, type TextRequest } from './large-text.ts';
import { logKnowledge } from './log-knowledge.ts';
import { FilePicker, type PickRequest } from './picker.ts';

/** What the thread is started with: with a path it answers about blocks of that file, else about texts it is sent. */
export interface PickerData {
  readonly path?: string;
  readonly knowledgeFolder: string;
  /** Pickers that share the file. */
  readonly threadCount?: number;
}

const { path, knowledgeFolder, threadCount = 1 } = workerData as PickerData;
const knowledge = logKnowledge(nodePorts(knowledgeFolder));

if (path === undefined) {
  parentPort?.on('message', ({ text }: TextRequest) => {
    parentPort?.postMessage(analyseText(text, knowledge));
  });
} else {
  const picker = new FilePicker(path, knowledge, threadCount);
  parentPort?.on('message', (request: PickRequest) => {
    parentPort?.postMessage(picker.answer(request));
  });
}
