import { messageOf } from '../build.ts';
import { isOnOnePath, type Access, type CallSite } from '../facts.ts';
import { copyFix } from '../fixes.ts';
import { bare, pathOf, rootName } from '../paths.ts';
import { isReadOf, peerFields } from '../peers.ts';
import { findRefetchedIndices } from './byte-rings.ts';
import { findLateCopies } from './copies.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';

/** A moment at which a shared field is loaded: here, or in a function that is given the pointer. */
interface Fetch {
  readonly path: string;
  readonly at: Access | CallSite;
  readonly span: { readonly start: number; readonly end: number };
  readonly through: string | undefined;
  readonly decides: boolean;
}

/** XR101: the same field of shared memory loaded twice on one path. */
export function findDoubleFetches(view: FunctionView, file: DriverView): Draft[] {
  const byPath = new Map<string, Fetch[]>();
  const all = fetchesOf(view, file);
  for (const fetch of all) {
    const list = byPath.get(fetch.path);
    if (list) list.push(fetch);
    else byPath.set(fetch.path, [fetch]);
  }
  const found = new Map<number, Draft>();
  for (const fetches of byPath.values()) {
    const pair = pairOf(fetches, view);
    if (!pair) continue;
    const line = lineStart(view, pair.later.span.start);
    if (!found.has(line)) found.set(line, describeFetch(pair, view, file));
  }
  for (const draft of findLateCopies(view, file, all)) {
    const line = lineStart(view, draft.span.start - view.baseOffset);
    if (!found.has(line)) found.set(line, draft);
  }
  return found.size > 0 ? [...found.values()] : findRefetchedIndices(view, file);
}

const lineStart = (view: FunctionView, offset: number): number =>
  view.facts.body.text.lastIndexOf('\n', offset);

function fetchesOf(view: FunctionView, file: DriverView): Fetch[] {
  const shared = peerFields(view, file).filter(({ message }) => message.place === 'shared');
  if (shared.length === 0 && ![...view.messages.values()].some(({ place }) => place === 'shared'))
    return [];
  const aliases = aliasesIn(view);
  const fetches: Fetch[] = [];
  for (const field of shared) {
    if (!isReadOf(field)) continue;
    const { access } = field;
    if (!access.path.includes('.') || access.path.endsWith('.*')) continue;
    fetches.push({
      path: unaliased(access.path, aliases),
      at: access,
      span: access.expression,
      through: undefined,
      decides: access.use !== 'value',
    });
  }
  for (const call of view.facts.calls) fetches.push(...fetchesInCallee(call, view, file, aliases));
  return fetches.sort((a, b) => a.at.order - b.at.order);
}

/** Fields a callee of the file loads through the shared pointer it is handed. */
function fetchesInCallee(
  call: CallSite,
  view: FunctionView,
  file: DriverView,
  aliases: ReadonlyMap<string, string>,
): Fetch[] {
  const callee = file.byName.get(call.callee);
  if (!callee || callee === view) return [];
  return call.args.flatMap((arg, i) => {
    const parameter = callee.facts.body.parameters[i];
    const inner = bare(arg);
    if (!parameter || inner.kind !== 'name') return [];
    const message = messageOf(inner, view, file);
    if (message?.place !== 'shared' || message.isOwn) return [];
    const decides = new Map<string, boolean>();
    for (const field of peerFields(callee, file)) {
      const { path, use } = field.access;
      if (!isReadOf(field) || !path.startsWith(`${parameter.name}.`)) continue;
      if (path.endsWith('.*') || path.includes('[')) continue;
      decides.set(path, (decides.get(path) ?? false) || use !== 'value');
    }
    return [...decides].map(([path, isDecision]) => ({
      path: unaliased(inner.name + path.slice(parameter.name.length), aliases),
      at: call,
      span: call.span,
      through: callee.name,
      decides: isDecision,
    }));
  });
}

/** Pointers that are set once, to what another pointer of the function points to or a part of it. */
function aliasesIn(view: FunctionView): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  const counts = new Map<string, number>();
  const count = (path: string): unknown => counts.set(path, (counts.get(path) ?? 0) + 1);
  for (const each of view.facts.assignments) count(each.path);
  for (const each of view.facts.accesses) if (each.mode === 'update') count(each.path);
  const sets = (name: string): number => counts.get(name) ?? 0;
  for (const { target, value } of view.facts.assignments) {
    if (target.kind !== 'name' || sets(target.name) !== 1) continue;
    if ((view.facts.variables.get(target.name)?.pointerDepth ?? 0) === 0) continue;
    const inner = bare(value);
    const isPointer = inner.kind === 'name' && view.messages.get(inner.name)?.place === 'shared';
    const isPart = inner.kind === 'address' && inner.operand.kind === 'field';
    if ((isPointer || isPart) && sets(rootName(inner)) <= 1)
      aliases.set(target.name, pathOf(inner));
  }
  return aliases;
}

/** The path with the pointer it starts from replaced by what that stands for. */
function unaliased(path: string, aliases: ReadonlyMap<string, string>, depth = 0): string {
  const root = /^[A-Za-z_]\w*/.exec(path)?.[0] ?? '';
  const meant = aliases.get(root);
  return meant === undefined || depth > 3
    ? path
    : unaliased(meant + path.slice(root.length), aliases, depth + 1);
}

interface FetchPair {
  readonly first: Fetch;
  readonly later: Fetch;
}

/** The most telling pair: a later statement rather than the same one. */
function pairOf(fetches: readonly Fetch[], view: FunctionView): FetchPair | undefined {
  let same: FetchPair | undefined;
  for (let j = 1; j < fetches.length; j++)
    for (let i = 0; i < j; i++) {
      const first = fetches[i];
      const later = fetches[j];
      if (!first || !later || first.at === later.at) continue;
      if (first.through !== undefined && later.through !== undefined && !first.decides) continue;
      if (!isOnOnePath(view.facts, first.at, later.at)) continue;
      if (isChangedBetween(first, later, view)) continue;
      if (first.at.statement !== later.at.statement) return { first, later };
      same ??= { first, later };
    }
  return same;
}

/** The pointer or an index of the path was set anew in between: another slot. */
function isChangedBetween(first: Fetch, later: Fetch, view: FunctionView): boolean {
  const names = new Set(first.path.match(/[A-Za-z_]\w*/g) ?? []);
  const isBetween = (order: number): boolean => order > first.at.order && order < later.at.order;
  return (
    view.facts.assignments.some((each) => isBetween(each.order) && names.has(each.path)) ||
    view.facts.accesses.some(
      (each) => each.mode === 'update' && isBetween(each.order) && names.has(each.path),
    )
  );
}

function describeFetch({ first, later }: FetchPair, view: FunctionView, file: DriverView): Draft {
  const name = textOf(view, first.through === undefined ? first.span : later.span);
  const where = later.through === undefined ? '' : ` by ${later.through}()`;
  const action = first.decides ? 'checked' : 'read';
  return {
    span: placed(view, later.span),
    message: `${name} is ${action} in shared memory and then fetched again${where}: the peer can change it in between. Copy it once and use only the copy.`,
    evidence: [
      { span: placed(view, first.span), message: `First fetch: the value ${action} here` },
      { span: placed(view, later.span), message: `Second fetch${where}: may be another value` },
    ],
    ...copyFix(first.path, view, file),
  };
}
