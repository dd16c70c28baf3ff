// npm run trees [NAME...]: the rules on real source trees, too large and too slow for `npm test`. Debian's linux-source-6.1
// is used where it is unpacked, unpacked where its archive is, and installed where apt-get may. The findings are printed to
// be read; a crash, a hang or a time over the goal makes the run fail.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, root, run } from './prepare.mjs';

ensureDependencies();
const { bundle } = await import('../esbuild.mjs');
await bundle();

const tree = findTree();
if (!tree) {
  console.error(
    'linux-source-6.1 is missing: its tree cannot be checked (Debian: apt-get install linux-source-6.1).',
  );
  process.exit(1);
}
const wanted = process.argv.slice(2);
const folder = path.join(root, 'test/trees');
for (const file of readdirSync(folder).sort()) {
  const name = file.replace('.trees.mjs', '');
  if (name === file || (wanted.length > 0 && !wanted.includes(name))) continue;
  console.log(`\n== ${name}`);
  const { default: check } = await import(pathToFileURL(path.join(folder, file)).href);
  const failures = await check(tree);
  for (const failure of failures) console.log(`FAILED: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

function findTree() {
  const name = 'linux-source-6.1';
  const places = [`/usr/src/${name}`, path.join(root, '.cache', name)];
  const found = places.find((place) => existsSync(path.join(place, 'drivers/xen')));
  if (found) return found;
  const archive = `/usr/src/${name}.tar.xz`;
  if (!existsSync(archive) && process.getuid?.() === 0)
    run('apt-get', ['install', '-y', '--no-install-recommends', name]);
  if (!existsSync(archive)) return undefined;
  const cache = path.join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  console.log(`unpacking ${archive}`);
  const unpacked = spawnSync('tar', ['-xJf', archive, '-C', cache], { stdio: 'inherit' });
  return unpacked.status === 0 ? places[1] : undefined;
}
