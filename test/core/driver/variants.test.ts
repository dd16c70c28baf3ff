import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { places, root } from './c-source.ts';

/**
 * Each file holds a mistake in one of the many forms it takes, and its repair between `#ifdef REPAIRED` and `#else`.
 * The comment with the rule's id stands on the line where the mistake is to be found.
 */
const folder = path.join(root, 'test/fixtures/driver/variants');
const names = readdirSync(folder).sort();

/** One side of every `REPAIRED` conditional; the lines keep their numbers. */
function side(text: string, repaired: boolean): string {
  let shown = true;
  return text
    .split('\n')
    .map((line) => {
      const start = /^#if(n?)def REPAIRED/.exec(line);
      if (start) shown = (start[1] === 'n') !== repaired;
      else if (line === '#else') shown = !shown;
      else if (line === '#endif') shown = true;
      else return shown ? line : '';
      return '';
    })
    .join('\n');
}

describe('a mistake in another form', () => {
  test.each(names)('%s: found as it was, quiet when repaired', (name) => {
    const rule = name.slice(0, 5);
    const text = readFileSync(path.join(folder, name), 'utf8');
    const before = side(text, false);
    const line = before.split('\n').findIndex((each) => each.includes(`/* ${rule} */`)) + 1;
    expect(line).toBeGreaterThan(0);
    expect(places(before)).toContain(`${rule}:${line}`);
    expect(places(side(text, true)).filter((place) => place.startsWith(rule))).toEqual([]);
  });
});
