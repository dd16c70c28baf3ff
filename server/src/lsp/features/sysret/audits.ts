import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CancellationToken } from 'vscode-languageserver';
import type { SysretAudit, SysretExit, SysretProblem } from '#core/protocol';
import type { AuditOrder, AuditResult, FileExit } from '../../../audit/audit.ts';
import type { AuditNews } from '../../../audit/worker.ts';
import type { FileFinding } from '../../../workspace-scan/scan.ts';
import { rulePage, uriOf } from '../../convert.ts';

/**
 * Runs an audit in a thread of its own, so that hovers go on being answered; cancelling ends the thread. Undefined when
 * it was cancelled; rejects when the thread died.
 */
export function auditInThread(
  order: AuditOrder,
  token: CancellationToken,
  onProgress: (done: number, total: number) => void,
): Promise<SysretAudit | undefined> {
  const worker = new Worker(path.join(__dirname, 'audit-worker.js'), { workerData: order });
  return new Promise((done, fail) => {
    const cancelling = token.onCancellationRequested(() => {
      void worker.terminate();
      done(undefined);
    });
    worker.on('message', (news: AuditNews) => {
      if (news.type === 'progress') onProgress(news.done, news.total);
      else done(auditOf(news.result));
    });
    worker.once('error', fail);
    worker.once('exit', () => {
      cancelling.dispose();
      fail(new Error('the thread of the audit ended early'));
    });
  });
}

function auditOf({ exits, findings, analysed, unreadable }: AuditResult): SysretAudit {
  const [first] = unreadable;
  const others = unreadable.length > 1 ? ` and ${unreadable.length - 1} more` : '';
  return {
    exits: exits.map(toExit),
    problems: findings.map(toProblem),
    analysed,
    limits: first === undefined ? [] : [`${first}${others} could not be read.`],
  };
}

export function toExit({ file, exit }: FileExit): SysretExit {
  const { range, label, verdict, why } = exit;
  return { uri: uriOf(file, file), range, label, verdict, why };
}

function toProblem(finding: FileFinding): SysretProblem {
  const { file, rule, severity, message, range, evidence } = finding;
  const uri = uriOf(file, file);
  return {
    uri,
    rule,
    severity,
    message,
    range,
    help: finding.help ?? rulePage(rule),
    evidence: evidence.map((each) => ({
      uri: uriOf(each.file, uri),
      range: each.range,
      message: each.message,
    })),
  };
}
