import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { XenSettings } from '#core/protocol';
import type { Ports } from '../ports.ts';

/** What every feature is given. Nothing here is global: two servers can live in one process. */
export interface ServerContext {
  readonly connection: Connection;
  readonly ports: Ports;
  readonly documents: TextDocuments<TextDocument>;
  /** Workspace folders as absolute paths; empty for a single file. */
  folders(): readonly string[];
  /** False in an untrusted workspace: then nothing outside the folders is read and nothing is run. */
  trusted(): boolean;
  /** The user's `xen.*` settings for a document, decoded and defaulted; cached until they change. */
  settings(uri?: string): Promise<XenSettings>;
  /** Asks the client to pull diagnostics again, if it can. */
  refreshDiagnostics(): void;
  /** Whether the client renders command links in code lenses (only VS Code with our client does). */
  readonly clientRunsXenCommands: () => boolean;
}
