import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Declaration, Unit } from '#core/c-types';
import { HeaderCache, parseUnit } from '#core/c-types';
import { cases } from '../../effort.ts';
import { haveXenHeaders, headersUnder, resolveXen, textOf, XEN_HEADERS } from './headers.ts';

const SPACES = ['tag', 'typedef', 'enumerator', 'object'] as const;

/**
 * Names that are not found when they are the first that is asked for, though the parser declares them. Every
 * look-up has a reading of its own: one that parses a part makes the next one easy. At most `most` names are tried.
 */
function lost(text: string, path: string, most: number): string[] {
  const read = (): Unit =>
    parseUnit(text, { path, abi: 'x86_64', resolveInclude: resolveXen }, new HeaderCache());
  const whole = read();
  const names = [
    ...new Set(
      whole.scope.files().flatMap((file) => whole.scope.declarationsOf(file).flatMap(namesOf)),
    ),
  ];
  const step = Math.max(1, names.length / most);
  const tried = names.filter(
    (_, index) => Math.floor(index / step) > Math.floor((index - 1) / step),
  );
  return tried.flatMap((name) =>
    SPACES.flatMap((space) => {
      const eager = whole.scope[space](name);
      const lazy = eager && read().scope[space](name);
      return eager?.at.span.start === lazy?.at.span.start && eager?.at.file === lazy?.at.file
        ? []
        : [`${space} ${name}`];
    }),
  );
}

function namesOf(declaration: Declaration): readonly string[] {
  if (declaration.kind === 'static-assert') return [];
  if (declaration.kind !== 'enum') return [declaration.name];
  return [declaration.name, ...declaration.constants.map(({ name }) => name)];
}

describe('a name is found without parsing what cannot declare it', () => {
  test.skipIf(!haveXenHeaders())('in every header of Xen', () => {
    for (const path of headersUnder(XEN_HEADERS)) {
      expect(lost(textOf(path) ?? '', path, cases(40)), path).toEqual([]);
    }
  });

  test('in any order of the words of declarations', () => {
    const words = (
      'struct union enum typedef extern const int char a b c { } { } ( ) [ ] ; ; ; , * = : 3 ' +
      '__attribute__((packed)) _Alignas(8) _Pragma("pack(4)") "C"'
    ).split(' ');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 24 }), (text) => {
        expect(lost(text.join(' '), '/words.h', 100)).toEqual([]);
      }),
      { numRuns: cases(20_000) },
    );
  });

  test.skipIf(!haveXenHeaders())('in a header with a piece missing', () => {
    const path = join(XEN_HEADERS, 'io/blkif.h');
    const text = textOf(path) ?? '';
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(400), (start, length) => {
        const broken = text.slice(0, start) + text.slice(start + length);
        expect(lost(broken, path, 10)).toEqual([]);
      }),
      { numRuns: cases(200) },
    );
  });
});
