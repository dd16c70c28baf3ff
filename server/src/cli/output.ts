import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Severity } from '#core/findings';
import { UsageError, type CommandIo, type ExitStatus } from './command.ts';

/**
 * Writes a command's result to standard output or, whole or not at all, to a file.
 * @throws UsageError when the file cannot be written
 */
export async function writeResult(
  io: CommandIo,
  file: string | undefined,
  text: string,
): Promise<void> {
  if (file === undefined) return writeTo(io, text);
  const path = resolve(io.workingDirectory, file);
  const beside = `${path}.${process.pid}.part`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UsageError(`Cannot write ${path}: ${(error as Error).message}.`);
  }
}

/** Writes to standard output and waits until a slow reader has taken it. */
export function writeTo(io: CommandIo, text: string): Promise<void> {
  return new Promise((done, fail) => {
    io.stdout.write(text, (error) => (error ? fail(error) : done()));
  });
}

export const failOnLevels = ['error', 'warning', 'hint', 'never'] as const;
export type FailOn = (typeof failOnLevels)[number];

const weights: Record<Severity, number> = { error: 3, warning: 2, information: 1, hint: 1 };
const thresholds: Record<FailOn, number> = { error: 3, warning: 2, hint: 1, never: 4 };

/** Exit status 1 when any finding is at or above the `--fail-on` level, else 0. */
export function statusOf(severities: Iterable<Severity>, failOn: FailOn): ExitStatus {
  for (const severity of severities) if (weights[severity] >= thresholds[failOn]) return 1;
  return 0;
}
