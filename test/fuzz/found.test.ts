import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inputOf } from './mutate.ts';
import { targets } from './targets.ts';

const folder = path.join(import.meta.dirname, 'found');
const inputs = existsSync(folder)
  ? readdirSync(folder).filter((file) => file.endsWith('.bin'))
  : [];

// Whatever `npm run fuzz` once found stays found.
test.each(inputs)('%s is read without a fault', async (file) => {
  const target = targets.find(({ name }) => file.startsWith(`${name}-`));
  await target?.run(readFileSync(path.join(folder, file)));
  expect(target).toBeDefined();
});

test('a number stands for the same input every time', () => {
  const sources = {
    seeds: [new TextEncoder().encode('struct a { int b[12]; };')],
    dictionary: ['int'],
  };
  for (const number of [0, 1, 77, 2 ** 31])
    expect(inputOf(number, sources)).toEqual(inputOf(number, sources));
});
