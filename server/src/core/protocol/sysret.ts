import * as v from 'valibot';
import type { Severity } from '#core/findings';
import type { Range } from '#core/text';

/** Client → server: the exits of one open document, with a verdict each. */
export const SYSRET_FILE_REQUEST = 'xen/sysret/file';
/** Client → server: every file of the workspace as saved; takes no parameters, tells its progress, can be cancelled. */
export const SYSRET_WORKSPACE_REQUEST = 'xen/sysret/workspace';
/** Server → client while a workspace is read. */
export const SYSRET_PROGRESS_NOTIFICATION = 'xen/sysret/progress';

/** An open document. */
export interface SysretFileParams {
  readonly uri: string;
}

/** One SYSRET instruction that code can reach. */
export interface SysretExit {
  readonly uri: string;
  readonly range: Range;
  /** The label or function it is in; empty when it has none. */
  readonly label: string;
  readonly verdict: 'unsafe' | 'unverified' | 'safe';
  /** One sentence. */
  readonly why: string;
}

/** A finding in a file that may not be open. */
export interface SysretProblem {
  readonly uri: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly help: string;
  readonly evidence: readonly {
    readonly uri: string;
    readonly range: Range;
    readonly message: string;
  }[];
}

/** What an audit found; null instead when it was cancelled. */
export interface SysretAudit {
  readonly exits: readonly SysretExit[];
  readonly problems: readonly SysretProblem[];
  /** Files whose text was looked into. */
  readonly analysed: number;
  /** Why something is left out, one sentence each. */
  readonly limits: readonly string[];
}

/** How far a workspace audit is. */
export interface SysretProgress {
  readonly done: number;
  readonly total: number;
}

const fileParams = v.object({ uri: v.string() });

/** Decodes the parameters of `xen/sysret/file`; undefined when they are not such. */
export function decodeSysretFileParams(value: unknown): SysretFileParams | undefined {
  const result = v.safeParse(fileParams, value);
  return result.success ? result.output : undefined;
}
