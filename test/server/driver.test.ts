import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver';
import { Session } from './session.ts';

const folder = path.resolve(import.meta.dirname, '../fixtures/driver');
const doubleFetch = `#include <xen/io/blkif.h>
int take_request(struct be *be)
{
    blkif_request_t *req = RING_GET_REQUEST(&be->ring, be->ring.req_cons);
    unsigned i;
    if (req->nr_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
        return -1;
    for (i = 0; i < req->nr_segments; i++)
        submit(req->seg[i].gref, req->sector_number);
    be->ring.req_cons++;
    return 0;
}
`;

let session: Session;
beforeAll(async () => {
  session = await Session.start({ folders: [folder] });
});
afterAll(() => session.stop());

let count = 0;
const open = (text: string, name = `driver${++count}.c`) =>
  session.open(path.join(folder, 'unsaved', name), text);

function applied(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n');
  const at = ({ line, character }: { line: number; character: number }) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => at(b.range.start) - at(a.range.start))
    .reduce(
      (done, e) => done.slice(0, at(e.range.start)) + e.newText + done.slice(at(e.range.end)),
      text,
    );
}

async function actionsOn(uri: string, rule: string): Promise<CodeAction[]> {
  const diagnostic = (await session.diagnostics(uri)).find((each) => each.code === rule);
  if (!diagnostic) throw new Error(`${rule} is not reported`);
  return session.codeActions(uri, diagnostic);
}

const editsOf = (action: CodeAction | undefined) =>
  Object.values(action?.edit?.changes ?? {}).flat();

describe('a double fetch', () => {
  test('is shown with both fetches, the advisory and its page', async () => {
    const [diagnostic, ...others] = await session.diagnostics(await open(doubleFetch));
    expect(others).toEqual([]);
    expect(diagnostic).toMatchObject({ code: 'XR101', source: 'xen', severity: 1 });
    expect(diagnostic?.range.start.line).toBe(7);
    expect(diagnostic?.message).toContain('XSA-155');
    expect(diagnostic?.codeDescription?.href).toMatch(/docs\/rules\/XR101\.md$/);
    expect(diagnostic?.relatedInformation?.map((each) => each.location.range.start.line)).toEqual([
      5, 7,
    ]);
  });

  test('is gone after the quick fix', async () => {
    const uri = await open(doubleFetch);
    const [fix] = await actionsOn(uri, 'XR101');
    expect(fix).toMatchObject({
      title: 'Copy the slot once with RING_COPY_REQUEST',
      isPreferred: true,
    });
    const text = applied(doubleFetch, editsOf(fix));
    expect(text).toContain(
      'blkif_request_t req;\n    unsigned i;\n    RING_COPY_REQUEST(&be->ring, be->ring.req_cons, &req);',
    );
    expect(text).toContain('i < req.nr_segments');
    await session.change(uri, text);
    expect(await session.diagnostics(uri)).toEqual([]);
  });

  test('can be shown as a schedule and silenced with a reason', async () => {
    const uri = await open(doubleFetch);
    const actions = await actionsOn(uri, 'XR101');
    const schedule = actions.find((each) => each.title === 'Show the schedule that breaks this');
    expect(schedule?.command).toMatchObject({
      command: 'xen.openRingSimulator',
      arguments: [{ schedule: 'XR101' }],
    });
    const silence = actions.find((each) => each.title.startsWith('Silence XR101'));
    await session.change(uri, applied(doubleFetch, editsOf(silence)));
    expect(await session.diagnostics(uri)).toEqual([]);
  });

  test('is explained on hover', async () => {
    const uri = await open(doubleFetch);
    // As an editor does before anybody can point at the squiggle.
    await session.diagnostics(uri);
    const hover = await session.hover(uri, { line: 7, character: 25 });
    expect(hover).toContain('XR101 double-fetch');
    expect(hover).toContain('xenbits.xen.org/xsa/advisory-155.html');
  });

  test('is followed while the text is edited', async () => {
    const uri = await open(doubleFetch);
    await session.diagnostics(uri);
    const at = { line: 1, character: 0 };
    await session.change(uri, '/* moved */\n', { start: at, end: at });
    const lines = (await session.diagnostics(uri)).map((each) => each.range.start.line);
    expect(lines).toEqual([8]);
  });
});

test('a trusted peer makes rules about trust hints, by comment and by setting', async () => {
  const uri = await open(`/* xen-ring: peer=trusted */\n${doubleFetch}`);
  expect((await session.diagnostics(uri)).map((each) => each.severity)).toEqual([4]);
  const settings = { driver: { trustedPeers: ['**/unsaved/*.c'], disabledRules: [] } };
  const trusting = await Session.start({ folders: [folder], settings });
  const same = await trusting.open(path.join(folder, 'unsaved/blktap.c'), doubleFetch);
  expect((await trusting.diagnostics(same)).map((each) => each.severity)).toEqual([4]);
  await trusting.stop();
});

test('a disabled rule is silent', async () => {
  const settings = { driver: { trustedPeers: [], disabledRules: ['XR101'] } };
  const quiet = await Session.start({ settings });
  const uri = await quiet.open(path.join(folder, 'unsaved/quiet.c'), doubleFetch);
  expect(await quiet.diagnostics(uri)).toEqual([]);
  await quiet.stop();
});

test('a file that reaches the ring through a header of its own is judged too', async () => {
  const uri = await session.open(
    path.join(folder, 'bad/thread.c'),
    '#include "../xendrv.h"\nvoid a(struct be *b) { thread_stop(b->thread); }\nvoid c(struct be *b) { if (b->thread) wake(b->thread); }\n',
  );
  expect((await session.diagnostics(uri)).map((each: Diagnostic) => each.code)).toEqual(['XR602']);
});

test('a file that has nothing to do with rings is left alone', async () => {
  const uri = await open('int main(void) { xen(); return 0; }\n');
  expect(await session.diagnostics(uri)).toEqual([]);
});
