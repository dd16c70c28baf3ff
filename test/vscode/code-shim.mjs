#!/usr/bin/env node
// Takes the command line of a desktop `code` that runs extension tests (what @vscode/test-electron passes) and
// runs them in code-server and Chromium instead, so that one suite serves both.
import path from 'node:path';
import { launchBrowser, startServer, workbenchUrl } from './session.mjs';

const LIMIT_MS = Number(process.env.SHIM_TIMEOUT_MS ?? 240_000);
/** Lines of the workbench's own that say nothing about the tests. */
const noise =
  /^(Resolv|Creating a socket|\[|Ignoring fetching|Updating additional|ChatSessionStore)/;

const options = {};
const places = [];
for (const argument of process.argv.slice(2)) {
  const match = /^--([\w-]+)(?:=(.*))?$/s.exec(argument);
  if (match) options[match[1]] = match[2] ?? true;
  else places.push(argument);
}

const server = await startServer({ development: true });
const browser = await launchBrowser();
let status = 1;
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const ended = new Promise((done) => {
    page.on('crash', () => done(70));
    setTimeout(() => {
      console.error(`the tests did not end within ${LIMIT_MS} ms`);
      done(124);
    }, LIMIT_MS).unref();
    void page.exposeFunction('codeAutomationExit', done);
  });
  await page.exposeFunction('codeAutomationLog', (type, args) => {
    const text = args.join(' ');
    if (/^(log|info)$/.test(type) && !noise.test(text)) console.log(text);
  });
  await page.goto(
    workbenchUrl(server, path.resolve(places[0] ?? '.'), {
      developmentPath: options.extensionDevelopmentPath,
      testsPath: options.extensionTestsPath,
    }),
  );
  status = await ended;
  const picture = process.env.SHIM_FAILURE_PICTURE;
  if (status !== 0 && picture) await page.screenshot({ path: picture }).catch(() => {});
} finally {
  await browser.close();
  await server.stop();
}
process.exit(status);
