import type {
  ClientCapabilities,
  InitializeParams,
  WorkspaceFoldersChangeEvent,
} from 'vscode-languageserver';
import * as v from 'valibot';
import { pathOf } from './convert.ts';

/** What our own client tells beside the protocol; other editors send nothing, and are trusted. */
const initializationOptions = v.fallback(
  v.object({
    trusted: v.fallback(v.boolean(), true),
    runsXenCommands: v.fallback(v.boolean(), false),
  }),
  { trusted: true, runsXenCommands: false },
);

/** What the client said of itself and its workspace. */
export class WorkspaceState {
  client: ClientCapabilities = {};
  folders: readonly string[] = [];
  trusted = true;
  clientRunsXenCommands = false;

  initialize(parameters: InitializeParams): void {
    this.client = parameters.capabilities;
    const options = v.parse(initializationOptions, parameters.initializationOptions);
    this.trusted = options.trusted;
    this.clientRunsXenCommands = options.runsXenCommands;
    const folders = parameters.workspaceFolders ?? [];
    // rootUri is what editors without multi-root still send.
    const uris = folders.length > 0 ? folders.map(({ uri }) => uri) : [parameters.rootUri ?? ''];
    this.folders = uris.flatMap((uri) => pathOf(uri) ?? []);
  }

  changeFolders({ added, removed }: WorkspaceFoldersChangeEvent): void {
    const gone = new Set(removed.flatMap(({ uri }) => pathOf(uri) ?? []));
    this.folders = [
      ...this.folders.filter((folder) => !gone.has(folder)),
      ...added.flatMap(({ uri }) => pathOf(uri) ?? []),
    ];
  }
}
