import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { functionsOfAssembler, functionsOfC, pathsOfPrintedFile } from '#core/xen-log';

export interface TreePlace {
  /** Path from the tree's root. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
}

const skipped: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  'build',
  'dist',
  'Documentation',
  'docs',
]);
const mostFiles = 120_000;

function sourcesUnder(folder: string, found: string[]): void {
  if (found.length > mostFiles) return;
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) sourcesUnder(join(folder, entry.name), found);
    } else if (/\.[cS]$/.test(entry.name)) found.push(join(folder, entry.name));
  }
}

const trees: Map<string, SourceTree> = new Map();

/** A Xen or Linux source tree on disk: finds the files and functions that a log names. */
export class SourceTree {
  readonly root: string;
  private files: ReadonlyMap<string, readonly string[]> | undefined;
  private functions: ReadonlyMap<string, readonly TreePlace[]> | undefined;
  private readonly texts: Map<string, string | undefined> = new Map();

  private constructor(root: string) {
    this.root = root;
  }

  /** The tree at a folder; what it has learnt is kept. */
  static at(root: string): SourceTree {
    let tree = trees.get(root);
    if (tree === undefined) trees.set(root, (tree = new SourceTree(root)));
    return tree;
  }

  /** Forgets all that was read, after files changed. */
  static forget(): void {
    trees.clear();
  }

  /** The file that a log prints as `common/sched/credit2.c`, `entry.o` or `mm.c`; undefined when the tree has none. */
  findFile(printed: string): string | undefined {
    const direct = pathsOfPrintedFile(printed).find((path) => this.textOf(path) !== undefined);
    if (direct !== undefined) return direct;
    const name = (printed.split('/').at(-1) ?? '').replace(/\.o$/, '.c');
    const same = this.filesByName().get(name) ?? [];
    const tail = printed.replace(/^(?:\.\/)+/, '');
    return (
      same.find((path) => path.endsWith(`/${tail}`)) ?? (same.length === 1 ? same[0] : undefined)
    );
  }

  /** Where a function is defined, in the printed file first. */
  findFunction(symbol: string, printed: string | undefined): TreePlace | undefined {
    const name = symbol.replace(/\.(?:constprop|isra|part|cold)(?:\.\d{1,4})*.*$/, '');
    const path = printed === undefined ? undefined : this.findFile(printed);
    if (path !== undefined) {
      const found = this.functionsIn(path).find((each) => each.name === name);
      if (found !== undefined) return { path, line: found.line };
    }
    return this.functionsByName().get(name)?.[0];
  }

  private textOf(path: string): string | undefined {
    if (!this.texts.has(path)) {
      let text: string | undefined;
      try {
        text = readFileSync(join(this.root, path), 'utf8');
      } catch {
        text = undefined;
      }
      if (this.texts.size > 400) this.texts.clear();
      this.texts.set(path, text);
    }
    return this.texts.get(path);
  }

  private functionsIn(path: string): readonly { readonly name: string; readonly line: number }[] {
    const text = this.textOf(path) ?? '';
    return path.endsWith('.S') ? functionsOfAssembler(text) : functionsOfC(text);
  }

  private filesByName(): ReadonlyMap<string, readonly string[]> {
    if (this.files === undefined) {
      const found: string[] = [];
      sourcesUnder(this.root, found);
      const files = new Map<string, string[]>();
      for (const file of found) {
        const path = relative(this.root, file);
        const name = path.split('/').at(-1) ?? '';
        files.set(name, [...(files.get(name) ?? []), path]);
      }
      this.files = files;
    }
    return this.files;
  }

  private functionsByName(): ReadonlyMap<string, readonly TreePlace[]> {
    if (this.functions === undefined) {
      const functions = new Map<string, TreePlace[]>();
      const paths = [...this.filesByName().values()].flat();
      // A whole Linux tree is too much to read for one name; Xen's is a tenth of it.
      if (paths.length < 8000)
        for (const path of paths)
          for (const { name, line } of this.functionsIn(path)) {
            const places = functions.get(name);
            if (places === undefined) functions.set(name, [{ path, line }]);
            else places.push({ path, line });
          }
      this.functions = functions;
    }
    return this.functions;
  }
}
