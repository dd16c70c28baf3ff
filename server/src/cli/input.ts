import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError, type CommandIo } from './command.ts';

/**
 * All bytes of a file, or of standard input for `-`.
 * @throws UsageError when it cannot be read
 */
export async function readInput(io: CommandIo, file: string): Promise<Buffer> {
  if (file !== '-') return readNamed(io, file);
  const chunks: Buffer[] = [];
  for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function readNamed(io: CommandIo, file: string): Buffer {
  try {
    return readFileSync(resolve(io.workingDirectory, file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : (error as Error).message;
    throw new UsageError(`Cannot read ${file}: ${why}.`);
  }
}
