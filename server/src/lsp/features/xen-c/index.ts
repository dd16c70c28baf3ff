import type { Hover, InlayHint, Location } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  aggregateAt,
  aggregateTitle,
  checkHeader,
  definitionAt,
  describeAt,
  layoutDocument,
  layoutHints,
  type CFile,
} from '#core/blkif';
import type { Finding } from '#core/findings';
import { decodeStructLayoutParams, STRUCT_LAYOUT_REQUEST, type StructLayout } from '#core/protocol';
import { LineIndex, type Span } from '#core/text';
import { toCodeActions, toDiagnostic, uriOf } from '../../convert.ts';
import type { CreateFeature } from '../../language-feature.ts';
import type { ServerContext } from '../../server-context.ts';
import { CDocuments, type ReadDocument } from './c-documents.ts';
import { lazyKnowledge } from './knowledge.ts';
import { lensesOf } from './lenses.ts';
import { symbolsOf } from './symbols.ts';

/** Headers of Xen's interfaces and the code that uses them: hovers, layouts, symbols, findings. */
export const createXenC: CreateFeature = (server) => {
  const documents = new CDocuments(server);
  const knowledge = lazyKnowledge(server.ports);
  const findingsOf = (read: ReadDocument): readonly Finding[] =>
    (read.findings ??= checkHeader(read.file, knowledge()));
  return {
    hover: async (document, at) => {
      const { file } = await documents.get(document);
      const found = describeAt(file, document.offsetAt(at), knowledge);
      return found && toHover(document, found.markdown, found.span);
    },
    diagnostics: async (document) => {
      const read = await documents.get(document);
      return findingsOf(read).map((finding) => toDiagnostic(finding, document.uri));
    },
    codeActions: async (document, _range, context) => {
      const read = await documents.get(document);
      return toCodeActions(findingsOf(read), context.diagnostics, document.uri);
    },
    symbols: async (document) => symbolsOf(document, (await documents.get(document)).file),
    definition: async (document, at) => {
      const { file } = await documents.get(document);
      return locationsAt(document, file, document.offsetAt(at));
    },
    inlayHints: async (document, range) => {
      const settings = await server.settings(document.uri);
      if (!settings.inlayHints.layout) return [];
      const { file } = await documents.get(document);
      const part = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
      return layoutHints(file, part).map(({ offset, text }): InlayHint => ({
        position: document.positionAt(offset),
        label: text,
        paddingLeft: true,
      }));
    },
    codeLenses: async (document) => {
      const { file } = await documents.get(document);
      return lensesOf(document, file, server.clientRunsXenCommands());
    },
    requests: {
      [STRUCT_LAYOUT_REQUEST]: (parameters) => structLayout(server, documents, parameters),
    },
    closed: (uri) => documents.close(uri),
    filesChanged: () => documents.forget(),
  };
};

function toHover(document: TextDocument, markdown: string, span: Span): Hover {
  return {
    contents: { kind: 'markdown', value: markdown },
    range: { start: document.positionAt(span.start), end: document.positionAt(span.end) },
  };
}

function locationsAt(document: TextDocument, file: CFile, offset: number): Location[] {
  return definitionAt(file, offset).map(({ file: path, span }) => {
    const text = path === file.path ? document.getText() : (file.primary.scope.textOf(path) ?? '');
    const uri = path === file.path ? document.uri : uriOf(path, document.uri);
    return { uri, range: new LineIndex(text).rangeOf(span) };
  });
}

async function structLayout(
  server: ServerContext,
  documents: CDocuments,
  parameters: unknown,
): Promise<StructLayout | null> {
  const asked = decodeStructLayoutParams(parameters);
  const document = asked && server.documents.get(asked.uri);
  if (!document) return null;
  const { file } = await documents.get(document);
  const tagged = asked.tag === undefined ? undefined : file.primary.scope.tag(asked.tag);
  const placed = asked.position && aggregateAt(file, document.offsetAt(asked.position));
  const aggregate = tagged && tagged.kind !== 'enum' ? tagged : placed;
  if (!aggregate) return null;
  return { title: aggregateTitle(aggregate), text: layoutDocument(file, aggregate) };
}
