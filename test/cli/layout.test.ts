import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'layout-'));
afterAll(() => rmSync(folder, { recursive: true }));

function header(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Report {
  readonly version: number;
  readonly files: readonly string[];
  readonly types: Record<
    string,
    {
      readonly line: number;
      readonly abi: Record<string, { readonly size: number; readonly align: number }>;
    }
  >;
  readonly constants: Record<string, { readonly abi: Record<string, string> }>;
  readonly rings: Record<string, unknown>;
  readonly unknown: readonly { readonly name: string; readonly why: string }[];
  readonly findings: readonly { readonly rule: string; readonly line: number }[];
}

async function report(...args: readonly string[]): Promise<Report> {
  const ran = await runCli(['layout', '--format', 'json', ...args]);
  expect(ran.stderr).toBe('');
  return JSON.parse(ran.stdout) as Report;
}

test('gives sizes, constants, rings and nested keys on every ABI', async () => {
  const path = header(
    'one.h',
    [
      '#define COUNT (2 + sizeof(struct part))',
      'struct part { uint8_t kind; uint64_t where; };',
      'struct answer { uint32_t code; union { uint8_t bytes[COUNT]; } body; };',
      'DEFINE_RING_TYPES(demo, struct part, struct answer);',
    ].join('\n'),
  );
  const found = await report(path);
  expect(found).toMatchObject({ version: 1, files: [path], unknown: [], findings: [] });
  expect(found.types['struct part']).toMatchObject({
    line: 2,
    abi: { x86_64: { size: 16, align: 8 }, i386: { size: 12, align: 4 } },
  });
  expect(Object.keys(found.types)).toContain('struct answer.body');
  expect(found.constants['COUNT']?.abi).toEqual({
    x86_64: '18',
    i386: '14',
    arm64: '18',
    armv7: '18',
  });
  // 4 + 14 bytes on i386, rounded up to 20; 4032 / 20 = 201, so 128 slots in a page.
  expect(found.rings['demo']).toMatchObject({
    abi: {
      i386: { entrySize: 20, ringOffset: 64, entriesByOrder: [128, 256, 512, 1024, 2048, 4096] },
    },
  });
});

test('takes -D, -I, --abi and --type', async () => {
  header('deep.h', 'typedef struct { long words[WORDS]; } deep_t;\n');
  const path = header(
    'two.h',
    '#include <deep.h>\nstruct outer { deep_t deep; };\nstruct other { int a; };\n',
  );
  const found = await report(
    path,
    '-I',
    folder,
    '-D',
    'WORDS=3',
    '--abi',
    'armv7,arm64',
    '--type',
    'outer',
  );
  expect(Object.keys(found.types).filter((key) => !key.startsWith('struct outer.'))).toEqual([
    'struct outer',
  ]);
  const { abi } = found.types['struct outer'] ?? {};
  expect(abi).toMatchObject({ arm64: { size: 24 }, armv7: { size: 12 } });
  expect(Object.keys(abi ?? {})).toEqual(['armv7', 'arm64']);
});

test('says why a layout cannot be known, and does not guess', async () => {
  const path = header('three.h', 'struct lost {\n  int a;\n  struct elsewhere b;\n};\n');
  const { unknown, types } = await report(path);
  expect(unknown).toEqual([
    expect.objectContaining({
      name: 'struct lost',
      line: 3,
      why: 'The layout of struct lost cannot be known at `b`: `struct elsewhere` is defined nowhere in what was read.',
    }),
  ]);
  expect(types['struct lost']?.abi).toEqual({});
});

test('heads an unnamed structure with what it is', async () => {
  const path = header(
    'inner.h',
    'struct outer { union { int a; char b; } either; struct { int c; } both; };\n',
  );
  const { stdout } = await runCli(['layout', path, '--type', 'outer']);
  const heads = stdout.match(/^.*\{ \/\*/gm);
  expect(heads).toEqual([
    'struct outer { /*',
    '/* struct outer.either */ union { /*',
    '/* struct outer.both */ struct { /*',
  ]);
});

test('writes structures out as text, ABIs that agree together', async () => {
  const path = header('four.h', 'struct s { char c; long long n; unsigned int low : 3; };\n');
  const ran = await runCli(['layout', path]);
  expect(ran.status).toBe(0);
  expect(ran.stdout).toMatch(/struct s \{ \/\* x86_64, arm64, armv7 \*\//);
  expect(ran.stdout).toMatch(/struct s \{ \/\* i386 \*\//);
  expect(ran.stdout).toMatch(/7 bytes hole at 1/);
  expect(ran.stdout).toMatch(/unsigned int low:3;/);
});

test('ends with 1 for a text that is no C, with 2 for what it cannot use', async () => {
  const path = header('five.h', 'struct s { int a;\n');
  const broken = await runCli(['layout', path, '--format', 'json']);
  expect(broken.status).toBe(1);
  expect((JSON.parse(broken.stdout) as Report).findings[0]).toMatchObject({
    rule: 'c-syntax',
    line: 1,
  });
  expect(await runCli(['layout', path, '--abi', 'vax'])).toMatchObject({ status: 2 });
  expect(await runCli(['layout', path, '--type', 'nobody'])).toMatchObject({ status: 2 });
  expect(await runCli(['layout', join(folder, 'none.h')])).toMatchObject({ status: 2 });
  expect(await runCli(['layout'])).toMatchObject({ status: 2 });
});
