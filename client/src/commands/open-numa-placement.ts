import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { numaPanel } from '../panels/numa.ts';
import { readPanelFile } from '../panels/panel-host.ts';

/** Files beside a configuration that are read with it, as the language server does. */
const HOST_FILES =
  /^xl-(?:info(?:-n)?|list-(?:n|c|cpupool)|vcpu-list|cpupool-list(?:-c)?)\.(?:txt|log)$/;

/**
 * Opens the NUMA panel: with the file that a lens or menu names, else with the text of the active editor when it is
 * about a host or a domain, else empty.
 */
export async function openNumaPlacement(_context: ClientContext, target?: unknown): Promise<void> {
  const uri = uriOf(target) ?? activeUri();
  if (uri === undefined) {
    numaPanel().show();
    return;
  }
  const files = [await readPanelFile(uri), ...(await hostFilesBeside(uri))];
  numaPanel().show({ files });
}

function uriOf(target: unknown): vscode.Uri | undefined {
  if (target instanceof vscode.Uri) return target;
  return typeof target === 'string' ? vscode.Uri.parse(target) : undefined;
}

function activeUri(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isAboutNuma(document.getText()) ? document.uri : undefined;
}

/** Whether a text holds something the panel can read. */
export function isAboutNuma(text: string): boolean {
  return /^(?:node:\s+memsize|cpu:\s+core\s+socket|Name\s+ID\s+(?:Mem|VCPU)|available: \d+ nodes)|dumping numa info|NUMA node0 CPU|^[ \t]*memory[ \t]*=|<topology|<domain[ >]|"b_info"|"xennuma"/m.test(
    text,
  );
}

async function hostFilesBeside(uri: vscode.Uri) {
  const hostInfo = vscode.workspace.getConfiguration('xen', uri).get('hostInfo', '');
  const folder = vscode.Uri.joinPath(uri, '..');
  try {
    if (hostInfo !== '') return await readNamed(hostInfo, folder);
    const entries = await vscode.workspace.fs.readDirectory(folder);
    const names = entries.map(([name]) => name).filter((name) => HOST_FILES.test(name));
    const others = names.map((name) => vscode.Uri.joinPath(folder, name));
    const wanted = others.filter((other) => other.toString() !== uri.toString());
    return await Promise.all(wanted.map(readPanelFile));
  } catch {
    // An untitled document has no folder, and a setting may name nothing: then there is no host file.
    return [];
  }
}

async function readNamed(hostInfo: string, folder: vscode.Uri) {
  const base = vscode.workspace.workspaceFolders?.[0]?.uri ?? folder;
  const target = hostInfo.startsWith('/')
    ? vscode.Uri.file(hostInfo)
    : vscode.Uri.joinPath(base, hostInfo);
  const { type } = await vscode.workspace.fs.stat(target);
  if (type !== vscode.FileType.Directory) return [await readPanelFile(target)];
  const entries = await vscode.workspace.fs.readDirectory(target);
  const files = entries.filter(([, kind]) => kind === vscode.FileType.File);
  return Promise.all(files.map(([name]) => readPanelFile(vscode.Uri.joinPath(target, name))));
}
