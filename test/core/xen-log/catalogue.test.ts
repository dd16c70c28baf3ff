import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageCatalogue } from '../../../server/src/core/xen-log/catalogue.ts';
import { cleanLine } from '../../../server/src/core/xen-log/clean.ts';
import { headsOf } from '../../../server/src/core/xen-log/heads.ts';
import { cases } from '../../effort.ts';
import { knowledge } from './knowledge.ts';

const catalogue = new MessageCatalogue(knowledge.messages);
const named = knowledge.messages.filter((kind) => kind.onlyPrefix === undefined);

/** What the catalogue promises, found the slow way. */
function slowMatch(payload: string): string | undefined {
  const matches = knowledge.messages.filter(
    (kind) => kind.onlyPrefix === undefined && kind.pattern.test(payload),
  );
  const first = matches[0];
  if (first === undefined || first.isGeneric || first.severity === 'error') return first?.id;
  return (matches.find((kind) => kind.severity === 'error' && !kind.isGeneric) ?? first).id;
}

test.each(named.map((kind) => [kind.id, kind] as const))(
  '%s is found by its example',
  (_id, kind) => {
    expect(catalogue.match(kind.example)?.kind.id).toBe(slowMatch(kind.example));
  },
);

test('any text that a kind matches is sent to that kind', () => {
  const texts = fc.oneof(
    ...named.map((kind) =>
      fc.stringMatching(new RegExp(kind.pattern.source.replaceAll(/\(\?<\w+>/g, '(?:'))),
    ),
  );
  fc.assert(
    fc.property(texts, (raw) => {
      const text = cleanLine(raw).text;
      return catalogue.match(text)?.kind.id === slowMatch(text);
    }),
    { numRuns: cases(6000) },
  );
});

test.each([
  ['^abc$', ['abc']],
  ['^a(?:b|cd)e', ['abe', 'acde']],
  ['^(?<x>\\d)z', ['0z', '1z', '2z', '3z', '4z', '5z', '6z', '7z', '8z', '9z']],
  ['^ab?c', ['abc', 'ac']],
  ['^a+b', ['a']],
  ['^.*x', ['']],
  ['^x{3}y', ['xxxy']],
  ['^\\*{4} a', ['**** a']],
])('heads of %s', (source, heads) => {
  expect([...headsOf(source)].sort()).toEqual([...heads].sort());
});
