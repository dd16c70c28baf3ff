import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cacheFileFor, readPrintkFormats } from '../../server/src/log-files/printk-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'printk-'));
afterAll(() => rmSync(folder, { recursive: true }));

let clock = 1_700_000_000;
function write(path: string, message: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `void f(void)\n{\n    printk("${message}\\n");\n}\n`);
  // Files written within one tick of the clock still differ.
  clock += 10;
  utimesSync(file, clock, clock);
}

const messages = (root: string, cache?: string): readonly string[] =>
  readPrintkFormats(join(folder, root), cache).map(({ path, format }) => `${path}: ${format}`);

test('a Xen tree is read where it prints, and again only where it changed', () => {
  const cache = cacheFileFor(join(folder, 'xen'), join(folder, 'cache'));
  write('xen/xen/common/a.c', 'first of a');
  write('xen/xen/common/b.c', 'first of b');
  write('xen/tools/tests/c.c', 'a test of no interest');
  expect(messages('xen', cache)).toEqual([
    'xen/common/a.c: first of a',
    'xen/common/b.c: first of b',
  ]);
  // What the cache says is taken for files that did not change.
  writeFileSync(cache, readFileSync(cache, 'utf8').replaceAll('first of', 'kept of'));
  write('xen/xen/common/b.c', 'second of b');
  expect(messages('xen', cache)).toEqual([
    'xen/common/a.c: kept of a',
    'xen/common/b.c: second of b',
  ]);
  rmSync(join(folder, 'xen/xen/common/a.c'));
  expect(messages('xen', cache)).toEqual(['xen/common/b.c: second of b']);
});

test('a damaged cache is made again', () => {
  const cache = join(folder, 'cache/damaged.json');
  mkdirSync(dirname(cache), { recursive: true });
  writeFileSync(cache, '{"version":1,"files":{"x.c"');
  write('plain/d.c', 'of no tree');
  expect(messages('plain', cache)).toEqual(['d.c: of no tree']);
  expect(JSON.parse(readFileSync(cache, 'utf8'))).toMatchObject({ version: 1 });
});

test('of a Linux tree, only what concerns Xen', () => {
  write('linux/Kbuild.c', 'beside');
  writeFileSync(join(folder, 'linux/Kbuild'), '');
  write('linux/drivers/xen/e.c', 'a Xen driver');
  write('linux/drivers/media/f.c', 'a tuner');
  write('linux/kernel/g.c', 'the kernel');
  expect(messages('linux')).toEqual(['drivers/xen/e.c: a Xen driver', 'kernel/g.c: the kernel']);
});

test('a folder that is not there has no messages', () => expect(messages('nowhere')).toEqual([]));
