import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readDecodeTables, readMessages } from '#core/knowledge';
import type { LogKnowledge } from '#core/xen-log';

const root = new URL('../../../', import.meta.url).pathname;
const data = (name: string): unknown =>
  JSON.parse(readFileSync(join(root, 'server/src/core/knowledge/data', name), 'utf8'));

export const knowledge: LogKnowledge = {
  messages: readMessages(data('messages.json')),
  tables: readDecodeTables(data('decode.json')),
};

/** One of the lab's logs, which lie compressed beside the tests. */
export const labLog = (file: string): string =>
  gunzipSync(readFileSync(join(root, `test/fixtures/xen-log/lab/${file}.gz`))).toString('latin1');

export interface LabEntry {
  readonly file: string;
  readonly diagnosis: string;
  readonly key_lines: readonly number[];
  readonly key_patterns: readonly string[];
  readonly n_lines: number;
  readonly route: string;
  readonly truth?: { readonly file: string; readonly line: number };
}

export const labManifest: readonly LabEntry[] = JSON.parse(
  readFileSync(join(root, 'test/fixtures/xen-log/lab/manifest.json'), 'utf8'),
) as LabEntry[];

/** The large set of logs, which is not part of the repository; it must be there in CI. */
export const allLogs: string = join(root, '../shared/logs');
export const hasAllLogs: boolean = existsSync(allLogs);

export function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}
