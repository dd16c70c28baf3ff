import { afterEach, expect, test } from 'vitest';
import { Session } from './session.ts';

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});

test('a session starts, says what it can do and stops', async () => {
  session = await Session.start();
  expect(session.initialized.serverInfo?.name).toBe('xen-devtools');
  expect(session.initialized.capabilities).toMatchObject({
    hoverProvider: true,
    diagnosticProvider: { workspaceDiagnostics: false },
  });
});

test('a document that does not concern Xen gets no answers', async () => {
  session = await Session.start();
  const uri = await session.open('/nowhere/main.c', 'int main(void) { return 0; }\n');
  expect(await session.hover(uri, { line: 0, character: 5 })).toBeUndefined();
  expect(await session.diagnostics(uri)).toEqual([]);
  expect(session.logged).toEqual([]);
});

test('a request for a document that was never opened is answered with nothing', async () => {
  session = await Session.start();
  expect(await session.hover('file:///never.c', { line: 0, character: 0 })).toBeUndefined();
});

test.each([
  ['textDocument/hover', {}, '`textDocument` is missing or malformed'],
  ['textDocument/hover', { textDocument: { uri: 5 } }, '`textDocument`'],
  [
    'textDocument/hover',
    { textDocument: { uri: 'file:///a.c' }, position: { line: 1 } },
    '`position`',
  ],
  ['textDocument/inlayHint', { textDocument: { uri: 'file:///a.c' } }, '`range`'],
])('%s with %j is refused in one sentence', async (method, parameters, why) => {
  session = await Session.start();
  await expect(session.request(method, parameters)).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining(why) as unknown,
  });
});

test('a document opened without a text or a version is an empty one', async () => {
  session = await Session.start();
  const uri = 'file:///xen/include/public/io/blkif.h';
  await session.client.sendNotification('textDocument/didOpen', { textDocument: { uri } });
  expect(await session.diagnostics(uri)).toEqual([]);
  expect(session.logged).toEqual([]);
});
