import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the shipped `*.json` lie: beside the bundle, or in the sources when run from there. */
export function knowledgeFolder(): string {
  const besideBundle = join(__dirname, 'knowledge');
  return existsSync(besideBundle) ? besideBundle : join(__dirname, 'core/knowledge/data');
}
