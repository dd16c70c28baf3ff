import type { Access } from './facts.ts';
import { messageOf } from './build.ts';
import type { Message } from './messages.ts';
import type { Expression } from './model.ts';
import { bare, lastField, pathOf } from './paths.ts';
import { keysOf } from './values.ts';
import { textOf, type DriverView, type FunctionView } from './view.ts';
import { isCountField, isIdField, isPrinting } from './vocabulary.ts';

/** A field of a message that the peer wrote. */
export interface PeerField {
  readonly access: Access;
  readonly message: Message;
}

const known = new WeakMap<FunctionView, readonly PeerField[]>();

/** Every read of a field of a message from the other end, in order; computed once a function. */
export function peerFields(view: FunctionView, file: DriverView): readonly PeerField[] {
  const cached = known.get(view);
  if (cached) return cached;
  const fields = view.facts.accesses.flatMap((access) => {
    if (access.mode === 'write' || access.expression.kind === 'name') return [];
    const message = messageOf(access.expression, view, file);
    return message && !message.isOwn ? [{ access, message }] : [];
  });
  known.set(view, fields);
  return fields;
}

/** Paths of peer-written fields that satisfy the test. */
export function peerPaths(
  view: FunctionView,
  file: DriverView,
  test: (field: PeerField) => boolean = () => true,
): Set<string> {
  return new Set(
    peerFields(view, file)
      .filter(test)
      .map((field) => field.access.path),
  );
}

export const isReadOf = (field: PeerField): boolean =>
  field.access.mode !== 'address' && !isPrinting(field.access.callee ?? '');

/** Paths of ids that came with a response. */
export const responseIds = (view: FunctionView, file: DriverView): Set<string> =>
  view.role === 'backend'
    ? new Set()
    : peerPaths(
        view,
        file,
        ({ access, message }) =>
          message.what === 'response' && isIdField(lastField(access.expression)),
      );

/** Paths of segment and buffer counts that came with a request. */
export const requestCounts = (view: FunctionView, file: DriverView): Set<string> =>
  peerPaths(
    view,
    file,
    ({ access, message }) =>
      message.what === 'request' && isCountField(lastField(access.expression)),
  );

/** Those of `wanted` an expression's value depends on. */
export function keysAmong(
  expression: Expression,
  wanted: ReadonlySet<string>,
  view: FunctionView,
): Set<string> {
  const found = new Set<string>();
  if (wanted.size === 0) return found;
  for (const key of keysOf(expression, view)) if (wanted.has(key)) found.add(key);
  return found;
}

/** Keys for a check: the peer's fields and every local that carries them in the expression. */
export function checkKeys(
  expression: Expression,
  among: ReadonlySet<string>,
  view: FunctionView,
): Set<string> {
  const keys = new Set(among);
  const inner = bare(expression);
  keys.add(pathOf(inner));
  for (const key of keysOf(expression, view)) {
    const sources = view.sources.get(key);
    if (sources && [...among].some((each) => sources.has(each))) keys.add(key);
  }
  return keys;
}

/** A constant, a `sizeof`, a ring's size or a limit, by the look of it. */
export function isSizeLike(text: string): boolean {
  return (
    /\b\d\w*\b|\b[A-Z][A-Z0-9_]{2,}\b|sizeof/.test(text) ||
    /size|max|limit|nr_ents|mask|order|depth|count|num|len(?:gth)?\b|entries/i.test(text)
  );
}

/** A place as the function first writes it. */
export function writtenAs(path: string, view: FunctionView): string {
  const access = view.facts.accesses.find((each) => each.path === path);
  return access ? textOf(view, access.expression) : path;
}
