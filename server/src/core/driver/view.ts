import type { Span } from '#core/text';
import type { CallSite, FunctionFacts } from './facts.ts';
import type { Message } from './messages.ts';
import type { Expression, Role } from './model.ts';
import type { DriverSource } from './read-file.ts';

/** A call of one function of the file by another. */
export interface Caller {
  readonly view: FunctionView;
  readonly call: CallSite;
}

/** A peer-written field that arrives as a plain parameter. */
export interface HandedField {
  readonly message: Message;
  /** The field of the wire structure, and the place it was read from in the caller. */
  readonly field: string;
  readonly origin: string;
  /** The calls that hand it over; others pass values of this side's own. */
  readonly calls: ReadonlySet<CallSite>;
}

/** A function as the rules see it: its facts, and what the rest of the file says about it. */
export interface FunctionView {
  readonly name: string;
  readonly facts: FunctionFacts;
  readonly baseOffset: number;
  role: Role;
  readonly callers: Caller[];
  /** What local variables and parameters hold of the conversation, by name. */
  readonly messages: Map<string, Message>;
  /** Parameters by which callers hand on a field of a peer's message, by name. */
  readonly handed: Map<string, HandedField>;
  /** Places a place's value was computed from, transitively. */
  readonly sources: ReadonlyMap<string, ReadonlySet<string>>;
  /** Places whose value was masked or clamped when assigned. */
  readonly limited: ReadonlySet<string>;
  /** What each expression depends on, remembered once the sources stand. */
  readonly keys: WeakMap<Expression, ReadonlySet<string>> | undefined;
}

/** A file as the rules see it. */
export interface DriverView {
  readonly source: DriverSource;
  readonly functions: readonly FunctionView[];
  readonly byName: ReadonlyMap<string, FunctionView>;
  /** Struct members of request and response types, by member name: a private copy lives there. */
  readonly members: ReadonlyMap<string, Message>;
  readonly platform: 'linux' | 'other' | 'unknown';
}

/** A finding on its way: spans are file offsets. */
export interface Draft {
  readonly span: Span;
  readonly message: string;
  readonly evidence?: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes?: readonly DraftFix[];
  /** Lowers the rule's own severity for this place. */
  readonly severity?: 'warning' | 'hint';
}

export interface DraftFix {
  readonly title: string;
  readonly preferred: boolean;
  readonly edits: readonly { readonly span: Span; readonly newText: string }[];
}

/** File offsets of a span that is relative to the function. */
export const placed = (view: FunctionView, span: Span): Span => ({
  start: span.start + view.baseOffset,
  end: span.end + view.baseOffset,
});

/** The source text of an expression, on one line. */
export const textOf = (view: FunctionView, span: Span): string =>
  view.facts.body.text.slice(span.start, span.end).replace(/\s+/g, ' ');

/** What an expression's root holds, if it is a message: through variables, slot macros and struct members. */
export type MessageOf = (expression: Expression) => Message | undefined;
