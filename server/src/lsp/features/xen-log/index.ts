import type { CancellationToken } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { readAdvisories } from '#core/knowledge';
import {
  LOG_CRASH_REQUEST,
  LOG_EXPLAIN_REQUEST,
  LOG_INDEX_REQUEST,
  LOG_OVERVIEW_REQUEST,
  LOG_PART_REQUEST,
  type XenSettings,
} from '#core/protocol';
import {
  describeAt,
  knownFixesOf,
  messageAt,
  type LogAnalysis,
  type SymbolMap,
} from '#core/xen-log';
import { knowledgeFolder } from '../../../knowledge-folder.ts';
import { logKnowledge } from '../../../log-files/log-knowledge.ts';
import { pathOf } from '../../convert.ts';
import type { CreateFeature } from '../../language-feature.ts';
import { LogAnalyses } from './analyses.ts';
import { LargeLogs } from './large-logs.ts';
import { MessageOrigins, originLocations, originMarkdown } from './message-origins.ts';
import { mapDiagnostic, whyWrong } from './map-check.ts';
import {
  answerCrash,
  answerExplain,
  answerIndex,
  answerOverview,
  answerPart,
  type LogSource,
} from './requests.ts';
import { diagnosticsOf, foldingOf, lensesOf, symbolsOf, tokensOf } from './shapes.ts';
import { SourceLinks } from './source-links.ts';

const lineText = (document: TextDocument, line: number): string =>
  document
    .getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } })
    .replace(/[\r\n]+$/, '');

/** Xen logs: what each line says, what happened, and where in the source it is. */
export const createXenLog: CreateFeature = (server) => {
  const knowledge = () => logKnowledge(server.ports);
  const analyses = new LogAnalyses(knowledge, knowledgeFolder());
  const links = new SourceLinks(server);
  const large = new LargeLogs(server);
  const origins = new MessageOrigins(server);
  const rootsFor = (settings: XenSettings): readonly string[] =>
    links.trees(settings).map(({ root }) => root);

  /** The log's symbol map, unless it contradicts the log. */
  function rightMap(
    document: TextDocument,
    settings: XenSettings,
    analysis: LogAnalysis | undefined,
  ): SymbolMap | undefined {
    const found = links.mapFor(document, settings);
    if (found === undefined || analysis === undefined) return undefined;
    return whyWrong(found, analysis) === undefined ? found.map : undefined;
  }

  const source: LogSource = {
    knowledge,
    /** The analysis of an open document or of a file on disk. */
    async analysisOf(uri: string, token: CancellationToken) {
      const document = server.documents.get(uri);
      if (document !== undefined)
        return { analysis: await analyses.of(document), sizeBytes: document.getText().length };
      const path = pathOf(uri);
      return path === undefined ? undefined : large.scan(path, token);
    },
    fixesOf: (analysis: LogAnalysis) =>
      knownFixesOf(analysis, readAdvisories(server.ports.knowledge('xsa'))),
    partOf(uri: string, line: number) {
      const path = pathOf(uri);
      return path === undefined ? undefined : large.part(path, line);
    },
  };

  return {
    async hover(document, { line, character }) {
      const settings = await server.settings(document.uri);
      const analysis = await analyses.atHand(document);
      const crashes = analysis?.crashes ?? [];
      const text = lineText(document, line);
      const origin = origins.of(messageAt(text, character, knowledge()), rootsFor(settings));
      const hover = describeAt(text, character, knowledge(), {
        map: rightMap(document, settings, analysis),
        isArm: crashes.some(({ architecture }) => architecture?.startsWith('arm') === true),
        crash: crashes.find((crash) => crash.lines.includes(line + 1)),
      });
      if (hover === undefined) return null;
      return {
        contents: {
          kind: 'markdown',
          value:
            origin === undefined
              ? hover.markdown
              : `${hover.markdown}\n\n---\n\n${originMarkdown(origin)}`,
        },
        range: {
          start: { line, character: hover.startColumn },
          end: { line, character: hover.endColumn },
        },
      };
    },
    async diagnostics(document) {
      const analysis = await analyses.of(document);
      const found = links.mapFor(document, await server.settings(document.uri));
      return [
        ...diagnosticsOf(analysis, document),
        ...(found === undefined ? [] : mapDiagnostic(found, analysis, document)),
      ];
    },
    symbols: async (document) => symbolsOf(await analyses.of(document), document),
    foldingRanges: async (document) => foldingOf(await analyses.of(document)),
    semanticTokens: async (document) => tokensOf(await analyses.of(document), document),
    codeLenses: async (document) =>
      server.clientRunsXenCommands() ? lensesOf(await analyses.of(document), document) : [],
    async definition(document, { line, character }) {
      const settings = await server.settings(document.uri);
      const map = rightMap(document, settings, await analyses.atHand(document));
      const text = lineText(document, line);
      const named = links.definitionAt(text, character, links.trees(settings), map);
      if (named.length > 0) return named;
      const origin = origins.of(messageAt(text, character, knowledge()), rootsFor(settings));
      return origin === undefined ? [] : originLocations(origin);
    },
    async documentLinks(document) {
      return links.linksOf(document, links.trees(await server.settings(document.uri)));
    },
    saved: (uri) => analyses.forget(uri),
    closed: (uri) => analyses.forget(uri),
    filesChanged: () => links.forget(),
    requests: {
      [LOG_OVERVIEW_REQUEST]: answerOverview(source),
      [LOG_EXPLAIN_REQUEST]: answerExplain(source),
      [LOG_CRASH_REQUEST]: answerCrash(source),
      [LOG_PART_REQUEST]: answerPart(source),
      [LOG_INDEX_REQUEST]: answerIndex(async (uri) =>
        origins.index(rootsFor(await server.settings(uri))),
      ),
    },
  };
};
