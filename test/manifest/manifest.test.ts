import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { decodeSettings } from '#core/protocol';

vi.mock('vscode', () => ({}));

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Record<string, { readonly default: unknown }> };
  };
  readonly devDependencies: Record<string, string>;
  readonly engines: { readonly vscode: string };
}

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;

/** `{ hover: { enable: true } }` as `{ 'xen.hover.enable': true }`. */
function flatten(value: object, prefix: string): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value) as [string, unknown][])
    if (each !== null && typeof each === 'object' && !Array.isArray(each))
      Object.assign(flat, flatten(each, `${prefix}.${key}`));
    else flat[`${prefix}.${key}`] = each;
  return flat;
}

test('settings of the manifest and of the schema have equal keys and defaults', () => {
  const declared = Object.fromEntries(
    Object.entries(manifest.contributes.configuration.properties)
      .filter(([key]) => !key.startsWith('xen.trace.'))
      .map(([key, { default: value }]) => [key, value]),
  );
  expect(declared).toEqual(flatten(decodeSettings(undefined), 'xen'));
});

test('every string of the manifest is translated, and no translation is left over', () => {
  const used = new Set(
    Array.from(read('package.json').matchAll(/"%([^%"]+)%"/g), ([, key]) => key),
  );
  const strings = JSON.parse(read('package.nls.json')) as Record<string, string>;
  expect([...used].sort()).toEqual(Object.keys(strings).sort());
});

test('commands of the manifest and of the code are the same', async () => {
  const { commands } = await import('../../client/src/commands/index.ts');
  const declared = manifest.contributes.commands.map(({ command }) => command);
  expect(Object.keys(commands).sort()).toEqual(declared.sort());
});

test('the editor API is not newer than the editor asked for', () => {
  const types = manifest.devDependencies['@types/vscode']?.replace(/\.\d+$/, '.0');
  expect(types).toBe(manifest.engines.vscode.slice(1));
});

test('the lock file names no download address', () =>
  expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/));

test('no key stands twice in an object, where the last would silently win', () => {
  // Written again from what was read, a text with a doubled key comes out shorter.
  const text = read('package.json');
  expect(`${JSON.stringify(JSON.parse(text), null, 2)}\n`.replaceAll(/\s/g, '')).toBe(
    text.replaceAll(/\s/g, ''),
  );
});
