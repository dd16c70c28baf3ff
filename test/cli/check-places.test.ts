import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from './run.ts';

const samples = path.resolve(import.meta.dirname, '../oracle/sysret');
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-places-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
}

async function found(place: string, ...args: readonly string[]): Promise<string[]> {
  const ran = await runCli(['check', place, '--rules', 'SR', '--format', 'json', ...args]);
  const { findings } = JSON.parse(ran.stdout) as { readonly findings: readonly Found[] };
  return findings.map(({ rule, file, line }) => `${rule} ${path.basename(file)}:${line}`);
}

// Parts of a tree are passed over by their name; where the tree itself lies must not matter.
describe('a tree is judged the same wherever it lies', () => {
  test.each(['kernel', 'drivers/kernel', 'net/fs/kernel', 'docs'])('%s', async (place) => {
    const inside = path.join(folder, place);
    mkdirSync(inside, { recursive: true });
    cpSync(samples, inside, { recursive: true });
    const expected = await found(samples);
    expect(expected.length).toBeGreaterThan(20);
    expect(await found(inside)).toEqual(expected);
  });

  test('a file alone, in a folder with the name of a part that is passed over', async () => {
    const inside = path.join(folder, 'sound');
    mkdirSync(inside, { recursive: true });
    const unsafe = (await found(samples)).find((each) => /^SR010 \w+\.c:/.test(each));
    const name = /\w+\.c/.exec(unsafe ?? '')?.[0] ?? '';
    cpSync(path.join(samples, name), path.join(inside, name));
    expect(await found(path.join(inside, name))).toContain(unsafe);
  });
});
