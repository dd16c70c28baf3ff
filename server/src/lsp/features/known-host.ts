import path from 'node:path';
import { assembleHost, readHostInput } from '#core/numa';
import { hostKnowledgeOf, type HostKnowledge } from '#core/xl-cfg';
import { parseXml } from '../../parse-xml.ts';
import { pathOf } from '../convert.ts';
import type { ServerContext } from '../server-context.ts';

/** Files beside a configuration that are taken for the host it runs on, by name. */
const HOST_FILE =
  /^(?:xl-info(?:-n)?|xl-list-n|xl-list-c(?:pupool)?|xl-vcpu-list|xl-cpupool-list(?:-c)?)\.(?:txt|log)$/;
/** A host's outputs are small; anything above is something else. */
const LARGEST_BYTES = 8 * 1024 * 1024;

interface Cached {
  readonly stamp: string;
  readonly known: HostKnowledge | undefined;
}

/** Finds and reads the host that configurations are checked against; read again only when a file changed. */
export class KnownHosts {
  private readonly server: ServerContext;
  private readonly cache = new Map<string, Cached>();

  constructor(server: ServerContext) {
    this.server = server;
  }

  /** The host of the setting `xen.hostInfo` (a file or a folder), else of the files beside the document. */
  async for(uri: string): Promise<HostKnowledge | undefined> {
    const own = pathOf(uri);
    if (own === undefined) return undefined;
    const { hostInfo } = await this.server.settings(uri);
    if (hostInfo !== '') {
      const named = this.resolve(hostInfo, own);
      return named === undefined ? undefined : this.read(this.filesOf(named, () => true));
    }
    const folder = path.dirname(own);
    return this.read(this.filesOf(folder, (name) => HOST_FILE.test(name)));
  }

  /** A relative path counts from the workspace folder, then from the document's. */
  private resolve(hostInfo: string, own: string): string | undefined {
    const folders = this.server.folders();
    const bases = [...folders, path.dirname(own)];
    const found = bases
      .map((base) => path.resolve(base, hostInfo))
      .find((candidate) => this.server.ports.stat(candidate) !== undefined);
    if (found === undefined || this.server.trusted()) return found;
    // Until the workspace is trusted nothing outside it is read.
    return folders.some((base) => !path.relative(base, found).startsWith('..')) ? found : undefined;
  }

  private filesOf(target: string, isWanted: (name: string) => boolean): readonly string[] {
    const { ports } = this.server;
    if (ports.stat(target)?.isDirectory !== true) return [target];
    return ports
      .list(target)
      .filter(isWanted)
      .sort()
      .map((name) => path.join(target, name));
  }

  private read(files: readonly string[]): HostKnowledge | undefined {
    const { ports } = this.server;
    const readable = files.flatMap((file) => {
      const found = ports.stat(file);
      const isText = found !== undefined && !found.isDirectory && found.sizeBytes <= LARGEST_BYTES;
      return isText ? [{ file, stamp: `${file} ${found.sizeBytes} ${found.modifiedMs}` }] : [];
    });
    if (readable.length === 0) return undefined;
    const key = readable[0]!.file;
    const stamp = readable.map((each) => each.stamp).join('\n');
    const cached = this.cache.get(key);
    if (cached?.stamp === stamp) return cached.known;
    const inputs = readable.flatMap(({ file }) => {
      const bytes = ports.readFile(file);
      if (bytes === undefined) return [];
      return [readHostInput(path.basename(file), new TextDecoder().decode(bytes), parseXml)];
    });
    const known = hostKnowledgeOf(assembleHost(inputs), path.basename(key));
    this.cache.set(key, { stamp, known });
    return known;
  }
}
