import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { headerRules } from '#core/blkif';
import { hasXenHeaders, readHeader, XEN_HEADERS } from './header-text.ts';
import { findingsIn } from './hover-at.ts';

const rulesOf = (text: string, file?: string) => findingsIn(text, file).map(({ rule }) => rule);
const ints = `typedef unsigned char uint8_t; typedef unsigned short uint16_t; typedef short int16_t;
typedef unsigned int uint32_t; typedef unsigned long long uint64_t; typedef uint32_t grant_ref_t;
`;

function headersUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.h'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe.skipIf(!hasXenHeaders)('real headers', () => {
  test.each(['/usr/include/xen', '/usr/src/linux-source-6.1/include/xen/interface'])(
    'nothing but information on %s',
    (folder) => {
      const warnings = headersUnder(folder).flatMap((file) =>
        findingsIn(readFileSync(file, 'utf8'), file)
          .filter(({ severity }) => severity === 'error' || severity === 'warning')
          .map(({ rule, message }) => `${file}: ${rule}: ${message}`),
      );
      expect(warnings).toEqual([]);
    },
  );

  test('blkif.h: the structures whose layout i386 does not share, with both numbers', () => {
    const found = findingsIn(readHeader('io/blkif.h'), `${XEN_HEADERS}/io/blkif.h`);
    expect(found.map(({ rule }) => rule)).toEqual(Array(4).fill('layout-abi-differs'));
    expect(found[0]?.message).toContain(
      'on i386: 108 bytes, not 112; id at 4, not 8, sector_number at 12, not 16 and seg at 20, not 24',
    );
    expect(found[0]?.evidence.map(({ message }) => message)).toContain(
      'id is at 8 on x86_64, arm64, armv7; id is at 4 on i386',
    );
  });

  test('a broken copy: errors and a changed constant are found', () => {
    const broken = readHeader('io/blkif.h')
      .replace('#define BLKIF_OP_INDIRECT          6', '#define BLKIF_OP_INDIRECT          7')
      .replace('uint64_t       nr_sectors;', 'uint64_t       nr_sectors');
    const rules = rulesOf(broken, '/home/someone/xen/include/public/io/blkif.h');
    expect(rules).toContain('protocol-constant-changed');
    expect(rules).toContain('c-syntax');
  });
});

describe.skipIf(!hasXenHeaders)('a copy of blkif.h in which one field was widened', () => {
  test.each([
    [
      'uint16_t       nr_segments;',
      'uint32_t       nr_segments;',
      'nr_segments is at 4 instead of 2',
    ],
    ['int16_t         status; ', 'int32_t         status; ', 'status is at 12 instead of 10'],
    [
      'uint8_t     first_sect, last_sect;',
      'uint16_t     first_sect, last_sect;',
      'last_sect is at 6',
    ],
  ])('%s', (before, after, expected) => {
    const changed = readHeader('io/blkif.h').replace(before, after);
    const found = findingsIn(changed, '/home/someone/blkif.h').filter(
      ({ rule }) => rule === 'XR402',
    );
    expect(found[0]?.message).toContain(expected);
  });
});

describe('XR402', () => {
  const indirect = (pad: string) => `${ints}
struct my_ireq {
  uint8_t req_op; uint8_t req_iop; uint16_t req_nsegs; ${pad ? 'uint32_t req_pad;' : ''}
  uint64_t req_id; uint64_t req_sector; uint16_t req_unit; ${pad}
  uint32_t req_gref[8]; ${pad ? 'uint32_t req_end_pad;' : ''}
} __attribute__((packed));`;
  test('an indirect request that lost two bytes', () => {
    const [found] = findingsIn(
      indirect('uint16_t req_gap_pad;').replace('uint16_t req_gap_pad;', ''),
    );
    expect(found?.rule).toBe('XR402');
    expect(found?.message).toContain('req_gref is at 26 instead of 28');
  });
  test('the same with its padding is fine', () => {
    expect(rulesOf(indirect('uint16_t req_gap_pad;'))).not.toContain('XR402');
  });
  test('a packed request is wrong on both', () => {
    const text = `${ints}struct seg_x { uint32_t gref; uint8_t first_sect, last_sect; uint8_t pad[2]; };
struct req_x { uint8_t operation; uint8_t nr_segments; uint16_t handle; uint64_t id; uint64_t sector_number;
  struct seg_x seg[11]; } __attribute__((packed));`;
    // i386's offsets are those of a packed structure: a compatible one for 32-bit guests looks like this.
    expect(rulesOf(text)).not.toContain('XR402');
    expect(rulesOf(text.replace('uint16_t handle;', 'uint16_t handle; uint16_t pad;'))).toContain(
      'XR402',
    );
  });
  test('structures for another ABI, packed by pragma with one aligned member, are in order', () => {
    const text = (open: string, aligned: string) => `${ints}
struct seg { uint32_t gref; uint8_t first_sect, last_sect; };
${open}
struct guest_request { uint8_t operation; uint8_t nr_segments; uint16_t handle; uint64_t id${aligned};
  uint64_t sector_number; struct seg seg[11]; };
struct guest_response { uint64_t id${aligned}; uint8_t operation; int16_t status; };
#pragma pack(pop)
`;
    const packed = '#pragma pack(push, 4)';
    expect(rulesOf(text(packed, ''))).not.toContain('XR402');
    expect(rulesOf(text(packed, ' __attribute__((__aligned__(8)))'))).not.toContain('XR402');
    expect(rulesOf(text('#pragma pack(push, 2)', ''))).not.toContain('XR402');
    expect(rulesOf(text('#pragma pack(push, 16)', ' __attribute__((aligned(16)))'))).toContain(
      'XR402',
    );
  });
  test('a structure that only shares a few names is none of ours', () => {
    expect(
      rulesOf(`${ints}struct job { uint64_t id; uint8_t op; uint8_t pad; uint16_t status; };`),
    ).toEqual([]);
    expect(rulesOf(`${ints}struct job { uint32_t id; uint32_t status; uint8_t op; };`)).toEqual([]);
  });
});

describe('packing', () => {
  test('a pragma that is never undone, and its fix', () => {
    const [found] = findingsIn(`#ifndef A_H
#define A_H
#pragma pack(push, 4)
struct a { char c; };
#endif
`);
    expect(found?.rule).toBe('pragma-pack-open');
    expect(found?.fixes?.[0]?.edits[0]?.edits[0]).toMatchObject({
      newText: '#pragma pack(pop)\n',
      range: { start: { line: 4, character: 0 } },
    });
  });
  test.each([
    '#pragma pack(push, 4)\n#pragma pack(pop)',
    '#pragma pack(1)\n#pragma pack()',
    '// #pragma pack(1)',
  ])('undone or not there: %j', (text) => expect(rulesOf(text)).toEqual([]));
  test.each([
    'typedef struct { char c; int i; } a_t __attribute__((packed));',
    '__attribute__((packed)) struct a { char c; int i; };',
    'typedef struct a { char c; int i; } a_t __packed;',
  ])('ignored: %s', (text) => {
    const [found] = findingsIn(text);
    expect(found?.rule).toBe('packed-ignored');
  });
  test.each([
    'typedef struct { char c; int i; } __attribute__((packed)) a_t;',
    'struct __attribute__((packed)) a { char c; int i; };',
    'struct a { char c; int i; } __packed;',
    'struct b { char c; }; struct a { char c; int i; } __attribute__((__packed__));',
  ])('heeded: %s', (text) => expect(rulesOf(text)).toEqual([]));
});

test('every rule that is found is in the table', () => {
  const ids = new Set(headerRules.map(({ id }) => id));
  expect([...ids]).toEqual(
    expect.arrayContaining([
      'layout-abi-differs',
      'XR402',
      'protocol-constant-changed',
      'pragma-pack-open',
      'packed-ignored',
    ]),
  );
});
