import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hoverAt, hoverInFile } from './hover-at.ts';

const firstLine = (text: string) => text.split('\n')[0];
const kernel = '/usr/src/linux-source-6.1';
const hasKernel =
  existsSync(`${kernel}/drivers/block/xen-blkfront.c`) || process.env['CI'] === 'true';

/** A header of a fourth tree, in our own words: same shape, other names. */
const shapes = `
typedef unsigned char uint8_t; typedef unsigned short uint16_t;
typedef unsigned int uint32_t; typedef unsigned long long uint64_t;
typedef uint32_t grant_ref_t;
struct lamp_seg { uint32_t s_ref; uint8_t s_first, s_last; uint8_t s_pad[2]; };
struct lamp_req {
  uint8_t r_op; uint8_t r_nsegs; uint16_t r_unit; uint64_t r_id; uint64_t r_sector;
  struct lamp_seg r_sgl[11];
};
struct lamp_rsp { uint64_t q_id; uint8_t q_op; int16_t q_status; };
#define RING_GET_REQUEST(r, i) (r)
`;

describe('structures are recognised by their shape', () => {
  test('a request under other names', () => {
    const text = hoverAt(shapes.replace('r_nsegs', 'r_ns|egs'));
    expect(firstLine(text)).toBe(
      '**r\\_nsegs** — offset 1, 1 byte of `struct lamp_req` on x86_64, i386, arm64, armv7',
    );
    expect(text).toContain('XR201');
  });
  test('a response, with its padding', () => {
    const text = hoverAt(shapes.replace('lamp_rsp', 'lamp_|rsp'));
    expect(text).toContain('XSA-216');
  });
  test('a segment', () => {
    expect(hoverAt(shapes.replace('lamp_seg {', 'lamp_|seg {'))).toContain('512 per indirect page');
  });
});

describe('the object of a member access', () => {
  const use = (body: string) =>
    hoverAt(
      `${shapes}
struct lamp_other { uint32_t r_id; };
struct lamp_dev { struct lamp_req *req; struct lamp_rsp rsps[4]; };
static struct lamp_dev the_dev;
static int handle(struct lamp_dev *dev, struct lamp_rsp *rsp)
{
  struct lamp_req *mine = dev->req, copy;
  const struct lamp_other *other = 0;
  ${body}
}
`,
      '/src/driver.c',
    );
  test.each([
    ['a pointer local', 'return mine->r_|id;', 'offset 8, 8 bytes (i386: offset 4, 8 bytes)'],
    ['a second declarator', 'return copy.r_|id;', 'struct lamp_req'],
    ['another local', 'return other->r_|id;', '`struct lamp_other`'],
    ['a parameter', 'return rsp->q_|status;', '`struct lamp_rsp`'],
    ['a chain', 'return dev->req->r_|id;', '`struct lamp_req`'],
    ['a chain with a subscript', 'return dev->rsps[1].q_|status;', '`struct lamp_rsp`'],
    ['an object at file scope', 'return the_dev.req->r_|id;', '`struct lamp_req`'],
  ])('%s', (_, body, expected) => {
    expect(firstLine(use(body))).toContain(expected);
  });
  test('a chain that starts with a call says that the type is not known', () => {
    expect(use('return peer()->r_|id;')).toContain('not known here');
  });
});

describe.skipIf(!hasKernel)("Linux's drivers", () => {
  const blkfront = (needle: string) =>
    hoverInFile(`${kernel}/drivers/block/xen-blkfront.c`, needle);
  test('a field two unions deep, with its offset in the slot', () => {
    const text = blkfront('ring_req->u.indirect.nr_|segments = ');
    expect(firstLine(text)).toContain('`struct blkif_request_indirect`');
    expect(text).toContain('In `struct blkif_request`: offset 2.');
    expect(text).toContain('XR202');
  });
  test('a field whose offset i386 does not share', () => {
    const text = blkfront('ring_req->u.rw.sector_|number');
    expect(text).toContain('In `struct blkif_request`: offset 16 (i386: 12).');
  });
  test('a node that only prose describes', () => {
    const text = blkfront('"feature-max-indirect-|segments"');
    expect(text).toMatch(/blkif\.h:\d+/);
    expect(text).toContain('256');
  });
  test('a node that no header of this tree describes', () => {
    const text = blkfront('"discard-gran|ularity"');
    expect(text).toMatch(/bytes/);
  });
  test('constants and ring macros at their use', () => {
    expect(firstLine(blkfront('BLKIF_OP_IN|DIRECT'))).toContain('= 6');
    expect(blkfront('RING_PUSH_REQUESTS_AND_CHECK_|NOTIFY(')).toContain('(old, new]');
  });
  test('a constant that rests on something unknown says so, with what is known', () => {
    const text = blkfront('#define HAS_EXTRA_|REQ');
    expect(firstLine(text)).toContain('value unknown');
    expect(text).toContain('`BLKIF_MAX_SEGMENTS_PER_REQUEST` = 11');
  });
  test('what is not ours is left to the compiler', () => {
    expect(blkfront('struct request_|queue *')).toBe('');
    expect(blkfront('spin_lock_ir|qsave(')).toBe('');
  });
});

describe('xenstore literals', () => {
  const literal = (text: string) => hoverAt(text, '/src/front.c');
  test('a plain word counts only where xenstore is spoken to', () => {
    expect(literal('int f(void) { return xenbus_read("mo|de"); }')).toContain('mode');
    expect(literal('int f(void) { return open("mo|de"); }')).toBe('');
  });
  test('the end of a path', () => {
    expect(literal('char *p = "device/vbd/0/feature-per|sistent"; // xenbus')).toContain('TLB');
  });
  test('a pattern', () => {
    expect(literal('int f(void) { return snprintf(n, 16, "ring-re|f%d", i); }')).toContain(
      'multi-page',
    );
  });
});
