// The demo workspace of `npm start`: real input where the machine has it, our own samples beside it.
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare.mjs';

const installedHeaders = '/usr/include/xen';

/** Makes .cache/demo anew from docs/demo and the installed headers; answers { folder, file, line }. */
export function makeDemo() {
  const folder = path.join(root, '.cache/demo');
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, 'docs/demo'), folder, { recursive: true });
  const header = path.join(folder, 'include/xen/io/blkif.h');
  if (existsSync(installedHeaders))
    cpSync(installedHeaders, path.join(folder, 'include/xen'), {
      recursive: true,
      dereference: true,
    });
  if (!existsSync(header)) {
    console.log(
      "Xen's headers are not installed (Debian: apt-get install libxen-dev): the demo goes without them.",
    );
    return { folder };
  }
  return { folder, file: header, line: lineOf(header, 'struct blkif_request_indirect') };
}

function lineOf(file, text) {
  const before = readFileSync(file, 'utf8').split(text)[0] ?? '';
  return before.split('\n').length;
}
