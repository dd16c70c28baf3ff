// Sizes of what ships: a budget breaks on a new dependency or on data bundled by mistake, not on a new feature.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const dist = path.resolve(import.meta.dirname, '../../dist');
const KB = 1024;

/** Budgets in KB; the floors of the libraries alone are 437 (language client) and 196 (server). */
const budgets = { 'extension.js': 40, 'language-client.js': 480 };

for (const [file, budget] of Object.entries(budgets))
  test(`${file} is at most ${budget} KB`, () => {
    const size = statSync(path.join(dist, file)).size / KB;
    assert.ok(size <= budget, `${size.toFixed(1)} KB`);
  });

test('every bundle in dist is one we know', () => {
  const bundles = readdirSync(dist).filter((file) => file.endsWith('.js'));
  for (const expected of ['cli.js', 'extension.js', 'language-client.js', 'server.js'])
    assert.ok(bundles.includes(expected), expected);
});
