import type { Access, CallSite } from './facts.ts';
import { messageOf } from './build.ts';
import type { Message } from './messages.ts';
import type { Expression } from './model.ts';
import { bare, lastField, pathOf } from './paths.ts';
import { isLimiting, keysOf } from './values.ts';
import { textOf, type DriverView, type FunctionView } from './view.ts';
import { isCountField, isIdField } from './vocabulary.ts';

/** A field of a message that the peer wrote. */
export interface PeerField {
  readonly access: Access;
  readonly message: Message;
  /** The field of the wire structure, and the place it was read from, in the caller for a parameter. */
  readonly field: string;
  readonly origin: string;
}

const known = new WeakMap<FunctionView, readonly PeerField[]>();

/** Every read of a field of a message from the other end, in order; computed once a function. */
export function peerFields(view: FunctionView, file: DriverView): readonly PeerField[] {
  const cached = known.get(view);
  if (cached) return cached;
  const fields = view.facts.accesses.flatMap((access): PeerField[] => {
    if (access.mode === 'write') return [];
    if (access.expression.kind === 'name') {
      const handed = view.handed.get(access.expression.name);
      return handed ? [{ access, ...handed }] : [];
    }
    const message = messageOf(access.expression, view, file);
    if (!message || message.isOwn) return [];
    return [{ access, message, field: lastField(access.expression), origin: access.path }];
  });
  known.set(view, fields);
  return fields;
}

/** Levels of calls through which plain values are followed. */
const LEVELS = 2;

/** Tells each function of the file which of its parameters carry a field of a peer's message. */
export function handFields(file: DriverView): void {
  for (let level = 0; level < LEVELS; level++)
    for (const view of file.functions)
      for (const call of view.facts.calls) {
        const callee = file.byName.get(call.callee);
        if (callee && callee !== view) handOver(call, callee, view, file);
      }
  for (const view of file.functions) if (view.handed.size > 0) known.delete(view);
}

function handOver(
  call: CallSite,
  callee: FunctionView,
  view: FunctionView,
  file: DriverView,
): void {
  const fields = new Map(peerFields(view, file).map((field) => [field.access.path, field]));
  if (fields.size === 0) return;
  call.args.forEach((arg, i) => {
    const parameter = callee.facts.body.parameters[i];
    if (!parameter || parameter.pointerDepth > 0 || isLimiting(arg)) return;
    const key = [...keysOf(arg, view)].find((each) => fields.has(each));
    const from = key === undefined ? undefined : fields.get(key);
    if (!from || view.limited.has(pathOf(arg)) || from.message.what === 'page') return;
    const before = callee.handed.get(parameter.name);
    callee.handed.set(parameter.name, {
      message: { ...from.message, place: 'copy' },
      field: before?.field ?? from.field,
      origin: before?.origin ?? from.origin,
      calls: new Set([...(before?.calls ?? []), call]),
    });
    known.delete(callee);
  });
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
  field.access.mode !== 'address' && !field.access.isPrinted;

/** Paths of ids that came with a response. */
export const responseIds = (view: FunctionView, file: DriverView): Set<string> =>
  view.role === 'backend'
    ? new Set()
    : peerPaths(
        view,
        file,
        ({ field, message }) => message.what === 'response' && isIdField(field),
      );

/** Paths of segment and buffer counts that came with a request. */
export const requestCounts = (
  view: FunctionView,
  file: DriverView,
  test: (field: PeerField) => boolean,
): Set<string> =>
  peerPaths(
    view,
    file,
    (each) => each.message.what === 'request' && isCountField(each.field) && test(each),
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
