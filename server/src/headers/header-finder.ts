import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { IncludedText, IncludeRequest } from '#core/c-types';
import type { Ports } from '../ports.ts';
import { decodeText } from './decode-text.ts';

export interface HeaderPlaces {
  /** `xen.includePaths` or `-I`, in order; relative ones are taken from each workspace folder. */
  readonly includePaths: readonly string[];
  readonly workspaceFolders: readonly string[];
  /** False: nothing outside the workspace folders is read. */
  readonly trusted: boolean;
  /** Follow headers of the system too (`stdint.h`); else their types come from the built-in table. */
  readonly systemHeaders: boolean;
  /** Text of a file that is open in the editor, newer than the disk's. */
  readonly openText?: (path: string) => string | undefined;
}

/** Where trees keep Xen's public headers: Xen itself, Linux, QEMU, mini-os, EDK2, FreeBSD, NetBSD. */
const CONVENTIONAL = [
  '.',
  'include',
  'xen/include',
  'tools/include',
  'include/uapi',
  'OvmfPkg/Include',
  'sys',
  'sys/external/mit/xen-include-public/dist',
  'src/include',
];

const SYSTEM = [
  '/usr/include',
  '/usr/include/x86_64-linux-gnu',
  '/usr/lib/gcc/x86_64-linux-gnu/12/include',
];

/** Headers that concern Xen; of the others only a few hundred type names matter, and those are built in. */
const CONCERNS_XEN = /(?:^|[/_-])(?:xen|public)|^Xen|Xen\//;

const HIGHEST_ANCESTOR = 8;

/**
 * Finds headers for `#include`: the file's own folder, the include paths, the workspace's conventional folders, the
 * folders above the including file (a tree's `include` is one of them), /usr/include. Answers are remembered until
 * `refresh`; a header that was found is read again when its time on disk changes.
 */
export class HeaderFinder {
  private readonly ports: Ports;
  private readonly places: HeaderPlaces;
  private readonly folders: readonly string[];
  private readonly found = new Map<string, string | undefined>();
  private readonly texts = new Map<
    string,
    { readonly modifiedMs: number; readonly text: string }
  >();

  constructor(ports: Ports, places: HeaderPlaces) {
    this.ports = ports;
    this.places = places;
    this.folders = places.includePaths.flatMap((path) =>
      isAbsolute(path) ? [path] : places.workspaceFolders.map((folder) => resolve(folder, path)),
    );
  }

  /** Forgets where headers are, e.g. after files were added or removed. */
  refresh(): void {
    this.found.clear();
  }

  readonly resolve = (request: IncludeRequest): IncludedText | undefined => {
    const key = `${request.quoted ? '"' : '<'}${request.next ? '+' : ''}${request.name}\0${dirname(request.from)}`;
    if (!this.found.has(key) || request.next) this.found.set(key, this.search(request));
    const path = this.found.get(key);
    if (path === undefined) return undefined;
    const text = this.read(path);
    return text === undefined ? undefined : { path, text };
  };

  /** The text of a file, as open in the editor or on disk; undefined when it cannot or must not be read. */
  read(path: string): string | undefined {
    const open = this.places.openText?.(path);
    if (open !== undefined) return open;
    const stat = this.allowed(path) ? this.ports.stat(path) : undefined;
    if (stat === undefined || stat.isDirectory) return undefined;
    const known = this.texts.get(path);
    if (known !== undefined && known.modifiedMs === stat.modifiedMs) return known.text;
    const bytes = this.ports.readFile(path);
    if (bytes === undefined) return undefined;
    const text = decodeText(bytes);
    this.texts.set(path, { modifiedMs: stat.modifiedMs, text });
    return text;
  }

  private search(request: IncludeRequest): string | undefined {
    const candidates = this.candidates(request);
    const skip = request.next ? candidates.indexOf(request.from) + 1 : 0;
    return candidates.slice(skip).find((path) => this.exists(path));
  }

  private candidates({ name, quoted, from }: IncludeRequest): readonly string[] {
    if (isAbsolute(name)) return [name];
    const paths = quoted ? [join(dirname(from), name)] : [];
    paths.push(...this.folders.map((folder) => join(folder, name)));
    if (CONCERNS_XEN.test(name)) paths.push(...this.conventional(name), ...this.above(from, name));
    if (this.places.systemHeaders) paths.push(...SYSTEM.map((folder) => join(folder, name)));
    else if (name.startsWith('xen/')) paths.push(join('/usr/include', name));
    return [...new Set(paths)];
  }

  private conventional(name: string): readonly string[] {
    return this.places.workspaceFolders.flatMap((folder) => {
      const plain = CONVENTIONAL.map((below) => join(folder, below, name));
      // Tools include <xen/io/x.h>, which Xen's own tree keeps as public/io/x.h.
      if (!name.startsWith('xen/')) return plain;
      return [...plain, join(folder, 'xen/include/public', name.slice('xen/'.length))];
    });
  }

  /** `include/xen/interface/io/blkif.h` includes <xen/interface/io/ring.h>: three folders up is the place. */
  private above(from: string, name: string): readonly string[] {
    const paths: string[] = [];
    let folder = dirname(from);
    for (let count = 0; count < HIGHEST_ANCESTOR; count++) {
      paths.push(join(folder, name), join(folder, 'include', name));
      const parent = dirname(folder);
      if (parent === folder) break;
      folder = parent;
    }
    return paths;
  }

  private exists(path: string): boolean {
    if (this.places.openText?.(path) !== undefined) return true;
    return this.allowed(path) && this.ports.stat(path)?.isDirectory === false;
  }

  private allowed(path: string): boolean {
    if (this.places.trusted) return true;
    return this.places.workspaceFolders.some((folder) => {
      const below = relative(folder, path);
      return below !== '' && !below.startsWith('..') && !isAbsolute(below);
    });
  }
}
