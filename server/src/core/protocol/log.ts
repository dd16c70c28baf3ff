import * as v from 'valibot';

/** Client → server: what the "Xen Log" view shows of a log. */
export const LOG_OVERVIEW_REQUEST = 'xen/log/overview';
/** Client → server: a log, or with `line` the crash there, in plain words as Markdown. */
export const LOG_EXPLAIN_REQUEST = 'xen/log/explain';
/** Client → server: the crash around `line`, decoded, as plain text for a mail. */
export const LOG_CRASH_REQUEST = 'xen/log/crash';
/** Client → server: the lines of a file around `line`. */
export const LOG_PART_REQUEST = 'xen/log/part';
/** Client → server: reads the messages of the source trees of a log anew. */
export const LOG_INDEX_REQUEST = 'xen/log/index';
/** Server → client: how far the scan of a file is, and what it found. */
export const LOG_FOUND_NOTIFICATION = 'xen/log/found';

/** A log by its URI: an open document, or a file of any size on disk. */
export interface LogRequest {
  readonly uri: string;
  /** Line from 1, for requests about one place. */
  readonly line?: number;
}

/** A row of the "Xen Log" view. `line` counts from 1; 0 where the row stands for no line. */
export interface LogRow {
  readonly label: string;
  readonly detail: string;
  readonly line: number;
  readonly severity: 'error' | 'warning' | 'information' | 'hint' | 'none';
  readonly domain?: number;
  readonly cpu?: number;
  readonly children?: readonly LogRow[];
}

/** What the "Xen Log" view shows. */
export interface LogOverview {
  readonly lineCount: number;
  readonly sizeBytes: number;
  /** Why something is left out, one sentence each. */
  readonly limits: readonly string[];
  readonly crashes: readonly LogRow[];
  /** Errors and warnings that are no crashes. */
  readonly incidents: readonly LogRow[];
  /** Boots with their sections, and dumps, in the order of lines. */
  readonly phases: readonly LogRow[];
  readonly domains: readonly LogRow[];
  /** Kinds of message by how often they came. */
  readonly frequent: readonly LogRow[];
  /** Lines that no one explains, by shape. */
  readonly unknown: readonly LogRow[];
}

/** Trees whose messages are known, with how many. */
export interface LogIndexAnswer {
  readonly trees: readonly { readonly root: string; readonly messageCount: number }[];
}

/** What is known of a log while it is being read. */
export interface LogFound {
  readonly uri: string;
  /** From 0 to 1. */
  readonly share: number;
  /** Errors and warnings so far, the first few hundred. */
  readonly rows: readonly LogRow[];
}

/** Lines of a file around one line. */
export interface LogPart {
  readonly text: string;
  /** Number of the text's first line, from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
}

const logRequestSchema = v.object({
  uri: v.string(),
  line: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

/** Decodes a request's parameters; undefined when they are none. */
export function decodeLogRequest(value: unknown): LogRequest | undefined {
  const result = v.safeParse(logRequestSchema, value);
  if (!result.success) return undefined;
  const { uri, line } = result.output;
  return line === undefined ? { uri } : { uri, line };
}
