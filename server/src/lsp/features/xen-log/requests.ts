import type { CancellationToken } from 'vscode-languageserver';
import {
  decodeLogRequest,
  type LogIndexAnswer,
  type LogOverview,
  type LogPart,
} from '#core/protocol';
import {
  explainCrash,
  explainLog,
  type Crash,
  type KnownFixes,
  type LogAnalysis,
  type LogKnowledge,
} from '#core/xen-log';
import { overviewOf } from './overview.ts';

export interface FoundLog {
  readonly analysis: LogAnalysis;
  readonly sizeBytes: number;
}

/** Where the requests get logs from: open documents, files of any size. */
export interface LogSource {
  knowledge(): LogKnowledge;
  analysisOf(uri: string, token: CancellationToken): Promise<FoundLog | undefined>;
  fixesOf(analysis: LogAnalysis): KnownFixes | undefined;
  partOf(uri: string, line: number): LogPart | undefined;
}

type Handler<T> = (parameters: unknown, token: CancellationToken) => Promise<T | null>;

export const answerOverview =
  (source: LogSource): Handler<LogOverview> =>
  async (parameters, token) => {
    const request = decodeLogRequest(parameters);
    const found = request && (await source.analysisOf(request.uri, token));
    return found ? overviewOf(found.analysis, source.knowledge(), found.sizeBytes) : null;
  };

/** The crash whose lines hold a line, the nearest start first where dumps of CPUs interleave. */
function crashAt(analysis: LogAnalysis, line: number): Crash | undefined {
  return (
    analysis.crashes.find((crash) => crash.line === line) ??
    analysis.crashes.find((crash) => crash.lines.includes(line)) ??
    analysis.crashes.find((crash) => crash.line <= line && line <= crash.endLine)
  );
}

export const answerExplain =
  (source: LogSource): Handler<string> =>
  async (parameters, token) => {
    const request = decodeLogRequest(parameters);
    const found = request && (await source.analysisOf(request.uri, token));
    if (!found) return null;
    const { uri, line } = request;
    const name = decodeURIComponent(uri.split('/').at(-1) ?? uri);
    const crash = line === undefined ? undefined : crashAt(found.analysis, line);
    return crash === undefined
      ? explainLog(found.analysis, { name, fixes: source.fixesOf(found.analysis) })
      : `# ${name}\n\n${explainCrash(crash)}\n`;
  };

export const answerCrash =
  (source: LogSource): Handler<string> =>
  async (parameters, token) => {
    const request = decodeLogRequest(parameters);
    const found = request && (await source.analysisOf(request.uri, token));
    if (!found) return null;
    const crash = crashAt(found.analysis, request.line ?? 0) ?? found.analysis.crashes[0];
    return crash === undefined ? null : explainCrash(crash);
  };

export const answerPart =
  (source: LogSource): Handler<LogPart> =>
  (parameters) => {
    const request = decodeLogRequest(parameters);
    return Promise.resolve(
      request === undefined ? null : (source.partOf(request.uri, request.line ?? 1) ?? null),
    );
  };

/** Indexes the source trees that a log (or any document) is linked into. */
export const answerIndex =
  (index: (uri: string) => Promise<LogIndexAnswer>): Handler<LogIndexAnswer> =>
  async (parameters) => {
    const request = decodeLogRequest(parameters);
    return request === undefined ? null : index(request.uri);
  };
