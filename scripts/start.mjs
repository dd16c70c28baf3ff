// npm start [FOLDER]: a real VS Code with the extension, on a demo workspace of real input. Desktop `code` where it is
// on the PATH, else code-server in the browser.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureDependencies, root } from './prepare.mjs';

ensureDependencies();
const { bundle } = await import('../esbuild.mjs');
await bundle();
const { makeDemo } = await import('./demo-workspace.mjs');
const { findDesktop } = await import('../test/vscode/install.mjs');

const given = process.argv[2];
const demo = given ? { folder: path.resolve(given) } : makeDemo();
if (!existsSync(demo.folder)) {
  console.error(`There is no folder ${demo.folder}: name one that exists, or none for the demo.`);
  process.exit(2);
}
const desktop = findDesktop();
if (desktop) startDesktop(desktop);
else await startInBrowser();

function startDesktop({ cli }) {
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, demo.folder];
  if (demo.file) args.push('--goto', `${demo.file}:${demo.line}`);
  // `code` refuses root otherwise.
  if (process.getuid?.() === 0)
    args.push('--no-sandbox', '--user-data-dir', path.join(os.tmpdir(), 'xen-devtools-code'));
  console.log(`starting ${cli}`);
  spawn(cli, args, { stdio: 'inherit', detached: true }).unref();
}

async function startInBrowser() {
  const { startServer, workbenchUrl } = await import('../test/vscode/session.mjs');
  const settings = { 'workbench.startupEditor': 'none' };
  const server = await startServer({ development: true, settings, log: console.log });
  const url = workbenchUrl(server, demo.folder, { developmentPath: root, ...demo });
  console.log(`\nVS Code with Xen Developer Tools:\n\n  ${url}\n\nCtrl+C stops it.`);
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (process.env.DISPLAY || process.platform === 'darwin')
    spawn(opener, [url], { stdio: 'ignore' }).on('error', () => {});
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => void server.stop().then(() => process.exit(0)));
}
