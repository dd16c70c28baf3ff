import * as vscode from 'vscode';

interface FolderFile {
  /** Path in the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * Writes a folder whole or not at all: beside its place, then renamed. Never over what is there.
 * @throws Error with one plain sentence
 */
export async function writeReportFolder(
  target: vscode.Uri,
  files: readonly FolderFile[],
): Promise<void> {
  if (await exists(target)) {
    throw new Error(vscode.l10n.t('{0} exists already and is not overwritten.', target.fsPath));
  }
  const name = target.path.split('/').at(-1) ?? 'report';
  const beside = vscode.Uri.joinPath(target, '..', `.${name}.${process.pid}.part`);
  try {
    await writeFiles(beside, files);
    await vscode.workspace.fs.rename(beside, target, { overwrite: false });
  } catch (error) {
    await vscode.workspace.fs.delete(beside, { recursive: true }).then(undefined, () => {});
    throw error;
  }
}

/** Writes files into a folder that exists. */
export async function writeFiles(folder: vscode.Uri, files: readonly FolderFile[]): Promise<void> {
  for (const { path, text } of files) {
    const target = vscode.Uri.joinPath(folder, ...path.split('/'));
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  }
}

/** A name for a folder that is still free: `name`, `name-2`, ... */
export async function freeFolder(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  let target = vscode.Uri.joinPath(parent, name);
  for (let n = 2; await exists(target); n++) target = vscode.Uri.joinPath(parent, `${name}-${n}`);
  return target;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
