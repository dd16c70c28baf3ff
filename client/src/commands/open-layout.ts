import * as vscode from 'vscode';
import { STRUCT_LAYOUT_REQUEST, type StructLayout, type StructLayoutParams } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';

/** Scheme of the read-only documents that show a layout; the server does not look at them. */
const SCHEME = 'xen-layout';

/** Texts by URI, so that a tab can be shown again. */
const texts = new Map<string, string>();
let provider: vscode.Disposable | undefined;

/** `Xen: Show Struct Layout`: for what a code lens names, else for the struct at the cursor. */
export async function openLayout(context: ClientContext, target?: unknown): Promise<void> {
  const asked = isParams(target) ? target : atCursor();
  if (!asked) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a C file and put the cursor on a struct or union first.'),
    );
    return;
  }
  const layout = await context.server.request<StructLayout | null>(STRUCT_LAYOUT_REQUEST, asked);
  if (!layout) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no struct or union that concerns Xen at the cursor.'),
    );
    return;
  }
  provider ??= vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  });
  await show(layout);
}

async function show(layout: StructLayout): Promise<void> {
  const name = layout.title.replace(/[^\w.]+/g, ' ').trim();
  const uri = vscode.Uri.from({
    scheme: SCHEME,
    path: `/${name} layout`,
    query: digest(layout.text),
  });
  texts.set(uri.toString(), layout.text);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.languages.setTextDocumentLanguage(document, 'c');
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
}

/** Another text is another document: a virtual one is not read twice. */
function digest(text: string): string {
  let hash = 5381;
  for (let at = 0; at < text.length; at++) hash = (hash * 33 + text.charCodeAt(at)) % 4294967291;
  return hash.toString(36);
}

function atCursor(): StructLayoutParams | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !['c', 'cpp'].includes(editor.document.languageId)) return undefined;
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}

const isParams = (value: unknown): value is StructLayoutParams =>
  typeof (value as Partial<StructLayoutParams> | undefined)?.tag === 'string' &&
  typeof (value as Partial<StructLayoutParams>).uri === 'string';
