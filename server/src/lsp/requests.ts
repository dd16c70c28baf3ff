import type {
  CancellationToken,
  DocumentDiagnosticReport,
  Hover,
  MarkupContent,
  Position,
  Range,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { guard } from './guard.ts';
import type { Answer, FeatureEntry, LanguageFeature } from './language-feature.ts';
import type { LoadedFeatures } from './loaded-features.ts';
import { checked, firstParameter, type Need } from './parameters.ts';
import { RestingDocuments } from './resting-documents.ts';
import { encodeSemanticTokens } from './semantic-tokens.ts';
import type { ServerContext } from './server-context.ts';

interface OfDocument {
  readonly textDocument: { readonly uri: string };
}

type Ask<P, T> = (
  feature: LanguageFeature,
  document: TextDocument,
  parameters: P,
  token: CancellationToken,
) => Answer<T>;

/** Registers every request that is answered by asking the features and joining what they say. */
export function registerRequests(server: ServerContext, loaded: LoadedFeatures): void {
  const { connection } = server;

  const joined =
    <P extends OfDocument, T>(name: string, needs: readonly Need[], ask: Ask<P, T[]>) =>
    (): ((parameters: P, token: CancellationToken) => Promise<T[]>) =>
      checked(
        name,
        ['textDocument', ...needs],
        guard<P, T[]>(server, name, [], async (parameters, token) => {
          const answers = await askAll(server, loaded, ask, parameters, token);
          return answers.flat();
        }),
      );

  connection.onHover(
    checked(
      'hover',
      ['textDocument', 'position'],
      guard(server, 'hover', null, async (parameters, token) => {
        const settings = await server.settings(parameters.textDocument.uri);
        if (!settings.hover.enable) return null;
        const hovers = await askAll<typeof parameters, Hover>(
          server,
          loaded,
          (feature, document, { position }) => feature.hover?.(document, position, token),
          parameters,
          token,
        );
        return joinHovers(hovers);
      }),
    ),
  );
  const resting = new RestingDocuments(server.documents);
  connection.languages.diagnostics.on(
    checked(
      'diagnostics',
      ['textDocument'],
      guard<OfDocument, DocumentDiagnosticReport>(
        server,
        'diagnostics',
        { kind: 'full', items: [] },
        async (parameters, token) => {
          const { uri } = parameters.textDocument;
          await resting.rest(uri);
          return { kind: 'full', items: await diagnosticsOf(server, loaded, uri, token) };
        },
      ),
    ),
  );
  connection.onDocumentSymbol(
    joined('symbols', [], (feature, document, _, token) => feature.symbols?.(document, token))(),
  );
  connection.onDefinition(
    // The protocol wants locations or links, not a mixture; features give links where the client can.
    joined(
      'definition',
      ['position'],
      (feature, document, p: OfDocument & { position: Position }, token) =>
        feature.definition?.(document, p.position, token),
    )() as never,
  );
  connection.onCodeAction(
    joined('code actions', ['range', 'context'], (feature, document, p: CodeActionRequest, token) =>
      feature.codeActions?.(document, p.range, p.context, token),
    )(),
  );
  connection.languages.inlayHint.on(
    joined('inlay hints', ['range'], (feature, document, p: OfDocument & { range: Range }, token) =>
      feature.inlayHints?.(document, p.range, token),
    )(),
  );
  connection.onCodeLens(
    joined('code lens', [], (feature, document, _, token) =>
      feature.codeLenses?.(document, token),
    )(),
  );
  connection.onDocumentLinks(
    joined('links', [], (feature, document, _, token) =>
      feature.documentLinks?.(document, token),
    )(),
  );
  connection.onFoldingRanges(
    joined('folding', [], (feature, document, _, token) =>
      feature.foldingRanges?.(document, token),
    )(),
  );
  const tokens = joined('semantic tokens', [], (feature, document, _, token) =>
    feature.semanticTokens?.(document, token),
  )();
  connection.languages.semanticTokens.on(async (parameters, token) =>
    encodeSemanticTokens(await tokens(parameters, token)),
  );
  connection.onCompletion(
    joined(
      'completion',
      ['position'],
      (feature, document, p: OfDocument & { position: Position }, token) =>
        feature.completion?.(document, p.position, token),
    )(),
  );
}

type CodeActionRequest = OfDocument & {
  readonly range: Range;
  readonly context: Parameters<NonNullable<LanguageFeature['codeActions']>>[2];
};

/** Registers each feature's own requests; the feature is loaded by the first of them. */
export function registerOwnRequests(
  server: ServerContext,
  loaded: LoadedFeatures,
  entries: readonly FeatureEntry[],
): void {
  for (const entry of entries)
    for (const method of entry.requests ?? [])
      server.connection.onRequest(
        method,
        firstParameter(
          guard<unknown, unknown>(server, method, null, async (parameters, token) => {
            const feature = await loaded.get(entry);
            return feature.requests?.[method]?.(parameters, token) ?? null;
          }),
        ),
      );
}

/** All diagnostics of one open document; empty when it was closed meanwhile. */
export async function diagnosticsOf(
  server: ServerContext,
  loaded: LoadedFeatures,
  uri: string,
  token: CancellationToken,
) {
  const answers = await askAll(
    server,
    loaded,
    (feature, document) => feature.diagnostics?.(document, token),
    { textDocument: { uri } },
    token,
  );
  return answers.flat();
}

async function askAll<P extends OfDocument, T>(
  server: ServerContext,
  loaded: LoadedFeatures,
  ask: Ask<P, T>,
  parameters: P,
  token: CancellationToken,
): Promise<T[]> {
  const document = server.documents.get(parameters.textDocument.uri);
  if (!document) return [];
  const answers: T[] = [];
  for (const feature of await loaded.for(document)) {
    if (token.isCancellationRequested) break;
    const answer = await ask(feature, document, parameters, token);
    if (answer !== null && answer !== undefined) answers.push(answer);
  }
  return answers;
}

function joinHovers(hovers: readonly Hover[]): Hover | null {
  const [first] = hovers;
  if (!first) return null;
  if (hovers.length === 1) return first;
  const value = hovers.map((hover) => (hover.contents as MarkupContent).value).join('\n\n---\n\n');
  return { contents: { kind: 'markdown', value }, ...(first.range && { range: first.range }) };
}
