// A second, independent client: Neovim's built-in one (Debian package neovim), over stdio, without a plugin of ours.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { makeDemo } from '../../scripts/demo-workspace.mjs';
import { root } from '../vscode/fixture.mjs';
import { which } from '../vscode/install.mjs';

const nvim = which('nvim');
const reason = 'Neovim is missing (Debian: apt-get install neovim)';
const skip = nvim || process.env.CI === 'true' ? false : reason;

test(
  'Neovim hovers a header and shows the diagnostics of a driver',
  { skip, timeout: 60_000 },
  () => {
    assert.ok(nvim, reason);
    const { folder, file } = makeDemo();
    const lines = readFileSync(file, 'utf8').split('\n');
    const struct = lines.findIndex((line) => line.startsWith('struct blkif_request_indirect'));
    const member = lines.findIndex((line, i) => i > struct && /\bnr_segments;/.test(line));
    const column = lines[member].indexOf('nr_segments') + 1;
    const ran = spawnSync(
      nvim,
      ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-S', 'test/editors/neovim.lua'],
      {
        cwd: root,
        encoding: 'utf8',
        env: {
          ...process.env,
          XEN_LSP: `${process.execPath} dist/cli.js lsp --stdio`,
          XEN_HOVER: `${file}:${member + 1}:${column}`,
          XEN_DIAGNOSE: path.join(folder, 'backend.c'),
        },
      },
    );
    const line = ran.stdout.split('\n').find((each) => each.startsWith('{'));
    assert.ok(line, ran.stdout + ran.stderr);
    const { hover, diagnostics } = JSON.parse(line);
    assert.match(hover, /offset/i);
    assert.match(hover, /i386/);
    assert.ok(
      diagnostics.some(({ code }) => code.startsWith('XR')),
      JSON.stringify(diagnostics),
    );
  },
);
