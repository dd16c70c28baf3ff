/** The outside world as the server needs it; `main.ts` gives the Node one, tests give their own. */
export interface Ports {
  /** The whole file, or undefined when it does not exist or cannot be read. Synchronous: include resolution is. */
  readFile(path: string): Uint8Array | undefined;
  /** Size and kind, or undefined when there is nothing. */
  stat(
    path: string,
  ):
    | { readonly sizeBytes: number; readonly isDirectory: boolean; readonly modifiedMs: number }
    | undefined;
  /** Names in a folder; empty when it cannot be read. */
  list(path: string): readonly string[];
  /** One file of the knowledge data by its name (`messages`, `decode`, `xsa`, ...), parsed once, on first use. */
  knowledge(name: string): unknown;
}
