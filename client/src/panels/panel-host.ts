import {
  decodeFromPanel,
  type FromPanelMessage,
  type PanelFile,
  type ToPanelMessage,
} from '#core/protocol';
import * as vscode from 'vscode';
import { panelPage } from './panel-page.ts';

/** What makes one panel different from another. */
export interface PanelKind {
  /** Also the id of the serializer; the manifest declares `onWebviewPanel:<viewType>`. */
  readonly viewType: string;
  readonly title: string;
  /** Base name of the bundle in dist/: `<bundle>.js` and `<bundle>.css`. */
  readonly bundle: string;
  /** View type of the editor for the panel's own documents, as in contributes.customEditors. */
  readonly editorType: string;
  /** Filter of the dialog that picks files to import. */
  readonly importFilters: Readonly<Record<string, string[]>>;
  /** Finds where a macro or type is defined; `undefined` when nowhere. */
  readonly locateSymbol?: (name: string) => Promise<vscode.Location | undefined>;
  readonly log: (message: string) => void;
}

/** What a command, a lens or a diagnostic wants a panel to show. */
export interface Opening {
  readonly files?: readonly PanelFile[];
  readonly parameters?: Readonly<Record<string, string>>;
}

/** One panel by command, restored after a reload, and any number of editors on its documents. */
export interface PanelHost extends vscode.Disposable {
  /** Creates or reveals the panel and hands it the opening once its script listens. */
  show(opening?: Opening): void;
}

type FromPanelRequest = Extract<FromPanelMessage, { readonly id: number }>;
type AnswerMessage = Extract<ToPanelMessage, { readonly type: 'answer' }>;
type Outcome = Omit<AnswerMessage, 'type' | 'id'>;

async function pickFiles(kind: PanelKind, title: string): Promise<Outcome> {
  const uris = await vscode.window.showOpenDialog({
    title,
    canSelectMany: true,
    filters: kind.importFilters,
  });
  if (uris === undefined) return { outcome: 'cancelled' };
  const files = await Promise.all(uris.map(readPanelFile));
  return { outcome: 'done', files };
}

/** Reads a file as text for a panel, with its base name. */
export async function readPanelFile(uri: vscode.Uri): Promise<PanelFile> {
  const open = vscode.workspace.textDocuments.find(
    (document) => document.uri.toString() === uri.toString(),
  );
  const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  return { name: uri.path.slice(uri.path.lastIndexOf('/') + 1), text };
}

async function saveExport(
  request: Extract<FromPanelMessage, { type: 'export' }>,
): Promise<Outcome> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog(
    folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, request.name) },
  );
  if (target === undefined) return { outcome: 'cancelled' };
  const bytes = Buffer.from(request.data, request.encoding);
  await vscode.workspace.fs.writeFile(target, bytes);
  return { outcome: 'done' };
}

async function openText(language: string, text: string): Promise<Outcome> {
  const document = await vscode.workspace.openTextDocument({ language, content: text });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  return { outcome: 'done' };
}

async function revealSymbol(kind: PanelKind, name: string): Promise<Outcome> {
  const place = await kind.locateSymbol?.(name);
  if (place === undefined) {
    return {
      outcome: 'failed',
      message: `No definition of ${name} was found in the workspace or /usr/include/xen.`,
    };
  }
  const editor = await vscode.window.showTextDocument(place.uri, {
    viewColumn: vscode.ViewColumn.Beside,
    selection: place.range,
    preserveFocus: true,
  });
  editor.revealRange(place.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return { outcome: 'done' };
}

async function copyText(text: string): Promise<Outcome> {
  await vscode.env.clipboard.writeText(text);
  return { outcome: 'done' };
}

function answer(kind: PanelKind, request: FromPanelRequest): Promise<Outcome> {
  switch (request.type) {
    case 'pickFiles':
      return pickFiles(kind, request.title);
    case 'export':
      return saveExport(request);
    case 'openText':
      return openText(request.language, request.text);
    case 'revealSymbol':
      return revealSymbol(kind, request.name);
    case 'copy':
      return copyText(request.text);
  }
}

/** Where a webview's opening comes from and where its edits go. */
interface Connection {
  readonly opening: () => Opening | undefined;
  readonly edited: (text: string) => void;
}

/** Fills a webview and serves its messages until it is disposed. */
function connect(kind: PanelKind, root: vscode.Uri, webview: vscode.Webview, to: Connection): void {
  const post = (message: ToPanelMessage): void => void webview.postMessage(message);
  const receive = async (value: unknown): Promise<void> => {
    const message = decodeFromPanel(value);
    if (message === undefined) {
      kind.log(`${kind.viewType}: a message of unknown shape was ignored.`);
    } else if (message.type === 'ready') {
      const opening = to.opening();
      if (opening !== undefined) post(openMessage(opening));
    } else if (message.type === 'edit') {
      to.edited(message.text);
    } else if (message.type === 'problem') {
      kind.log(`${kind.viewType}: ${message.message}`);
    } else {
      const outcome = await answer(kind, message).catch((error: unknown): Outcome => ({
        outcome: 'failed',
        message: error instanceof Error ? error.message : String(error),
      }));
      post({ type: 'answer', id: message.id, ...outcome });
    }
  };
  webview.onDidReceiveMessage((value: unknown) => void receive(value));
  webview.html = panelPage(webview, root, kind.bundle);
}

function openMessage(opening: Opening): ToPanelMessage {
  return {
    type: 'open',
    files: opening.files ?? [],
    ...(opening.parameters === undefined ? {} : { parameters: opening.parameters }),
  };
}

function webviewOptions(root: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(root, 'dist')] };
}

/** Registers a panel's command side, its restoring after a reload and the editor for its documents. */
export function createPanelHost(context: vscode.ExtensionContext, kind: PanelKind): PanelHost {
  const root = context.extensionUri;
  let panel: vscode.WebviewPanel | undefined;
  let pending: Opening | undefined;
  // A hidden webview's script is gone, and what is posted to it is lost; it says `ready` again when it is back.
  let listening = false;

  const adopt = (adopted: vscode.WebviewPanel): void => {
    panel = adopted;
    adopted.webview.options = webviewOptions(root);
    listening = false;
    adopted.onDidChangeViewState(() => {
      if (!adopted.visible) listening = false;
    });
    adopted.onDidDispose(() => {
      if (panel === adopted) panel = undefined;
    });
    connect(kind, root, adopted.webview, {
      opening: () => {
        listening = true;
        const opening = pending;
        pending = undefined;
        return opening;
      },
      edited: () => {},
    });
  };

  const show = (opening?: Opening): void => {
    if (panel !== undefined) {
      if (opening !== undefined && listening) void panel.webview.postMessage(openMessage(opening));
      else pending = opening ?? pending;
      panel.reveal();
      return;
    }
    pending = opening;
    adopt(
      vscode.window.createWebviewPanel(
        kind.viewType,
        kind.title,
        vscode.ViewColumn.Active,
        webviewOptions(root),
      ),
    );
  };

  const subscriptions = vscode.Disposable.from(
    vscode.window.registerWebviewPanelSerializer(kind.viewType, {
      deserializeWebviewPanel: (restored: vscode.WebviewPanel) => {
        adopt(restored);
        return Promise.resolve();
      },
    }),
    vscode.window.registerCustomEditorProvider(kind.editorType, documentEditor(kind, root)),
  );
  return {
    show,
    dispose: () => {
      subscriptions.dispose();
      panel?.dispose();
    },
  };
}

/** The editor for a panel's own documents: the text is the document, an edit in the panel makes it dirty. */
function documentEditor(kind: PanelKind, root: vscode.Uri): vscode.CustomTextEditorProvider {
  return {
    resolveCustomTextEditor(document, editor) {
      editor.webview.options = webviewOptions(root);
      let written = document.getText();
      const current = (): Opening => ({
        files: [
          {
            name: document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1),
            text: document.getText(),
          },
        ],
      });
      connect(kind, root, editor.webview, {
        opening: current,
        edited: (text) => {
          if (text === document.getText()) return;
          written = text;
          const edit = new vscode.WorkspaceEdit();
          edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
          void vscode.workspace.applyEdit(edit);
        },
      });
      const watching = vscode.workspace.onDidChangeTextDocument((change) => {
        const text = document.getText();
        if (change.document !== document || change.contentChanges.length === 0 || text === written)
          return;
        written = text;
        void editor.webview.postMessage(openMessage(current()));
      });
      editor.onDidDispose(() => watching.dispose());
    },
  };
}
