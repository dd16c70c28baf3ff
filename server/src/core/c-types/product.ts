import type { DeclarationRun } from './declaration-run.ts';
import type { Directive } from './directives.ts';
import type { Macro } from './macros.ts';
import type { Declaration, Include, IncludeRequest, Problem } from './model.ts';
import type { SourceFile } from './source.ts';
import type { UseSite } from './tokens.ts';

/** One `#include` and the file that answered it. */
export interface Resolved {
  readonly request: IncludeRequest;
  readonly source: SourceFile | undefined;
  readonly include: Include;
}

/** A stretch of lines left out. The sentence that says why is made when it is asked for. */
export interface Skipped {
  readonly start: number;
  readonly end: number;
  /** The branch that was left out. */
  readonly branch: Directive;
  /** The earlier branch that was taken instead. */
  readonly taken: Directive | undefined;
  /** Names in the branch's condition that were not defined. */
  readonly undefinedNames: readonly string[];
}

/** `#pragma pack`: what is in force and what was put aside. */
export interface PackState {
  readonly bytes: number;
  readonly stack: readonly { readonly name: string; readonly bytes: number }[];
}

export const NO_PACK: PackState = { bytes: 0, stack: [] };

export function samePack(a: PackState, b: PackState): boolean {
  if (a === b) return true;
  return (
    a.bytes === b.bytes &&
    a.stack.length === b.stack.length &&
    a.stack.every(
      (entry, i) => entry.bytes === b.stack[i]?.bytes && entry.name === b.stack[i]?.name,
    )
  );
}

/** What reading one file gave, under the macros that it asked about. Holds for every ABI that answers alike. */
export interface FileProduct {
  readonly source: SourceFile;
  readonly reads: readonly number[];
  readonly readMacros: readonly (Macro | undefined)[];
  readonly writes: readonly number[];
  readonly writtenMacros: readonly (Macro | undefined)[];
  readonly packBefore: PackState;
  readonly packAfter: PackState;
  readonly resolved: readonly Resolved[];
  readonly nested: readonly FileProduct[];
  readonly runs: readonly DeclarationRun[];
  readonly defines: readonly Macro[];
  readonly uses: readonly UseSite[];
  readonly skipped: readonly Skipped[];
  /** Problems with its directives. */
  readonly notices: readonly Problem[];
  /** Every product below, each once, nearest first; made at the first look-up. */
  closure: readonly FileProduct[] | undefined;
  /** The parse that last compared the includes with what is on disk, and whether they were the same. */
  checkedIn: number;
  current: boolean;
}

/** Everything that the file itself declares, in its order. */
export function declarationsOf({ runs }: FileProduct): readonly Declaration[] {
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return only.declarations;
  return runs.flatMap(({ declarations }) => declarations);
}

/** Everything that is wrong with the file's own text, in its order. */
export function problemsOf({ notices, runs }: FileProduct): readonly Problem[] {
  const problems = [...notices, ...runs.flatMap((run) => run.problems)];
  return problems.sort((a, b) => a.at.span.start - b.at.span.start);
}

/** The product and all below it, each once. */
export function closureOf(product: FileProduct): readonly FileProduct[] {
  if (product.closure !== undefined) return product.closure;
  const seen = new Set<FileProduct>([product]);
  for (const nested of product.nested) for (const below of closureOf(nested)) seen.add(below);
  product.closure = [...seen];
  return product.closure;
}
