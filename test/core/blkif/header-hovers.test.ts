import { describe, expect, test } from 'vitest';
import { hasXenHeaders, XEN_HEADERS } from './header-text.ts';
import { hoverInFile } from './hover-at.ts';

const blkif = (needle: string) => hoverInFile(`${XEN_HEADERS}/io/blkif.h`, needle);
const firstLine = (text: string) => text.split('\n')[0];

describe.skipIf(!hasXenHeaders)("libxen-dev's blkif.h", () => {
  test('a request: sizes, offsets side by side, holes, the ring, the page', () => {
    const text = blkif('struct blkif|_request {');
    expect(firstLine(text)).toBe('**struct blkif\\_request** — 112 bytes (i386: 108 bytes)');
    expect(text).toContain('| offset of | x86_64, arm64, armv7 | i386 |');
    expect(text).toContain('| size **≠** | 112 | **108** |');
    expect(text).toContain('| `operation` | 0 | 0 |');
    expect(text).toContain('| `id` **≠** | 8 | **4** |');
    expect(text).toContain('| `seg` **≠** | 24 | **20** |');
    expect(text).toContain('Padding: bytes 4–7 (x86_64, arm64, armv7); none (i386).');
    expect(text).toContain('**32 per page**');
    expect(text).toContain('(order 0 to 4): 32, 64, 128, 256, 512.');
    expect(text).toContain('Unused in a one-page ring: 448 bytes (i386: 576 bytes).');
    expect(text).toContain(
      '3 for 16 and 2 for 16 of 32 slots (i386: 3 for 20 and 2 for 12 of 32 slots)',
    );
  });

  test('a response: padding bytes and what leaks through them', () => {
    const text = blkif('struct blkif_resp|onse {');
    expect(firstLine(text)).toContain('16 bytes (i386: 12 bytes)');
    expect(text).toContain(
      'byte 9 and bytes 12–15 at the end (x86_64, arm64, armv7); byte 9 (i386)',
    );
    expect(text).toContain('XSA-216');
    expect(text).toContain('Uses 16 of 112 (i386: 12 of 108) bytes');
  });

  test('a field of the indirect request', () => {
    const text = blkif('uint16_t       nr_|segments;');
    expect(firstLine(text)).toBe(
      '**nr\\_segments** — offset 2, 2 bytes of `struct blkif_request_indirect` on x86_64, i386, arm64, armv7',
    );
    expect(text).toContain('**Range:** 1..');
    expect(text).toContain('XR202');
    expect(text).toContain('> number of segments');
    expect(text).toMatch(/— blkif\.h:\d+/);
  });

  test('the same name in the direct request means something else', () => {
    const text = blkif('uint8_t        nr_|segments;');
    expect(firstLine(text)).toContain('offset 1, 1 byte');
    expect(text).toContain('0 only for a flush');
    expect(text).toContain('XR201');
  });

  test('sector fields: the unit, the version, the disagreement', () => {
    const text = blkif('blkif_sector_t sector_|number;/* start sector idx on disk (r/w only)  */');
    expect(firstLine(text)).toContain('offset 16, 8 bytes (i386: offset 12, 8 bytes)');
    expect(text).toContain('**Unit:** 512 bytes');
    expect(text).toContain('4.20');
    expect(text).toMatch(/QEMU/);
    expect(text).toContain('> start sector idx on disk');
  });

  test('@name comments inside a struct', () => {
    const text = blkif('uint8_t     first_|sect, last_sect;');
    expect(text).toContain('> first sector in frame to transfer');
    expect(text).toContain('0..7');
  });

  test('constants', () => {
    const text = blkif('#define BLKIF_OP_|INDIRECT ');
    expect(firstLine(text)).toBe('**BLKIF\\_OP\\_INDIRECT** = 6 — request code');
    expect(text).toContain('feature-max-indirect-segments');
    expect(blkif('#define BLKIF_RSP_EOPN|OTSUPP')).toContain('= -2');
    expect(blkif('#define BLKIF_DISCARD_|SECURE')).toContain('= 1');
  });

  test('a type that is a macro', () => {
    expect(firstLine(blkif('#define blkif_sec|tor_t'))).toContain('8 bytes');
  });

  test('a member that only i386 has', () => {
    const text = blkif('uint64_t       p|ad; ');
    expect(text).toContain('offset 56, 8 bytes');
    expect(text).toMatch(/i386 only/);
    expect(text).toMatch(/i386\\_\\_ is not defined/);
  });

  test('the include guard tells what the header is', () => {
    const text = blkif('#ifndef __XEN_PUBLIC_|IO_BLKIF_H__');
    expect(firstLine(text)).toBe('**blkif.h** — header of Xen’s public interface, 5 structures');
    expect(text).toContain('Ring `blkif`: slots of 112 bytes, 32 per page on x86_64');
    expect(text).toContain('`blkif_request`, `blkif_request_discard`');
  });

  test('the tag of DEFINE_RING_TYPES is the ring', () => {
    expect(blkif('DEFINE_RING_TYPES(bl|kif')).toContain('struct blkif\\_sring');
  });

  test('a standard type: the alignment is what differs', () => {
    expect(blkif('uint64|_t       id; ')).toBe(
      '**uint64\\_t** — 8 bytes, aligned to 8 (i386: 4) in a structure',
    );
  });

  test('a condition that one ABI meets', () => {
    expect(blkif('#ifdef __i3|86__')).toContain('defined on i386 only');
  });

  test('a ring macro at its use', () => {
    expect(blkif('DEFINE_RING|_TYPES(blkif')).toContain('sring');
  });
});

describe.skipIf(!hasXenHeaders)('other protocols work the same way', () => {
  test.each([
    ['io/netif.h', 'struct netif_tx_|request {', '256 per page'],
    ['io/displif.h', 'struct xendispl_|req {', '32 per page'],
    ['io/sndif.h', 'struct xensnd_|req {', '32 per page'],
    ['io/pvcalls.h', 'struct xen_pvcalls_|request {', '32 per page'],
    ['io/vscsiif.h', 'struct vscsiif_|request {', '16 per page'],
    ['io/usbif.h', 'struct usbif_urb_|request {', '16 per page'],
  ])('%s: %s', (header, needle, expected) => {
    expect(hoverInFile(`${XEN_HEADERS}/${header}`, needle)).toContain(expected);
  });

  test('a constant that depends on a layout', () => {
    const text = hoverInFile(`${XEN_HEADERS}/io/fsif.h`, '#define FSIF_NR_READ_|GNTS');
    expect(firstLine(text)).toContain('= 9 (i386: 10)');
  });

  test('a ring macro in ring.h itself', () => {
    const text = hoverInFile(`${XEN_HEADERS}/io/ring.h`, '#define RING_FINAL_CHECK_FOR_|REQUESTS');
    expect(text).toContain('writes `req_event`');
    expect(text).toContain('**Barrier:**');
  });

  test('a counter inside a macro of ring.h', () => {
    const text = hoverInFile(`${XEN_HEADERS}/io/ring.h`, '(_r)->sring->req_|event = ');
    expect(text).toContain('wants a notification');
  });
});
