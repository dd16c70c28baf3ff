import type { Readable, Writable } from 'node:stream';

/** The streams and surroundings of one run, so that a test can give its own. */
export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True when progress and colours make sense. */
  readonly isTerminal: boolean;
}

/**
 * Exit status, a contract (cli.md): 0 done, 1 findings at or above --fail-on, 2 unusable arguments or input,
 * 3 a fault of ours.
 */
export type ExitStatus = 0 | 1 | 2 | 3;

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text of `--help`. */
  readonly usage: string;
  run(args: readonly string[], io: CommandIo): Promise<ExitStatus>;
}

/** Unusable arguments or input: one plain sentence saying what, where and what to do. Exit status 2. */
export class UsageError extends Error {}
