import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

const EXTENSION = 'xen-devtools.xen-devtools';
const PATIENCE_MS = 30_000;

/** Asks again until there is an answer; the server may still be starting. */
async function eventually<T>(ask: () => Thenable<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('no answer in time');
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function openHeader(): Promise<vscode.TextDocument> {
  const [uri] = await vscode.workspace.findFiles('include/xen/io/blkif.h');
  assert.ok(uri, 'the demo workspace holds blkif.h');
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** The cases of the extension-host suite by name. */
export const cases: Readonly<Record<string, () => Promise<void>>> = {
  'nothing is activated before a document asks for it': async () => {
    const extension = vscode.extensions.getExtension(EXTENSION);
    assert.ok(extension);
    assert.equal(extension.isActive, false);
  },
  'a Xen header activates the extension': async () => {
    await openHeader();
    const extension = vscode.extensions.getExtension(EXTENSION);
    await eventually(() => (extension?.isActive === true ? true : undefined));
  },
  'every command of the manifest is registered': async () => {
    const extension = vscode.extensions.getExtension(EXTENSION);
    assert.ok(extension);
    const { contributes } = extension.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).filter((each) => !known.has(each)),
      [],
    );
  },
};
