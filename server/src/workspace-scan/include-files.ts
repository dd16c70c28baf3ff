import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where kernels and hypervisors keep what `<asm/x.h>` means, seen from each folder above the file. */
const headerFolders = ['', 'include', 'include/uapi'];
const FOLDERS_UP = 6;
const LARGEST_BYTES = 8 * 1024 * 1024;
const MOST_TEXTS = 4000;

/** Headers are asked for again by every file of a tree; what is not there is remembered too. */
const texts = new Map<string, string | undefined>();

/**
 * An included file: beside the one that names it, or in a header folder of the tree around it. `mayRead` says no to
 * paths that must not be looked at.
 */
export function includedFile(
  name: string,
  from: string,
  mayRead: (path: string) => boolean = () => true,
): { readonly path: string; readonly text: string } | undefined {
  let folder = dirname(resolve(from));
  for (let up = 0; up < FOLDERS_UP; up++) {
    for (const headers of headerFolders) {
      const path = join(folder, headers, name);
      const text = mayRead(path) ? textOf(path) : undefined;
      if (text !== undefined) return { path, text };
    }
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return undefined;
}

function textOf(path: string): string | undefined {
  if (!texts.has(path)) {
    if (texts.size >= MOST_TEXTS) texts.clear();
    texts.set(path, readText(path));
  }
  return texts.get(path);
}

function readText(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > LARGEST_BYTES) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
