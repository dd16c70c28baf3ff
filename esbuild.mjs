// Bundles every porch into dist/. The architecture test builds the same options for their metafile.
import { build, transform } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { straightDoors } from './scripts/straight-doors.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Bundles that run in Node: the extension host, the server process, the command line, their workers. */
const nodeEntries = {
  extension: 'client/src/extension.ts',
  'language-client': 'client/src/language-client.ts',
  server: 'server/src/main.ts',
  cli: 'server/src/cli/main.ts',
  'audit-worker': 'server/src/audit/worker.ts',
  'log-worker': 'server/src/log-files/worker.ts',
  'printk-worker': 'server/src/log-files/printk-worker.ts',
  'scan-worker': 'server/src/workspace-scan/worker.ts',
};

/** Bundles that run in a webview, one per panel. */
const panelEntries = {
  numa: 'media/numa/main.tsx',
  ring: 'media/ring/main.tsx',
};

/**
 * A panel carries the computed slot layouts instead of the layout engine: the module that computes them is evaluated
 * here, and ABIs that agree share one copy.
 */
const precomputedLayouts = {
  name: 'precomputed-layouts',
  setup({ onLoad }) {
    onLoad({ filter: /slot-layout[\\/]computed\.ts$/ }, async ({ path: file }) => {
      const { outputFiles } = await build({
        absWorkingDir: root,
        entryPoints: [file],
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'neutral',
      });
      const code = Buffer.from(outputFiles[0].contents).toString('base64');
      const { SLOT_LAYOUTS } = await import(`data:text/javascript;base64,${code}`);
      return { contents: layoutModule(SLOT_LAYOUTS), loader: 'js' };
    });
  },
};

/** The core's modules only define things, so a panel drops those it does not use. */
const pureCore = {
  name: 'pure-core',
  setup({ onResolve }) {
    const core = path.join(root, 'server/src/core');
    const pure = (file) => ({ path: file, sideEffects: false });
    onResolve({ filter: /^#core\// }, ({ path: name }) =>
      pure(path.join(core, name.slice('#core/'.length), 'index.ts')),
    );
    onResolve({ filter: /^\.\// }, ({ path: name, importer, resolveDir }) =>
      importer.startsWith(core + path.sep) ? pure(path.join(resolveDir, name)) : undefined,
    );
  },
};

function layoutModule(layouts) {
  const shared = new Map();
  const entries = Object.entries(layouts).map(([abi, layout]) => {
    // The C spelling of a member's type is for people who read the layout, not the ring.
    const text = JSON.stringify({ ...layout, abi: undefined }, (key, value) =>
      key === 'type' ? undefined : value,
    );
    if (!shared.has(text)) shared.set(text, `layout${shared.size}`);
    return `${abi}: { ...${shared.get(text)}, abi: '${abi}' }`;
  });
  const constants = [...shared].map(([text, name]) => `const ${name} = ${text};`);
  return `${constants.join('\n')}\nexport const SLOT_LAYOUTS = { ${entries.join(', ')} };`;
}

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  keepNames: false,
  sourcemap: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  outdir: 'dist',
};

export const nodeBuild = {
  ...common,
  entryPoints: nodeEntries,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', './language-client.js'],
  // Its ES module finds files through import.meta, which a CommonJS bundle does not have.
  alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' },
  define: { XEN_DEVTOOLS_VERSION: JSON.stringify(version) },
};

export const panelBuild = {
  ...common,
  entryPoints: panelEntries,
  platform: 'browser',
  // Modules, so that a panel can load its rarer parts after the first paint.
  format: 'esm',
  splitting: true,
  chunkNames: 'panel-[hash]',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  plugins: [pureCore, precomputedLayouts, straightDoors(path.join(root, 'server/src/core'))],
};

/**
 * Entries that load most of what they can do only when it is asked for: what they import late is in files of its own.
 * Those of one group share files, so that the server, the command line and their threads carry each part once.
 */
const splitGroups = [
  ['extension'],
  ['server', 'cli', 'audit-worker', 'log-worker', 'printk-worker', 'scan-worker'],
];

/** Builds everything into an emptied dist/. */
export async function bundle() {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  const whole = Object.entries(nodeEntries).filter(([name]) => !splitGroups.flat().includes(name));
  await Promise.all([
    build({ ...nodeBuild, entryPoints: Object.fromEntries(whole) }),
    build(panelBuild),
    ...splitGroups.map(buildInParts),
  ]);
  copyData();
}

/** esbuild splits ES modules only, and Node starts CommonJS faster: split first, then translate each part. */
async function buildInParts(names) {
  const { outputFiles } = await build({
    ...nodeBuild,
    entryPoints: Object.fromEntries(names.map((name) => [name, nodeEntries[name]])),
    format: 'esm',
    splitting: true,
    chunkNames: `${names[0]}-[name]-[hash]`,
    minify: false,
    write: false,
  });
  for (const { path: file, text } of outputFiles) {
    // As an ES module a part has no `require` of its own, and gets a stand-in for it.
    const { code } = await transform(text.replaceAll('__require(', 'require('), {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      supported: { 'dynamic-import': false },
    });
    writeFileSync(file, code);
  }
}

/** tree-sitter's runtime and the C grammar, loaded with the first driver file. */
const wasmFiles = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm'];

function copyData() {
  for (const file of wasmFiles)
    cpSync(
      path.join(root, 'node_modules', file),
      path.join(root, 'dist', path.posix.basename(file)),
    );
  const data = path.join(root, 'server/src/core/knowledge/data');
  if (existsSync(data)) cpSync(data, path.join(root, 'dist/knowledge'), { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
