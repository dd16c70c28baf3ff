import path from 'node:path';
import { checkDriver } from '#core/driver';
import { loadCParser } from '../../server/src/c-syntax/c-parser.ts';
import { asText, once, seedFiles, shared } from './seed-files.ts';
import type { FuzzTarget } from './target.ts';

export const drivers: FuzzTarget = {
  name: 'drivers',
  seeds: once(() => [
    ...seedFiles(`${shared}/samples/driver`, /\.[ch]$/),
    ...seedFiles('/usr/src/linux-source-6.1/drivers/block/xen-blkback', /\.[ch]$/),
  ]),
  dictionary: [
    'RING_GET_REQUEST(',
    'goto out;',
    'if (',
    'for (;;) {',
    '->sring->req_prod',
    'xen_rmb();',
  ],
  async run(input) {
    const parser = await loadCParser(path.resolve('dist'));
    checkDriver(parser.read(asText(input)));
  },
};
