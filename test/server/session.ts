import { spawn } from 'node:child_process';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CodeAction,
  type Diagnostic,
  type Hover,
  type InitializeResult,
  type MarkupContent,
  type Position,
  type ProtocolConnection,
  type Range,
} from 'vscode-languageserver/node';
import { nodePorts } from '../../server/src/node-ports.ts';
import type { Ports } from '../../server/src/ports.ts';
import { startServer } from '../../server/src/server.ts';

const root = path.resolve(import.meta.dirname, '../..');
const knowledge = path.join(root, 'server/src/core/knowledge/data');

export interface SessionOptions {
  /** `spawn` runs the built dist/server.js in a process of its own, over stdio. */
  readonly mode?: 'in-process' | 'spawn';
  readonly folders?: readonly string[];
  readonly settings?: Record<string, unknown>;
  readonly trusted?: boolean;
  readonly ports?: Partial<Ports>;
  /** False: a client that cannot pull diagnostics. */
  readonly pulls?: boolean;
}

/** A small typed editor: opens documents and asks, as VS Code would. */
export class Session {
  readonly client: ProtocolConnection;
  readonly published = new Map<string, Diagnostic[]>();
  readonly logged: string[] = [];
  initialized!: InitializeResult;
  private readonly end: () => void;
  private versions = new Map<string, number>();

  private constructor(client: ProtocolConnection, end: () => void) {
    this.client = client;
    this.end = end;
  }

  static async start(options: SessionOptions = {}): Promise<Session> {
    const { client, end } = options.mode === 'spawn' ? spawned() : inProcess(options.ports);
    const session = new Session(client, end);
    client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => options.settings ?? {}),
    );
    client.onRequest('client/registerCapability', () => null);
    client.onRequest('workspace/diagnostic/refresh', () => null);
    client.onNotification('window/logMessage', ({ message }: { message: string }) => {
      session.logged.push(message);
    });
    client.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
        session.published.set(uri, diagnostics);
      },
    );
    client.listen();
    session.initialized = await client.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: (options.folders ?? []).map((folder) => ({
        uri: pathToFileURL(folder).href,
        name: path.basename(folder),
      })),
      capabilities: {
        workspace: {
          configuration: true,
          workspaceFolders: true,
          diagnostics: { refreshSupport: true },
        },
        textDocument: options.pulls === false ? {} : { diagnostic: {} },
      },
      initializationOptions: { trusted: options.trusted ?? true, runsXenCommands: true },
    });
    await client.sendNotification('initialized', {});
    return session;
  }

  /** Opens a text under a path; answers its URI. */
  async open(file: string, text: string, languageId = 'c'): Promise<string> {
    const uri = pathToFileURL(file).href;
    this.versions.set(uri, 1);
    await this.client.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
    return uri;
  }

  /** Replaces the whole text, or one range of it. */
  async change(uri: string, text: string, range?: Range): Promise<void> {
    const version = (this.versions.get(uri) ?? 1) + 1;
    this.versions.set(uri, version);
    await this.client.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [range ? { range, text } : { text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.client.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  request<R>(method: string, parameters: unknown): Promise<R> {
    return this.client.sendRequest(method, parameters);
  }

  /** The hover's Markdown, or undefined when there is none. */
  async hover(uri: string, position: Position): Promise<string | undefined> {
    const hover = await this.request<Hover | null>('textDocument/hover', {
      textDocument: { uri },
      position,
    });
    return (hover?.contents as MarkupContent | undefined)?.value;
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.request<{ items: Diagnostic[] }>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.items;
  }

  codeActions(uri: string, diagnostic: Diagnostic): Promise<CodeAction[]> {
    return this.request('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic] },
    });
  }

  async stop(): Promise<void> {
    await this.client.sendRequest('shutdown');
    this.client.dispose();
    this.end();
  }
}

function inProcess(ports: Partial<Ports> = {}) {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createConnection(
    new StreamMessageReader(toServer),
    new StreamMessageWriter(toClient),
  );
  startServer(server, { ...nodePorts(knowledge), ...ports });
  const client = createProtocolConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  return { client, end: () => server.dispose() };
}

function spawned() {
  const child = spawn(process.execPath, [path.join(root, 'dist/server.js'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const client = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  return { client, end: () => child.kill() };
}
