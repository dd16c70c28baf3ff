import {
  checkReport,
  isGuestConfig,
  parseReport,
  sectionOf,
  type LogSource,
  type MaintainersLookup,
  type ReportStatus,
} from '#core/report';
import type { FolderOnDisk } from './read-folder.ts';
import { looksLikeLog, type ReportTools } from './report-knowledge.ts';

/** Judges a report on disk by what would be sent: its text and its attachments, read again. */
export function checkFolder(
  folder: FolderOnDisk,
  tools: ReportTools,
  maintainersOf?: MaintainersLookup,
): ReportStatus {
  const { reportText, attachments, state } = folder;
  const isLog = attachments.map((file) => looksLikeLog(file) && !isGuestConfig(file));
  const logs: LogSource[] = attachments.filter((_file, at) => isLog[at]).map(tools.scan);
  const excerpt = logs.length === 0 ? quotedLog(reportText, tools) : undefined;
  if (excerpt) logs.push(excerpt);
  const chosen = chosenCrash(folder, logs);
  return checkReport({
    reportText,
    logs,
    others: attachments.filter((_file, at) => !isLog[at]),
    ...(chosen ? { chosen } : {}),
    knowledge: tools.knowledge,
    ...(maintainersOf ? { maintainersOf } : {}),
    keep: new Set(state.kept),
  });
}

/** The log lines that a report without attachments quotes: the fault is judged by them. */
function quotedLog(reportText: string, tools: ReportTools): LogSource | undefined {
  const actual = sectionOf(parseReport(reportText, tools.knowledge.scaffold), 'actual');
  const blocks = (actual?.source ?? reportText).matchAll(/^(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^\1/gm);
  const text = [...blocks].map(([, , lines]) => lines ?? '').join('\n');
  return text.trim() === '' ? undefined : tools.scan({ name: 'report.md', text });
}

function chosenCrash(
  { state }: FolderOnDisk,
  logs: readonly LogSource[],
): { readonly log: number; readonly crash: number } | undefined {
  const { crash } = state;
  if (!crash) return undefined;
  const log = logs.findIndex(({ name }) => name === crash.attachment);
  const at = logs[log]?.analysis.crashes.findIndex(({ line }) => line === crash.line) ?? -1;
  return at < 0 ? undefined : { log, crash: at };
}
