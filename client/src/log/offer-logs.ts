import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { LOG_FOLLOW_SCHEME, LOG_PART_SCHEME, LOG_SUMMARY_SCHEME } from '../document-selector.ts';
import type * as LogEditorModule from './log-editor.ts';
import { recogniseXenLogs } from './log-documents.ts';
import { looksLikeLargeLog } from './log-size.ts';
import { uriOfActiveTab } from './log-uri.ts';

/** The log editor's commands and texts; its code is loaded with the first log. */
export type LogEditor = typeof LogEditorModule;

const started = new WeakMap<ClientContext, Promise<LogEditor>>();
const emitters = new WeakMap<ClientContext, vscode.EventEmitter<vscode.Uri>>();

/** Tells which document of ours has a new text. */
function textChangedOf(context: ClientContext): vscode.EventEmitter<vscode.Uri> {
  let emitter = emitters.get(context);
  if (emitter === undefined) emitters.set(context, (emitter = new vscode.EventEmitter()));
  return emitter;
}

/** The log editor, started with the first log, command or document of ours. */
export function logEditor(context: ClientContext): Promise<LogEditor> {
  let editor = started.get(context);
  if (editor === undefined) {
    editor = import('./log-editor.ts').then((module) => {
      context.extension.subscriptions.push(module.startLogEditor(context, textChangedOf(context)));
      return module;
    });
    started.set(context, editor);
  }
  return editor;
}

/** Waits for the first log: an open one, one too large for extensions, or a restored document of ours. */
export function offerLogs(context: ClientContext): vscode.Disposable {
  const textChanged = textChangedOf(context);
  const lookAtDocument = ({ languageId }: vscode.TextDocument): void => {
    if (languageId === 'xen-log') void logEditor(context);
  };
  const lookAtTab = async (): Promise<void> => {
    if (vscode.window.activeTextEditor !== undefined) return;
    const uri = uriOfActiveTab();
    if (uri !== undefined && (await looksLikeLargeLog(uri))) await logEditor(context);
  };
  vscode.workspace.textDocuments.forEach(lookAtDocument);
  void lookAtTab();
  return vscode.Disposable.from(
    recogniseXenLogs(),
    textChanged,
    vscode.workspace.onDidOpenTextDocument(lookAtDocument),
    vscode.window.onDidChangeActiveTextEditor(() => void lookAtTab()),
    ...[LOG_PART_SCHEME, LOG_FOLLOW_SCHEME, LOG_SUMMARY_SCHEME].map((scheme) =>
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: textChanged.event,
        provideTextDocumentContent: async (uri) => (await logEditor(context)).textOf(context, uri),
      }),
    ),
  );
}
