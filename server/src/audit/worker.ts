import { parentPort, workerData } from 'node:worker_threads';
import { auditFolders, type AuditOrder, type AuditResult } from './audit.ts';

/** What the thread tells: how far it is, then the result. */
export type AuditNews =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'result'; readonly result: AuditResult };

const tell = (news: AuditNews): void => parentPort?.postMessage(news);

void auditFolders(workerData as AuditOrder, (done, total) =>
  tell({ type: 'progress', done, total }),
).then((result) => tell({ type: 'result', result }));
