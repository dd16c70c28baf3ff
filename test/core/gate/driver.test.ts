import { expect, test } from 'vitest';
import { mayBeDriver } from '#core/gate';

const uses = 'static void f(void) { RING_PUSH_REQUESTS(&ring); }';
const c = (path: string, text = uses) => ({ languageId: 'c', path, text: () => text });

test.each(['/a/front.c', '/a/drivers/block/common.h', '/linux/drivers/xen/io/back.c'])(
  '%s may be a driver',
  (path) => expect(mayBeDriver(c(path))).toBe(true),
);

test.each([
  '/usr/include/xen/io/blkif.h',
  '/linux/include/xen/interface/io/ring.h',
  'file:///usr/include/xen/io/ring.h',
])('%s declares an interface: there is no code to judge', (path) =>
  expect(mayBeDriver(c(path))).toBe(false),
);
