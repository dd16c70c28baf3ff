import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readMessages } from '#core/knowledge';

const json: unknown = JSON.parse(
  readFileSync(
    new URL('../../../server/src/core/knowledge/data/messages.json', import.meta.url),
    'utf8',
  ),
);
const received = new URL('../../../../shared/knowledge/messages.json', import.meta.url);
const kinds = readMessages(json);
const specific = kinds.filter((kind) => !kind.isGeneric);

/** Pairs where the knowledge base states one message twice, under a newer and an older name. */
const twins = new Set([
  'xen.crash.stackrange>xen.crash.stackvalid',
  'xen.crash.nooverflow>xen.crash.stackvalid',
  'xen.crash.calltrace.arm>xen.crash.calltrace.entry',
  'xen.crash.stackvalid>xen.crash.stackrange',
  // The key that prints the ring is one key press among others; a device still in use is one pciback line among others.
  'xen.con.dumpring>xen.key.pressed',
  'linux.pciback.inuse>linux.pciback.seize',
]);

describe('message kinds', () => {
  test('all of the data file are read, with unique ids', () => {
    expect(kinds).toHaveLength((json as { readonly count: number }).count);
    expect(new Set(kinds.map((kind) => kind.id)).size).toBe(kinds.length);
  });

  test.skipIf(!existsSync(received) && process.env['CI'] !== 'true')(
    'the 305 kinds of the knowledge base are all there, and know its examples',
    () => {
      const { messages } = JSON.parse(readFileSync(received, 'utf8')) as {
        readonly messages: readonly { readonly id: string; readonly example: string }[];
      };
      expect(messages).toHaveLength(305);
      for (const { id, example } of messages)
        expect([id, kinds.find((kind) => kind.id === id)?.pattern.test(example)]).toEqual([
          id,
          true,
        ]);
    },
  );

  test('generic kinds come last', () => {
    const firstGeneric = kinds.findIndex((kind) => kind.isGeneric);
    expect(kinds.slice(firstGeneric).every((kind) => kind.isGeneric)).toBe(true);
  });

  test.each(kinds.map((kind) => [kind.id, kind] as const))(
    '%s matches its example',
    (_id, kind) => {
      expect(kind.pattern.test(kind.example)).toBe(true);
    },
  );

  test('no specific kind matches the example of another', () => {
    const wrong = specific.flatMap((kind) =>
      specific
        .filter((other) => other !== kind && other.pattern.test(kind.example))
        .map((other) => `${kind.id}>${other.id}`),
    );
    expect(wrong.filter((pair) => !twins.has(pair))).toEqual([]);
  });

  test('every named group is documented or plain', () => {
    for (const kind of kinds) {
      const groups = [...kind.pattern.source.matchAll(/\(\?<(\w+)>/g)].map(
        (match) => match[1] ?? '',
      );
      for (const field of Object.keys(kind.fields)) expect(groups).toContain(field);
    }
  });

  test('rubbish gives an empty catalogue, not an error', () => {
    for (const rubbish of [null, 3, {}, { messages: [1, null, {}, { id: 'x', severity: 'odd' }] }])
      expect(readMessages(rubbish)).toEqual([]);
  });
});
