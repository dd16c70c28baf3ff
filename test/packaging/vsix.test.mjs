// What the packaged extension contains, read from the archive itself.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const vsix = path.join(root, 'dist/xen-devtools.vsix');
const listed = execFileSync(
  path.join(root, 'node_modules/.bin/vsce'),
  ['ls', '--no-dependencies'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .trim()
  .split('\n');

test('only what a user needs is in it', () => {
  const wanted =
    /^(?:dist\/[^/]+\.(?:js|css|wasm)|dist\/knowledge\/[^/]+\.json|syntaxes\/[^/]+\.json|[^/]*language-configuration\.json|l10n\/[^/]+\.json|docs\/demo\/[^ ]+|media\/(?:images|walkthrough)\/[^/]+|package(?:\.nls)?\.json|README\.md|CHANGELOG\.md|LICENSE(?:\.txt)?|THIRD-PARTY-NOTICES\.md)$/i;
  assert.deepEqual(
    listed.filter((file) => !wanted.test(file)),
    [],
  );
  for (const file of ['dist/extension.js', 'dist/server.js', 'dist/cli.js', 'package.json'])
    assert.ok(listed.includes(file), file);
});

test('it is at most 1.5 MB', () => {
  const megabytes = statSync(vsix).size / 1e6;
  assert.ok(megabytes <= 1.5, `${megabytes.toFixed(2)} MB`);
});

test('the licences listed are those of what is bundled', () => {
  const check = [path.join(root, 'scripts/third-party-notices.mjs'), '--check'];
  execFileSync(process.execPath, check, { cwd: root });
});
