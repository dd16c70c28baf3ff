import * as vscode from 'vscode';
import type { ClientContext } from './client-context.ts';

/** A task of tasks.json, as contributes.taskDefinitions describes it. */
interface CheckDefinition extends vscode.TaskDefinition {
  readonly type: 'xen-check';
  readonly paths?: readonly string[];
  readonly rules?: string;
  readonly exclude?: readonly string[];
  readonly failOn?: string;
}

const TYPE = 'xen-check';

/** Offers the command line's `check` as a task, one per workspace folder; it runs only when the user starts it. */
export function offerCheckTask({ extension }: ClientContext): vscode.Disposable {
  const commandLine = extension.asAbsolutePath('dist/cli.js');
  return vscode.tasks.registerTaskProvider(TYPE, {
    provideTasks: () =>
      (vscode.workspace.workspaceFolders ?? [])
        .filter(({ uri }) => uri.scheme === 'file')
        .map((folder) => taskOf({ type: TYPE }, folder, commandLine)),
    resolveTask: ({ definition, scope }) =>
      isFolder(scope) ? taskOf(definition as CheckDefinition, scope, commandLine) : undefined,
  });
}

function isFolder(scope: vscode.Task['scope']): scope is vscode.WorkspaceFolder {
  return typeof scope === 'object';
}

function taskOf(
  definition: CheckDefinition,
  folder: vscode.WorkspaceFolder,
  commandLine: string,
): vscode.Task {
  const { paths = ['.'], rules, exclude = [], failOn } = definition;
  const args = [
    commandLine,
    'check',
    ...paths,
    ...(rules === undefined ? [] : ['--rules', rules]),
    ...exclude.flatMap((glob) => ['--exclude', glob]),
    ...(failOn === undefined ? [] : ['--fail-on', failOn]),
    '--color',
    'never',
  ];
  // On the desktop this program is the editor itself, which runs as Node when the variable says so.
  const execution = new vscode.ProcessExecution(process.execPath, args, {
    cwd: folder.uri.fsPath,
    env: { ELECTRON_RUN_AS_NODE: '1' },
  });
  const name = vscode.l10n.t('check for SYSRET and driver mistakes');
  const task = new vscode.Task(definition, folder, name, 'xen', execution, '$xen-check');
  task.group = vscode.TaskGroup.Build;
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent };
  return task;
}
