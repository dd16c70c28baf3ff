// What npm cannot give: each is named in one plain line when it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from '../test/vscode/install.mjs';
import { root } from './prepare.mjs';

const compiles = (...flags) =>
  spawnSync('gcc', [...flags, '-xc', '-', '-S', '-o', '/dev/null'], {
    input: '#include <stdint.h>\n#include <string.h>\n',
  }).status === 0;

const requirements = [
  {
    needed: 'e2e',
    met: () => {
      try {
        return Boolean(findChromium());
      } catch {
        return false;
      }
    },
    sentence:
      'Chromium is missing, so the end-to-end tests are skipped (Debian: apt-get install chromium).',
  },
  {
    needed: 'headers',
    met: () => existsSync('/usr/include/xen/io/blkif.h'),
    sentence:
      "Xen's headers are missing, so tests on them are skipped (Debian: apt-get install libxen-dev).",
  },
  {
    needed: 'gcc',
    met: () => compiles('-m64'),
    sentence:
      'gcc is missing, so the differential tests against it are skipped (Debian: apt-get install gcc).',
  },
  {
    needed: 'gcc-m32',
    met: () => compiles('-m32'),
    sentence:
      'gcc cannot compile for i386, so those comparisons are skipped (Debian: apt-get install gcc-multilib).',
  },
  {
    needed: 'unzip',
    met: () => spawnSync('unzip', ['-v']).status === 0,
    sentence:
      'unzip is missing, so tests of the package cannot open it (Debian: apt-get install unzip).',
  },
  {
    needed: 'shared',
    met: () => existsSync(path.join(root, '../shared/README.md')),
    sentence:
      'The large sets of cases beside the repository are missing, so tests on them are skipped.',
  },
];

/** The requirements that this machine does not meet: { needed, sentence }. */
export const missingPrograms = () => requirements.filter(({ met }) => !met());
