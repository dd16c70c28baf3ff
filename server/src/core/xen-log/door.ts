import type { DecodeTables, MessageKind } from '#core/knowledge';
import { MessageCatalogue } from './catalogue.ts';
import type { LogAnalysis, LogScanner, ScanOptions } from './model.ts';
import { Scanner } from './scanner.ts';

/** What the scanner knows of messages and numbers; adapters read it from the data files once. */
export interface LogKnowledge {
  readonly messages: readonly MessageKind[];
  readonly tables: DecodeTables;
}

const catalogues: WeakMap<readonly MessageKind[], MessageCatalogue> = new WeakMap();

/** The arranged message kinds; made once for a list of kinds. */
export function catalogueOf(messages: readonly MessageKind[]): MessageCatalogue {
  let catalogue = catalogues.get(messages);
  if (catalogue === undefined)
    catalogues.set(messages, (catalogue = new MessageCatalogue(messages)));
  return catalogue;
}

/** A scanner for one log. */
export function createLogScanner(knowledge: LogKnowledge, options: ScanOptions = {}): LogScanner {
  return new Scanner(catalogueOf(knowledge.messages), options);
}

/** Scans a whole text at once. */
export function scanLog(
  text: string,
  knowledge: LogKnowledge,
  options: ScanOptions = {},
): LogAnalysis {
  const scanner = createLogScanner(knowledge, options);
  scanner.feed(text);
  return scanner.finish();
}
