import { execFileSync } from 'node:child_process';
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
  'the check task finds the mistakes of the demo, and its matcher puts them into Problems':
    async () => {
      const [task] = await vscode.tasks.fetchTasks({ type: 'xen-check' });
      assert.ok(task, 'a task is offered');
      const ended = new Promise<number | undefined>((done) =>
        vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
          if (execution.task.name === task.name) done(exitCode);
        }),
      );
      await vscode.tasks.executeTask(task);
      assert.equal(await ended, 1);
      await eventually(() => {
        const found = vscode.languages
          .getDiagnostics()
          .filter(([uri]) => uri.path.endsWith('/backend.c'))
          .flatMap(([, each]) => each);
        return found.some(({ code }) => code === 'XR101') ? found : undefined;
      });
    },
  'a killed server is back within two seconds and knows what was typed': async () => {
    const document = await openHeader();
    const member = /struct blkif_request \{[^}]*?(nr_segments)/.exec(document.getText());
    assert.ok(member);
    const at = document.positionAt(member.index + member[0].length);
    const hover = () => hoverText(document.uri, at);
    await eventually(hover);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(
      document.uri,
      new vscode.Position(0, 0),
      'struct typed { uint8_t a; uint64_t b; };\n',
    );
    await vscode.workspace.applyEdit(edit);
    for (const server of serverProcesses()) process.kill(server, 'SIGKILL');
    const killed = Date.now();
    const text = await eventually(() => hoverText(document.uri, new vscode.Position(0, 10)));
    const tookMs = Date.now() - killed;
    assert.match(text, /typed/);
    assert.ok(tookMs < 2000, `back after ${tookMs} ms`);
    console.log(`the killed server was back after ${tookMs} ms`);
  },
};

/** Language servers that this extension host started. */
function serverProcesses(): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  });
  const found = listed.split('\n').filter((line) => line.includes('dist/server.js'));
  assert.equal(found.length, 1);
  return found.map((line) => Number.parseInt(line, 10));
}

/** The text of our hover at a place; undefined when there is none (yet). */
async function hoverText(uri: vscode.Uri, at: vscode.Position): Promise<string | undefined> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    at,
  );
  const text = hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
  return text === '' ? undefined : text;
}
