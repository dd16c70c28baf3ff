import { scanBytes, type LogAnalysis, type LogKnowledge } from '#core/xen-log';
import { decodeUtf8 } from './picker.ts';

/** A long text for a thread. */
export interface TextRequest {
  readonly text: string;
}

/** Events that an editor's analysis keeps; the rest is counted. */
export const mostEvents = 20_000;

/** Scans a long text by its bytes: hints beyond a sample are only counted. */
export function analyseText(text: string, knowledge: LogKnowledge): LogAnalysis {
  // Bytes know only line feeds; a lone CR ends a line in an editor, too.
  const lines = text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
  return scanBytes(Buffer.from(lines), knowledge, { decode: decodeUtf8, maxEvents: mostEvents });
}
