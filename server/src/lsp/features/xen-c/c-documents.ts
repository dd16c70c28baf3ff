import type { TextDocument } from 'vscode-languageserver-textdocument';
import { CFile } from '#core/blkif';
import { HeaderCache } from '#core/c-types';
import type { Finding } from '#core/findings';
import { HeaderSearch } from '../../../header-search.ts';
import { pathOf, uriOf } from '../../convert.ts';
import type { ServerContext } from '../../server-context.ts';

/** An open document as read; dropped with the next key or when a header changes. */
export interface ReadDocument {
  readonly version: number;
  readonly generation: number;
  readonly file: CFile;
  /** What the rules found, once they were asked. */
  findings?: readonly Finding[];
}

/** The open C documents and what was read of them: the only place that keeps it. */
export class CDocuments {
  private readonly server: ServerContext;
  private readonly search: HeaderSearch;
  private readonly cache = new HeaderCache();
  private readonly read = new Map<string, ReadDocument>();
  /** Counts changes of headers, which make what includes them stale. */
  private generation = 0;

  constructor(server: ServerContext) {
    this.server = server;
    this.search = new HeaderSearch(server.ports, (file) =>
      server.documents.get(uriOf(file, file))?.getText(),
    );
    server.documents.onDidChangeContent(({ document }) => {
      if (!/\.h$/i.test(document.uri)) return;
      const own = this.read.get(document.uri);
      this.generation++;
      // A header's own reading is keyed by its version: only the others are stale.
      if (own) this.read.set(document.uri, { ...own, generation: this.generation });
    });
  }

  async get(document: TextDocument): Promise<ReadDocument> {
    const kept = this.kept(document);
    if (kept) return kept;
    const { includePaths } = await this.server.settings(document.uri);
    return this.kept(document) ?? this.readNow(document, includePaths);
  }

  private kept(document: TextDocument): ReadDocument | undefined {
    const kept = this.read.get(document.uri);
    const isFresh = kept?.version === document.version && kept.generation === this.generation;
    return isFresh ? kept : undefined;
  }

  private readNow(document: TextDocument, includePaths: readonly string[]): ReadDocument {
    const sources = {
      cache: this.cache,
      resolveInclude: this.search.resolver({
        includePaths,
        folders: this.server.folders(),
        trusted: this.server.trusted(),
      }),
    };
    const before = this.read.get(document.uri);
    const previous = before?.generation === this.generation ? before.file : undefined;
    const path = pathOf(document.uri) ?? document.uri;
    const file = new CFile(path, document.getText(), sources, previous);
    const read = { version: document.version, generation: this.generation, file };
    this.read.set(document.uri, read);
    return read;
  }

  /** Headers changed on disk, or settings did: nothing kept is sure any more. */
  forget(): void {
    this.generation++;
    this.search.forget();
  }

  close(uri: string): void {
    this.read.delete(uri);
  }
}
