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
  readonly contributes: {
    readonly keybindings?: unknown;
    readonly colors?: unknown;
    readonly languages: readonly { readonly id: string }[];
    readonly grammars: readonly { readonly language: string }[];
    readonly commands: readonly { readonly category?: string }[];
    readonly customEditors: readonly {
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly altText?: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string }[];
    readonly problemMatchers: readonly { readonly name: string }[];
    readonly taskDefinitions: readonly { readonly type: string }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly markdownDescription?: string;
            readonly scope?: string;
            readonly order?: number;
          }
        >
      >;
    };
  };
  readonly l10n?: string;
  readonly browser?: string;
}
const manifest = JSON.parse(read('package.json')) as Manifest;

/** What the manifest must say for a row to be true. */
const facts: Readonly<Record<string, () => boolean>> = {
  activation: () =>
    manifest.activationEvents.every((event) => /^(?:onLanguage|onWebviewPanel):/.test(event)),
  'languages and grammars': () =>
    manifest.contributes.languages.every(({ id }) =>
      manifest.contributes.grammars.some(({ language }) => language === id),
    ),
  commands: () => manifest.contributes.commands.every(({ category }) => category === 'Xen'),
  settings: () =>
    Object.entries(manifest.contributes.configuration.properties).every(
      ([key, { markdownDescription, scope, order }]) =>
        key.startsWith('xen.') && markdownDescription && scope && order !== undefined,
    ),
  walkthrough: () =>
    manifest.contributes.walkthroughs.every(
      ({ steps }) =>
        steps.length === 5 &&
        steps.every(({ media, completionEvents }) => media.altText && completionEvents.length > 0),
    ),
  views: () =>
    Object.values(manifest.contributes.views)
      .flat()
      .every(({ id }) => manifest.contributes.viewsWelcome.some(({ view }) => view === id)),
  'problem matchers': () => manifest.contributes.problemMatchers.length === 4,
  'task definitions': () => manifest.contributes.taskDefinitions[0]?.type === 'xen-check',
  'custom editors': () =>
    manifest.contributes.customEditors.every(({ selector }) =>
      selector.every(({ filenamePattern }) => /^\*\.xen\w+\.json$/.test(filenamePattern)),
    ),
  colours: () => manifest.contributes.colors === undefined,
  l10n: () => manifest.l10n === './l10n',
  'default keys': () => manifest.contributes.keybindings === undefined,
  'extension kind': () => manifest.extensionKind.join() === 'workspace',
  'untrusted workspaces': () => manifest.capabilities.untrustedWorkspaces.supported === 'limited',
  'virtual workspaces': () => manifest.capabilities.virtualWorkspaces.supported === 'limited',
  'web extension': () => manifest.browser === undefined,
};

describe('docs/conventions.md', () => {
  test('has rows', () => expect(rows.length).toBeGreaterThan(50));

  test.each(rows)('$convention: $state', ({ convention, state, how }) => {
    expect(['done', 'declined']).toContain(state);
    expect(how.length).toBeGreaterThan(10);
    const files = Array.from(how.matchAll(/`((?:\.|[\w-]+)[\w./-]*\.\w+)`/g), ([, file]) => file!);
    const { properties } = manifest.contributes.configuration;
    const isThere = (name: string) =>
      name.startsWith('xen.') ? properties[name] !== undefined : existsSync(path.join(root, name));
    expect(files.filter((name) => !isThere(name))).toEqual([]);
    expect(facts[convention]?.() ?? true).toBe(true);
  });
});
