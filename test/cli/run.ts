import { Readable, Writable } from 'node:stream';
import { runCommandLine } from '../../server/src/cli/run.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in-process, as the executable would. */
export async function runCli(args: readonly string[], stdin: string | Buffer = ''): Promise<Ran> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const into = (chunks: Buffer[]) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(Buffer.from(chunk));
        done();
      },
    });
  const status = await runCommandLine(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: into(out),
    stderr: into(err),
    workingDirectory: process.cwd(),
    environment: {},
    isTerminal: false,
  });
  return { status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}
