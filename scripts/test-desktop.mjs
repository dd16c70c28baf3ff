// npm run test:desktop [PROGRAM]: the extension-host suite in a desktop VS Code, given by path, found on the PATH, or
// downloaded by @vscode/test-electron.
import { ensureDependencies, run } from './prepare.mjs';

ensureDependencies();
const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
const { bundle } = await import('../esbuild.mjs');
const { findDesktop } = await import('../test/vscode/install.mjs');
await bundle();

const exe = process.argv[2] ?? findDesktop()?.exe ?? (await download());
if (exe === undefined) {
  console.error(
    'No desktop VS Code: give its program by path, or be online so that it can be downloaded.',
  );
  process.exit(2);
}
process.exitCode = run(process.execPath, ['--test', 'test/e2e/host.test.mjs'], {
  env: { ...process.env, VSCODE_EXE: exe },
});

async function download() {
  try {
    return await downloadAndUnzipVSCode('stable');
  } catch (error) {
    console.error(`VS Code could not be downloaded: ${error.message}`);
    return undefined;
  }
}
