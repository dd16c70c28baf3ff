import * as vscode from 'vscode';

/** Where Debian's libxen-dev puts the header when the workspace has none. */
const SYSTEM_HEADER = '/usr/include/xen/io/ring.h';
/** Headers that are looked through; a kernel tree has a handful of them. */
const MOST_HEADERS = 5;

/**
 * Finds a ring macro, member or function: as a `#define` or a member in the workspace's ring.h and blkif.h, as a symbol
 * that another extension knows, or in the system's header.
 */
export async function locateRingSymbol(name: string): Promise<vscode.Location | undefined> {
  const headers = await vscode.workspace.findFiles('**/{ring,blkif}.h', undefined, MOST_HEADERS);
  for (const uri of [...headers, vscode.Uri.file(SYSTEM_HEADER)]) {
    const place = await definitionIn(uri, name);
    if (place !== undefined) return place;
  }
  const symbols = await vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
    'vscode.executeWorkspaceSymbolProvider',
    name,
  );
  return symbols?.find((symbol) => symbol.name === name)?.location;
}

async function definitionIn(uri: vscode.Uri, name: string): Promise<vscode.Location | undefined> {
  let text: string;
  try {
    text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
  const pattern = new RegExp(
    `^[ \\t]*#[ \\t]*define[ \\t]+${name}\\b|\\b${name}\\b(?=[,; \\t]*[\\\\;,])`,
    'm',
  );
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const before = text.slice(0, found.index + found[0].indexOf(name));
  const line = before.split('\n').length - 1;
  const column = before.length - (before.lastIndexOf('\n') + 1);
  return new vscode.Location(uri, new vscode.Range(line, column, line, column + name.length));
}
