import {
  CompletionItemKind,
  MarkupKind,
  SymbolKind,
  type CompletionItem,
  type DocumentSymbol,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  checkCfg,
  completeAt,
  hoverAt,
  parseCfg,
  placementSummary,
  readCfgKeys,
  type CfgCompletion,
} from '#core/xl-cfg';
import { rulePage, toCodeActions, toDiagnostic } from '../convert.ts';
import type { CreateFeature } from '../language-feature.ts';
import { KnownHosts } from './known-host.ts';

const completionKinds: Record<CfgCompletion['kind'], CompletionItemKind> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  option: CompletionItemKind.Field,
};

/** xl.cfg files: hovers, completion, diagnostics with fixes, an outline, and a lens on the placement. */
export const createXlCfg: CreateFeature = (server) => {
  const hosts = new KnownHosts(server);
  const keys = () => readCfgKeys(server.ports.knowledge('xl-cfg-keys'));
  const findingsOf = async (document: TextDocument) =>
    checkCfg(document.getText(), await hosts.for(document.uri));
  return {
    async hover(document, position) {
      const host = (await hosts.for(document.uri))?.host;
      const parsed = parseCfg(document.getText());
      const hover = hoverAt(parsed, document.offsetAt(position), { keys: keys(), host });
      if (hover === undefined) return null;
      return {
        contents: { kind: MarkupKind.Markdown, value: hover.markdown },
        range: {
          start: document.positionAt(hover.span.start),
          end: document.positionAt(hover.span.end),
        },
      };
    },
    async diagnostics(document) {
      return (await findingsOf(document)).map((finding) =>
        toDiagnostic({ ...finding, help: helpOf(finding.rule) }, document.uri),
      );
    },
    async codeActions(document, _range, context) {
      return toCodeActions(await findingsOf(document), context.diagnostics, document.uri);
    },
    async completion(document, position) {
      const host = (await hosts.for(document.uri))?.host;
      const parsed = parseCfg(document.getText());
      const offset = document.offsetAt(position);
      return completeAt(parsed, offset, { keys: keys(), host }).map(toCompletionItem);
    },
    symbols(document): DocumentSymbol[] {
      return parseCfg(document.getText()).settings.map((setting) => ({
        name: setting.key,
        kind: SymbolKind.Property,
        range: rangeOf(document, setting.span),
        selectionRange: rangeOf(document, setting.keySpan),
      }));
    },
    async codeLenses(document) {
      if (!server.clientRunsXenCommands()) return [];
      const summary = placementSummary(document.getText(), await hosts.for(document.uri));
      const start = { line: 0, character: 0 };
      const command = {
        title: `${summary} · open`,
        command: 'xen.openNumaPlacement',
        arguments: [document.uri],
      };
      return [{ range: { start, end: start }, command }];
    },
  };
};

/** All rules share one page; a heading's anchor leaves the slash out. */
function helpOf(rule: string): string {
  return `${rulePage('xl-cfg')}#${rule.replace('/', '')}`;
}

function rangeOf(document: TextDocument, span: { readonly start: number; readonly end: number }) {
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

function toCompletionItem(completion: CfgCompletion): CompletionItem {
  const { label, insert, kind, detail, documentation } = completion;
  return {
    label,
    insertText: insert,
    kind: completionKinds[kind],
    detail,
    ...(documentation === undefined
      ? {}
      : { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
  };
}
