// A backend that fetches a field twice, in a real VS Code: shown, explained, repaired by the quick fix, gone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { themes } from '../vscode/axe.mjs';
import { openWorkbench } from '../vscode/fixture.mjs';

const limit = { timeout: 180_000 };
const backend = `#include <xen/io/ring.h>
#include <xen/io/blkif.h>

struct backend {
    blkif_back_ring_t ring;
    unsigned irq;
};

/* Takes one request off the ring and submits its segments. */
int take_request(struct backend *be)
{
    blkif_request_t *req = RING_GET_REQUEST(&be->ring, be->ring.req_cons);
    unsigned i;

    if (req->nr_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
        return -1;
    for (i = 0; i < req->nr_segments; i++)
        submit_segment(req->seg[i].gref, req->sector_number);
    be->ring.req_cons++;
    return 0;
}
`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'xen-driver-'));
let editor;

before(async () => {
  const file = path.join(folder, 'backend.c');
  writeFileSync(file, backend);
  editor = await openWorkbench(folder, { file, line: 17 });
}, limit);
after(async () => {
  await editor?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const squiggle = () => editor.workbench.editor('backend.c').locator('.squiggly-error');

test('a double fetch is underlined and explained', limit, async () => {
  await squiggle().first().waitFor();
  const text = await editor.workbench.hoverWord(
    'backend.c',
    'for (i',
    'nr_segments',
    'XR101',
    'fetched again',
    'XSA-155',
    'double-fetch',
  );
  await editor.shot('driver-hover');
  await editor.page.keyboard.press('Escape');
  assert.doesNotMatch(text, /undefined/);
});

test('the Problems panel shows both fetches', limit, async () => {
  const problems = await editor.workbench.problems('fetched again');
  await editor.shot('driver-problems');
  assert.ok(
    problems.some((row) => /fetched again/.test(row)),
    problems.join('\n'),
  );
});

test(
  'in the four default themes the finding shows in the text, the popup and the list',
  limit,
  async () => {
    for (const [name, { label }] of Object.entries(themes)) {
      await editor.workbench.theme(label);
      await editor.workbench.focusEditor('backend.c');
      await editor.workbench.goTo(17, 27);
      const text = await editor.workbench.hoverWord('backend.c', 'for (i', 'nr_segments', 'XR101');
      assert.match(text, /fetched again/, name);
      assert.ok((await squiggle().count()) > 0, name);
      await editor.shot(`driver-${name}`);
      await editor.page.keyboard.press('Escape');
    }
  },
);

test('the quick fix copies the slot once, and the problem is gone', limit, async () => {
  await editor.workbench.focusEditor('backend.c');
  await editor.workbench.goTo(17, 27);
  const menu = await editor.workbench.codeActions('RING_COPY_REQUEST');
  await editor.shot('driver-fixes');
  const titles = await menu.locator('.monaco-list-row').allInnerTexts();
  assert.ok(
    titles.some((title) => /Show the schedule that breaks this/.test(title)),
    titles.join('\n'),
  );
  await menu.locator('.monaco-list-row', { hasText: 'RING_COPY_REQUEST' }).first().click();
  const code = editor.workbench.editor('backend.c').locator('.view-lines');
  await code.getByText('RING_COPY_REQUEST').first().waitFor();
  await squiggle().first().waitFor({ state: 'detached' });
  await editor.page
    .locator('.markers-panel .monaco-list-row', { hasText: 'fetched again' })
    .waitFor({ state: 'detached' });
  await editor.shot('driver-fixed');
  const text = (await code.innerText()).replaceAll('\u00a0', ' ');
  assert.match(text, /i < req\.nr_segments/);
  assert.equal(await squiggle().count(), 0);
});
