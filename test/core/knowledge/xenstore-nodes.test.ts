import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { decodeNodeBook, decodePvProtocols, decodeRingMacros } from '#core/knowledge';

const data = (name: string): unknown =>
  JSON.parse(
    readFileSync(
      path.resolve(import.meta.dirname, `../../../server/src/core/knowledge/data/${name}.json`),
      'utf8',
    ),
  );

const book = decodeNodeBook(data('xenstore-nodes'));
const oracle = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../oracle/xenstore-nodes.json'), 'utf8'),
) as {
  readonly nodes: readonly { readonly name: string; readonly side: string }[];
  readonly extra: readonly { readonly name: string }[];
};

test('every node that the block protocol has is in the book, on its side', () => {
  for (const { name, side } of oracle.nodes)
    expect(book.find(name, 'blkif').map((node) => node.side)).toContain(side);
  for (const { name } of oracle.extra)
    expect(book.find(name.replace('queue-N', 'queue-0'), 'blkif')).not.toEqual([]);
});

test.each([
  ['ring-ref', 'ring-ref'],
  ['ring-ref3', 'ring-ref%u'],
  ['ring-ref%u', 'ring-ref%u'],
  ['ring-ref%d', 'ring-ref%u'],
  ['queue-0/ring-ref', 'queue-%u/ring-ref'],
  ['queue-%u/ring-ref1', 'queue-%u/ring-ref%u'],
])('the literal %s is the node %s', (literal, name) => {
  expect(book.find(literal, 'blkif').map((node) => node.name)).toEqual([name]);
});

test('a name that two protocols have is told apart by the protocol', () => {
  expect(book.find('multi-queue-max-queues', 'netif').map(({ unit }) => unit)).toEqual(['queues']);
  expect(book.find('multi-queue-max-queues', 'blkif').map(({ unit }) => unit)).toEqual(['rings']);
});

test('every entry names its source and is a sentence', () => {
  for (const { source, summary } of book.nodes) {
    expect(source).not.toBe('');
    expect(summary).toMatch(/^[A-Z0-9].*[.;]?$/);
  }
  for (const macro of decodeRingMacros(data('ring-macros')).values())
    expect(macro.source).not.toBe('');
  const protocols = decodePvProtocols(data('pv-protocols'));
  for (const fact of [...protocols.roles.values(), ...protocols.tags.values()])
    for (const field of Object.values(fact.fields)) expect(field.source).not.toBe('');
});

test('anything else than the data gives empty books', () => {
  for (const wrong of [undefined, null, 3, 'x', [], {}, { nodes: 3, macros: 'x' }]) {
    expect(decodeNodeBook(wrong).nodes).toEqual([]);
    expect(decodeRingMacros(wrong).size).toBe(0);
    expect(decodePvProtocols(wrong).roles.size).toBe(0);
  }
});
