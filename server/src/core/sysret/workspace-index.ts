import type { DeciderFact } from './deciders.ts';
import type { ExitFact, PlaceFact, SysretFacts } from './facts.ts';
import type { Delegate } from './judge.ts';
import type { KnownGuard, WorkspaceView } from './options.ts';

/** The facts of one file on their way to the index. */
export interface FileSysretFacts {
  readonly path: string;
  readonly facts: SysretFacts;
}

/** Everything the files of a workspace tell each other. Plain data, the same for every order of the files. */
export interface SysretIndex {
  readonly exits: readonly (ExitFact & { readonly path: string })[];
  readonly limits: readonly (KnownGuard & { readonly isSafe: boolean })[];
  readonly writesFlagMask: boolean;
  readonly ripCheck: KnownGuard | undefined;
  readonly writer: KnownGuard | undefined;
  readonly deciders: readonly (DeciderFact & { readonly path: string })[];
  readonly innerLabels: readonly string[];
  readonly jumps: readonly { readonly path: string; readonly label: string }[];
}

const testCode = /(?:^|[/_-])(?:kvm-unit-tests|selftests?|unit-?tests?)(?:[/_.-]|$)/i;

/** Joins facts; two entries of one path are two readings of one file. */
export function indexOf(files: readonly FileSysretFacts[]): SysretIndex {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const gathered = <T>(of: (facts: SysretFacts) => readonly T[]): (T & { path: string })[] =>
    sorted.flatMap(({ path, facts }) => of(facts).map((each) => ({ ...each, path })));
  const known = (place: PlaceFact & { path: string }): KnownGuard => ({
    file: place.path,
    offset: place.offset,
    line: place.line,
    text: place.text,
  });
  const ripCheck = gathered((facts) => facts.ripChecks).find(({ path }) => !testCode.test(path));
  const writer = gathered((facts) => facts.writers).find(({ path }) => !testCode.test(path));
  return {
    exits: gathered((facts) => facts.exits),
    limits: gathered((facts) => facts.limits).map((each) => ({
      ...known(each),
      isSafe: each.isSafe,
    })),
    writesFlagMask: sorted.some(({ facts }) => facts.writesFlagMask),
    ripCheck: ripCheck && known(ripCheck),
    writer: writer && known(writer),
    deciders: gathered((facts) => facts.deciders),
    innerLabels: [...new Set(sorted.flatMap(({ facts }) => facts.innerLabels))],
    jumps: sorted.flatMap(({ path, facts }) => facts.jumps.map((label) => ({ path, label }))),
  };
}

/**
 * Names that exits depend on and no file explained so far. The first time these are functions, flags and labels; later
 * the functions that a function without a check passes the decision on to.
 */
export function unexplained(index: SysretIndex): readonly string[] {
  const delegates = index.exits.flatMap((exit) => exit.delegates);
  if (index.deciders.length === 0 && index.jumps.length === 0)
    return [...new Set([...delegates.map(({ name }) => name), ...index.innerLabels])].sort();
  const seen = new Set(index.deciders.map(({ name }) => name));
  const open = delegates.filter((delegate) => !guardOf(index, delegate));
  const calls = open.flatMap(({ name }) =>
    index.deciders.filter((each) => each.name === name).flatMap((each) => each.calls),
  );
  return [...new Set(calls)].filter((name) => !seen.has(name)).sort();
}

/** The index as the analysis of one file asks it. */
export function viewOf(index: SysretIndex, path: string): WorkspaceView {
  return {
    guardBehind: (delegate) => guardOf(index, delegate),
    decidesUnchecked: (delegate) => uncheckedDecider(index, delegate),
    jumpTargets: () =>
      new Set(index.jumps.filter((jump) => jump.path !== path).map(({ label }) => label)),
    userLimit: () => limitOf(index),
    allExitsGuarded: () => allGuarded(index),
    writesFlagMask: () => index.writesFlagMask,
    uncheckedWriter: () => index.writer,
    ripCheck: () => index.ripCheck,
  };
}

const DEPTH = 2;

function guardOf(index: SysretIndex, delegate: Delegate, depth = 0): KnownGuard | undefined {
  const found = index.deciders.filter(
    ({ kind, name }) => kind === delegate.kind && name === delegate.name,
  );
  for (const { guard, path } of found) if (guard) return { file: path, ...guard };
  if (depth >= DEPTH) return undefined;
  for (const name of found.flatMap(({ calls }) => calls)) {
    const guard = guardOf(index, { kind: 'function', name }, depth + 1);
    if (guard) return guard;
  }
  return undefined;
}

/** Where a decision is made without looking at the return address; undefined while that is not certain. */
function uncheckedDecider(index: SysretIndex, delegate: Delegate): KnownGuard | undefined {
  if (guardOf(index, delegate) || index.ripCheck) return undefined;
  const seen = index.deciders.find(
    ({ kind, name }) => kind === delegate.kind && name === delegate.name,
  );
  return seen && { file: seen.path, ...seen.seenAt };
}

function limitOf(index: SysretIndex): ReturnType<WorkspaceView['userLimit']> {
  const [first] = index.limits;
  if (!first || index.limits.some(({ isSafe }) => isSafe !== first.isSafe)) return undefined;
  return { isSafe: first.isSafe, file: first.file, line: first.line, name: first.text };
}

/** True when every exit is checked; false only where an exit by itself shows that it is not. */
function allGuarded(index: SysretIndex): boolean | undefined {
  const counted = index.exits.filter(({ path }) => !testCode.test(path));
  if (counted.length === 0) return undefined;
  // A check that some writer makes may be what an exit without one relies on: then it is not known.
  if (counted.some(({ verdict }) => verdict === 'unsafe'))
    return index.ripCheck ? undefined : false;
  const isGuarded = (exit: ExitFact): boolean =>
    exit.verdict === 'safe' ||
    (exit.delegates.length > 0 && exit.delegates.every((each) => guardOf(index, each)));
  return counted.every(isGuarded) ? true : undefined;
}
