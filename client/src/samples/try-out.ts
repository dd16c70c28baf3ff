import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { openNumaPlacement } from '../commands/open-numa-placement.ts';
import { logEditor } from '../log/offer-logs.ts';
import { auditFile } from '../sysret/audit.ts';
import { showSample } from './sample-documents.ts';

const INSTALLED = vscode.Uri.file('/usr/include/xen/io/blkif.h');

/** `Xen: Try a Hover`: opens a real blkif.h, of the workspace or of this machine, and hovers a member in it. */
export async function tryHover(): Promise<void> {
  const uri = await findHeader();
  if (uri === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'No blkif.h is here: open a tree of Xen, Linux or another system, or install the headers (Debian: apt-get install libxen-dev).',
      ),
    );
    return;
  }
  const editor = await vscode.window.showTextDocument(uri, { preview: false });
  const text = editor.document.getText();
  const member = /struct blkif_request\s*\{[^}]*?\bnr_segments\b/.exec(text);
  if (member === null) return;
  const at = editor.document.positionAt(member.index + member[0].length - 4);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenter);
  await vscode.commands.executeCommand('editor.action.showHover');
}

async function findHeader(): Promise<vscode.Uri | undefined> {
  const [inWorkspace] = await vscode.workspace.findFiles('**/io/blkif.h', undefined, 1);
  if (inWorkspace) return inWorkspace;
  try {
    await vscode.workspace.fs.stat(INSTALLED);
    return INSTALLED;
  } catch {
    return undefined;
  }
}

/** `Xen: Try a Log`: the console of a hypervisor that hit a BUG, and its explanation beside it. */
export async function tryLog(context: ClientContext): Promise<void> {
  const { document } = await showSample('serial.log');
  await vscode.languages.setTextDocumentLanguage(document, 'xen-log');
  const { explainLog } = await logEditor(context);
  await explainLog(context, document.uri);
}

/** `Xen: Try a Placement`: a recorded host of four nodes and a guest for it. */
export async function tryPlacement(context: ClientContext): Promise<void> {
  const { extensionUri } = context.extension;
  await openNumaPlacement(context, vscode.Uri.joinPath(extensionUri, 'docs/demo/numa/cache.cfg'));
}

/** `Xen: Try a SYSRET Audit`: two exits of a system call, one of them with the mistake of XSA-7. */
export async function tryAudit(context: ClientContext): Promise<void> {
  await showSample('entry.S');
  await auditFile(context);
}
