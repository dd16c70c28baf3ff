import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';

/** What a report asks of a host; each only reads. */
const hostCommands = [
  'xl info',
  'xl list',
  'uname -a',
  'cat /etc/os-release',
  'grep -m1 "model name" /proc/cpuinfo',
  'grep -m1 microcode /proc/cpuinfo',
  'xl dmesg',
  'dmesg',
];

/**
 * `Xen: Collect Host Information`: runs commands on a dom0 in a terminal the user sees, after showing them and being
 * told to. Never in an untrusted workspace.
 */
export async function collectHostInformation(_context: ClientContext): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('No program is run in an untrusted workspace.'),
    );
    return;
  }
  const run = vscode.l10n.t('Run Them in a Terminal');
  const picked = await vscode.window.showWarningMessage(
    vscode.l10n.t('Run these commands on this machine? It should be a dom0; xl needs root.'),
    {
      modal: true,
      detail: `${hostCommands.join('\n')}\n\n${vscode.l10n.t('Their output goes to host-info.txt in the folder of the workspace, for "Attach File to Bug Report". Nothing is sent.')}`,
    },
    run,
  );
  if (picked !== run) return;
  const terminal = vscode.window.createTerminal({ name: vscode.l10n.t('Xen host information') });
  terminal.show();
  terminal.sendText(shellLine(hostCommands), true);
}

function shellLine(commands: readonly string[]): string {
  const steps = commands.map((command) => `echo '# ${command.replaceAll("'", '')}'; ${command}`);
  return `{ ${steps.join('; ')}; } 2>&1 | tee host-info.txt`;
}
