import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { outlineOf, type CFile, type OutlineEntry } from '#core/blkif';
import type { Span } from '#core/text';

const kinds: Readonly<Record<OutlineEntry['kind'], SymbolKind>> = {
  struct: SymbolKind.Struct,
  union: SymbolKind.Struct,
  enum: SymbolKind.Enum,
  field: SymbolKind.Field,
  enumerator: SymbolKind.EnumMember,
  typedef: SymbolKind.Class,
  constant: SymbolKind.Constant,
  macro: SymbolKind.Function,
  function: SymbolKind.Function,
  variable: SymbolKind.Variable,
};

/** The outline of a document, with sizes and offsets as details. */
export function symbolsOf(document: TextDocument, file: CFile): DocumentSymbol[] {
  const rangeOf = (span: Span) => ({
    start: document.positionAt(span.start),
    end: document.positionAt(span.end),
  });
  const symbolOf = (entry: OutlineEntry): DocumentSymbol => ({
    name: entry.name,
    detail: entry.detail,
    kind: kinds[entry.kind],
    range: rangeOf(entry.span),
    selectionRange: rangeOf(entry.nameSpan),
    children: entry.children.map(symbolOf),
  });
  return outlineOf(file.primary).map(symbolOf);
}
