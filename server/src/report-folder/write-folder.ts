import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What stands in the way of writing a folder, as one plain sentence. */
export class FolderProblem extends Error {}

interface FolderFile {
  /** Path in the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * Writes a folder whole or not at all: into a hidden folder beside it, which is renamed when it is complete. Never
 * writes over what is there. What an interrupted run left behind is cleared away by the next one.
 * @throws FolderProblem
 */
export function writeFolder(path: string, files: readonly FolderFile[]): void {
  if (existsSync(path) && !isEmptyFolder(path)) {
    throw new FolderProblem(
      `${path} exists already and is not overwritten: choose another folder.`,
    );
  }
  const parent = dirname(path);
  const beside = join(parent, `.${basename(path)}.${process.pid}.part`);
  const clear = (): void => rmSync(beside, { recursive: true, force: true });
  const stop = (): void => {
    clear();
    process.exit(130);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    clearLeftBehind(parent, basename(path));
    mkdirSync(parent, { recursive: true });
    for (const file of files) {
      const target = join(beside, file.path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, file.text, { flag: 'wx' });
    }
    renameSync(beside, path);
  } catch (error) {
    clear();
    throw new FolderProblem(`Cannot write ${path}: ${(error as Error).message}.`);
  } finally {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

/** Removes half-written folders of runs that are no longer alive. */
function clearLeftBehind(parent: string, name: string): void {
  if (!existsSync(parent)) return;
  for (const entry of readdirSync(parent)) {
    if (!entry.startsWith(`.${name}.`) || !entry.endsWith('.part')) continue;
    const id = Number(entry.slice(name.length + 2, -'.part'.length));
    if (Number.isInteger(id) && !isAlive(id))
      rmSync(join(parent, entry), { recursive: true, force: true });
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
