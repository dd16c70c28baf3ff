import { build, type Metafile } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { nodeBuild, panelBuild } from '../../esbuild.mjs';

/** What each room may import; the longest matching prefix names a file's room. */
const rooms: Readonly<Record<string, readonly RegExp[]>> = {
  'server/src/core/': [/^server\/src\/core\//],
  'server/src/core/protocol/': [/^server\/src\/core\//, /^npm:valibot$/],
  'server/src/': [
    /^server\/src\//,
    /^node:/,
    /^npm:(?:vscode-languageserver|vscode-languageserver-textdocument|vscode-uri|valibot|web-tree-sitter|ignore)$/,
  ],
  // hwloc and libvirt write XML; in Node a library reads it, in a panel the browser does.
  'server/src/parse-xml.ts': [/^server\/src\/core\//, /^npm:saxes$/],
  'client/src/': [
    /^client\/src\//,
    /^server\/src\/core\//,
    /^node:/,
    /^vscode$/,
    /^npm:(?:vscode-languageclient|valibot)$/,
  ],
  'media/': [/^media\/shared\//, /^server\/src\/core\//, /^npm:(?:preact|valibot)$/],
};

function roomOf(file: string): string | undefined {
  const prefixes = Object.keys(rooms).filter((prefix) => file.startsWith(prefix));
  return prefixes.sort((a, b) => b.length - a.length)[0];
}

/** A short name for what is imported: our file, `npm:package`, `node:module` or `vscode`. */
function targetName(path: string): string {
  const inPackage = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  return inPackage ? `npm:${inPackage[1]}` : path;
}

function isAllowed(from: string, to: string): boolean {
  const room = roomOf(from);
  if (room === undefined) return false;
  const panel = /^media\/([^/]+)\//.exec(from)?.[1];
  // A panel may use its own files; another panel's never.
  if (panel !== undefined && to.startsWith(`media/${panel}/`)) return true;
  return rooms[room]!.some((pattern) => pattern.test(to));
}

/** Every import of our own files that its room does not allow, as `file -> import`. */
function violations({ inputs }: Pick<Metafile, 'inputs'>): string[] {
  return Object.entries(inputs)
    .filter(([file]) => !file.includes('node_modules/'))
    .flatMap(([file, { imports }]) =>
      imports
        .map(({ path }) => targetName(path))
        // A bundle of ours that is loaded at run time instead of being bundled.
        .filter((target) => target !== './language-client.js' && !isAllowed(file, target))
        .map((target) => `${file} -> ${target}`),
    );
}

/** Import cycles among our own files, each as `a -> b -> a`. */
function cycles({ inputs }: Pick<Metafile, 'inputs'>): string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done' || file.includes('node_modules/')) return;
    if (state.get(file) === 'open') {
      found.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const { path, kind } of inputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import' && inputs[path]) visit(path, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of Object.keys(inputs)) visit(file, []);
  return found;
}

const imports = (...paths: string[]): Metafile['inputs'][string] => ({
  bytes: 1,
  imports: paths.map((path) => ({ path, kind: 'import-statement' })),
});

describe('rooms', async () => {
  const results = await Promise.all(
    [nodeBuild, panelBuild].map((options) =>
      build({ ...options, write: false, minify: false, metafile: true }),
    ),
  );
  const inputs: Metafile['inputs'] = {};
  for (const { metafile } of results) Object.assign(inputs, metafile.inputs);

  test('no file imports what its room may not', () => expect(violations({ inputs })).toEqual([]));
  test('no import cycles', () => expect(cycles({ inputs })).toEqual([]));

  test('the lock holds: seeded violations are found', () => {
    const seeded = {
      'server/src/core/text/a.ts': imports(
        'node:fs',
        'vscode',
        'server/src/lsp/convert.ts',
        'node_modules/preact/dist/preact.js',
      ),
      'client/src/a.ts': imports('server/src/lsp/convert.ts'),
      'media/ring/a.ts': imports('media/numa/b.ts', 'media/ring/b.ts'),
    };
    expect(violations({ inputs: seeded })).toEqual([
      'server/src/core/text/a.ts -> node:fs',
      'server/src/core/text/a.ts -> vscode',
      'server/src/core/text/a.ts -> server/src/lsp/convert.ts',
      'server/src/core/text/a.ts -> npm:preact',
      'client/src/a.ts -> server/src/lsp/convert.ts',
      'media/ring/a.ts -> media/numa/b.ts',
    ]);
    const ring = {
      'server/src/core/a.ts': imports('server/src/core/b.ts'),
      'server/src/core/b.ts': imports('server/src/core/a.ts'),
    };
    expect(cycles({ inputs: ring })).toHaveLength(1);
  });
});
