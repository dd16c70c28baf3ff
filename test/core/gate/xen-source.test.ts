import { expect, test } from 'vitest';
import { isXenSource } from '#core/gate';

const c = (path: string, text = '') => ({ languageId: 'c', path, text: () => text });

test.each([
  ['/usr/include/xen/io/blkif.h', ''],
  ['/home/u/xen/xen/include/public/io/netif.h', ''],
  ['/linux/include/xen/interface/io/ring.h', ''],
  ['/a/driver.c', '#include <xen/interface/io/blkif.h>\n'],
  ['/a/driver.c', '#include <linux/kernel.h>\nRING_PUSH_REQUESTS(&ring);\n'],
  ['/a/front.cpp', 'static blkif_request_t *request;'],
])('%s %j concerns Xen', (path, text) => expect(isXenSource(c(path, text))).toBe(true));

test.each([
  ['/a/main.c', '#include <stdio.h>\nint main(void) { return 0; }\n'],
  ['/a/ring.c', '/* a ring buffer */ struct ring { int head; };'],
])('%s %j does not', (path, text) => expect(isXenSource(c(path, text))).toBe(false));

test('other languages are left alone', () =>
  expect(isXenSource({ languageId: 'markdown', path: '/xen/io/blkif.h', text: () => '' })).toBe(
    false,
  ));
