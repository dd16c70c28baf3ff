import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeAt } from '#core/xen-log';
import { cases } from '../../effort.ts';
import { atCaret } from '../../server/marked-text.ts';
import { knowledge } from './knowledge.ts';

const hover = (marked: string): string | undefined => {
  const { text, position } = atCaret(marked);
  return describeAt(text, position.character, knowledge)?.markdown;
};

describe('values', () => {
  test.each([
    ['(XEN) [   19.053795] [error_code=00|02]', /write from supervisor mode on a page that is not/],
    [
      '(XEN) [error_code=0011]'.replace('0011', '00|11'),
      /an instruction fetch .* does not allow it/,
    ],
    ['(XEN) r15: 0000000000000000   cr0: 0000000080|05003b', /CR0.*`PE.*`PG/s],
    ['(XEN) RFLAGS: 00000000000|10246   CONTEXT: hypervisor', /RFLAGS.*`IF/s],
    ['(XEN) rax: 6b6b6b6b6b|6b6b6b', /freed memory poison/],
    ['(XEN) rdi: 00004141414|14141', /lower half/],
    ['(XEN) rdi: 0123456789|abcdef', /not a canonical address/],
    ['(XEN) ds: 0000   ss: e010   cs: e0|08', /Xen 64-bit code/],
    ['(XEN) RIP:    e0|08:[<ffff82d04025eebd>] common/lab.c#f+0x3/0xc', /Xen 64-bit code/],
    ['(XEN)    [<ffff82d04025f0cb>] |F common/lab.c#f+0x14/0x29', /frame pointer chain/],
    ['(XEN)  e9 5b fc ff <0|f> 0b 8b 40 10 e9', /`ud2`/],
    ['(d|12) [    3.000000] Linux version 6.1', /Domain 12.*relays/],
    ['(XEN) [00000000|08a619e5] Command line: x', /raw time stamp counter/],
    ['libxl: error: libxl_device.c:1:f: Domain 5:text failed: rc=-|3', /ERROR_FAIL/],
    ['(XEN) d|32754 owns it', /DOMID_XEN/],
    ['(XEN) d[ID|LE]v3 runs', /idle domain/],
    [
      '[20261122T10:46:59.103Z]  A1  write  /local/domain/0/backend/vbd/1/51712/sta|te 4',
      /Connected/,
    ],
    ['(XEN) d1v0 hypercall |32 refused', /event_channel_op/],
  ])('%s', (marked, words) => expect(hover(marked)).toMatch(words));

  test('a part of a line that a second writer cut off is its own message', () =>
    expect(hover('(XEN) ****(XEN) [    1.000000] Panic on CPU |0:')).toMatch(/[Pp]anic/));

  test('columns are those of the line as it is, escapes and carriage returns included', () => {
    const raw = '\u001b[1m(XEN) \u001b[0mrax: 6b6b6b6b6b6b6b6b\r';
    const found = describeAt(raw, raw.indexOf('6b6b'), knowledge);
    expect(raw.slice(found?.startColumn, found?.endColumn)).toBe('rax: 6b6b6b6b6b6b6b6b');
  });
});

test('any text has an answer within its line, or none where it is blank', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom('(XEN) ', '(d1) ', 'rip: ', 'd0v1', 'ffff82d0', '[<', '\u001b[0m', '-22'),
      )
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, fc.nat(80), (line, column) => {
      const found = describeAt(line, column, knowledge);
      if (found === undefined) return;
      expect(found.startColumn).toBeGreaterThanOrEqual(0);
      expect(found.endColumn).toBeGreaterThanOrEqual(found.startColumn);
      expect(found.endColumn).toBeLessThanOrEqual(line.length);
      expect(found.markdown).not.toBe('');
    }),
    { numRuns: cases(4000) },
  );
});
