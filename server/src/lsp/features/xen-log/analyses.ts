import type { TextDocument } from 'vscode-languageserver-textdocument';
import { scanBytes, scanLog, type LogAnalysis, type LogKnowledge } from '#core/xen-log';
import { decodeUtf8 } from '../../../log-files/picker.ts';

/** Texts from this length on are scanned by bytes, with hints beyond a sample only counted. */
const largeCharacters = 4_000_000;
/** Texts from this length on, which editors do not colour either, are read on open and on save, not for each key. */
export const readOnSaveCharacters = 20_000_000;
const mostEvents = 20_000;

interface Kept {
  readonly version: number;
  readonly analysis: LogAnalysis;
}

/** Analyses of open logs, one for each version of a document. */
export class LogAnalyses {
  private readonly kept: Map<string, Kept> = new Map();
  private readonly knowledge: () => LogKnowledge;

  constructor(knowledge: () => LogKnowledge) {
    this.knowledge = knowledge;
  }

  of(document: TextDocument): LogAnalysis {
    const known = this.kept.get(document.uri);
    if (known?.version === document.version) return known.analysis;
    const text = document.getText();
    if (known !== undefined && text.length >= readOnSaveCharacters) return known.analysis;
    const analysis = this.analyse(text);
    this.kept.set(document.uri, { version: document.version, analysis });
    return analysis;
  }

  forget(uri: string): void {
    this.kept.delete(uri);
  }

  private analyse(text: string): LogAnalysis {
    if (text.length < largeCharacters)
      return scanLog(text, this.knowledge(), { lineBreaks: 'editor', maxEvents: mostEvents });
    // Bytes know only line feeds; a lone CR ends a line in an editor, too.
    const lines = /\r(?!\n)/.test(text) ? text.replace(/\r(?!\n)/g, '\n') : text;
    const options = { decode: decodeUtf8, maxEvents: mostEvents };
    return scanBytes(Buffer.from(lines), this.knowledge(), options);
  }
}
