import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The large sets of real inputs beside the repository. */
export const shared: string = path.resolve('../shared');

/** Contents of the files below a folder whose path matches; empty when the folder is not there. */
export function seedFiles(folder: string, matching: RegExp, most = 200): readonly Uint8Array[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => matching.test(file))
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).isFile())
    .sort()
    .slice(0, most)
    .map((file) => readFileSync(file));
}

/** Reads a list of seeds once. */
export function once(read: () => readonly Uint8Array[]): () => readonly Uint8Array[] {
  let seeds: readonly Uint8Array[] | undefined;
  return () => (seeds ??= read());
}

/** As VS Code would show the bytes. */
export const asText = (input: Uint8Array): string => new TextDecoder().decode(input);
