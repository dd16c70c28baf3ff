import { decodeSettings, type XenSettings } from '#core/protocol';
import type { Connection } from 'vscode-languageserver';

/** Asks the client for `xen.*` per document and keeps the answers until the configuration changes. */
export class ClientSettings {
  private readonly connection: Connection;
  private readonly canAsk: () => boolean;
  private answers = new Map<string, Promise<XenSettings>>();

  constructor(connection: Connection, canAsk: () => boolean) {
    this.connection = connection;
    this.canAsk = canAsk;
  }

  of(uri = ''): Promise<XenSettings> {
    let answer = this.answers.get(uri);
    if (!answer) {
      answer = this.ask(uri);
      this.answers.set(uri, answer);
    }
    return answer;
  }

  forget(): void {
    this.answers = new Map();
  }

  private async ask(uri: string): Promise<XenSettings> {
    if (!this.canAsk()) return decodeSettings(undefined);
    try {
      const item = uri === '' ? { section: 'xen' } : { section: 'xen', scopeUri: uri };
      return decodeSettings(await this.connection.workspace.getConfiguration(item));
    } catch {
      // A client that dies or refuses while asked: go on with the defaults, ask again next time.
      this.answers.delete(uri);
      return decodeSettings(undefined);
    }
  }
}
