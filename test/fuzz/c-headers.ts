import {
  ABIS,
  aggregatesOf,
  geometryOf,
  HeaderCache,
  layoutOf,
  parseUnit,
  ringsOf,
} from '#core/c-types';
import { asText, once, seedFiles } from './seed-files.ts';
import type { FuzzTarget } from './target.ts';

const seeds = once(() => seedFiles('/usr/include/xen', /\.h$/));
const cache = new HeaderCache();

export const cHeaders: FuzzTarget = {
  name: 'c-headers',
  seeds,
  dictionary: [
    'struct',
    'union',
    '#define',
    '#include',
    '##',
    '__attribute__((packed))',
    'sizeof(',
  ],
  run(input) {
    const text = asText(input);
    for (const abi of ABIS) {
      const unit = parseUnit(text, { path: '/fuzz.h', abi }, cache);
      for (const { aggregate } of aggregatesOf(unit)) layoutOf(aggregate, unit.scope);
      for (const ring of ringsOf(unit)) geometryOf(ring, unit.scope);
    }
  },
};
