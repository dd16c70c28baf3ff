import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import type { PanelFile } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { numaPanel } from '../panels/numa.ts';

/** What is asked of a Xen host; all of it only reads. */
const XL_COMMANDS: readonly (readonly string[])[] = [
  ['xl', 'info', '-n'],
  ['xl', 'list', '-n'],
  ['xl', 'list', '-c'],
  ['xl', 'vcpu-list'],
  ['xl', 'cpupool-list'],
  ['xl', 'cpupool-list', '-c'],
];
/** What Linux alone can tell: nodes, CPUs, distances, memory; no domains. */
const LINUX_COMMANDS: readonly (readonly string[])[] = [
  ['numactl', '--hardware'],
  [
    'grep',
    '-r',
    '.',
    '/sys/devices/system/node',
    '--include=cpulist',
    '--include=distance',
    '--include=meminfo',
    '--include=online',
  ],
  ['lscpu', '-p=CPU,Core,Socket,Node'],
];
const TIMEOUT_MS = 10_000;
const LARGEST_OUTPUT = 16 * 1024 * 1024;

/** Runs the reading commands of the machine the extension is on and opens the panel with what they print. */
export async function visualizeHost({ log }: ClientContext): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Commands of the host are run only in a trusted workspace.'),
    );
    return;
  }
  const title = vscode.l10n.t('Reading the host');
  const files = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: false },
    async () => {
      const fromXl = await outputsOf(XL_COMMANDS, log);
      return fromXl.length > 0 ? fromXl : outputsOf(LINUX_COMMANDS, log);
    },
  );
  if (files.length > 0) {
    numaPanel().show({ files });
    return;
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      'Neither xl nor Linux told anything about nodes. In dom0, xl needs root: run "xl info -n" there and paste its output into the panel.',
    ),
  );
  numaPanel().show();
}

async function outputsOf(
  commands: readonly (readonly string[])[],
  log: vscode.LogOutputChannel,
): Promise<readonly PanelFile[]> {
  const outputs = await Promise.all(commands.map((command) => outputOf(command, log)));
  return outputs.filter((output) => output !== undefined);
}

function outputOf(
  command: readonly string[],
  log: vscode.LogOutputChannel,
): Promise<PanelFile | undefined> {
  const [program = '', ...args] = command;
  const name = command.slice(0, 3).join(' ');
  return new Promise((done) => {
    const limits = { timeout: TIMEOUT_MS, maxBuffer: LARGEST_OUTPUT };
    execFile(program, args, limits, (error, stdout) => {
      if (error !== null) log.info(`${name}: ${error.message}`);
      done(stdout.trim() === '' ? undefined : { name, text: stdout });
    });
  });
}
