import { expect, test } from 'vitest';
import { matchesGlob } from '#core/text';

test.each([
  ['/src/tree/drivers/blktap/ring.c', '**/blktap/**', true],
  ['/src/tree/drivers/blktap/ring.c', 'drivers/*/ring.c', true],
  ['/src/tree/drivers/blktap/ring.c', 'drivers/*.c', false],
  ['/src/tree/drivers/blktap/ring.c', '*.{h,c}', true],
  ['/src/tree/drivers/blktap/ring.c', 'ring.?', true],
  ['/src/tree/drivers/blktap/ring.c', '/tree/**', false],
  ['drivers/block/blktap.c', 'drivers/**', true],
  ['a+b/c.c', 'a+b/*.c', true],
  [String.raw`C:\tree\drivers\blktap.c`, 'drivers/*.c', true],
])('%s against %s: %s', (path, glob, expected) => expect(matchesGlob(path, glob)).toBe(expected));
