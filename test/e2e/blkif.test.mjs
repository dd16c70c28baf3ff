// The main job in a real VS Code: a Xen header, opened and asked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeDemo } from '../../scripts/demo-workspace.mjs';
import { openWorkbench } from '../vscode/fixture.mjs';

let editor;
before(
  async () => {
    const { folder, file, line } = makeDemo();
    editor = await openWorkbench(folder, { file, line });
  },
  { timeout: 300_000 },
);
after(() => editor?.stop());

test('the server restarts from the palette', { timeout: 120_000 }, async () => {
  await editor.workbench.run('Xen: Restart Language Server');
  await editor.shot('blkif-restarted');
  assert.equal(await editor.workbench.notification('did not start').count(), 0);
});
