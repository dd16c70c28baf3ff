import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { CancellationToken } from 'vscode-languageserver';
import { LOG_FOUND_NOTIFICATION, type LogFound, type LogPart, type LogRow } from '#core/protocol';
import { SparseLineIndex, type LogAnalysis, type LogEvent } from '#core/xen-log';
import { knowledgeFolder } from '../../../knowledge-folder.ts';
import { BlockFile, blockBytes } from '../../../log-files/block-file.ts';
import { logKnowledge } from '../../../log-files/log-knowledge.ts';
import { scanFile } from '../../../log-files/scan-file.ts';
import type { ServerContext } from '../../server-context.ts';
import { eventRow } from './overview.ts';

export interface ScannedLog {
  readonly analysis: LogAnalysis;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

const LINE_FEED = 10;
const linesAround = 1000;
const longestShownBytes = 20_000;
const mostEvents = 20_000;
const mostKept = 3;
/** What is shown before the scan ends, and how often. */
const mostFound = 300;
const tellEachMs = 250;

/** Logs on disk, scanned by path with progress and cancellation; the last few are kept. */
export class LargeLogs {
  private readonly server: ServerContext;
  private readonly scanned: Map<string, ScannedLog> = new Map();

  constructor(server: ServerContext) {
    this.server = server;
  }

  /** The analysis of a file; undefined when it cannot be read or the user cancelled. */
  async scan(path: string, token: CancellationToken): Promise<ScannedLog | undefined> {
    const found = this.server.ports.stat(path);
    if (found === undefined || found.isDirectory) return undefined;
    const { sizeBytes, modifiedMs } = found;
    const known = this.scanned.get(path);
    if (known?.sizeBytes === sizeBytes && known.modifiedMs === modifiedMs) return known;
    const analysis = await this.read(path, token);
    if (analysis === undefined) return undefined;
    const result = { analysis, sizeBytes, modifiedMs };
    this.scanned.delete(path);
    this.scanned.set(path, result);
    const [oldest] = this.scanned.keys();
    if (this.scanned.size > mostKept && oldest !== undefined) this.scanned.delete(oldest);
    return result;
  }

  private async read(path: string, token: CancellationToken): Promise<LogAnalysis | undefined> {
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    const news = new FoundSoFar(this.server, pathToFileURL(path).href);
    const { analysis, wasCancelled } = await scanFile(path, logKnowledge(this.server.ports), {
      knowledgeFolder: knowledgeFolder(),
      signal: cancel.signal,
      maxEvents: mostEvents,
      onEvent: (event) => news.take(event),
      onBlock: async (share) => {
        news.tell(share);
        // Lets a cancellation in between two blocks.
        await nextTurn();
      },
    });
    return wasCancelled ? undefined : analysis;
  }

  /** The lines around one line of a file, found by counting line feeds block by block. */
  part(path: string, line: number): LogPart | undefined {
    const first = Math.max(1, line - linesAround);
    const file = openQuietly(path);
    if (file === undefined) return undefined;
    const index = new SparseLineIndex(blockBytes);
    const lines: string[] = [];
    try {
      for (let block = 0; block < file.blockCount && lines.length <= 2 * linesAround; block++) {
        const { bytes, from, to } = file.read(block);
        const before = index.lineFeeds;
        index.add(bytes.subarray(from, to));
        if (index.lineFeeds + 1 < first) continue;
        takeLines(bytes.subarray(from, to), first - 1 - before, lines);
      }
    } finally {
      file.close();
    }
    if (lines.length === 0) return undefined;
    return { text: lines.join('\n'), firstLine: first, lastLine: first + lines.length - 1 };
  }
}

/** Tells the client what a scan has found, now and then. */
class FoundSoFar {
  private readonly server: ServerContext;
  private readonly uri: string;
  private readonly rows: LogRow[] = [];
  private toldMs = 0;

  constructor(server: ServerContext, uri: string) {
    this.server = server;
    this.uri = uri;
  }

  take(event: LogEvent): void {
    const isTrouble = event.severity === 'error' || event.severity === 'warning';
    if (isTrouble && this.rows.length < mostFound) this.rows.push(eventRow(event));
  }

  tell(share: number): void {
    const now = performance.now();
    if (now - this.toldMs < tellEachMs) return;
    this.toldMs = now;
    const found: LogFound = { uri: this.uri, share, rows: this.rows };
    void this.server.connection.sendNotification(LOG_FOUND_NOTIFICATION, found);
  }
}

/** Adds the lines of a block from the `skip`-th on, up to the size of a part. */
function takeLines(bytes: Buffer, skip: number, lines: string[]): void {
  let start = 0;
  for (let i = 0; i < skip; i++) {
    const feed = bytes.indexOf(LINE_FEED, start);
    if (feed < 0) return;
    start = feed + 1;
  }
  while (start < bytes.length && lines.length <= 2 * linesAround) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    const text = bytes.toString('utf8', start, Math.min(end, start + longestShownBytes));
    lines.push(text.replace(/\r+$/, ''));
    start = end + 1;
  }
}

function openQuietly(path: string): BlockFile | undefined {
  try {
    return new BlockFile(path);
  } catch {
    return undefined;
  }
}
