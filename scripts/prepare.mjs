// What both README commands do first: install from npm what package-lock.json names, when it is not there.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
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
  const installed = path.join(root, 'node_modules/.package-lock.json');
  const lock = path.join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('installing npm packages (npm ci)');
  const status = run('npm', [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (status !== 0) process.exit(status);
}
