import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scanFiles } from '../../server/src/workspace-scan/scan.ts';
import { checkers } from '../../server/src/workspace-scan/checkers.ts';
import { runCli } from './run.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-abuse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function place(name: string): string {
  const made = path.join(folder, name);
  mkdirSync(made, { recursive: true });
  cpSync(path.join(root, 'docs/demo/backend.c'), path.join(made, 'backend.c'));
  return made;
}

interface Report {
  readonly findings: readonly { readonly rule: string; readonly file: string }[];
}
const check = async (...args: string[]) => {
  const ran = await runCli(['check', ...args, '--format', 'json']);
  return { ...ran, report: JSON.parse(ran.stdout || '{"findings":[]}') as Report };
};
const alone = async () => (await check(place('alone'))).report.findings.length;

describe('trees as they come', () => {
  test('a loop of symbolic links ends', async () => {
    const tree = place('loop');
    symlinkSync(tree, path.join(tree, 'again'));
    symlinkSync('nowhere', path.join(tree, 'dangling.c'));
    expect((await check(tree)).report.findings).toHaveLength(await alone());
  });

  test('a folder with the name of a source file is a folder', async () => {
    const tree = place('odd');
    mkdirSync(path.join(tree, 'driver.c'));
    cpSync(path.join(tree, 'backend.c'), path.join(tree, 'driver.c', 'backend.c'));
    expect((await check(tree)).report.findings).toHaveLength(2 * (await alone()));
  });

  test('a pipe in a tree is not waited for', async () => {
    const tree = place('pipe');
    if (spawnSync('mkfifo', [path.join(tree, 'pipe.c')]).status !== 0) return;
    expect((await check(tree)).report.findings).toHaveLength(await alone());
  });

  test('a name that is no UTF-8 is left out or read, and the rest is judged', async () => {
    const tree = place('bytes');
    writeFileSync(
      Buffer.concat([Buffer.from(`${tree}/latin`), Buffer.from([0xe9]), Buffer.from('.c')]),
      'int a;\n',
    );
    const ran = await check(tree);
    expect(ran.status).toBe(1);
    expect(ran.report.findings.length).toBeGreaterThanOrEqual(await alone());
  });

  test('bytes instead of text', async () => {
    const tree = place('binary');
    const bytes = Buffer.alloc(200_000, 0);
    bytes.write('RING_GET_REQUEST(&ring, cons); sysretq', 1000);
    writeFileSync(path.join(tree, 'image.c'), bytes);
    writeFileSync(path.join(tree, 'image.S'), bytes);
    expect((await check(tree)).report.findings.length).toBeGreaterThanOrEqual(await alone());
  });

  test('a file that goes between the listing and the reading is named, and the rest is judged', async () => {
    const tree = place('gone');
    const scan = await scanFiles(['backend.c', 'gone.c'], checkers, {
      folder: tree,
      isInPart: () => true,
      enabledRules: new Set(['XR101']),
      workspace: true,
      trustedPeers: [],
      jobs: 1,
      settings: {
        sysretMacros: [],
        guardFunctions: [],
        iretFlags: [],
        userLimits: [],
        interruptMacros: [],
      },
    });
    expect(scan.unreadable).toEqual(['gone.c']);
    expect(scan.findings.map(({ rule }) => rule)).toContain('XR101');
  });
});

describe('results that cannot be written', () => {
  test('a folder that does not exist: one line, status 2', async () => {
    const ran = await runCli(['check', place('out'), '--output', path.join(folder, 'no/such/f')]);
    expect(ran.status).toBe(2);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(ran.stderr).toMatch(/Cannot write/);
  });

  test('a full disk leaves neither half a file nor a part beside it', async (context) => {
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    // Only root may mount; elsewhere this cannot be tried.
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', disk]).status !== 0)
      return context.skip();
    try {
      const log = path.join(root, 'docs/demo/serial.log');
      const target = path.join(disk, 'report.json');
      const ran = await runCli(['log', log, '--format', 'json', '--output', target]);
      expect(ran.status).toBe(2);
      expect(ran.stderr).toMatch(/Cannot write.*(?:ENOSPC|no space)/i);
      expect(existsSync(target)).toBe(false);
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
