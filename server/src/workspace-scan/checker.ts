import type { Finding, Rule } from '#core/findings';

/** One source file as every checker is given it. `path` is as the user would name it, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What the user chose for one run, the same for every file. */
export interface CheckOptions {
  /** Ids of the rules to report (`SR001`, `XR101`, ...). */
  readonly enabledRules: ReadonlySet<string>;
  /** False with `--no-workspace`: every file is judged as if it were alone. */
  readonly workspace: boolean;
  /** Paths whose peer is trusted (`--trusted-peer`); the driver rules about trust are hints there. */
  readonly isTrustedPeer: (path: string) => boolean;
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

/** What to do with a file, decided from its bytes alone, before anything is decoded. */
export interface FileUse {
  /** `check` is called for the file. */
  readonly check: boolean;
  /** `facts` is called for the file, so that others can be judged with what it holds. */
  readonly facts: boolean;
}

/** Facts of one file on their way to the index. */
export interface FileFacts {
  readonly path: string;
  readonly facts: unknown;
}

/**
 * One family of rules over files. A run has up to three passes: every file is read once into a reused buffer and
 * shown to `gate`; `facts` are joined into an index, and `follow` may ask for the files that hold certain names;
 * then `check` judges the files the gate chose. Checkers run in worker threads: facts and index must be plain data
 * that structured clone can copy. A family that judges each file by itself has `name`, `rules`, `readsPath`, `gate`
 * and `check` only.
 */
export interface Checker {
  /** Short name of the family: `sysret`, `driver`. */
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Whether a file of this name is read at all; asked for every file of a tree, so it must be cheap. */
  readsPath(path: string): boolean;
  /** Loads what `check` needs (a grammar); awaited once in every thread that is going to check files. */
  prepare?(): Promise<void>;
  /** Looks at the bytes of a file: `Buffer.indexOf` on a view of exactly the file's length, no decoding. */
  gate(bytes: Buffer, path: string): FileUse;
  /** What other files may need to know, as plain data; undefined when there is nothing. */
  facts?(file: SourceFile, wanted: readonly string[], options: CheckOptions): unknown;
  /** Joins the facts, given sorted by path. */
  index?(facts: readonly FileFacts[], options: CheckOptions): unknown;
  /**
   * Names the index could not explain: files that hold one of them are read again and give `facts`.
   * Asked at most three times; an empty list ends it.
   */
  follow?(index: unknown, options: CheckOptions): readonly string[];
  /** Findings of one file; never throws for bad input. `index` is undefined in file mode. */
  check(file: SourceFile, index: unknown, options: CheckOptions): readonly Finding[];
}
