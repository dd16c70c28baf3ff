import { runCommandLine } from './run.ts';

void runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  workingDirectory: process.cwd(),
  environment: process.env,
  isTerminal: Boolean(process.stderr.isTTY),
}).then((status) => {
  process.exitCode = status;
});
// `xen-devtools log big.log | head` closes the pipe early; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});
