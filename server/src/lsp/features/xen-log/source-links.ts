import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentLink, Location } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { XenSettings } from '#core/protocol';
import { parseSymbolMap, type SymbolMap } from '#core/xen-log';
import { SourceTree } from '../../../log-files/source-tree.ts';
import type { ServerContext } from '../../server-context.ts';
import { pathOf } from '../../convert.ts';

const place = /(?<![\w/.-])((?:\.\/)?[\w-][\w./-]{0,120}\.[chS]):(\d{1,6})\b/g;
const location =
  /(?:([\w./-]{1,120}\.[chSo])#)?([A-Za-z_][\w.]{0,120})\+(?:0x[0-9a-f]{1,8}|0)\/0x[0-9a-f]{1,8}/g;
const rawAddress = /\[<([0-9a-f]{8,16})>\]/g;

const mostLinks = 2000;
const mostLinkedCharacters = 8_000_000;
const largestMapBytes = 64 << 20;

/** Folders by which a tree of Xen (from its root or from `xen/`) or of Linux is known. */
const isTree = (folder: string): boolean =>
  existsSync(join(folder, 'xen', 'common')) ||
  (existsSync(join(folder, 'common')) && existsSync(join(folder, 'arch'))) ||
  existsSync(join(folder, 'drivers/xen'));

const mapNames = ['xen-syms.map', 'System.map'];

export interface FoundMap {
  readonly map: SymbolMap;
  readonly path: string;
}

/** Finds the source that a log's lines name: in the workspace's tree, through a symbol map where one is given. */
export class SourceLinks {
  private readonly server: ServerContext;
  private readonly maps: Map<string, SymbolMap | undefined> = new Map();

  constructor(server: ServerContext) {
    this.server = server;
  }

  /** The trees that logs are linked into. */
  trees(settings: XenSettings): readonly SourceTree[] {
    const own = settings.log.sourceTree;
    const [first = ''] = this.server.folders();
    if (own !== '') {
      const folder = resolve(first, own);
      return this.mayRead(folder) ? [SourceTree.at(folder)] : [];
    }
    return this.server
      .folders()
      .filter(isTree)
      .map((folder) => SourceTree.at(folder));
  }

  /** The map of the setting, or one beside the log; with its path. */
  mapFor(document: TextDocument, settings: XenSettings): FoundMap | undefined {
    const own = settings.log.symbolMap;
    const path = pathOf(document.uri);
    const [first = ''] = this.server.folders();
    const beside = path === undefined ? [] : mapNames.map((name) => join(dirname(path), name));
    for (const candidate of own === '' ? beside : [resolve(first, own)]) {
      if (!this.mayRead(candidate)) continue;
      const map = this.readMap(candidate);
      if (map !== undefined) return { map, path: candidate };
    }
    return undefined;
  }

  /** Where the thing under a column is in source. */
  definitionAt(
    text: string,
    column: number,
    trees: readonly SourceTree[],
    map: SymbolMap | undefined,
  ): Location[] {
    for (const match of text.matchAll(place))
      if (covers(match, column)) return fileLocation(trees, match[1] ?? '', Number(match[2]));
    for (const match of text.matchAll(location))
      if (covers(match, column)) return functionLocation(trees, match[2] ?? '', match[1]);
    for (const match of text.matchAll(rawAddress)) {
      if (!covers(match, column)) continue;
      const found = map?.lookup(BigInt(`0x${match[1]}`));
      if (found !== undefined) return functionLocation(trees, found.symbol, found.file);
    }
    return [];
  }

  /** Links on every `file.c:123`, and on every `file.c#function+0x1/0x2`. */
  linksOf(document: TextDocument, trees: readonly SourceTree[]): DocumentLink[] {
    if (trees.length === 0) return [];
    const text = document.getText();
    if (text.length > mostLinkedCharacters) return [];
    return [
      ...linksTo(document, text.matchAll(place), ([, file = '', line]) =>
        fileLocation(trees, file, Number(line)),
      ),
      ...linksTo(document, text.matchAll(location), ([, file, symbol = '']) =>
        // A global's file is not printed: finding it reads the tree, which waits for "go to definition".
        file === undefined ? [] : functionLocation(trees, symbol, file),
      ),
    ];
  }

  forget(): void {
    this.maps.clear();
    SourceTree.forget();
  }

  private mayRead(path: string): boolean {
    return (
      this.server.trusted() ||
      this.server.folders().some((folder) => path.startsWith(`${folder}${sep}`))
    );
  }

  private readMap(path: string): SymbolMap | undefined {
    if (!this.maps.has(path)) {
      const found = this.server.ports.stat(path);
      const isUsable =
        found !== undefined && !found.isDirectory && found.sizeBytes < largestMapBytes;
      this.maps.set(path, isUsable ? parseSymbolMap(readFileSync(path, 'latin1')) : undefined);
    }
    return this.maps.get(path);
  }
}

function linksTo(
  document: TextDocument,
  matches: Iterable<RegExpExecArray>,
  find: (match: RegExpExecArray) => readonly Location[],
): DocumentLink[] {
  const links: DocumentLink[] = [];
  const known = new Map<string, Location | undefined>();
  for (const match of matches) {
    const [key] = match;
    if (!known.has(key)) known.set(key, find(match)[0]);
    const target = known.get(key);
    if (target === undefined) continue;
    links.push({
      range: {
        start: document.positionAt(match.index),
        end: document.positionAt(match.index + key.length),
      },
      target: `${target.uri}#L${target.range.start.line + 1}`,
      tooltip: 'Open the source',
    });
    if (links.length >= mostLinks) break;
  }
  return links;
}

const covers = (match: RegExpMatchArray, column: number): boolean =>
  column >= (match.index ?? 0) && column <= (match.index ?? 0) + match[0].length;

function at(tree: SourceTree, path: string, line: number): Location {
  const position = { line: Math.max(0, line - 1), character: 0 };
  return {
    uri: pathToFileURL(join(tree.root, path)).href,
    range: { start: position, end: position },
  };
}

function fileLocation(trees: readonly SourceTree[], printed: string, line: number): Location[] {
  for (const tree of trees) {
    const path = tree.findFile(printed);
    if (path !== undefined) return [at(tree, path, line)];
  }
  return [];
}

function functionLocation(
  trees: readonly SourceTree[],
  symbol: string,
  file: string | undefined,
): Location[] {
  for (const tree of trees) {
    const found = tree.findFunction(symbol, file);
    if (found !== undefined) return [at(tree, found.path, found.line)];
  }
  return [];
}
