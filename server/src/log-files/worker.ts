import { parentPort, workerData } from 'node:worker_threads';
import { nodePorts } from '../node-ports.ts';
import { logKnowledge } from './log-knowledge.ts';
import { FilePicker, type PickRequest } from './picker.ts';

/** What the thread is started with. */
export interface PickerData {
  readonly path: string;
  readonly knowledgeFolder: string;
}

const { path, knowledgeFolder } = workerData as PickerData;
const picker = new FilePicker(path, logKnowledge(nodePorts(knowledgeFolder)));

parentPort?.on('message', (request: PickRequest) => {
  parentPort?.postMessage(picker.answer(request));
});
