import * as vscode from 'vscode';
import type * as LanguageClientBundle from './language-client.ts';

export type SessionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'stopped'; readonly why: string };

/**
 * The language server as the client sees it. The client library (a bundle of its own, some 450 KB) is
 * loaded by the first `start`, which the first Xen document or a command brings about.
 */
export class ServerSession implements vscode.Disposable {
  private readonly extension: vscode.ExtensionContext;
  private readonly log: vscode.LogOutputChannel;
  private readonly changed = new vscode.EventEmitter<SessionState>();
  private client: Promise<LanguageClientBundle.RunningClient> | undefined;
  private readonly handlers = new Map<string, (parameters: unknown) => void>();
  private current: SessionState = { kind: 'idle' };

  readonly onDidChangeState: vscode.Event<SessionState> = this.changed.event;

  constructor(extension: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.extension = extension;
    this.log = log;
  }

  get state(): SessionState {
    return this.current;
  }

  /** Starts the server once; later calls answer the same client. Rejects when it cannot start. */
  start(): Promise<LanguageClientBundle.RunningClient> {
    this.client ??= this.connect();
    return this.client;
  }

  /** Asks the server, starting it when needed. */
  async request<R>(
    method: string,
    parameters: unknown,
    token?: vscode.CancellationToken,
  ): Promise<R> {
    const client = await this.start();
    return client.request<R>(method, parameters, token);
  }

  /** Hears the server's own notifications, of this server and of those that follow it; one handler a method. */
  onNotification(method: string, handler: (parameters: unknown) => void): void {
    this.handlers.set(method, handler);
    void this.client?.then((client) => client.onNotification(method, handler)).catch(() => {});
  }

  async restart(): Promise<void> {
    const previous = this.client;
    this.client = undefined;
    // A server that is dead already cannot be asked to stop; the new one does not wait for it.
    await previous?.then((client) => client.stop()).catch(() => {});
    await this.start();
  }

  /** Tells the server, if it runs; a notification alone never starts it. */
  async notify(method: string): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    await client?.notify(method);
  }

  dispose(): void {
    void this.client?.then((client) => client.stop()).catch(() => {});
    this.changed.dispose();
  }

  private async connect(): Promise<LanguageClientBundle.RunningClient> {
    this.become({ kind: 'starting' });
    try {
      const { connect } = require('./language-client.js') as typeof LanguageClientBundle;
      const client = await connect(this.extension, this.log, (why) => {
        this.client = undefined;
        this.become({ kind: 'stopped', why });
      });
      for (const [method, handler] of this.handlers) client.onNotification(method, handler);
      this.become({ kind: 'ready' });
      return client;
    } catch (error) {
      this.client = undefined;
      const why = error instanceof Error ? error.message : String(error);
      this.log.error(`The language server did not start: ${why}`);
      this.become({ kind: 'stopped', why });
      throw error;
    }
  }

  private become(state: SessionState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
