import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const { generatedFiles } = (await import('../../scripts/generated-files.mjs' as string)) as {
  readonly generatedFiles: () => Map<string, string>;
};

test.each([...generatedFiles()])('%s is in step with the manifest and the sources', (file, text) =>
  expect(read(file)).toBe(text),
);

const protocol = read('docs/protocol.md');
const rows = protocol
  .split('\n')
  .filter((line) => line.startsWith('| `xen/'))
  .map((line) => line.split('|').map((part) => part.trim()));

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true })
    .map(String)
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => read(`${folder}/${name}`));
}

test('docs/protocol.md lists every message of the server and the client, and no other', () => {
  const code = ['server/src/lsp', 'server/src/core/protocol', 'client/src']
    .flatMap(sources)
    .concat(read('server/src/server.ts'))
    .join('\n');
  const spoken = new Set(
    Array.from(code.matchAll(/'(xen\/[a-z]\w*(?:\/\w+)*)'/g), ([, name]) => name),
  );
  const listed = rows.map(([, name = '']) => name.replaceAll('`', ''));
  expect(listed.sort()).toEqual([...spoken].sort());
});

test('types named in its table are declared below it', () => {
  const named = rows.flatMap((row) =>
    Array.from(row.join('|').matchAll(/`([A-Z]\w+)`/g), ([, name]) => name!),
  );
  expect(named.length).toBeGreaterThan(5);
  for (const name of named)
    expect(protocol).toMatch(new RegExp(`export (?:interface|type) ${name}\\b`));
});
