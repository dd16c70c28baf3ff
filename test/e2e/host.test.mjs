// The extension-host suite (the vscode API), in a desktop VS Code where there is one, else in code-server.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { findDesktop } from '../vscode/install.mjs';
import { root } from '../vscode/fixture.mjs';
import { makeDemo } from '../../scripts/demo-workspace.mjs';

test('the extension-host suite passes', { timeout: 300_000 }, async (t) => {
  const output = path.join(root, '.vscode-test');
  mkdirSync(output, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['test/e2e/suite/index.ts'],
    outfile: '.vscode-test/suite.cjs',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const result = path.join(output, 'suite-result.json');
  rmSync(result, { force: true });
  process.env.XEN_SUITE_RESULT = result;
  process.env.SHIM_FAILURE_PICTURE = path.join(output, 'shots', 'host-failure.png');
  const desktop = findDesktop();
  await runTests({
    vscodeExecutablePath: desktop?.exe ?? path.join(root, 'test/vscode/code-shim.mjs'),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(output, 'suite.cjs'),
    launchArgs: [makeDemo().folder, '--disable-extensions'],
    extensionTestsEnv: { XEN_SUITE_RESULT: result },
  });
  const { editor, tests } = JSON.parse(readFileSync(result, 'utf8'));
  t.diagnostic(`${editor}: ${tests.length} tests`);
  for (const { name, error } of tests) await t.test(name, () => assert.equal(error, undefined));
});
