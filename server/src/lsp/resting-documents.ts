import { setTimeout as pause } from 'node:timers/promises';
import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** How long a text must be left alone before its rules are run: long enough for the hover behind a key. */
const REST_MS = 15;
/** Whoever types faster than that is answered all the same. */
const LONGEST_WAIT_MS = 150;

/**
 * Puts diagnostics behind what a person waits for: an editor pulls them with every key, and rules that took the
 * thread first would hold up the hover or the symbols asked for in the same moment.
 */
export class RestingDocuments {
  private readonly changedMs = new Map<string, number>();

  constructor(documents: TextDocuments<TextDocument>) {
    documents.onDidChangeContent(({ document }) => {
      this.changedMs.set(document.uri, performance.now());
    });
    documents.onDidClose(({ document }) => {
      this.changedMs.delete(document.uri);
    });
  }

  /** Resolves when the document has not changed for a moment. */
  async rest(uri: string): Promise<void> {
    const asked = performance.now();
    for (;;) {
      const now = performance.now();
      const left = (this.changedMs.get(uri) ?? 0) + REST_MS - now;
      if (left <= 0 || now - asked > LONGEST_WAIT_MS) return;
      await pause(left);
    }
  }
}
