import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findHeaderNodes, readHeaderNodes } from '../../../server/src/core/blkif/node-sections.ts';
import { LineIndex } from '#core/text';
import { commentsIn, hasXenHeaders, readHeader } from './header-text.ts';

interface OracleNode {
  readonly name: string;
  readonly side: string;
  readonly section: string;
  readonly private: boolean;
  readonly line: number;
  readonly values: string;
  readonly default: string | null;
  readonly maximum: string | null;
  readonly deprecated: boolean;
  readonly notes: readonly number[];
}

const oracle = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../oracle/xenstore-nodes.json'), 'utf8'),
) as { readonly nodes: readonly OracleNode[] };

const read = (text: string) => readHeaderNodes(text, commentsIn(text));

describe.skipIf(!hasXenHeaders)("libxen-dev's headers", () => {
  test('the 31 nodes of blkif.h are found with every property', () => {
    const text = readHeader('io/blkif.h');
    const lines = new LineIndex(text);
    const found = read(text).nodes.map((node) => ({
      end: undefined,
      name: node.name,
      side: node.side,
      section: node.section,
      private: node.isPrivate,
      line: lines.positionAt(node.span.start).line + 1,
      values: node.values,
      // The oracle overlooked the default of `trusted`, whose key is written in lower case.
      default: node.name === 'trusted' ? null : (node.default ?? null),
      maximum: node.maximum ?? null,
      deprecated: node.isDeprecated,
      notes: node.notes,
    }));
    const expected = oracle.nodes.map((node) => ({ ...node, end: undefined }));
    expect(found).toEqual(expected);
    expect(read(text).nodes.find(({ name }) => name === 'trusted')?.default).toBe('1');
  });

  test('the eleven notes of blkif.h are found', () => {
    const { notes } = read(readHeader('io/blkif.h'));
    expect([...notes.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(notes.get(11)).toMatch(/NetBSD/);
  });

  test.each([
    ['io/displif.h', ['versions', 'be-alloc', 'resolution', 'req-ring-ref', 'evt-event-channel']],
    ['io/sndif.h', ['versions', 'short-name', 'sample-formats', 'evt-ring-ref']],
    ['io/kbdif.h', ['feature-abs-pointer', 'multi-touch-width', 'request-raw-pointer', 'page-ref']],
    ['io/usbif.h', ['num-ports', 'usb-ver', 'urb-ring-ref', 'protocol']],
    ['io/vscsiif.h', ['p-devname', 'feature-sg-grant', 'ring-ref', 'protocol']],
  ])('%s documents its nodes the same way', (header, names) => {
    const found = read(readHeader(header)).nodes.map(({ name }) => name);
    expect(found).toEqual(expect.arrayContaining(names));
  });
});

const sample = `/*
 *****************************************************************************
 *                            Backend XenBus Nodes
 *****************************************************************************
 *--------------------- Secrets (PRIVATE) ---------------------
 *
 * colour
 *\tValues:\t\t"red", "green" or any
 *\t\t\tother name
 *\tDefault value: red
 *\tNotes:         DEPRECATED, 2
 *
 *\tWhat the lamp shows.
 *
 *\tNever blue.
 *
 *****************************************************************************
 *                            Frontend XenBus Nodes
 *****************************************************************************
 *------- Lamps -------
 * lamp-ref%u
 *      Values:         <uint32_t>
 *
 *      One lamp.
 * Notes
 * -----
 * (1) First of
 *     two lines.
 *(2) Second.
 */
`;

test('sections, private marks, tabs, continued values, paragraphs and notes', () => {
  const { nodes, notes } = read(sample);
  expect(nodes).toMatchObject([
    {
      name: 'colour',
      side: 'backend',
      section: 'Secrets',
      isPrivate: true,
      isDeprecated: true,
      values: '"red", "green" or any other name',
      default: 'red',
      notes: [2],
      paragraphs: ['What the lamp shows.', 'Never blue.'],
    },
    { name: 'lamp-ref%u', side: 'frontend', section: 'Lamps', isPrivate: false },
  ]);
  expect(notes).toEqual(
    new Map([
      [1, 'First of two lines.'],
      [2, 'Second.'],
    ]),
  );
});

test.each(['lamp-ref%u', 'lamp-ref0', 'lamp-ref17', 'lamp-ref%d'])(
  'the literal %s finds the entry of the pattern',
  (literal) => {
    expect(findHeaderNodes(read(sample), literal).map(({ name }) => name)).toEqual(['lamp-ref%u']);
  },
);

test('a word in prose is not a node', () => {
  expect(read('/*\n * alone\n *\n * Values: are what matters.\n */').nodes).toEqual([]);
});
