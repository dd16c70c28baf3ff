import { UsageError, type Command, type CommandIo, type ExitStatus } from './command.ts';
import { commands } from './commands.ts';
import { programVersion } from './version.ts';

/** Runs one command line (without `node` and script) and answers its exit status; never throws. */
export async function runCommandLine(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const [name = '--help', ...rest] = args;
  try {
    if (name === '--version' || name === 'version') return await say(io, `${programVersion()}\n`);
    if (name === '--help' || name === '-h' || name === 'help') return await say(io, await list());
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!load)
      throw new UsageError(
        `There is no command "${name}": use one of ${Object.keys(commands).join(', ')}.`,
      );
    const command = await load();
    if (rest.includes('--help') || rest.includes('-h')) return await say(io, command.usage);
    return await command.run(rest, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`xen-devtools: ${error.message}\n`);
      return 2;
    }
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 0;
    io.stderr.write(`xen-devtools: a fault of ours in "${name}": ${(error as Error).stack}\n`);
    return 3;
  }
}

async function say(io: CommandIo, text: string): Promise<ExitStatus> {
  io.stdout.write(text);
  return 0;
}

async function list(): Promise<string> {
  const all: Command[] = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...all.map(({ name }) => name.length));
  const lines = all.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: xen-devtools COMMAND [ARGUMENT...]\n\n${lines.join('\n')}\n\nxen-devtools COMMAND --help says more.\n`;
}
