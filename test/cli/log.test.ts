import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { labLog } from '../core/xen-log/knowledge.ts';
import { runCli } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text, 'latin1');
  return path;
}

interface Frame {
  readonly symbol: string | null;
  readonly address: string;
  readonly file?: string;
  readonly line?: number;
}
interface FileRecord {
  readonly file: string;
  readonly bytes: number;
  readonly lines: number;
  readonly classifiedLines: number;
  readonly dialects: Record<string, number>;
  readonly events: readonly {
    readonly id: string;
    readonly line: number;
    readonly severity: string;
    readonly fields: object;
  }[];
  readonly crashes: readonly {
    readonly kind: string;
    readonly cause: string;
    readonly registers: Record<string, string>;
    readonly callTrace: readonly Frame[];
    readonly culprit: Frame;
    readonly securityRelevant: { readonly yes: boolean; readonly why: string };
  }[];
  readonly unclassified: readonly {
    readonly count: number;
    readonly example: string;
    readonly line: number;
  }[];
  readonly map?: { readonly kind: string; readonly why?: string };
}

const nullLog = labLog('301-lab-null.log');
const crashed = file('null.log', nullLog);

async function records(args: readonly string[], stdin = ''): Promise<readonly FileRecord[]> {
  const ran = await runCli(['log', '--format', 'json', ...args], stdin);
  expect(ran.stderr).toBe('');
  const result = JSON.parse(ran.stdout) as {
    readonly version: number;
    readonly files: FileRecord[];
  };
  expect(result.version).toBe(1);
  return result.files;
}

test('gives the records that the contract names', async () => {
  const [record] = await records([crashed]);
  expect(record).toMatchObject({
    file: crashed,
    bytes: nullLog.length,
    lines: 631,
    classifiedLines: 631,
  });
  expect(record?.dialects['xen-console']).toBeGreaterThan(200);
  expect(record?.crashes[0]).toMatchObject({
    kind: 'page-fault',
    registers: { cr2: '0x0000000000000010' },
    callTrace: expect.arrayContaining([
      expect.objectContaining({
        symbol: 'lab_read_value',
        address: '0xffff82d04025eebd',
        offset: 3,
        size: 12,
      }),
    ]),
    securityRelevant: { yes: false },
  });
  expect(record?.events).toContainEqual(
    expect.objectContaining({ id: 'xen.crash.pagefault', line: 626, severity: 'error' }),
  );
  expect(record?.unclassified[0]?.count).toBeGreaterThan(1);
});

test('a pipe and a file give the same', async () => {
  const [[fromFile], [fromPipe]] = await Promise.all([records([crashed]), records(['-'], nullLog)]);
  expect({ ...fromPipe, file: '' }).toEqual({ ...fromFile, file: '' });
});

test('several files keep their order', async () => {
  const other = file('none.log', labLog('329-alab-none.log'));
  const found = await records([crashed, other]);
  expect(found.map((record) => record.file)).toEqual([crashed, other]);
});

test('a source tree gives frames the line of their function', async () => {
  file(
    'tree/xen/common/crashlab.c',
    '#include <xen/lib.h>\n\nstatic int lab_read_value(const struct lab *p)\n{\n    return p->inner->value;\n}\n',
  );
  const [record] = await records([crashed, '--source', join(folder, 'tree')]);
  expect(record?.crashes[0]?.culprit).toMatchObject({ file: 'xen/common/crashlab.c', line: 3 });
});

test('a map of that build fits, a map of another build is told and not used', async () => {
  const rows = [
    ['ffff82d04025eeba', 'common/crashlab.c#lab_read_value'],
    ['ffff82d04025eec6', 'common/crashlab.c#lab_next'],
  ];
  const map = (shift: bigint): string =>
    rows
      .map(([address, name]) => `0x${(BigInt(`0x${address}`) + shift).toString(16)} t ${name}`)
      .join('\n');
  const short = file(
    'short.log',
    nullLog
      .split('\n')
      .filter((line) => !/ [FS] /.test(line))
      .join('\n'),
  );
  const [right] = await records([short, '--map', file('right.map', map(0n))]);
  expect(right?.map).toEqual({ kind: 'fits', checked: 1 });
  const [wrong] = await records([short, '--map', file('wrong.map', map(2n))]);
  expect(wrong?.map?.kind).toBe('wrong');
  expect(wrong?.map?.why).toMatch(/lab_read_value.*another build/);
});

test('a source tree tells which call prints a line, and is read again only where it changed', async () => {
  const tree = join(folder, 'tree');
  const source = join(tree, 'xen/common/pool.c');
  const printing = (level: string): string =>
    `static void shrink(struct pool *p)\n{\n    printk(XENLOG_${level} "pool %u: %lu pages missing\\n", p->id, p->n);\n}\n`;
  mkdirSync(join(tree, 'tools'), { recursive: true });
  file('tree/xen/common/pool.c', printing('ERR'));
  const log = file('pool.log', '(XEN) [    1.000000] pool 3: 12 pages missing\n');
  const run = async (): Promise<object | undefined> => {
    const [record] = await records([log, '--source', tree]);
    return record?.events[0];
  };
  const origin = { file: 'xen/common/pool.c', line: 3, function: 'shrink', call: 'printk' };
  expect(await run()).toMatchObject({ source: { ...origin, level: 'error' } });
  expect(await run()).toMatchObject({ source: { ...origin, level: 'error' } });
  writeFileSync(source, printing('WARNING'));
  expect(await run()).toMatchObject({ source: { ...origin, level: 'warning' } });
});

test('known fixes follow from the version', async () => {
  const old = file(
    'old.log',
    labLog('310-lab-panic.log').replaceAll(/Xen version 4\.20\.\d+/g, 'Xen version 4.17.0'),
  );
  const [record] = await records([old]);
  expect(record).toMatchObject({ knownFixes: { version: '4.17.0' } });
  const { knownFixes } = record as unknown as { knownFixes: { lacking: readonly string[] } };
  expect(knownFixes.lacking.length).toBeGreaterThan(20);
  expect(knownFixes.lacking).not.toContain('XSA-1');
});

test('a large file is scanned from disk and gives the same crash', async () => {
  const routine = Array.from(
    { length: 300_000 },
    (_, i) =>
      `(XEN) [${String(i).padStart(6)}.000001] d${i % 9}v0 timer set for ${i * 7} ns, slack ${i % 100}\n`,
  ).join('');
  const path = file('large.log', `${routine}${nullLog}`);
  const output = join(folder, 'large.json');
  const ran = await runCli(['log', '--format', 'json', '--output', output, path]);
  expect(ran).toMatchObject({ status: 1, stdout: '', stderr: '' });
  const { readFileSync } = await import('node:fs');
  const [record] = (JSON.parse(readFileSync(output, 'utf8')) as { files: FileRecord[] }).files;
  expect(record).toMatchObject({
    lines: 300_631,
    crashes: [{ kind: 'page-fault', line: 300_562 }],
  });
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
});

test.each([
  ['no file', [], /log needs a file/],
  ['a missing file', ['nowhere.log'], /Cannot read nowhere\.log: there is no such file/],
  ['a map that is none', [crashed, '--map', crashed], /holds no symbols/],
  ['an unknown format', [crashed, '--format', 'xml'], /--format xml is not known/],
])('%s is told in one plain line', async (_name, args, message) => {
  const ran = await runCli(['log', ...args]);
  expect(ran.status).toBe(2);
  expect(ran.stderr).toMatch(message);
  expect(ran.stderr.trim().split('\n')).toHaveLength(1);
});

test('the exit status follows --fail-on', async () => {
  const clean = file('clean.log', labLog('206-gen-vtd.log'));
  expect((await runCli(['log', clean])).status).toBe(0);
  expect((await runCli(['log', crashed])).status).toBe(1);
  expect((await runCli(['log', crashed, '--fail-on', 'never'])).status).toBe(0);
});
