import { resolve } from 'node:path';
import type { Checker, CheckOptions, FileVerdict } from './checker.ts';
import { FileReader } from './file-reader.ts';

/** What a pass over files is to do. Plain data, as its answers are: it crosses threads. */
export type PassRequest =
  /** Gate, and whatever can be said of a file by itself. `judged` says which files this run reports on. */
  | {
      readonly type: 'look';
      readonly files: readonly string[];
      readonly judged: readonly boolean[];
    }
  /** Files that hold one of the names a family asks for. */
  | {
      readonly type: 'search';
      readonly files: readonly string[];
      readonly wanted: ReadonlyMap<string, readonly string[]>;
    }
  /** Files whose findings wait for the index. */
  | {
      readonly type: 'judge';
      readonly files: readonly string[];
      readonly checker: string;
      readonly index: unknown;
    };

/** What was seen of one file by one family. */
export interface Sight {
  readonly file: string;
  readonly checker: string;
  readonly facts: unknown;
  /** Undefined when it waits for the index. */
  readonly verdict: FileVerdict | undefined;
}

export interface PassAnswer {
  readonly sights: readonly Sight[];
  readonly unreadable: readonly string[];
}

/** Does passes in one thread. */
export class FilePass {
  private readonly checkers: readonly Checker[];
  private readonly options: CheckOptions;
  private readonly folder: string;
  private readonly reader = new FileReader();
  private readonly prepared = new Map<Checker, Promise<void> | undefined>();

  constructor(checkers: readonly Checker[], options: CheckOptions, folder: string) {
    this.checkers = checkers;
    this.options = options;
    this.folder = folder;
  }

  async run(request: PassRequest): Promise<PassAnswer> {
    switch (request.type) {
      case 'look':
        return this.look(request.files, request.judged);
      case 'search':
        return this.search(request.files, request.wanted);
      case 'judge':
        return this.judge(request);
    }
  }

  private async look(files: readonly string[], judged: readonly boolean[]): Promise<PassAnswer> {
    const sights: Sight[] = [];
    const unreadable: string[] = [];
    for (const [number, file] of files.entries()) {
      const path = resolve(this.folder, file);
      const bytes = this.reader.read(path);
      if (!bytes) {
        unreadable.push(file);
        continue;
      }
      let text: string | undefined;
      for (const checker of this.checkers) {
        if (!checker.readsPath(file) || !checker.gate(bytes, path, this.options)) continue;
        text ??= bytes.toString('utf8');
        const sight = await this.lookAt(checker, { path: file, text }, judged[number] === true);
        if (sight) sights.push(sight);
      }
    }
    return { sights, unreadable };
  }

  private async lookAt(
    checker: Checker,
    file: { readonly path: string; readonly text: string },
    isJudged: boolean,
  ): Promise<Sight | undefined> {
    const named = { file: file.path, checker: checker.name };
    await this.prepare(checker);
    if (checker.examine && this.options.workspace) {
      const { facts, verdict } = checker.examine(file, [], this.options);
      return { ...named, facts, verdict: isJudged ? verdict : { findings: [] } };
    }
    if (!isJudged) return undefined;
    return { ...named, facts: undefined, verdict: checker.check(file, undefined, this.options) };
  }

  private async prepare(checker: Checker): Promise<void> {
    if (!this.prepared.has(checker)) this.prepared.set(checker, checker.prepare?.());
    await this.prepared.get(checker);
  }

  private async search(
    files: readonly string[],
    wanted: ReadonlyMap<string, readonly string[]>,
  ): Promise<PassAnswer> {
    const sights: Sight[] = [];
    const asking = this.checkers.filter(({ name }) => (wanted.get(name) ?? []).length > 0);
    for (const file of files) {
      const bytes = this.reader.read(resolve(this.folder, file));
      if (!bytes) continue;
      for (const checker of asking) {
        const names = wanted.get(checker.name) ?? [];
        if (!checker.readsPath(file) || !names.some((name) => bytes.includes(name))) continue;
        const source = { path: file, text: bytes.toString('utf8') };
        const examination = checker.examine?.(source, names, this.options);
        sights.push({
          file,
          checker: checker.name,
          facts: examination?.facts,
          verdict: { findings: [] },
        });
      }
    }
    return { sights, unreadable: [] };
  }

  private judge(request: PassRequest & { type: 'judge' }): PassAnswer {
    const sights: Sight[] = [];
    const checker = this.checkers.find(({ name }) => name === request.checker);
    for (const file of request.files) {
      const text = this.reader.read(resolve(this.folder, file))?.toString('utf8');
      if (text === undefined || !checker) continue;
      const verdict = checker.check({ path: file, text }, request.index, this.options);
      sights.push({ file, checker: checker.name, facts: undefined, verdict });
    }
    return { sights, unreadable: [] };
  }
}
