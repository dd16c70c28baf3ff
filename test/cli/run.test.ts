import { expect, test } from 'vitest';
import { runCli } from './run.ts';

test('--help lists the commands', async () => {
  const ran = await runCli(['--help']);
  expect(ran.status).toBe(0);
  expect(ran.stdout).toContain('  lsp');
});

test('an unknown command is named in one line', async () => {
  const ran = await runCli(['toString']);
  expect(ran.status).toBe(2);
  expect(ran.stderr).toMatch(/^xen-devtools: There is no command "toString": use one of .*\.\n$/);
});

test('lsp without --stdio says what to do', async () =>
  expect(await runCli(['lsp'])).toMatchObject({ status: 2 }));
