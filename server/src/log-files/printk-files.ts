import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { printkFormatsOf, type PrintkFormat } from '#core/printk';
import { printingParts, sourcesIn } from './source-folders.ts';

/** What was read of one file: the stamp tells whether it is still the same. */
interface ReadFile {
  readonly stamp: string;
  readonly formats: readonly Omit<PrintkFormat, 'path'>[];
}

interface Cache {
  readonly version: number;
  readonly files: Record<string, ReadFile>;
}

/** Raised when the way of reading changes, so that no old result is used. */
const cacheVersion = 1;
const mostFiles = 20_000;
const largestFileBytes = 4 << 20;

function readCache(file: string | undefined): Cache['files'] {
  if (file === undefined) return {};
  try {
    const cache = JSON.parse(readFileSync(file, 'utf8')) as Partial<Cache>;
    return cache.version === cacheVersion ? (cache.files ?? {}) : {};
  } catch {
    // None yet, or one that was damaged: it is made again.
    return {};
  }
}

function writeCache(file: string, files: Cache['files']): void {
  const cache: Cache = { version: cacheVersion, files };
  try {
    mkdirSync(dirname(file), { recursive: true });
    const beside = `${file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify(cache));
    renameSync(beside, file);
  } catch {
    // A cache that cannot be kept costs a second next time, nothing else.
  }
}

function stampOf(path: string): string | undefined {
  try {
    const { mtimeMs, size } = statSync(path);
    return size > largestFileBytes ? undefined : `${mtimeMs}:${size}`;
  } catch {
    return undefined;
  }
}

/** Where what was learnt of a tree is kept between runs. */
export const cacheFileFor = (root: string, cacheFolder: string): string =>
  join(
    cacheFolder,
    `printk-${createHash('sha256').update(resolve(root)).digest('hex').slice(0, 16)}.json`,
  );

/** Every message that a source tree prints. Files that did not change since the last time are not read again. */
export function readPrintkFormats(root: string, cacheFile?: string): readonly PrintkFormat[] {
  const known = readCache(cacheFile);
  const files: Record<string, ReadFile> = {};
  let hasChanged = false;
  for (const path of printingParts(root).flatMap((part) => sourcesIn(root, part, mostFiles))) {
    const stamp = stampOf(join(root, path));
    if (stamp === undefined) continue;
    const old = known[path];
    if (old?.stamp === stamp) {
      files[path] = old;
      continue;
    }
    hasChanged = true;
    const text = readFileSync(join(root, path), 'utf8');
    const formats = printkFormatsOf(text, path).map(({ path: _path, ...format }) => format);
    files[path] = { stamp, formats };
  }
  hasChanged ||= Object.keys(known).length !== Object.keys(files).length;
  if (hasChanged && cacheFile !== undefined) writeCache(cacheFile, files);
  return Object.entries(files).flatMap(([path, { formats }]) =>
    formats.map((format) => ({ path, ...format })),
  );
}
