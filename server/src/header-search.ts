import path from 'node:path';
import type { IncludedText, IncludeRequest, ResolveInclude } from '#core/c-types';
import type { Ports } from './ports.ts';

/** Where headers may be looked for. */
export interface SearchPlaces {
  /** Setting `xen.includePaths`, or `-I`; relative ones start at each folder. */
  readonly includePaths: readonly string[];
  /** Workspace folders. */
  readonly folders: readonly string[];
  /** False in an untrusted workspace: then nothing outside the folders is read. */
  readonly trusted: boolean;
}

/** Folders of a source tree below which `<xen/...>`, `<public/...>` or `<asm/...>` are found. */
const TREE_FOLDERS = ['xen/include', 'include', 'include/xen/interface', 'tools/include', '.'];
const SYSTEM_FOLDERS = ['/usr/include', '/usr/include/xen'];
/** How far above an opened file its tree's include folder may lie. */
const MAX_ANCESTORS = 10;

/**
 * The system's and the kernel's own headers are thousands of files that no shared structure rests on; integer types
 * are built in. What a name must look like to be searched beyond its own folder:
 */
const XEN_NAME =
  /(^|\/)(xen[\w-]*|public|interface|io)\/|^(\.\.?\/)+|^(blkif|netif|ring|grant_table|event_channel|xen(-compat)?|xs_wire|xenbus|protocols|console)\.h$/;
const SYSTEM_NAME = /^(linux|asm|asm-generic|uapi|sys|net|bits|machine|dev|scsi|crypto)\//;

/** A header larger than this is generated data, not an interface. */
const MAX_HEADER_BYTES = 4_000_000;

interface CachedText {
  readonly modifiedMs: number;
  readonly sizeBytes: number;
  readonly included: IncludedText;
}

/** Finds and keeps included headers; a kept one is read again when its size or time changed. */
export class HeaderSearch {
  private readonly ports: Ports;
  private readonly openText: (file: string) => string | undefined;
  private readonly texts = new Map<string, CachedText>();
  private readonly found = new Map<string, string | null>();

  /** `openText` answers the unsaved text of a header that is open in an editor. */
  constructor(ports: Ports, openText: (file: string) => string | undefined = () => undefined) {
    this.ports = ports;
    this.openText = openText;
  }

  /** Forgets where headers were (not) found: a file appeared, moved or went. */
  forget(): void {
    this.found.clear();
  }

  resolver(places: SearchPlaces): ResolveInclude {
    const inFolders = (file: string): boolean =>
      places.folders.some((folder) => file === folder || file.startsWith(`${folder}${path.sep}`));
    return (request) => {
      const key = `${request.quoted ? '"' : '<'}${request.next ? 'n' : ''}${request.name}\0${path.dirname(request.from)}\0${places.trusted}\0${places.folders.join('\0')}\0${places.includePaths.join('\0')}`;
      let file = this.found.get(key);
      if (file !== undefined && file !== null) {
        const text = this.read(file);
        if (text) return text;
        file = undefined;
      }
      if (file === null) return undefined;
      for (const candidate of this.candidates(request, places)) {
        if (!places.trusted && !inFolders(candidate)) continue;
        const text = this.read(candidate);
        if (!text) continue;
        this.found.set(key, candidate);
        return text;
      }
      this.found.set(key, null);
      return undefined;
    };
  }

  private *candidates(request: IncludeRequest, places: SearchPlaces): Generator<string> {
    const { name, from, quoted, next } = request;
    if (path.isAbsolute(name)) {
      yield name;
      return;
    }
    const here = path.dirname(from);
    if (quoted && !next) yield path.join(here, name);
    const bases = places.folders.length > 0 ? places.folders : [here];
    for (const folder of places.includePaths)
      for (const base of bases) yield path.resolve(base, folder, name);
    if (SYSTEM_NAME.test(name) || !XEN_NAME.test(name)) return;
    yield* this.inTrees(name, here, places.folders);
    for (const folder of SYSTEM_FOLDERS) yield path.join(folder, name);
  }

  /** The trees that the including file lies in, nearest first, then the workspace folders. */
  private *inTrees(name: string, here: string, folders: readonly string[]): Generator<string> {
    const roots: string[] = [];
    for (let at = here; roots.length < MAX_ANCESTORS; at = path.dirname(at)) {
      roots.push(at);
      if (path.dirname(at) === at) break;
    }
    for (const root of new Set([...roots, ...folders]))
      for (const folder of TREE_FOLDERS) yield path.join(root, folder, name);
  }

  private read(file: string): IncludedText | undefined {
    const open = this.openText(file);
    if (open !== undefined) return { path: file, text: open };
    const stat = this.ports.stat(file);
    if (!stat || stat.isDirectory || stat.sizeBytes > MAX_HEADER_BYTES) return undefined;
    const cached = this.texts.get(file);
    if (cached?.modifiedMs === stat.modifiedMs && cached.sizeBytes === stat.sizeBytes)
      return cached.included;
    const bytes = this.ports.readFile(file);
    if (!bytes) return undefined;
    const included = { path: file, text: decodeSource(bytes) };
    this.texts.set(file, { ...stat, included });
    return included;
  }
}

/** UTF-8 unless a byte order mark says UTF-16; bytes that are neither become replacement characters. */
export function decodeSource(bytes: Uint8Array): string {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}
