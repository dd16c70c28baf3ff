import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /^(?:server|client|media)\/.*\.(?:ts|tsx|css)$/.test(file));
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

test('no file is called util, helpers, common, misc or manager', () => {
  const vague = /(?:^|[/-])(?:utils?|helpers?|common|misc|managers?)(?:[./-]|$)/;
  expect(files.filter((file) => vague.test(file))).toEqual([]);
});

test('no file is longer than 500 lines', () =>
  expect(files.filter((file) => textOf(file).split('\n').length > 500)).toEqual([]));

test('a domain of the core has a door', () => {
  const domains = new Set(
    files.flatMap((file) => /^server\/src\/core\/([^/]+)\//.exec(file)?.[1] ?? []),
  );
  const doorless = [...domains].filter(
    (domain) => !files.includes(`server/src/core/${domain}/index.ts`),
  );
  expect(doorless).toEqual([]);
});

test('a domain is reached through its door only', () => {
  const sneaking = files.filter((file) => {
    const text = textOf(file);
    if (!file.startsWith('server/src/core/'))
      return /from '(?:\.\.?\/)+(?:src\/)?core\//.test(text);
    // Files right inside a domain never need to look up; folders inside it may, within the domain.
    return file.split('/').length === 5 && /from '\.\.\//.test(text);
  });
  expect(sneaking).toEqual([]);
});
