import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Edit, Language, Parser, type Tree } from 'web-tree-sitter';
import { readDriverSource, type DriverSource } from '#core/driver';
import { plainTree } from './plain-tree.ts';

/** A parsed file that a later version of the same file can start from. */
export interface ParsedFile {
  readonly source: DriverSource;
  readonly tree: Tree;
}

const RUNTIME = 'web-tree-sitter.wasm';
const GRAMMAR = 'tree-sitter-c.wasm';

let loading: Promise<CParser> | undefined;

/** The parser, its two wasm files loaded from `folder` on first use; a failed load is tried again next time. */
export async function loadCParser(folder: string): Promise<CParser> {
  loading ??= CParser.load(folder).catch((reason: unknown) => {
    loading = undefined;
    throw reason;
  });
  return await loading;
}

/** Where the wasm files are: beside the bundle, or in node_modules when run from source. */
function wasmPath(folder: string, name: string): string {
  const shipped = join(folder, name);
  if (existsSync(shipped)) return shipped;
  const packageName = name.replace('.wasm', '');
  for (let at = folder; ; at = join(at, '..')) {
    const installed = join(at, 'node_modules', packageName, name);
    if (existsSync(installed) || join(at, '..') === at) return installed;
  }
}

/** tree-sitter with the C grammar, giving what the core's driver rules read. */
export class CParser {
  private readonly parser: Parser;

  private constructor(parser: Parser) {
    this.parser = parser;
  }

  static async load(folder: string): Promise<CParser> {
    await Parser.init({ locateFile: () => wasmPath(folder, RUNTIME) });
    const language = await Language.load(wasmPath(folder, GRAMMAR));
    const parser = new Parser();
    parser.setLanguage(language);
    return new CParser(parser);
  }

  /** Reads a file; with `previous`, only what differs is parsed and only changed functions are read anew. */
  parse(text: string, previous?: { readonly file: ParsedFile; readonly text: string }): ParsedFile {
    if (previous) previous.file.tree.edit(editBetween(previous.text, text));
    const tree = this.parser.parse(text, previous?.file.tree);
    if (!tree) throw new Error('The C parser gave no tree.');
    const cursor = tree.walk();
    const source = readDriverSource(plainTree(cursor), text, previous?.file.source);
    cursor.delete();
    previous?.file.tree.delete();
    return { source, tree };
  }

  /** Reads a file that will not be edited, keeping no tree. */
  read(text: string): DriverSource {
    const { source, tree } = this.parse(text);
    tree.delete();
    return source;
  }
}

/** The one replacement that turns `before` into `after`: what lies between their common head and tail. */
export function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < shorter - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  return new Edit({
    startIndex: head,
    oldEndIndex: before.length - tail,
    newEndIndex: after.length - tail,
    startPosition: pointAt(after, head),
    oldEndPosition: pointAt(before, before.length - tail),
    newEndPosition: pointAt(after, after.length - tail),
  });
}

function pointAt(text: string, index: number): { row: number; column: number } {
  let row = 0;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) {
    row++;
    start = at + 1;
  }
  return { row, column: index - start };
}
