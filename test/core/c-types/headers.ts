import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { IncludedText, ResolveInclude } from '#core/c-types';

/** Debian's libxen-dev. */
export const XEN_HEADERS = '/usr/include/xen';

/** True when the headers are there; with CI=true they must be. */
export function haveXenHeaders(): boolean {
  const there = existsSync(join(XEN_HEADERS, 'xen.h'));
  if (!there && process.env['CI'] === 'true') {
    throw new Error('Install libxen-dev: the oracle compares with its headers.');
  }
  return there;
}

const texts = new Map<string, string | undefined>();

/** A file's text, the same string object each time. */
export function textOf(path: string): string | undefined {
  if (!texts.has(path)) {
    const there = existsSync(path) && statSync(path).isFile();
    texts.set(path, there ? readFileSync(path, 'utf8') : undefined);
  }
  return texts.get(path);
}

/** Finds headers under the given folders, as `-I` does; quoted ones in the including file's own folder first. */
export function resolverFor(...folders: readonly string[]): ResolveInclude {
  return ({ name, quoted, from }): IncludedText | undefined => {
    const places = quoted ? [dirname(from), ...folders] : folders;
    for (const folder of places) {
      const path = join(folder, name);
      const text = textOf(path);
      if (text !== undefined) return { path, text };
    }
    return undefined;
  };
}

/** Xen's own headers and nothing else of the system. */
export const resolveXen: ResolveInclude = (request) =>
  request.quoted || request.name.startsWith('xen/')
    ? resolverFor(dirname(XEN_HEADERS))(request)
    : undefined;

/** All headers under a folder, as paths. */
export function headersUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.h'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** One of the files measured with real compilers. */
export function oracle(name: string): unknown {
  const file = new URL(`../../oracle/layout/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
}
