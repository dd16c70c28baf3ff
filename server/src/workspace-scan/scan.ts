import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Evidence, Finding } from '#core/findings';
import type { CheckOptions, Checker, FileFacts } from './checker.ts';

/** A finding with the file it is in, named as the user would. */
export interface FileFinding extends Finding {
  readonly file: string;
}

export interface ScanResult {
  readonly findings: readonly FileFinding[];
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
}

/** A file that passed a gate, with the families that want to judge it. */
interface Chosen {
  readonly file: string;
  readonly checkers: readonly Checker[];
}

/** Judges files with every family whose gate they pass; findings come sorted by file and place. */
export async function scanFiles(
  files: readonly string[],
  checkers: readonly Checker[],
  options: ScanOptions,
): Promise<ScanResult> {
  const { chosen, indexes, unreadable } = gather(files, checkers, options);
  for (const checker of checkers) await checker.prepare?.();
  const findings: FileFinding[] = [];
  for (const { file, checkers: interested } of chosen) {
    const text = read(file, options)?.toString('utf8');
    if (text === undefined) continue;
    for (const checker of interested)
      for (const finding of checker.check({ path: file, text }, indexes.get(checker), options))
        findings.push({ ...finding, file });
  }
  return { findings: findings.sort(byPlace), analysed: chosen.length, unreadable };
}

/** The first pass: which files are judged by whom, and what they tell each other. */
function gather(files: readonly string[], checkers: readonly Checker[], options: ScanOptions) {
  const chosen: Chosen[] = [];
  const unreadable: string[] = [];
  const facts = new Map<Checker, FileFacts[]>(checkers.map((checker) => [checker, []]));
  for (const file of files) {
    const bytes = read(file, options);
    if (bytes === undefined) {
      unreadable.push(file);
      continue;
    }
    const interested: Checker[] = [];
    for (const checker of checkers) {
      if (!checker.readsPath(file)) continue;
      const use = checker.gate(bytes, resolve(options.folder, file));
      if (use.check) interested.push(checker);
      if (!use.facts || !options.workspace || !checker.facts) continue;
      const found = checker.facts({ path: file, text: bytes.toString('utf8') }, [], options);
      facts.get(checker)?.push({ path: file, facts: found });
    }
    if (interested.length > 0 && options.isInPart(file))
      chosen.push({ file, checkers: interested });
  }
  const indexes = new Map(
    checkers.map((checker) => [
      checker,
      options.workspace ? checker.index?.(facts.get(checker) ?? [], options) : undefined,
    ]),
  );
  return { chosen, indexes, unreadable };
}

function read(file: string, { folder }: ScanOptions): Buffer | undefined {
  try {
    return readFileSync(resolve(folder, file));
  } catch {
    return undefined;
  }
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
