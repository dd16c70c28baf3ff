import { existsSync, readdirSync, readFileSync, type Dirent } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ignore, { type Ignore } from 'ignore';

export interface WalkOptions {
  /** Whether `.gitignore` files are honoured. */
  readonly ignoreFiles: boolean;
  readonly isExcluded: (path: string) => boolean;
  /** Whether a file of this name is of interest. */
  readonly wants: (path: string) => boolean;
}

/** The rules of one `.gitignore`, for paths below its folder. */
interface Scope {
  readonly folder: string;
  readonly rules: Ignore;
}

/**
 * Files below a folder, sorted, as paths that begin with the folder as given. Symbolic links are not followed, so a
 * loop of them cannot hang the walk; folders that cannot be read are left out.
 */
export function walk(folder: string, options: WalkOptions): readonly string[] {
  const found: string[] = [];
  visit(folder, [], options, found);
  return found;
}

function visit(folder: string, outer: readonly Scope[], options: WalkOptions, to: string[]): void {
  const entries = entriesOf(folder);
  const scopes = options.ignoreFiles ? withOwn(folder, entries, outer) : outer;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name === '.git' || options.isExcluded(path)) continue;
    if (entry.isDirectory()) {
      if (!isIgnored(`${path}/`, scopes)) visit(path, scopes, options, to);
    } else if (entry.isFile() && options.wants(path) && !isIgnored(path, scopes)) to.push(path);
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function withOwn(
  folder: string,
  entries: readonly Dirent[],
  outer: readonly Scope[],
): readonly Scope[] {
  if (!entries.some(({ name }) => name === '.gitignore')) return outer;
  try {
    const text = readFileSync(join(folder, '.gitignore'), 'utf8');
    const rules = ignore({ ignorecase: false }).add(
      isInRepository(folder) ? text : withoutWholesale(text),
    );
    return [...outer, { folder, rules }];
  } catch {
    return outer;
  }
}

function isInRepository(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (dirname(at) === at) return false;
  }
}

/**
 * A pattern for everything makes sense where a repository tracks what else it names; in an unpacked tree, such as
 * Debian's kernel sources, it would leave nothing to read.
 */
function withoutWholesale(text: string): string {
  return text.replaceAll(/^[ \t]*\/?\*{1,2}\/?[ \t]*$/gm, '');
}

/** The innermost `.gitignore` that says anything of a path decides. */
function isIgnored(path: string, scopes: readonly Scope[]): boolean {
  for (const { folder, rules } of scopes.toReversed()) {
    const below = folder === '.' ? path : path.slice(folder.replace(/\/$/, '').length + 1);
    const verdict = rules.test(below);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}
