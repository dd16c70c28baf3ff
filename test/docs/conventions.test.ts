import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const rows = read('docs/conventions.md')
  .split('\n')
  .filter(
    (line) =>
      line.startsWith('| ') && !line.startsWith('| convention') && !line.startsWith('| ---'),
  )
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, convention = '', state = '', how = '']) => ({ convention, state, how }));

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: unknown };
    readonly virtualWorkspaces: { readonly supported: unknown };
  };
  readonly contributes: { readonly keybindings?: unknown };
  readonly browser?: string;
}
const manifest = JSON.parse(read('package.json')) as Manifest;

/** What the manifest must say for a row to be true. */
const facts: Readonly<Record<string, () => boolean>> = {
  activation: () =>
    manifest.activationEvents.every((event) => /^(?:onLanguage|onWebviewPanel):/.test(event)),
  'default keys': () => manifest.contributes.keybindings === undefined,
  'extension kind': () => manifest.extensionKind.join() === 'workspace',
  'untrusted workspaces': () => manifest.capabilities.untrustedWorkspaces.supported === 'limited',
  'virtual workspaces': () => manifest.capabilities.virtualWorkspaces.supported === 'limited',
  'web extension': () => manifest.browser === undefined,
};

describe('docs/conventions.md', () => {
  test('has rows', () => expect(rows.length).toBeGreaterThan(10));

  test.each(rows)('$convention: $state', ({ convention, state, how }) => {
    expect(['done', 'declined']).toContain(state);
    expect(how.length).toBeGreaterThan(10);
    const files = Array.from(how.matchAll(/`((?:\.|[\w-]+)[\w./-]*\.\w+)`/g), ([, file]) => file!);
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
    expect(facts[convention]?.() ?? true).toBe(true);
  });
});
