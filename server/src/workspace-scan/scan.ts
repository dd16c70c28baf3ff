import { dirname, resolve, sep } from 'node:path';
import type { Evidence, Finding } from '#core/findings';
import type { CheckOptions, Checker } from './checker.ts';
import type { PassRequest, Sight } from './file-pass.ts';
import { type Hand, handsFor, shareOut } from './hands.ts';

/** A finding with the file it is in, named as the user would. */
export interface FileFinding extends Finding {
  readonly file: string;
}

export interface ScanResult {
  readonly findings: readonly FileFinding[];
  /** What a family has to show besides, sorted by file. */
  readonly reports: readonly {
    readonly file: string;
    readonly checker: string;
    readonly report: unknown;
  }[];
  /** Files that a family of rules looked into. */
  readonly analysed: number;
  /** Files that could not be read. */
  readonly unreadable: readonly string[];
}

export interface ScanOptions extends CheckOptions {
  /** Folder that relative paths begin in. */
  readonly folder: string;
  /** Whether a file is to be judged; the others only give their facts, so that shards agree with a single run. */
  readonly isInPart: (file: string) => boolean;
  /** Threads to read with; the result is the same for any number. */
  readonly jobs: number;
  readonly onProgress?: (doneFiles: number, allFiles: number) => void;
}

/** Files a thread is given at a time, and how few are not worth a thread. */
const FILES_AT_A_TIME = 256;
const FILES_FOR_ONE = 64;
const ROUNDS = 3;

/** Judges files with every family whose gate they pass; findings come sorted by file and place. */
export async function scanFiles(
  files: readonly string[],
  checkers: readonly Checker[],
  options: ScanOptions,
): Promise<ScanResult> {
  const count = files.length <= FILES_FOR_ONE ? 1 : options.jobs;
  const hands = handsFor(count, checkers, checkOptionsOf(files, options), options.folder);
  try {
    const scan = new Scan(hands, files, checkers, options);
    return await scan.run();
  } finally {
    for (const hand of hands) hand.dismiss();
  }
}

/** The part of the options that threads are given: functions cannot go there. */
function checkOptionsOf(files: readonly string[], options: ScanOptions): CheckOptions {
  const { enabledRules, workspace, trustedPeers, settings } = options;
  const root = commonFolder(files.map((file) => resolve(options.folder, file)));
  return { enabledRules, workspace, trustedPeers, settings, root };
}

/** The deepest folder that holds all these files. */
function commonFolder(files: readonly string[]): string {
  let common = dirname(files[0] ?? '/');
  for (const file of files)
    while (common !== dirname(common) && !file.startsWith(common + sep)) common = dirname(common);
  return common;
}

class Scan {
  private readonly sights: Sight[] = [];
  private readonly unreadable: string[] = [];
  private readonly hands: readonly Hand[];
  private readonly files: readonly string[];
  private readonly checkers: readonly Checker[];
  private readonly options: ScanOptions;

  constructor(
    hands: readonly Hand[],
    files: readonly string[],
    checkers: readonly Checker[],
    options: ScanOptions,
  ) {
    this.hands = hands;
    this.files = files;
    this.checkers = checkers;
    this.options = options;
  }

  async run(): Promise<ScanResult> {
    const { isInPart, onProgress } = this.options;
    const judged = (files: readonly string[]) => files.map(isInPart);
    await this.pass(
      inChunks(this.files).map((files) => ({ type: 'look', files, judged: judged(files) })),
      (done) =>
        onProgress?.(Math.min(done * FILES_AT_A_TIME, this.files.length), this.files.length),
    );
    const isWaiting = (sight: Sight) => sight.verdict === undefined;
    const waiting = this.sights.filter(isWaiting);
    // Without one of these nothing that the index holds is asked for.
    if (waiting.length > 0) await this.askOthers(waiting);
    const findings: FileFinding[] = this.sights.flatMap(({ file, verdict }) =>
      (verdict?.findings ?? []).map((finding) => ({ ...finding, file })),
    );
    return {
      findings: findings.sort(byPlace),
      reports: this.sights
        .flatMap(({ file, checker, verdict }) =>
          verdict?.report === undefined ? [] : [{ file, checker, report: verdict.report }],
        )
        .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
      analysed: new Set(this.sights.map(({ file }) => file).filter(isInPart)).size,
      unreadable: this.unreadable,
    };
  }

  private async pass(requests: readonly PassRequest[], onDone?: (done: number) => void) {
    for (const answer of await shareOut(this.hands, requests, onDone)) {
      this.sights.push(...answer.sights);
      this.unreadable.push(...answer.unreadable);
    }
  }

  /** Joins the facts, looks for what they leave open, and judges the files that wait for the answers. */
  private async askOthers(waiting: readonly Sight[]): Promise<void> {
    const seen = new Set(this.sights.map(({ file }) => file));
    const asked = new Set<string>();
    let indexes = this.indexes();
    for (let round = 0; round < ROUNDS; round++) {
      const wanted = new Map<string, readonly string[]>();
      for (const checker of this.checkers) {
        const names = (checker.follow?.(indexes.get(checker.name)) ?? []).filter(
          (name) => !asked.has(`${checker.name} ${name}`),
        );
        if (names.length > 0) wanted.set(checker.name, names);
        for (const name of names) asked.add(`${checker.name} ${name}`);
      }
      if (wanted.size === 0) break;
      await this.pass(
        inChunks(this.files).map((files) => ({ type: 'search' as const, files, wanted })),
      );
      indexes = this.indexes();
    }
    // Files looked at only for others' sake are no part of the result.
    for (let at = this.sights.length - 1; at >= 0; at--)
      if (!seen.has(this.sights[at]?.file ?? '')) this.sights.splice(at, 1);
    for (const checker of this.checkers) {
      const files = waiting.flatMap((sight) =>
        sight.checker === checker.name ? [sight.file] : [],
      );
      const index = indexes.get(checker.name);
      await this.pass(
        files.map((file) => ({ type: 'judge', files: [file], checker: checker.name, index })),
      );
    }
  }

  private indexes(): ReadonlyMap<string, unknown> {
    return new Map(
      this.checkers.flatMap((checker) => {
        const facts = this.sights
          .filter((sight) => sight.checker === checker.name && sight.facts !== undefined)
          .map(({ file, facts: each }) => ({ path: file, facts: each }));
        return checker.index ? [[checker.name, checker.index(facts)] as const] : [];
      }),
    );
  }
}

function inChunks(files: readonly string[]): readonly (readonly string[])[] {
  const chunks: (readonly string[])[] = [];
  for (let from = 0; from < files.length; from += FILES_AT_A_TIME)
    chunks.push(files.slice(from, from + FILES_AT_A_TIME));
  return chunks;
}

/** One order for all: a merge of parts must give the same bytes as a single run. */
export function byPlace(a: FileFinding, b: FileFinding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (
    a.range.start.line - b.range.start.line ||
    a.range.start.character - b.range.start.character ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)
  );
}

/** The stable part I of N that a path belongs to: FNV-1a over its characters, so parts are even and agree anywhere. */
export function shardOf(path: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < path.length; i++)
    hash = Math.imul(hash ^ path.charCodeAt(i), 0x01000193) >>> 0;
  return (hash % count) + 1;
}

/** The file of a piece of evidence: its own or the finding's. */
export const evidenceFile = (finding: FileFinding, evidence: Evidence): string =>
  evidence.file ?? finding.file;
