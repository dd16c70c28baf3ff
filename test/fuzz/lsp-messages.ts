import path from 'node:path';
import { PassThrough } from 'node:stream';
import {
  createConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type Message,
} from 'vscode-languageserver/node';
import { nodePorts } from '../../server/src/node-ports.ts';
import { startServer } from '../../server/src/server.ts';
import { once, seedFiles } from './seed-files.ts';
import type { FuzzTarget } from './target.ts';

/** All answers of a session must be there by then. */
const PATIENCE_MS = 15_000;
/** Id of the request that ends a session. */
const LAST = 'last';

const ports = nodePorts(path.resolve('server/src/core/knowledge/data'));
const capabilities = { textDocument: { diagnostic: {} } };

/** One message of a transcript: a line of JSON, as far as nobody has mutated it. */
const message = (method: string, params: unknown, id?: number | string): string =>
  JSON.stringify({ jsonrpc: '2.0', ...(id !== undefined && { id }), method, params });

/** A whole small session over one document. */
function transcript(uri: string, languageId: string, text: string): Uint8Array {
  const textDocument = { uri };
  const position = { line: 12, character: 9 };
  const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 4 } };
  const lines = [
    message('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } }),
    message('textDocument/hover', { textDocument, position }, 1),
    message('textDocument/diagnostic', { textDocument }, 2),
    message('textDocument/documentSymbol', { textDocument }, 3),
    message('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range, text: 'struct ' }],
    }),
    message('textDocument/codeLens', { textDocument }, 4),
    message('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }, 5),
    message('textDocument/completion', { textDocument, position }, 6),
    message('textDocument/inlayHint', { textDocument, range }, 7),
    message('textDocument/definition', { textDocument, position }, 8),
    message('xen/structLayout', { uri, position }, 9),
    message('$/cancelRequest', { id: 9 }),
    message('xen/report/draft', { logs: [{ uri, text: '(XEN) Xen BUG at a.c:1' }] }, 10),
    message('xen/report/status', { uri }, 11),
    message('xen/log/explain', { uri, line: 1 }, 12),
    message('workspace/didChangeConfiguration', { settings: { xen: { includePaths: 5 } } }),
    message('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] }),
    message('textDocument/didClose', { textDocument }),
  ];
  return new TextEncoder().encode(lines.join('\n'));
}

export const lspMessages: FuzzTarget = {
  name: 'lsp-messages',
  seeds: once(() => {
    const decoder = new TextDecoder();
    const text = (files: readonly Uint8Array[]) => files.map((each) => decoder.decode(each));
    return [
      ...text(seedFiles('docs/demo', /\.c$/)).map((each, i) =>
        transcript(`file:///fuzz/driver${i}.c`, 'c', each),
      ),
      ...text(seedFiles('/usr/include/xen/io', /^(?:blkif|ring|console)\.h$/)).map((each, i) =>
        transcript(`file:///fuzz/xen/include/public/io/h${i}.h`, 'c', each),
      ),
      transcript('file:///fuzz/guest.cfg', 'xl-cfg', 'name = "a"\nvcpus = 2\nmemory = 512\n'),
      transcript('untitled:serial.log', 'xen-log', '(XEN) Xen BUG at common/a.c:1\n(XEN) RIP: 0\n'),
    ];
  }),
  dictionary: [
    '"uri":"untitled:"',
    '"line":-1',
    '"line":1e99',
    'null',
    '"id":1',
    '{"method":"exit"}',
  ],
  async run(input) {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const connection = createConnection(
      new StreamMessageReader(toServer),
      new StreamMessageWriter(toClient),
    );
    startServer(connection, ports);
    const client = new RawClient(toServer, toClient);
    client.sendMessage(message('initialize', { processId: null, rootUri: null, capabilities }, 0));
    client.sendMessage(message('initialized', {}));
    const bodies = Buffer.from(input).toString('latin1').split('\n');
    for (const body of bodies) client.sendBody(Buffer.from(body, 'latin1'));
    client.sendMessage(message('xen/nothing', {}, LAST));
    // The streams are let go, not closed: handlers that still run may log.
    const fault = await client.fault();
    if (fault !== undefined) throw new Error(fault);
  },
};

/** Sends bodies as they are, and waits for the answers to the last request and to all readable ones before it. */
class RawClient {
  private readonly toServer: PassThrough;
  private readonly ended: Promise<string | undefined>;
  private readonly unanswered = new Set<unknown>();
  private end!: (fault?: string) => void;

  constructor(toServer: PassThrough, toClient: PassThrough) {
    this.toServer = toServer;
    this.ended = new Promise((done) => {
      const late = () => done(`no answer to ${[...this.unanswered].join()}`);
      const timer = setTimeout(late, PATIENCE_MS);
      this.end = (fault) => {
        clearTimeout(timer);
        done(fault);
      };
    });
    new StreamMessageReader(toClient).listen((got) => this.take(got));
  }

  sendMessage(text: string): void {
    this.sendBody(Buffer.from(text));
  }

  sendBody(body: Buffer): void {
    const id = requestId(body);
    if (id !== undefined) this.unanswered.add(id);
    this.toServer.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.toServer.write(body);
  }

  /** What the server did wrong, if it did. */
  fault(): Promise<string | undefined> {
    return this.ended;
  }

  private take(got: Message): void {
    const { id, method, params } = got as {
      readonly id?: unknown;
      readonly method?: string;
      readonly params?: { readonly type?: number; readonly message?: string };
    };
    if (method === undefined) {
      this.unanswered.delete(id);
      if (this.unanswered.size === 0) this.end();
    } else if (method === 'window/logMessage') {
      // A guarded handler logs a fault with its stack; what the library logs about unreadable messages has none.
      if (params?.type === 1 && /\n\s+at /.test(params.message ?? '')) this.end(params.message);
    } else if (id !== undefined)
      this.sendMessage(JSON.stringify({ jsonrpc: '2.0', id, result: null }));
  }
}

/** The id under which a body must be answered; undefined for anything that is no request. */
function requestId(body: Buffer): unknown {
  try {
    const { jsonrpc, id, method, params } = JSON.parse(body.toString('utf8')) as Record<
      string,
      unknown
    >;
    const isRequest = jsonrpc === '2.0' && typeof method === 'string';
    const isId = typeof id === 'string' || Number.isSafeInteger(id);
    const isParams = params === undefined || (typeof params === 'object' && params !== null);
    return isRequest && isId && isParams ? id : undefined;
  } catch {
    return undefined;
  }
}
