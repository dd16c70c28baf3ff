// A tool that a bare machine may lack; in CI it must be there.
import { spawnSync } from 'node:child_process';

const isThere = spawnSync('unzip', ['-v']).status === 0;

/** For node:test's `skip`: false, or why. */
export const withoutUnzip =
  isThere || process.env.CI === 'true' ? false : 'unzip is missing (Debian: apt-get install unzip)';
