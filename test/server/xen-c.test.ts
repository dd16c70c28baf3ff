import { readFileSync, existsSync } from 'node:fs';
import type { CodeLens, DocumentSymbol, InlayHint, Location } from 'vscode-languageserver';
import { afterEach, describe, expect, test } from 'vitest';
import type { StructLayout } from '#core/protocol';
import { LineIndex } from '#core/text';
import { atCaret } from './marked-text.ts';
import { Session } from './session.ts';

const header = '/usr/include/xen/io/blkif.h';
const hasHeader = existsSync(header) || process.env['CI'] === 'true';
const kernel = '/usr/src/linux-source-6.1';
const blkfront = `${kernel}/drivers/block/xen-blkfront.c`;
const hasKernel = existsSync(blkfront) || process.env['CI'] === 'true';

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});

async function openReal(file: string, options: Parameters<typeof Session.start>[0] = {}) {
  session = await Session.start(options);
  const text = readFileSync(file, 'utf8');
  const uri = await session.open(file, text);
  const lines = new LineIndex(text);
  const at = (needle: string) => {
    const offset = text.indexOf(needle.replace('|', ''));
    if (offset < 0) throw new Error(`${file} does not contain ${needle}`);
    return lines.positionAt(offset + needle.indexOf('|'));
  };
  return { session, uri, text, at };
}

const sample = `#include "ring.h"
struct lamp_request {
    uint8_t  op;
    uint64_t id;
};
struct lamp_response { uint64_t id; int16_t status; };
DEFINE_RING_TYPES(lamp, struct lamp_request, struct lamp_response);
`;

describe.skipIf(!hasHeader)("libxen-dev's blkif.h", () => {
  test('a hover has its range and the figures of every ABI', async () => {
    const { session, uri, at } = await openReal(header);
    const position = at('uint16_t       nr_|segments;');
    const text = await session.hover(uri, position);
    expect(text).toContain('offset 2, 2 bytes of `struct blkif_request_indirect`');
    const hover = await session.request<{ range: unknown }>('textDocument/hover', {
      textDocument: { uri },
      position,
    });
    expect(hover.range).toMatchObject({ start: { line: position.line, character: 19 } });
    expect(session.logged).toEqual([]);
  });

  test('setting xen.hover.enable switches hovers off', async () => {
    const { session, uri, at } = await openReal(header, { settings: { hover: { enable: false } } });
    expect(await session.hover(uri, at('struct blkif_|request {'))).toBeUndefined();
  });

  test('diagnostics are information with a code, a page and the fields as evidence', async () => {
    const { session, uri } = await openReal(header);
    const found = await session.diagnostics(uri);
    expect(found.length).toBeGreaterThan(2);
    for (const diagnostic of found)
      expect(diagnostic).toMatchObject({ source: 'xen', code: 'layout-abi-differs', severity: 3 });
    expect(found[0]?.codeDescription?.href).toMatch(/layout-abi-differs/);
    expect(found[0]?.relatedInformation?.length).toBeGreaterThan(0);
  });

  test('a broken copy has errors that go when it is mended', async () => {
    const { session, uri, text } = await openReal(header);
    const severe = async () =>
      (await session.diagnostics(uri)).filter(({ severity }) => severity === 1);
    expect(await severe()).toEqual([]);
    await session.change(
      uri,
      text.replace('uint64_t       nr_sectors; ', 'uint64_t       nr_sectors '),
    );
    expect(await severe()).not.toEqual([]);
    await session.change(uri, text);
    expect(await severe()).toEqual([]);
  });

  test('symbols carry sizes and offsets, the types of the ring included', async () => {
    const { session, uri } = await openReal(header);
    const symbols = await session.request<DocumentSymbol[]>('textDocument/documentSymbol', {
      textDocument: { uri },
    });
    const request = symbols.find(({ name }) => name === 'blkif_request');
    expect(request?.detail).toBe('112 bytes');
    expect(request?.children?.find(({ name }) => name === 'id')?.detail).toBe('at 8, 8 bytes');
    expect(symbols.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['BLKIF_OP_INDIRECT', 'blkif_sring', 'blkif_front_ring_t']),
    );
    expect(symbols.map(({ name }) => name)).not.toContain('__XEN_PUBLIC_IO_BLKIF_H__');
  });

  test('the lens of the ring', async () => {
    const { session, uri, at } = await openReal(header);
    const lenses = await session.request<CodeLens[]>('textDocument/codeLens', {
      textDocument: { uri },
    });
    expect(lenses.map(({ command }) => command?.title)).toEqual([
      '112 B · 32 per page · i386: 108 B',
      'Layout',
      'Simulate',
    ]);
    expect(lenses[0]?.range.start.line).toBe(at('|DEFINE_RING_TYPES(blkif').line);
  });

  test('the layout as text, each ABI, by place and by tag', async () => {
    const { session, uri, at } = await openReal(header);
    const layout = await session.request<StructLayout>('xen/structLayout', {
      uri,
      position: at('uint16_t       nr_|segments;'),
    });
    expect(layout.title).toBe('struct blkif_request_indirect');
    expect(layout.text).toMatch(/\/\* x86_64, arm64, armv7 \*\//);
    expect(layout.text).toMatch(/\/\* i386 — differs from x86_64, arm64, armv7 \*\//);
    expect(layout.text).toMatch(/\/\* +2 +2 \*\/ uint16_t nr_segments;/);
    expect(layout.text).toMatch(/\/\* +56 +8 \*\/ uint64_t pad;/);
    const entry = await session.request<StructLayout>('xen/structLayout', {
      uri,
      tag: 'blkif_sring',
    });
    expect(entry.text).toMatch(/32 slots per page/);
    expect(await session.request('xen/structLayout', { uri, tag: 'nothing' })).toBeNull();
    expect(await session.request('xen/structLayout', { nonsense: 1 })).toBeNull();
  });

  test('definition of an include and of an included type', async () => {
    const { session, uri, at } = await openReal(header);
    const definition = (position: unknown) =>
      session.request<Location[]>('textDocument/definition', { textDocument: { uri }, position });
    expect((await definition(at('#include "ri|ng.h"')))[0]?.uri).toBe(
      'file:///usr/include/xen/io/ring.h',
    );
    const [grant] = await definition(at('grant_|ref_t gref;'));
    expect(grant?.uri).toBe('file:///usr/include/xen/grant_table.h');
  });
});

describe.skipIf(!hasKernel)('a driver', () => {
  test('definition leads from the driver to the header, as does a hover', async () => {
    const { session, uri, at } = await openReal(blkfront, { folders: [kernel] });
    const [place] = await session.request<Location[]>('textDocument/definition', {
      textDocument: { uri },
      position: at('struct blkif_|request '),
    });
    expect(place?.uri).toBe(`file://${kernel}/include/xen/interface/io/blkif.h`);
    expect(await session.hover(uri, at('struct blkif_|request '))).toContain(
      '112 bytes (i386: 108 bytes)',
    );
  });

  test('nothing outside of the folders is read in an untrusted workspace', async () => {
    const { session, uri, at } = await openReal(blkfront, {
      folders: [`${kernel}/drivers/block`],
      trusted: false,
    });
    expect(await session.hover(uri, at('struct blkif_|request '))).toBeUndefined();
  });
});

test('inlay hints are off by default and show offset, size and hole when on', async () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const hints = async (settings: Record<string, unknown>) => {
    session = await Session.start({ settings });
    const uri = await session.open('/nowhere/xen/lamp.h', sample);
    const found = await session.request<InlayHint[]>('textDocument/inlayHint', {
      textDocument: { uri },
      range,
    });
    await session.stop();
    session = undefined;
    return found.map(({ label }) => label);
  };
  expect(await hints({})).toEqual([]);
  expect(await hints({ inlayHints: { layout: true } })).toEqual([
    '@0, 1 B',
    '@8 (i386: 4), 8 B, after 7 (i386: 3) B hole',
    '@0, 8 B',
    '@8, 2 B',
  ]);
});

test('hovers follow every edit, also of an included header that is open and not saved', async () => {
  session = await Session.start();
  const folder = '/nowhere/xen/include/public/io';
  const shared = await session.open(
    `${folder}/lampif.h`,
    'struct lamp_request { int a; int b; };\n',
  );
  const { text, position } = atCaret('#include "lampif.h"\nstruct lamp_|request lamps[2];\n');
  const user = await session.open(`${folder}/lamps.h`, text);
  expect(await session.hover(user, position)).toContain('— 8 bytes');
  await session.change(shared, 'struct lamp_request { int a; int b; int c; };\n');
  expect(await session.hover(user, position)).toContain('— 12 bytes');
});

test('a quick fix closes an open pragma', async () => {
  session = await Session.start();
  const uri = await session.open(
    '/nowhere/xen/include/public/io/p.h',
    '#pragma pack(push, 1)\nstruct a { int b; };\n',
  );
  const [found] = await session.diagnostics(uri);
  expect(found?.code).toBe('pragma-pack-open');
  const [action] = await session.codeActions(uri, found!);
  expect(action?.title).toBe('Add #pragma pack(pop)');
});
