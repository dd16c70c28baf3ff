// Sizes of what ships: a budget breaks on a new dependency or on data bundled by mistake, not on a new feature.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const dist = path.resolve(import.meta.dirname, '../../dist');
const KB = 1024;

/** Budgets in KB; the floors of the libraries alone are 437 (language client) and 196 (server). */
const budgets = { 'extension.js': 40, 'language-client.js': 480, 'server.js': 260 };

/** A bundle with those of its parts that it loads at once: they carry its name, and the others stand behind an arrow. */
function loadedAtOnce(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(path.join(dist, file), 'utf8');
  const [bundle] = file.split(/[-.]/);
  for (const [, part] of text.matchAll(/(?<!=>\s*(?:[\w$]+\()?)require\("\.\/([\w-]+\.js)"\)/g))
    if (part.startsWith(`${bundle}-`)) loadedAtOnce(part, seen);
  return seen;
}

for (const [file, budget] of Object.entries(budgets))
  test(`${file} is at most ${budget} KB with what it loads at once`, () => {
    const parts = [...loadedAtOnce(file)];
    const size = parts.reduce((sum, part) => sum + statSync(path.join(dist, part)).size / KB, 0);
    assert.ok(size <= budget, `${size.toFixed(1)} KB: ${parts.join(', ')}`);
  });

test('every bundle in dist is one we know', () => {
  const bundles = readdirSync(dist).filter((file) => file.endsWith('.js'));
  for (const expected of ['cli.js', 'extension.js', 'language-client.js', 'server.js'])
    assert.ok(bundles.includes(expected), expected);
});
