import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, expect, test } from 'vitest';
import { runCli } from './run.ts';

const samples = path.resolve(import.meta.dirname, '../oracle/sysret');
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-sarif-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Log {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleIndex: number;
      readonly ruleId: string;
      readonly codeFlows?: readonly {
        readonly threadFlows: readonly { readonly locations: readonly unknown[] }[];
      }[];
    }[];
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  }[];
}

/** The OASIS schema; formats are checked by what Node itself takes for a URI. */
function schemaErrors(log: unknown): string {
  const require = createRequire(import.meta.url);
  const schema = JSON.parse(
    readFileSync(
      require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
      'utf8',
    ),
  ) as Record<string, unknown>;
  // Draft 4 spelt these two differently; nothing else in the schema depends on the draft.
  delete schema['$schema'];
  delete schema['id'];
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  const isReference = (text: string): boolean => URL.canParse(text, 'file:///') && !/\s/.test(text);
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addFormat('uri-reference', isReference);
  ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  const validate = ajv.compile(schema);
  return validate(log) ? '' : ajv.errorsText(validate.errors);
}

async function sarif(...args: readonly string[]): Promise<Log> {
  const ran = await runCli(['check', ...args, '--format', 'sarif', '--fail-on', 'never']);
  expect(ran.stderr).toBe('');
  return JSON.parse(ran.stdout) as Log;
}

test('reports with findings, without any, and with names that need encoding are valid SARIF 2.1.0', async () => {
  const odd = path.join(folder, 'exit path #1 (50%).S');
  writeFileSync(odd, readFileSync(path.join(samples, 'att_01_unguarded.S')));
  const empty = path.join(folder, 'empty.c');
  writeFileSync(empty, '');
  for (const target of [samples, odd, empty]) {
    const log = await sarif(target, '--rules', 'SR');
    expect(schemaErrors(log)).toBe('');
  }
});

test('the schema refuses what is not SARIF', () => {
  expect(schemaErrors({ version: '2.1.0', runs: [{ results: [] }] })).toMatch(/tool/);
});

test('a path to an exit is a code flow', async () => {
  const log = await sarif(path.join(samples, 'att_01_unguarded.S'));
  const flow = log.runs[0]!.results.find(({ ruleId }) => ruleId === 'SR001')!.codeFlows![0]!;
  expect(flow.threadFlows[0]!.locations.length).toBeGreaterThanOrEqual(3);
});

test('SARIF of the parts merges into the SARIF of the single run', async () => {
  const parts = [];
  for (const part of [1, 2, 3]) {
    const file = path.join(folder, `${part}.sarif`);
    writeFileSync(file, JSON.stringify(await sarif(samples, '--shard', `${part}/3`)));
    parts.push(file);
  }
  const merged = await sarif('--merge', ...parts);
  expect(merged).toEqual(await sarif(samples));
  expect(schemaErrors(merged)).toBe('');
});
