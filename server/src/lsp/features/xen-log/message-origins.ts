import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location } from 'vscode-languageserver';
import type { PrintkFormat, PrintkMatch, PrintkTable } from '#core/printk';
import type { LogIndexAnswer } from '#core/protocol';
import { isFormatted, messageStarts, type LogEvent } from '#core/xen-log';
import { cacheFolder } from '../../../log-files/cache-folder.ts';
import { cacheFileFor } from '../../../log-files/printk-files.ts';
import { loadPrintkTable } from '../../../log-files/printk-index.ts';
import type { ServerContext } from '../../server-context.ts';

type Message = Pick<LogEvent, 'dialect' | 'text' | 'fields'>;

/** The call of the user's own tree that prints a message. */
export interface MessageOrigin {
  readonly root: string;
  readonly match: PrintkMatch;
}

/** Which call prints a line: the messages of the source trees, read in a thread and kept. */
export class MessageOrigins {
  private readonly server: ServerContext;
  private readonly tables: Map<string, PrintkTable> = new Map();
  private readonly loading: Map<string, Promise<PrintkTable | undefined>> = new Map();

  constructor(server: ServerContext) {
    this.server = server;
  }

  /** The origin of a message, of trees that are read already; others begin to be read. */
  of(message: Message | undefined, roots: readonly string[]): MessageOrigin | undefined {
    if (message === undefined || !isFormatted(message.dialect)) return undefined;
    for (const root of roots) {
      const table = this.tables.get(root);
      if (table === undefined) void this.load(root);
      const match = table?.match(message.text, messageStarts(message));
      if (match !== undefined) return { root, match };
    }
    return undefined;
  }

  /** Reads the trees anew: only files that changed are opened. */
  async index(roots: readonly string[]): Promise<LogIndexAnswer> {
    const trees = [];
    for (const root of roots) {
      this.loading.delete(root);
      const table = await this.load(root);
      trees.push({ root, messageCount: table?.size ?? 0 });
    }
    return { trees };
  }

  private load(root: string): Promise<PrintkTable | undefined> {
    let loading = this.loading.get(root);
    if (loading === undefined) this.loading.set(root, (loading = this.read(root)));
    return loading;
  }

  private async read(root: string): Promise<PrintkTable | undefined> {
    // An untrusted workspace leaves nothing behind outside its folder.
    const folder = this.server.trusted() ? cacheFolder(process.env) : undefined;
    const cacheFile = folder === undefined ? undefined : cacheFileFor(root, folder);
    try {
      const table = await loadPrintkTable(root, cacheFile);
      this.tables.set(root, table);
      return table;
    } catch (error) {
      // A tree that changes while it is read is read again when it is asked for.
      this.loading.delete(root);
      this.server.connection.console.warn(
        `The messages of ${root} were not read: ${String(error)}`,
      );
      return undefined;
    }
  }
}

const uriOf = (root: string, { path }: PrintkFormat): string =>
  pathToFileURL(join(root, path)).href;

/** `Printed by gdprintk at common/grant_table.c:123 in f(), level warning`. */
export function originMarkdown({ root, match }: MessageOrigin): string {
  const { format, others } = match;
  const place = (each: PrintkFormat): string =>
    `[${each.path}:${each.line}](${uriOf(root, each)}#L${each.line})`;
  const inside = format.functionName === undefined ? '' : ` in \`${format.functionName}()\``;
  const level = format.level === 'unknown' ? '' : `, level ${format.level}`;
  const more = others.length === 0 ? '' : `  \nAlso printed by ${others.map(place).join(', ')}`;
  return `Printed by \`${format.call}\` at ${place(format)}${inside}${level}${more}`;
}

export function originLocations({ root, match }: MessageOrigin): Location[] {
  return [match.format, ...match.others].map((format) => {
    const start = { line: format.line - 1, character: 0 };
    return { uri: uriOf(root, format), range: { start, end: start } };
  });
}
