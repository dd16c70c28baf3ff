import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Evidence, Finding } from '#core/findings';
import type { CheckOptions, Checker } from './checker.ts';

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

/** Judges files with every family whose gate they pass; findings come sorted by file and place. */
export async function scanFiles(
  files: readonly string[],
  checkers: readonly Checker[],
  options: CheckOptions & { readonly folder: string; readonly onFile?: (done: number) => void },
): Promise<ScanResult> {
  const findings: FileFinding[] = [];
  const unreadable: string[] = [];
  const prepared = new Set<Checker>();
  let analysed = 0;
  for (const [done, file] of files.entries()) {
    options.onFile?.(done);
    const bytes = read(resolve(options.folder, file));
    if (bytes === undefined) {
      unreadable.push(file);
      continue;
    }
    const interested = checkers.filter(
      (each) => each.readsPath(file) && each.gate(bytes, resolve(options.folder, file)).check,
    );
    if (interested.length === 0) continue;
    analysed++;
    const source = { path: file, text: bytes.toString('utf8') };
    for (const checker of interested) {
      if (!prepared.has(checker)) await checker.prepare?.();
      prepared.add(checker);
      for (const finding of checker.check(source, undefined, options))
        findings.push({ ...finding, file });
    }
  }
  return { findings: findings.sort(byPlace), analysed, unreadable };
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
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
