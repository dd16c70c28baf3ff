import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { createLogScanner, scanLog, type LogAnalysis, type LogKnowledge } from '#core/xen-log';
import { mostEvents } from '../../../log-files/large-text.ts';
import { TextThread } from '../../../log-files/text-thread.ts';

/** Texts below this length are analysed at once; longer ones in slices, so that hovers are answered in between. */
const slicedCharacters = 200_000;
const sliceCharacters = 65_536;
/** Texts from this length on are scanned in a thread, by bytes, with hints beyond a sample only counted. */
const largeCharacters = 4_000_000;
/** How long a large text that changes must be left alone: half a second for 20 million characters. */
const restMsPerMillion = 25;
/** Texts from this length on, which editors do not colour either, are read on open and on save, not for each key. */
const readOnSaveCharacters = 20_000_000;

interface Kept {
  readonly version: number;
  readonly analysis: LogAnalysis;
}

interface Running {
  readonly version: number;
  readonly analysis: Promise<LogAnalysis | undefined>;
}

/** Analyses of open logs, one for each version of a document. */
export class LogAnalyses {
  private readonly kept: Map<string, Kept> = new Map();
  private readonly running: Map<string, Running> = new Map();
  private readonly knowledge: () => LogKnowledge;
  private readonly thread: TextThread;

  constructor(knowledge: () => LogKnowledge, knowledgeFolder: string) {
    this.knowledge = knowledge;
    this.thread = new TextThread(knowledge, knowledgeFolder);
  }

  /** The analysis of the text as it is; of a text that changes meanwhile, that of the newest version. */
  async of(document: TextDocument): Promise<LogAnalysis> {
    for (;;) {
      const { uri, version } = document;
      const known = this.kept.get(uri);
      if (known?.version === version) return known.analysis;
      const text = document.getText();
      if (known !== undefined && text.length >= readOnSaveCharacters) return known.analysis;
      const analysis =
        text.length < slicedCharacters
          ? scanLog(text, this.knowledge(), { lineBreaks: 'editor', maxEvents: mostEvents })
          : await this.slicedOnce(document, text);
      if (analysis === undefined) continue;
      this.kept.set(uri, { version, analysis });
      return analysis;
    }
  }

  /** What is known without waiting: of an older version, or nothing yet, where the text is long. */
  async atHand(document: TextDocument): Promise<LogAnalysis | undefined> {
    const isShort =
      document.offsetAt({ line: document.lineCount, character: 0 }) < slicedCharacters;
    return isShort ? this.of(document) : this.kept.get(document.uri)?.analysis;
  }

  /** Forgets a text: it was closed, or is to be read again after it was saved. */
  forget(uri: string): void {
    this.kept.delete(uri);
    if (this.kept.size === 0) this.thread.rest();
  }

  /** One analysis of a version, however many ask for it. */
  private slicedOnce(document: TextDocument, text: string): Promise<LogAnalysis | undefined> {
    const { uri, version } = document;
    const running = this.running.get(uri);
    if (running?.version === version) return running.analysis;
    const isStale = (): boolean => document.version !== version;
    const analysis =
      text.length < largeCharacters
        ? inSlicesOfText(text, this.knowledge(), isStale)
        : this.inThread(text, this.kept.has(uri), isStale);
    this.running.set(uri, { version, analysis });
    const forgetIt = (): void => {
      if (this.running.get(uri)?.analysis === analysis) this.running.delete(uri);
    };
    analysis.then(forgetIt, forgetIt);
    return analysis;
  }

  private async inThread(
    text: string,
    isKnown: boolean,
    isStale: () => boolean,
  ): Promise<LogAnalysis | undefined> {
    if (isKnown) await pause((text.length / 1e6) * restMsPerMillion);
    if (isStale()) return undefined;
    const analysis = await this.thread.analyse(text);
    return isStale() ? undefined : analysis;
  }
}

async function inSlicesOfText(
  text: string,
  knowledge: LogKnowledge,
  isStale: () => boolean,
): Promise<LogAnalysis | undefined> {
  const scanner = createLogScanner(knowledge, { lineBreaks: 'editor', maxEvents: mostEvents });
  for (let from = 0; from < text.length; from += sliceCharacters) {
    scanner.feed(text.slice(from, from + sliceCharacters));
    await nextTurn();
    if (isStale()) return undefined;
  }
  return scanner.finish();
}
