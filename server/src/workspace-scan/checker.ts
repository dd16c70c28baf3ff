import type { Finding, Rule } from '#core/findings';

/** One source file as every checker is given it. `path` is as the user would name it, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What the user chose for one run, the same for every file; plain data, for it goes to every thread. */
export interface CheckOptions {
  /** Ids of the rules to report (`SR001`, `XR101`, ...). */
  readonly enabledRules: ReadonlySet<string>;
  /** False with `--no-workspace`: every file is judged as if it were alone. */
  readonly workspace: boolean;
  /** Globs of paths whose peer is trusted (`--trusted-peer`); the driver rules about trust are hints there. */
  readonly trustedPeers: readonly string[];
  /** The deepest folder that holds every file of the run, absolute; left out for a single text. */
  readonly root?: string;
  /** The user's `xen.*` settings for the rules, as far as a caller has them. */
  readonly settings: CheckSettings;
}

/** Names that a code base adds to what the checkers know; every list may be empty. */
export interface CheckSettings {
  readonly sysretMacros: readonly string[];
  readonly guardFunctions: readonly string[];
  readonly iretFlags: readonly string[];
  readonly userLimits: readonly string[];
  readonly interruptMacros: readonly string[];
}

export const noSettings: CheckSettings = {
  sysretMacros: [],
  guardFunctions: [],
  iretFlags: [],
  userLimits: [],
  interruptMacros: [],
};

/** Facts of one file on their way to the index. */
export interface FileFacts {
  readonly path: string;
  readonly facts: unknown;
}

/** What a family found in a file: findings, and whatever else it has to show (the exits, for the audit). */
export interface FileVerdict {
  readonly findings: readonly Finding[];
  readonly report?: unknown;
}

/** What a file tells the others, and its verdict when nothing in another file could change it. */
export interface Examination {
  readonly facts: unknown;
  readonly verdict: FileVerdict | undefined;
}

/**
 * One family of rules over files. Every file is read once and shown to `gate`. Without `examine` the family judges
 * each file by itself: `check` is called right then. With it, a run has three passes: `examine` for the files the
 * gate chose, whose facts are joined into an index; `follow` may ask for the files that hold certain names; then
 * `check` for the files whose findings wait for the index. Checkers run in worker threads: facts and index are plain
 * data that structured clone can copy.
 */
export interface Checker {
  /** Short name of the family: `sysret`, `driver`. */
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Whether a file of this name is read at all; asked for every file of a tree, so it must be cheap. */
  readsPath(path: string): boolean;
  /** Loads what `check` needs (a grammar); awaited in every thread before the first file that passed the gate. */
  prepare?(): Promise<void>;
  /**
   * Whether the rules may concern a file, from its bytes alone, before anything is decoded: `Buffer.indexOf` on a
   * view of exactly the file's length.
   */
  gate(bytes: Buffer, path: string, options: CheckOptions): boolean;
  /** Facts about the names that other files asked for (`wanted`; at first none), and findings that are final. */
  examine?(file: SourceFile, wanted: readonly string[], options: CheckOptions): Examination;
  /** Joins the facts, given sorted by path; a file that was examined again is there more than once. */
  index?(facts: readonly FileFacts[]): unknown;
  /** Names the index could not explain: files that hold one of them are examined for them. Empty ends it. */
  follow?(index: unknown): readonly string[];
  /** Judges one file; never throws for bad input. `index` is undefined in file mode. */
  check(file: SourceFile, index: unknown, options: CheckOptions): FileVerdict;
}
