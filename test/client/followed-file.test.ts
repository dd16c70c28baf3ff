import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FollowedFile } from '../../client/src/log/followed-file.ts';

let folder: string;
let file: string;
let followed: FollowedFile | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'followed-'));
  file = path.join(folder, 'serial.log');
});
afterEach(() => {
  followed?.stop();
  rmSync(folder, { recursive: true });
});

async function follow(text: string): Promise<FollowedFile> {
  writeFileSync(file, text);
  followed = new FollowedFile(file, () => {});
  await followed.start();
  return followed;
}

test('what is appended is seen, also where it splits a line and a character', async () => {
  const log = await follow('(XEN) one\n(XEN) tw');
  expect(log.text).toBe('(XEN) one\n(XEN) tw');
  const bytes = Buffer.from('o é\n');
  appendFileSync(file, bytes.subarray(0, 3));
  await vi.waitFor(() => expect(log.text).toBe('(XEN) one\n(XEN) two '), 10_000);
  appendFileSync(file, bytes.subarray(3));
  await vi.waitFor(() => expect(log.text).toBe('(XEN) one\n(XEN) two é\n'), 10_000);
});

test('a log that was rotated or truncated starts anew', async () => {
  const log = await follow('a long first log\n');
  writeFileSync(file, 'new\n');
  await vi.waitFor(() => expect(log.text).toBe('new\n'), 10_000);
});

test('a large log begins at a whole line and stays bounded while it grows', async () => {
  const line = (n: number): string => `(XEN) line ${n} ${'x'.repeat(80)}\n`;
  const lines = (from: number, count: number): string =>
    Array.from({ length: count }, (_, i) => line(from + i)).join('');
  const log = await follow(lines(0, 20_000));
  expect(log.text.startsWith('(XEN) line ')).toBe(true);
  expect(log.text.endsWith(line(19_999))).toBe(true);
  for (let at = 20_000; at < 24_000; at += 2000) {
    appendFileSync(file, lines(at, 2000));
    await vi.waitFor(() => expect(log.text.endsWith(line(at + 1999))).toBe(true), 10_000);
    expect(log.text.split('\n').length).toBeLessThan(6100);
    expect(log.text.startsWith('(XEN) line ')).toBe(true);
  }
});

test('a file that is gone keeps what was read', async () => {
  const log = await follow('kept\n');
  rmSync(file);
  appendFileSync(file, 'kept\nmore\n');
  await vi.waitFor(() => expect(log.text).toBe('kept\nmore\n'), 10_000);
});
