// One code-server with the packaged extension, one browser page, one workbench: what an end-to-end test starts from.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { launchBrowser, startServer, workbenchUrl } from './session.mjs';
import { Workbench } from './workbench.mjs';

export const root = path.resolve(import.meta.dirname, '../..');
const vsix = path.join(root, 'dist/xen-devtools.vsix');
const shots = path.join(root, '.vscode-test/shots');

/**
 * Opens a workbench on a folder with the packaged extension installed.
 * Answers { page, workbench, server, shot(name), stop() }; `shot` saves a picture for a person to look at.
 */
export async function openWorkbench(folder, options = {}) {
  if (!existsSync(vsix)) throw new Error('no VSIX: run `npm run build && npm run package` first');
  mkdirSync(shots, { recursive: true });
  const { viewport = { width: 1280, height: 800 }, settings, ...place } = options;
  const server = await startServer({ vsix, settings, log: (text) => console.error(text) });
  const browser = await launchBrowser();
  const context = await browser.newContext({
    viewport,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(workbenchUrl(server, folder, place));
  const workbench = new Workbench(page);
  await page.locator('.monaco-workbench .part.editor').waitFor();
  if (place.file) await workbench.editor(path.basename(place.file)).waitFor();
  return {
    page,
    workbench,
    server,
    shot: (name) => page.screenshot({ path: path.join(shots, `${name}.png`) }),
    stop: async () => {
      await browser.close();
      await server.stop();
    },
  };
}
