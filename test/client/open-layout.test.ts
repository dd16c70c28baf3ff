import { beforeEach, expect, test, vi } from 'vitest';
import type { ClientContext } from '../../client/src/client-context.ts';

const shown: string[] = [];
const told: string[] = [];
let provide: (uri: { toString(): string }) => string;
let editor: unknown;

vi.mock('vscode', () => ({
  l10n: { t: (text: string) => text },
  ViewColumn: { Beside: -2 },
  Uri: {
    from: (parts: { scheme: string; path: string; query: string }) => ({
      ...parts,
      toString: () => `${parts.scheme}:${parts.path}?${parts.query}`,
    }),
  },
  window: {
    get activeTextEditor() {
      return editor;
    },
    showInformationMessage: (text: string) => told.push(text),
    showTextDocument: (document: { text: string }) => shown.push(document.text),
  },
  workspace: {
    registerTextDocumentContentProvider: (
      _: string,
      provider: { provideTextDocumentContent: typeof provide },
    ) => {
      provide = provider.provideTextDocumentContent;
      return { dispose: () => {} };
    },
    openTextDocument: (uri: { toString(): string }) => ({ text: provide(uri) }),
  },
  languages: { setTextDocumentLanguage: (document: unknown) => document },
}));

const { openLayout } = await import('../../client/src/commands/open-layout.ts');

const asked: unknown[] = [];
const contextWith = (answer: unknown): ClientContext =>
  ({
    server: {
      request: (_: string, parameters: unknown) => {
        asked.push(parameters);
        return Promise.resolve(answer);
      },
    },
  }) as unknown as ClientContext;

beforeEach(() => {
  shown.length = told.length = asked.length = 0;
  editor = undefined;
});

test('the struct at the cursor is shown beside the header', async () => {
  editor = {
    document: { languageId: 'c', uri: { toString: () => 'file:///a.h' } },
    selection: { active: { line: 3, character: 7 } },
  };
  await openLayout(contextWith({ title: 'struct lamp', text: 'struct lamp {};' }));
  expect(asked).toEqual([{ uri: 'file:///a.h', position: { line: 3, character: 7 } }]);
  expect(shown).toEqual(['struct lamp {};']);
});

test('a code lens names its struct, and a new text is a new document', async () => {
  const lens = { uri: 'file:///a.h', tag: 'lamp' };
  await openLayout(contextWith({ title: 'struct lamp', text: 'one' }), lens);
  await openLayout(contextWith({ title: 'struct lamp', text: 'two' }), lens);
  expect(asked).toEqual([lens, lens]);
  expect(shown).toEqual(['one', 'two']);
});

test('nothing at the cursor, or no C file, is told in one sentence', async () => {
  await openLayout(contextWith(null));
  await openLayout(contextWith(null), { uri: 'file:///a.h', tag: 'nothing' });
  expect(told).toHaveLength(2);
  expect(shown).toEqual([]);
});
