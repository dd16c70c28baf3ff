import type { Span } from '#core/text';
import { Recorder } from './recorder.ts';
import type { Expression, FunctionBody, Variable } from './model.ts';

/** One arm of a branch, case of a switch or body of a loop that encloses a place. */
export interface Frame {
  readonly id: number;
  readonly arm: number;
  readonly kind: 'if' | 'switch' | 'loop';
}

/** What the place decides or is used for. */
export type Use = 'value' | 'condition' | 'loop' | 'switch' | 'index';

interface Event {
  /** Position in evaluation order; also the order of the text. */
  readonly order: number;
  readonly frames: readonly Frame[];
  /** Number of the statement, counted through the function. */
  readonly statement: number;
}

/** An lvalue read, written or passed by address. */
export interface Access extends Event {
  readonly expression: Expression;
  readonly path: string;
  readonly mode: 'read' | 'write' | 'update' | 'address';
  readonly use: Use;
  /** Read through READ_ONCE or a volatile cast. */
  readonly once: boolean;
  /** Argument of the call, when it stands directly in one. */
  readonly callee: string | undefined;
  /** It ends in a message for people: a log line, a name in a format. */
  readonly isPrinted: boolean;
  /** The whole statement is this access (`x |= FLAG;`, `x++;`): its value goes nowhere else. */
  readonly isStatement: boolean;
}

export interface CallSite extends Event {
  readonly callee: string;
  readonly args: readonly Expression[];
  readonly span: Span;
  /** Its value is thrown away. */
  readonly isStatement: boolean;
  /** A message for people: a log line, a debug print. */
  readonly prints: boolean;
  /** It stands in the condition of an if, loop or switch. */
  readonly use: Use;
}

export interface Assignment extends Event {
  readonly target: Expression;
  readonly path: string;
  readonly operator: string;
  readonly value: Expression;
  /** Set when it is a declaration's initialiser. */
  readonly declares: Variable | undefined;
  readonly span: Span;
}

export interface Comparison extends Event {
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly use: Use;
  /** The loop whose condition it is. */
  readonly loop: number | undefined;
  readonly span: Span;
  /** Name of the assertion macro that holds it. */
  readonly assertion: string | undefined;
}

/** A condition with its span and the order range of what it guards. */
export interface Branch extends Event {
  readonly kind: 'if' | 'loop' | 'switch' | 'conditional';
  readonly id: number;
  readonly condition: Expression | undefined;
  readonly span: Span;
  /** Order of the first event after the construct. */
  endOrder: number;
}

/** A subscript: `base[index]`. */
export interface Subscript extends Event {
  readonly base: Expression;
  readonly index: Expression;
  readonly span: Span;
  /** The element's address is taken or it is only written. */
  readonly use: Use;
}

/** `left operator right` for arithmetic operators. */
export interface Arithmetic extends Event {
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

export interface CastSite extends Event {
  readonly type: string;
  readonly operand: Expression;
  readonly span: Span;
}

export interface Exit extends Event {
  readonly kind: 'return' | 'goto' | 'break' | 'continue' | 'label';
  readonly label: string;
  readonly value: Expression | undefined;
  readonly span: Span;
}

/**
 * How an arm ends: `return` leaves the function, `jump` the innermost loop or switch (its frame id; `continue` stays
 * in the loop but starts it anew), `goto` goes to a label.
 */
export type Leave =
  | { readonly kind: 'return' }
  | { readonly kind: 'jump'; readonly scope: number }
  | { readonly kind: 'goto'; readonly label: string };

/** Everything the rules ask about one function, in evaluation order. */
export interface FunctionFacts {
  readonly body: FunctionBody;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly accesses: readonly Access[];
  readonly calls: readonly CallSite[];
  readonly assignments: readonly Assignment[];
  readonly comparisons: readonly Comparison[];
  readonly branches: readonly Branch[];
  readonly subscripts: readonly Subscript[];
  readonly casts: readonly CastSite[];
  readonly arithmetic: readonly Arithmetic[];
  readonly exits: readonly Exit[];
  /** Arms that never reach the code right after their branch, as `id:arm`, and where they go. */
  readonly leavingArms: ReadonlyMap<string, Leave>;
  /** Order after the last event. */
  readonly endOrder: number;
}

export function factsOf(body: FunctionBody): FunctionFacts {
  return new Recorder(body).record();
}

/** Whether control can pass `first` and then reach `later` without starting a loop again. */
export function isOnOnePath(facts: FunctionFacts, first: Event, later: Event): boolean {
  for (const frame of first.frames) {
    const other = later.frames.find((each) => each.id === frame.id);
    const leave = facts.leavingArms.get(`${frame.id}:${frame.arm}`);
    if (other?.arm === frame.arm) continue;
    if (other && (frame.kind === 'if' || leave !== undefined)) return false;
    if (leave && !reaches(leave, later, facts)) return false;
  }
  return true;
}

function reaches(leave: Leave, later: Event, facts: FunctionFacts): boolean {
  if (leave.kind === 'return') return false;
  if (leave.kind === 'jump') return !later.frames.some((frame) => frame.id === leave.scope);
  const label = facts.exits.find((exit) => exit.kind === 'label' && exit.label === leave.label);
  return label !== undefined && label.order <= later.order;
}

/** Whether both stand inside the same loop. */
export function loopsOf(event: Event): readonly number[] {
  return event.frames.filter((frame) => frame.kind === 'loop').map((frame) => frame.id);
}
