import type * as vscode from 'vscode';
import type { ServerSession } from './server-session.ts';

/** What every feature of the client is given. */
export interface ClientContext {
  readonly extension: vscode.ExtensionContext;
  /** The "Xen" output channel; levels are set in VS Code's own UI. Never revealed by us. */
  readonly log: vscode.LogOutputChannel;
  readonly server: ServerSession;
}

/** A feature of the client: registers what it needs and answers how to undo it. */
export type ClientFeature = (context: ClientContext) => vscode.Disposable;
