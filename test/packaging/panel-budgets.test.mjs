// What a panel loads before its first paint: its own file and everything that is imported from there statically.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const dist = path.resolve(import.meta.dirname, '../../dist');

/** KB of JavaScript before the first paint. */
const budgets = { 'numa.js': 100, 'ring.js': 90 };

function firstFiles(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(path.join(dist, file), 'utf8');
  for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g))
    firstFiles(name, seen);
  return seen;
}

for (const [file, budget] of Object.entries(budgets))
  test(`${file} and what it imports at once are at most ${budget} KB`, () => {
    const files = [...firstFiles(file)];
    const size = files.reduce((sum, each) => sum + statSync(path.join(dist, each)).size, 0) / 1024;
    assert.ok(size <= budget, `${size.toFixed(1)} KB in ${files.join(', ')}`);
  });
