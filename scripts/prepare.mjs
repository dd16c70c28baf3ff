// What both README commands do first: install from npm what package-lock.json names, when it is not there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** Runs a program in the repository with its output shown; answers its exit status. */
export function run(program, args, options = {}) {
  const ran = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (ran.error) console.error(`${program}: ${ran.error.message}`);
  return ran.status ?? 1;
}

/** node_modules as the lock file wants it; no install script runs. Ends the process when npm fails. */
export function ensureDependencies() {
  if (isInstalled()) return;
  console.log('installing npm packages (npm ci)');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = run('npm', ['ci', ...flags]);
  if (status !== 0) process.exit(status);
}

/** Whether npm's own record of node_modules holds every package of the lock file in its version. */
function isInstalled() {
  const record = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(path.join(root, 'package-lock.json'))).every(
    ([name, { version, optional }]) =>
      name === '' || installed[name]?.version === version || (optional && !installed[name]),
  );
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
