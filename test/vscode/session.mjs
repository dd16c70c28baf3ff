// Starts code-server and a browser, and opens workbenches in it.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { ensureCodeServer, findChromium } from './install.mjs';

/** No dialogs, no welcome pages, no chat in the pictures; nothing asks the network. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'security.workspace.trust.enabled': false,
  'window.menuBarVisibility': 'compact',
  'window.restoreWindows': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'npm.fetchOnlinePackageInfo': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'editor.hover.delay': 100,
  'editor.minimap.enabled': false,
  'files.simpleDialog.enable': true,
  'workbench.editor.enablePreview': false,
};

function environmentFor(node, extra) {
  const environment = {
    ...process.env,
    // Without this it asks a gallery on the network at start.
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...extra,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
  };
  const foreign =
    /^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|PORT$|PASSWORD$)/;
  for (const name of Object.keys(environment))
    if (foreign.test(name) && !(name in extra)) delete environment[name];
  return environment;
}

const answers = (url) =>
  new Promise((done) => {
    const request = http.get(url, (response) => {
      response.resume();
      done(response.statusCode === 200);
    });
    request.on('error', () => done(false));
  });

/**
 * Starts code-server on a free port of 127.0.0.1: { url, authority, userDataDir, logFile, stop }.
 * `vsix` is installed first; `development` lets the page name an extension folder and its tests.
 */
export async function startServer(options = {}) {
  const { vsix, env = {}, settings = {}, development = false, log } = options;
  const { node, entry } = ensureCodeServer(log);
  // A socket is made in it: the path must stay short.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xen-e2e-'));
  const userDataDir = options.userDataDir ?? path.join(folder, 'user');
  const extensionsDir = options.extensionsDir ?? path.join(folder, 'ext');
  fs.mkdirSync(path.join(userDataDir, 'User'), { recursive: true });
  fs.mkdirSync(extensionsDir, { recursive: true });
  fs.writeFileSync(
    path.join(userDataDir, 'User/settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }),
  );
  const config = path.join(userDataDir, 'config.yaml');
  fs.writeFileSync(config, 'auth: none\ncert: false\n');
  const places = ['--config', config, '--user-data-dir', userDataDir];
  const common = [entry, ...places, '--extensions-dir', extensionsDir];
  const environment = environmentFor(node, env);
  if (vsix) installVsix(node, [...common, '--install-extension', vsix, '--force'], environment);

  const logFile = path.join(userDataDir, 'server.log');
  const output = fs.openSync(logFile, 'w');
  const flags = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry'];
  flags.push('--disable-update-check', '--disable-workspace-trust', '--ignore-last-opened');
  flags.push('--disable-getting-started-override');
  if (development) flags.push('--vscode-option', 'enable-smoke-test-driver');
  const child = spawn(node, [...common, ...flags], {
    stdio: ['ignore', output, output],
    env: environment,
    // A process group of its own, so that the extension host and the language server end with it.
    detached: true,
  });
  fs.closeSync(output);
  const stop = async () => {
    await stopGroup(child);
    if (!options.keep) fs.rmSync(folder, { recursive: true, force: true });
  };
  const url = await listening(child, logFile, stop);
  return { url, authority: new URL(url).host, userDataDir, logFile, stop };
}

function installVsix(node, args, environment) {
  const ran = spawnSync(node, args, { encoding: 'utf8', env: environment });
  if (ran.status !== 0 || !/successfully installed/.test(ran.stdout))
    throw new Error(`the VSIX was not installed: ${ran.stdout}${ran.stderr}`);
}

async function listening(child, logFile, stop) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const text = fs.readFileSync(logFile, 'utf8');
    const url = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(text)?.[1];
    if (url && (await answers(`${url}/healthz`))) return url;
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`code-server did not start: ${text}`);
    }
    await pause(50);
  }
}

async function stopGroup(child) {
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  signal('SIGTERM');
  for (let i = 0; i < 60 && child.exitCode === null && child.signalCode === null; i++)
    await pause(50);
  signal('SIGKILL');
}

export const launchBrowser = () =>
  chromium.launch({
    executablePath: findChromium(),
    headless: !process.env.HEADED,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });

/** Address of a workbench: opens a folder, a file at a line, or runs an extension from its folder. */
export function workbenchUrl(server, folder, options = {}) {
  const { file, line, column = 1, developmentPath, testsPath } = options;
  const uri = (each) =>
    `vscode-remote://${server.authority}${each.split('/').map(encodeURIComponent).join('/')}`;
  const payload = [];
  if (file) payload.push(['openFile', uri(file) + (line ? `:${line}:${column}` : '')]);
  if (file && line) payload.push(['gotoLineMode', 'true']);
  if (developmentPath) payload.push(['extensionDevelopmentPath', uri(developmentPath)]);
  if (testsPath) payload.push(['extensionTestsPath', uri(testsPath)]);
  const query = `/?folder=${encodeURIComponent(folder)}`;
  if (payload.length === 0) return server.url + query;
  return `${server.url}${query}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
