import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError, type CommandIo } from './command.ts';
import { writeTo } from './output.ts';

const flushAt = 1 << 18;

/**
 * A result that is too large to be held: written piece by piece to standard output or to a file beside the final
 * one, which takes its name only when all is written.
 */
export class StreamedResult {
  private pieces: string[] = [];
  private length = 0;
  private readonly io: CommandIo;
  private readonly path: string | undefined;
  private readonly part: string;
  private descriptor: number | undefined;

  constructor(io: CommandIo, file: string | undefined) {
    this.io = io;
    this.path = file === undefined ? undefined : resolve(io.workingDirectory, file);
    this.part = `${this.path ?? ''}.${process.pid}.part`;
  }

  write(text: string): void {
    this.pieces.push(text);
    this.length += text.length;
    if (this.path !== undefined && this.length > flushAt) this.writeToFile();
  }

  /** Hands on what has gathered; waits for a slow reader. */
  async flush(): Promise<void> {
    if (this.length === 0) return;
    if (this.path !== undefined) this.writeToFile();
    else await writeTo(this.io, this.take());
  }

  async finish(): Promise<void> {
    await this.flush();
    if (this.path === undefined || this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
    renameSync(this.part, this.path);
  }

  /** Leaves no half-written file behind. */
  discard(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
    rmSync(this.part, { force: true });
  }

  private take(): string {
    const text = this.pieces.join('');
    this.pieces = [];
    this.length = 0;
    return text;
  }

  private writeToFile(): void {
    try {
      this.descriptor ??= openSync(this.part, 'w');
      writeFileSync(this.descriptor, this.take());
    } catch (error) {
      throw new UsageError(`Cannot write ${this.path ?? ''}: ${(error as Error).message}.`);
    }
  }
}
