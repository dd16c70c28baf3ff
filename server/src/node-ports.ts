import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from './ports.ts';

/**
 * The real file system. `knowledgeFolder` holds the shipped `*.json`; each is read on first use, and a
 * failed read is tried again next time.
 */
export function nodePorts(knowledgeFolder: string): Ports {
  const knowledge = new Map<string, unknown>();
  return {
    readFile: (path) => quietly(() => readFileSync(path)),
    stat: (path) =>
      quietly(() => {
        const found = statSync(path);
        return {
          sizeBytes: found.size,
          isDirectory: found.isDirectory(),
          modifiedMs: found.mtimeMs,
        };
      }),
    list: (path) => quietly(() => readdirSync(path)) ?? [],
    knowledge: (name) => {
      if (!knowledge.has(name)) {
        const text = readFileSync(join(knowledgeFolder, `${name}.json`), 'utf8');
        knowledge.set(name, JSON.parse(text));
      }
      return knowledge.get(name);
    },
  };
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
