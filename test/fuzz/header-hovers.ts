import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  aggregateAt,
  CFile,
  checkHeader,
  definitionAt,
  describeAt,
  layoutDocument,
  layoutHints,
  outlineOf,
  ringLenses,
} from '#core/blkif';
import { HeaderCache } from '#core/c-types';
import { decodeNodeBook, decodePvProtocols, decodeRingMacros } from '#core/knowledge';
import { asText, once, seedFiles } from './seed-files.ts';
import type { FuzzTarget } from './target.ts';

const data = (name: string): unknown =>
  JSON.parse(readFileSync(path.resolve(`server/src/core/knowledge/data/${name}.json`), 'utf8'));
const knowledge = (() => {
  let kept: Parameters<typeof checkHeader>[1] | undefined;
  return () =>
    (kept ??= {
      nodes: decodeNodeBook(data('xenstore-nodes')),
      macros: decodeRingMacros(data('ring-macros')),
      protocols: decodePvProtocols(data('pv-protocols')),
    });
})();

const cache = new HeaderCache();

/** Everything that the editor shows of a header, asked at places all over it. */
export const headerHovers: FuzzTarget = {
  name: 'header-hovers',
  seeds: once(() => seedFiles('/usr/include/xen/io', /\.h$/)),
  dictionary: [
    'struct',
    '"feature-persistent"',
    '#ifdef __i386__',
    '#pragma pack(push, 1)',
    '@id:',
  ],
  run(input) {
    const text = asText(input);
    const file = new CFile('/fuzz/xen/include/public/io/fuzz.h', text, { cache });
    for (let place = 0; place < 40; place++) {
      const offset = Math.floor((text.length * place) / 40);
      describeAt(file, offset, knowledge);
      definitionAt(file, offset);
      const aggregate = aggregateAt(file, offset);
      if (aggregate && place % 8 === 0) layoutDocument(file, aggregate);
    }
    checkHeader(file, knowledge());
    outlineOf(file.primary);
    ringLenses(file);
    layoutHints(file, { start: 0, end: text.length });
  },
};
