import { ABIS } from '#core/c-types';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { expect, it } from 'vitest';
import { measuredLayouts } from './measured-layouts.ts';

const measured = measuredLayouts();

it.each(ABIS)('the block ring is laid out on %s as a compiler does', (abi) => {
  // An anonymous union has no name to compare: how it is spelled is the layout engine's own test.
  const comparable = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'type' ? undefined : part)));
  expect(comparable(SLOT_LAYOUTS[abi])).toEqual(comparable(measured[abi]));
});
