import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ABIS, type Abi } from '#core/c-types';
import { describeAggregate } from '../../../server/src/core/blkif/describe-struct.ts';
import { describeField } from '../../../server/src/core/blkif/describe-field.ts';
import { hasXenHeaders, readHeader, XEN_HEADERS } from './header-text.ts';
import { fileOf, knowledge } from './hover-at.ts';

interface OracleType {
  readonly header: string;
  readonly anonymous: boolean;
  readonly abi: Readonly<
    Record<
      Abi,
      {
        readonly size: number;
        readonly align: number;
        readonly fields: readonly {
          readonly name: string | null;
          readonly offset: number;
          readonly size: number;
        }[];
      }
    >
  >;
}

const oracle = JSON.parse(
  gunzipSync(
    readFileSync(path.resolve(import.meta.dirname, '../../oracle/layout/layouts.json.gz')),
  ).toString('utf8'),
) as { readonly types: Readonly<Record<string, OracleType>> };

/** `— 112 bytes (i386: 108 bytes; armv7: …)` as a number for each ABI. */
function sizesIn(text: string): Partial<Record<Abi, number>> {
  const head = /— (\d+) bytes?(?: \((.*)\))?$/.exec(text.split('\n')[0]!)!;
  const sizes = Object.fromEntries(ABIS.map((abi) => [abi, Number(head[1])]));
  for (const part of head[2]?.split('; ') ?? []) {
    const [abis, size] = part.split(': ');
    for (const abi of abis!.split(', ')) sizes[abi] = Number.parseInt(size!, 10);
  }
  return sizes;
}

/** The table's cells: row name → ABI → number. */
function cellsIn(text: string): Map<string, Partial<Record<Abi, number>>> {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  const columns = lines[0]!
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim().split(', ') as Abi[]);
  const rows = new Map<string, Partial<Record<Abi, number>>>();
  for (const line of lines.slice(2)) {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replace(/[*`≠ ]/g, ''));
    const row: Partial<Record<Abi, number>> = {};
    columns.forEach((abis, index) => {
      const cell = cells[index + 1];
      if (cell !== undefined && /^\d+$/.test(cell)) for (const abi of abis) row[abi] = Number(cell);
    });
    rows.set(cells[0]!, row);
  }
  return rows;
}

const tagged = Object.entries(oracle.types).filter(
  ([key, { header }]) => /^(struct|union) \w+$/.test(key) && header.startsWith('io/'),
);

describe.skipIf(!hasXenHeaders)('the figures of a hover are the compilers’', () => {
  test(`${tagged.length} structures and unions: sizes, alignments and offsets on four ABIs`, () => {
    let compared = 0;
    for (const [key, { header, abi: expected }] of tagged) {
      const file = fileOf(`${XEN_HEADERS}/${header}`, readHeader(header));
      const aggregate = file.primary.scope.tag(key.split(' ')[1]!);
      expect(aggregate, key).toBeDefined();
      if (!aggregate || aggregate.kind === 'enum') continue;
      const text = describeAggregate(file, aggregate, knowledge);
      const sizes = sizesIn(text);
      const cells = cellsIn(text);
      for (const abi of ABIS) {
        expect(sizes[abi], `${key} on ${abi}`).toBe(expected[abi].size);
        expect(cells.get('alignment')?.[abi], `${key} on ${abi}`).toBe(expected[abi].align);
        for (const { name, offset } of expected[abi].fields.slice(0, 24)) {
          if (name === null || name === '') continue;
          expect(cells.get(name)?.[abi], `${key}.${name} on ${abi}`).toBe(offset);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(2000);
  });

  test('every field of blkif.h: its offset and size on four ABIs', () => {
    const file = fileOf(`${XEN_HEADERS}/io/blkif.h`, readHeader('io/blkif.h'));
    for (const [key, { header, abi: expected }] of tagged) {
      if (header !== 'io/blkif.h') continue;
      const owner = file.primary.scope.tag(key.split(' ')[1]!);
      if (!owner || owner.kind === 'enum') throw new Error(`${key} is missing`);
      for (const field of owner.fields) {
        const text = describeField(file, { owner, field }, knowledge)!.split('\n')[0]!;
        for (const abi of ABIS) {
          const own = expected[abi].fields.find(({ name }) => name === field.name)!;
          const others = new RegExp(`[(; ,]${abi}(?:, \\w+)*: offset (\\d+), (\\d+) byte`);
          const match = others.exec(text) ?? /offset (\d+), (\d+) byte/.exec(text)!;
          expect([Number(match[1]), Number(match[2])], `${key}.${field.name} on ${abi}`).toEqual([
            own.offset,
            own.size,
          ]);
        }
      }
    }
  });
});
