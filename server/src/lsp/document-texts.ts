import type { TextDocumentsConfiguration } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

const textOr = (value: unknown, otherwise: string): string =>
  typeof value === 'string' ? value : otherwise;

/** How open documents are kept. A client that leaves something out of `didOpen` gets an empty text, not a fault. */
export const documentTexts: TextDocumentsConfiguration<TextDocument> = {
  create: (uri, languageId, version, content) =>
    TextDocument.create(
      uri,
      textOr(languageId, ''),
      Number.isInteger(version) ? version : 0,
      textOr(content, ''),
    ),
  update: (document, changes, version) => TextDocument.update(document, changes, version),
};
