import { sourceKindOf } from '#core/asm';
import { analyseFile, type FileAnalysis } from './analyse.ts';
import { ripChecksOf, userLimitsOf } from './c-rules.ts';
import { type DeciderFact, decidersIn } from './deciders.ts';
import type { Delegate } from './judge.ts';
import type { SysretOptions } from './options.ts';
import type { SourceText } from './programs.ts';

/** A place in a file, told to other files: zero-based line, offset in UTF-16 units. */
export interface PlaceFact {
  readonly offset: number;
  readonly line: number;
  readonly text: string;
}

/** One 64-bit exit as its own file judges it. */
export interface ExitFact {
  readonly line: number;
  readonly label: string;
  readonly verdict: 'unsafe' | 'unverified' | 'safe';
  /** Who decides, when the verdict waits for another file. */
  readonly delegates: readonly Delegate[];
}

/** What one file tells the others. Plain data. */
export interface SysretFacts {
  readonly exits: readonly ExitFact[];
  /** Labels that other files may jump to, though the code before them runs on into them. */
  readonly innerLabels: readonly string[];
  /** Those of the wanted labels that this file jumps to. */
  readonly jumps: readonly string[];
  readonly limits: readonly (PlaceFact & { readonly isSafe: boolean })[];
  readonly writesFlagMask: boolean;
  readonly ripChecks: readonly PlaceFact[];
  readonly writers: readonly PlaceFact[];
  /** What was found about the wanted functions and flags. */
  readonly deciders: readonly DeciderFact[];
}

/** Names asked for by other files: functions, flags and labels. */
export type Wanted = ReadonlySet<string>;

const PLACES = 4;
const HOLE_START = 1n << 47n;
const PAGE = 4096n;
const flagMaskWrite =
  /\b(?:wr|write_?|set_?)\w*msr\w*\b[^;]*(?:FMASK|SYSCALL_MASK|SF_MASK|0xc0000084)|(?:FMASK|SYSCALL_MASK|SF_MASK|0xc0000084)[^;]*\b(?:wr\w*msr|write)|\bSFMask\s*::\s*write/i;

/** Analyses one file and tells what others may need of it; `wanted` are names that other files ask about. */
export function examineSysret(
  file: SourceText,
  options: SysretOptions,
  wanted: Wanted = new Set(),
): { readonly analysis: FileAnalysis; readonly facts: SysretFacts } {
  const { analysis, c, lines } = analyseFile(file, options);
  const placed = (offset: number, text: string): PlaceFact => ({
    offset,
    line: lines.positionAt(offset).line,
    text,
  });
  const checks = c ? ripChecksOf(c, options).slice(0, PLACES) : [];
  const facts: SysretFacts = {
    exits: analysis.exits.map(({ range, label, verdict, delegates }) => ({
      line: range.start.line,
      label,
      verdict,
      delegates,
    })),
    innerLabels: analysis.innerLabels,
    jumps: sourceKindOf(file.path) === 'assembly' ? jumpsTo(file.text, wanted) : [],
    limits: userLimitsOf(file, c, (name) => options.names.userLimits.has(name)).map((limit) => ({
      ...placed(limit.offset, limit.name),
      isSafe: limit.value <= HOLE_START - PAGE,
    })),
    writesFlagMask: flagMaskWrite.test(file.text),
    ripChecks: checks.map((each) => placed(each.offset, each.text)),
    writers: analysis.findings
      .filter(({ rule }) => rule === 'SR004')
      .slice(0, PLACES)
      .map(({ range }) => {
        const offset = lines.offsetAt(range.start);
        return placed(offset, file.text.slice(offset, lines.offsetAt(range.end)));
      }),
    deciders: decidersIn(file, c, options, wanted, placed),
  };
  return { analysis, facts };
}

/** Wanted labels that a jump of this file names. */
function jumpsTo(text: string, wanted: Wanted): readonly string[] {
  if (wanted.size === 0) return [];
  const found = new Set<string>();
  for (const match of text.matchAll(
    /\bj[a-z]{1,4}\s+(?:near\s+|short\s+)?([A-Za-z_.$][\w.$]*)/gi,
  )) {
    const name = match[1] ?? '';
    if (
      wanted.has(name) &&
      !new RegExp(`^\\s*${name.replaceAll(/[.$]/g, '\\$&')}\\s*:`, 'm').test(text)
    )
      found.add(name);
  }
  return [...found].sort();
}
