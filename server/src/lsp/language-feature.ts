import type {
  CancellationToken,
  CodeAction,
  CodeActionContext,
  CodeLens,
  CompletionItem,
  Diagnostic,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  LocationLink,
  Position,
  Range,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ServerContext } from './server-context.ts';

/** What a handler may return: now or later, something or nothing. */
export type Answer<T> = T | null | undefined | Promise<T | null | undefined>;

/** A token on one line; names are those of the legend in `semantic-tokens.ts`. */
export interface SemanticToken {
  readonly line: number;
  readonly character: number;
  readonly length: number;
  readonly type: 'logError' | 'logWarning' | 'function';
}

/**
 * One capability of the server for one kind of document. The request files of this folder ask every
 * feature that `concerns` the document and join their answers, so a C file can carry the layout hovers,
 * the driver rules and the advisory links at once, none knowing of the others.
 */
export interface LanguageFeature {
  hover?(document: TextDocument, at: Position, token: CancellationToken): Answer<Hover>;
  diagnostics?(document: TextDocument, token: CancellationToken): Answer<Diagnostic[]>;
  codeActions?(
    document: TextDocument,
    range: Range,
    context: CodeActionContext,
    token: CancellationToken,
  ): Answer<CodeAction[]>;
  symbols?(document: TextDocument, token: CancellationToken): Answer<DocumentSymbol[]>;
  definition?(
    document: TextDocument,
    at: Position,
    token: CancellationToken,
  ): Answer<(Location | LocationLink)[]>;
  inlayHints?(document: TextDocument, range: Range, token: CancellationToken): Answer<InlayHint[]>;
  codeLenses?(document: TextDocument, token: CancellationToken): Answer<CodeLens[]>;
  documentLinks?(document: TextDocument, token: CancellationToken): Answer<DocumentLink[]>;
  foldingRanges?(document: TextDocument, token: CancellationToken): Answer<FoldingRange[]>;
  /** Tokens for what a grammar cannot know; a feature uses only types of the server's legend. */
  semanticTokens?(document: TextDocument, token: CancellationToken): Answer<SemanticToken[]>;
  completion?(
    document: TextDocument,
    at: Position,
    token: CancellationToken,
  ): Answer<CompletionItem[]>;
  /** The feature's own requests by method name (see `#core/protocol`); parameters are checked by the handler. */
  readonly requests?: Readonly<
    Record<string, (parameters: unknown, token: CancellationToken) => unknown>
  >;
  /** A document was saved; large ones are only read again then. */
  saved?(uri: string): void;
  /** Drops what is cached for a document that was closed. */
  closed?(uri: string): void;
  /** Files changed on disk, as the client's watcher saw. */
  filesChanged?(uris: readonly string[]): void;
}

export type CreateFeature = (server: ServerContext) => LanguageFeature;

/**
 * One line of the feature list. Only the gate is evaluated at start; the feature's code and data are
 * loaded with the first document (or request of its own) that concerns it.
 */
export interface FeatureEntry {
  readonly name: string;
  /** Cheap gate, asked for each request: by path, language id, a look at the text. Must not parse. */
  concerns(document: TextDocument): boolean;
  /** Method names of the feature's own requests. */
  readonly requests?: readonly string[];
  load(): Promise<CreateFeature>;
}
