import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  decodeBits,
  decodeKnownBits,
  decodeLetters,
  decodeValue,
  readDecodeTables,
} from '#core/knowledge';

const tables = readDecodeTables(
  JSON.parse(
    readFileSync(
      new URL('../../../server/src/core/knowledge/data/decode.json', import.meta.url),
      'utf8',
    ),
  ),
);

test('there are 26 tables, none of them empty', () => {
  expect(tables.size).toBe(26);
  for (const table of tables.values()) expect(table.entries.length).toBeGreaterThan(0);
});

describe.each([...tables])('%s', (name, table) => {
  test('tells each entry by its bit, value or letter', () => {
    for (const entry of table.entries) {
      const word = entry.name ?? entry.meaning ?? '';
      if (entry.bit !== undefined && entry.value === undefined)
        expect(decodeKnownBits(tables, name, 1n << BigInt(entry.bit)).join()).toContain(word);
      else if (entry.letter !== undefined)
        expect(decodeLetters(tables, name, entry.letter)).toHaveLength(1);
      else if (entry.value !== undefined)
        expect(decodeValue(tables, name, entry.value)).toBeDefined();
      else expect(word).not.toBe('');
    }
  });
});

test('bits without a name are told by their number, absent values are not guessed', () => {
  const [name] = [...tables].find(([, { entries }]) => entries.some(({ bit }) => bit === 0)) ?? [
    '',
  ];
  expect(decodeBits(tables, name, 1n << 61n)).toEqual(['bit 61']);
  expect(decodeBits(tables, name, 0n)).toEqual([]);
  expect(decodeValue(tables, 'no such table', 1)).toBeUndefined();
});
