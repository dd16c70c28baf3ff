import type { PrintkFormat, PrintkTable } from '#core/printk';
import {
  isFormatted,
  messageStarts,
  type CallFrame,
  type LogEvent,
  type SymbolMap,
} from '#core/xen-log';
import { cacheFolder } from '../log-files/cache-folder.ts';
import { cacheFileFor } from '../log-files/printk-files.ts';
import { loadPrintkTable } from '../log-files/printk-index.ts';
import { SourceTree } from '../log-files/source-tree.ts';
import type { FramePlace } from './log-json.ts';

/** The user's own source tree: where functions are, and which call prints a line. */
export class LogSource {
  private readonly tree: SourceTree;
  private readonly messages: PrintkTable;

  private constructor(tree: SourceTree, messages: PrintkTable) {
    this.tree = tree;
    this.messages = messages;
  }

  static async at(
    root: string,
    environment: Readonly<Record<string, string | undefined>>,
  ): Promise<LogSource> {
    const folder = cacheFolder(environment);
    const cacheFile = folder === undefined ? undefined : cacheFileFor(root, folder);
    return new LogSource(SourceTree.at(root), await loadPrintkTable(root, cacheFile));
  }

  /** Where a frame's function is: by the tree, else by the file that the frame or the map names. */
  placeOfFrame(frame: CallFrame, map: SymbolMap | undefined): FramePlace | undefined {
    return placeOfFrame(frame, map, this.tree);
  }

  /** The call that printed an event's line; undefined when none of the tree's fits. */
  originOf(event: Pick<LogEvent, 'dialect' | 'text' | 'fields'>): MessageOrigin | undefined {
    if (!isFormatted(event.dialect)) return undefined;
    const match = this.messages.match(event.text, messageStarts(event));
    return match === undefined ? undefined : originOf(match.format, match.others);
  }
}

/** A frame's place as far as it can be told with or without a tree. */
export function placeOfFrame(
  frame: CallFrame,
  map: SymbolMap | undefined,
  tree: SourceTree | undefined,
): FramePlace | undefined {
  const place = map?.lookup(frame.lookupAddress);
  const symbol = frame.symbol ?? place?.symbol;
  const file = frame.file ?? place?.file;
  if (symbol === undefined) return undefined;
  const found = tree?.findFunction(symbol, file);
  if (found !== undefined) return { file: found.path, line: found.line };
  return file === undefined ? undefined : { file };
}

/** Where a message comes from, as the JSON tells it. */
export interface MessageOrigin {
  readonly file: string;
  readonly line: number;
  readonly function?: string;
  readonly call: string;
  readonly level: string;
  /** Other calls that print the same. */
  readonly others?: readonly string[];
}

function originOf(format: PrintkFormat, others: readonly PrintkFormat[]): MessageOrigin {
  return {
    file: format.path,
    line: format.line,
    ...(format.functionName === undefined ? {} : { function: format.functionName }),
    call: format.call,
    level: format.level,
    ...(others.length === 0 ? {} : { others: others.map(({ path, line }) => `${path}:${line}`) }),
  };
}
