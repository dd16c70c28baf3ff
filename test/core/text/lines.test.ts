import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineIndex } from '#core/text';

describe('LineIndex', () => {
  test('LF, CRLF and lone CR end a line', () => {
    const index = new LineIndex('a\nb\r\nc\rd');
    expect(index.lineCount).toBe(4);
    expect(index.positionAt(5)).toEqual({ line: 2, character: 0 });
    expect(index.positionAt(7)).toEqual({ line: 3, character: 0 });
  });

  test('positionAt and offsetAt are inverse for every offset', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '😀') }), (text) => {
        const index = new LineIndex(text);
        for (let offset = 0; offset <= text.length; offset++)
          expect(index.offsetAt(index.positionAt(offset))).toBe(offset);
      }),
    );
  });
});
