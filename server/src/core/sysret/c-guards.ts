import { type CFunction, closingBracket, type CText, evaluate, type LinearValue } from '#core/asm';
import { type Condition, compare, negated, type Relation } from './conditions.ts';
import { isUserLimitName } from './machine.ts';
import { atom, computed, constant, type Value } from './values.ts';

/** Evaluates a constant expression of the file; names may stay symbolic. */
export type Evaluate = (expression: string) => LinearValue;

export interface GuardNames {
  readonly guardFunctions: ReadonlySet<string>;
  readonly userLimits: ReadonlySet<string>;
}

/** A test of an expression in C: what holds afterwards, and where it stands. */
export interface CGuard {
  readonly condition: Condition;
  readonly offset: number;
}

const LIMIT_WHEN_UNKNOWN = 0x7fff_ffff_f000n;
const canonicalFunction = /canon/i;

/** Brings an expression into one spelling: no blanks, no casts, no outer parentheses. */
export function normalized(expression: string): string {
  let text = expression
    .replaceAll(
      /\((?:const\s+)?(?:unsigned|signed|long|int|u64|u32|uint64_t|uintptr_t|vaddr_t|vm_offset_t|size_t|ulong|word_t|Address|Mword|register_t|uptr|u_long)\b[\w\s*]*\)/g,
      '',
    )
    .replaceAll(/\s+/g, '');
  while (/^\((.*)\)$/.test(text) && closingBracket(text, 0) === text.length)
    text = text.slice(1, -1);
  return text;
}

/**
 * What is known about `expression` at `at`, from the `if`s before it whose bodies leave the function and from the
 * `if`s around it; assignments in between end earlier knowledge.
 */
export function guardsBefore(
  c: CText,
  around: CFunction,
  at: number,
  question: {
    readonly expression: string;
    readonly evaluate: Evaluate;
    readonly names: GuardNames;
  },
): { readonly guards: readonly CGuard[]; readonly value: Value } {
  const subject = atom(`expr:${normalized(question.expression)}`);
  const aliases = aliasesOf(c, around, at, question.expression);
  let guards: CGuard[] = [];
  let value: Value = subject;
  for (const event of eventsOf(c, around, at, aliases)) {
    if (event.kind === 'assign') {
      const changed = assignedValue(event.text, aliases, subject, question.names);
      if (changed === 'same') continue;
      guards = [];
      value = changed ?? atom(`expr:${normalized(question.expression)}@${event.offset}`);
      continue;
    }
    const applies = event.leaves ? false : event.encloses;
    if (!event.leaves && !event.encloses) continue;
    for (const condition of parseCondition(event.text, applies, {
      ...question,
      aliases,
      subject,
    })) {
      guards.push({ condition, offset: event.offset });
    }
  }
  return { guards, value };
}

/** Names for the same value: a local and the member it was initialised from. */
function aliasesOf(
  c: CText,
  around: CFunction,
  at: number,
  expression: string,
): ReadonlySet<string> {
  const aliases = new Set([normalized(expression)]);
  if (!/^\w+$/.test(expression.trim())) return aliases;
  const before = c.bare.slice(around.body.start, at);
  const initial = new RegExp(`\\b${expression.trim()}\\s*=\\s*([^;=][^;]*);`).exec(before);
  const source = initial && normalized(initial[1] ?? '');
  if (source !== null && source !== undefined && /^[\w>.[\]-]+$/.test(source)) aliases.add(source);
  return aliases;
}

type Event =
  | { readonly kind: 'assign'; readonly offset: number; readonly text: string }
  | {
      readonly kind: 'if';
      readonly offset: number;
      readonly text: string;
      readonly leaves: boolean;
      readonly encloses: boolean;
    };

function eventsOf(c: CText, around: CFunction, at: number, aliases: ReadonlySet<string>): Event[] {
  const events: Event[] = [];
  const text = c.bare.slice(around.body.start, at);
  for (const match of text.matchAll(/\b(?:if|BUG_ON|ASSERT|assert|KASSERT|WARN_ON)\s*\(/g)) {
    const open = around.body.start + match.index + match[0].length - 1;
    const close = closingBracket(c.bare, open);
    const condition = c.bare.slice(open + 1, close - 1);
    const word = match[0].replace(/\s*\($/, '');
    if (word !== 'if') {
      if (word === 'BUG_ON')
        events.push({ kind: 'if', offset: open, text: condition, leaves: true, encloses: false });
      continue;
    }
    const body = bodyAfter(c.bare, close);
    events.push({
      kind: 'if',
      offset: open,
      text: condition,
      leaves: body.end <= at && leavesFunction(c.bare.slice(body.start, body.end)),
      encloses: body.end > at,
    });
    // `if (bad) rip = 0;` repairs the value instead of leaving.
    const repair =
      body.end <= at ? repairIn(c.bare.slice(body.start, body.end), aliases) : undefined;
    if (repair)
      events.push({ kind: 'if', offset: open, text: condition, leaves: true, encloses: false });
  }
  for (const alias of aliases) {
    const pattern = new RegExp(
      `(?<![\\w.>])${escaped(alias)}\\s*(?:[-+|&^]|<<|>>)?=(?!=)\\s*([^;]*);`,
      'g',
    );
    for (const match of text.matchAll(pattern)) {
      events.push({ kind: 'assign', offset: around.body.start + match.index, text: match[0] });
    }
  }
  return events.sort((a, b) => a.offset - b.offset);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('->', '\\s*->\\s*');
}

function bodyAfter(bare: string, from: number): { readonly start: number; readonly end: number } {
  const start = from + (/^\s*/.exec(bare.slice(from, from + 400))?.[0].length ?? 0);
  if (bare.charAt(start) === '{') return { start, end: closingBracket(bare, start) };
  const end = bare.indexOf(';', start);
  return { start, end: end < 0 ? bare.length : end + 1 };
}

/** A body that does not come back: return, goto, break, continue, or a call that by its name never returns. */
export function leavesFunction(body: string): boolean {
  return /\b(?:return|goto|continue|break|throw|__builtin_unreachable|__builtin_trap)\b|\b\w*(?:iret|panic|abort|die|fatal|exit|kill|crash|halt|BUG|unreachable|trap|fault|no_?return)\w*\s*\(/i.test(
    body,
  );
}

function repairIn(body: string, aliases: ReadonlySet<string>): boolean {
  return [...aliases].some((alias) =>
    new RegExp(
      `(?<![\\w.>])${escaped(alias)}\\s*=\\s*(?:0|[A-Z_][A-Z0-9_]*|0x[0-9a-f]{1,11})[uUlL]*\\s*;`,
      'i',
    ).test(body),
  );
}

/** What an assignment makes of the value: canonical by construction, the same, or unknown. */
function assignedValue(
  text: string,
  aliases: ReadonlySet<string>,
  subject: Value,
  names: GuardNames,
): Value | 'same' | undefined {
  const right = normalized(text.replace(/^[^=]*=/, '').replace(/;\s*$/, ''));
  if (aliases.has(right)) return 'same';
  const call = /^(\w+)\(/.exec(right)?.[1] ?? '';
  if (canonicalFunction.test(call) || names.guardFunctions.has(call))
    return computed('sign-extend', subject, 48n);
  if (/<<16\)?>>16$/.test(right)) return computed('sign-extend', subject, 48n);
  return /^(?:0x[0-9a-f]{1,11}|\d+)[uUlL]*$/i.test(right) ? constant(0n) : undefined;
}

interface ConditionContext {
  readonly evaluate: Evaluate;
  readonly names: GuardNames;
  readonly aliases: ReadonlySet<string>;
  readonly subject: Value;
}

/**
 * The facts about the subject when `text` is true (`holds`) or false. Of `a || b` being false both parts are
 * false; of `a && b` being true both are true; other mixtures say nothing.
 */
export function parseCondition(
  text: string,
  holds: boolean,
  context: ConditionContext,
): Condition[] {
  const plain = stripUnlikely(text.trim());
  const separator = holds ? '&&' : '||';
  const parts = splitLogical(plain, separator);
  if (parts.length > 1) return parts.flatMap((part) => parseCondition(part, holds, context));
  if (splitLogical(plain, holds ? '||' : '&&').length > 1) return [];
  const inner = normalized(plain);
  if (inner.startsWith('!') && !inner.startsWith('!='))
    return parseCondition(inner.slice(1), !holds, context);
  const atomCondition = parseAtom(inner, context);
  if (!atomCondition) return [];
  return holds ? [atomCondition] : [negate(atomCondition)];
}

function stripUnlikely(text: string): string {
  const match = /^\(*\s*(?:un)?likely\s*\((.*)\)\s*\)*$/s.exec(text);
  return match ? (match[1] ?? '') : text;
}

function splitLogical(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length - 1; i++) {
    const character = text.charAt(i);
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(from, i));
      from = i + 2;
    }
  }
  parts.push(text.slice(from));
  const only = parts.length === 1 ? /^\((.*)\)$/s.exec(text.trim()) : null;
  return only && closingBracket(text.trim(), 0) === text.trim().length
    ? splitLogical(only[1] ?? '', separator)
    : parts;
}

const relations: Readonly<Record<string, Relation>> = {
  '>=': 'above-eq',
  '>': 'above',
  '<=': 'below-eq',
  '<': 'below',
  '==': 'eq',
  '!=': 'ne',
};
const mirrored: Readonly<Record<string, string>> = {
  '>=': '<=',
  '>': '<',
  '<=': '>=',
  '<': '>',
  '==': '==',
  '!=': '!=',
};

function parseAtom(text: string, context: ConditionContext): Condition | undefined {
  const call = /^(\w+)\((.*)\)$/.exec(text);
  if (call && isGuardCall(call[1] ?? '', context.names)) {
    const argument = normalized((call[2] ?? '').split(',')[0] ?? '');
    return matches(argument, context.aliases)
      ? { kind: 'canonical', value: context.subject, widthBits: 48, holds: true }
      : undefined;
  }
  const comparison = /^(.+?)(>=|<=|==|!=|(?<![<>-])[<>](?![<>]))(.+)$/.exec(text);
  if (comparison)
    return parseComparison(comparison[1] ?? '', comparison[2] ?? '', comparison[3] ?? '', context);
  const bare = subjectExpression(text, context);
  return bare ? compare('ne', bare, constant(0n), 64) : undefined;
}

function isGuardCall(name: string, names: GuardNames): boolean {
  return (
    (canonicalFunction.test(name) && !/non_?canon|not_?canon/i.test(name)) ||
    names.guardFunctions.has(name)
  );
}

function parseComparison(
  left: string,
  operator: string,
  right: string,
  context: ConditionContext,
): Condition | undefined {
  const leftSubject = subjectExpression(left, context);
  const rightSubject = leftSubject ? undefined : subjectExpression(right, context);
  const subject = leftSubject ?? rightSubject;
  if (!subject) return undefined;
  const other = leftSubject ? right : left;
  const actual = leftSubject ? operator : (mirrored[operator] ?? operator);
  const relation = relations[actual];
  const limit = limitValue(other, context);
  if (relation === undefined || limit === undefined) {
    return relation === 'eq' || relation === 'ne'
      ? signExtended(subject, other, relation, context)
      : undefined;
  }
  return compare(relation, subject, constant(limit), 64);
}

/** `(long)(rip << 16) >> 16 == rip` */
function signExtended(
  subject: Value,
  other: string,
  relation: Relation,
  context: ConditionContext,
): Condition | undefined {
  const right = subjectExpression(other, context);
  return right ? compare(relation, subject, right, 64) : undefined;
}

function limitValue(text: string, context: ConditionContext): bigint | undefined {
  const value = context.evaluate(text);
  if (value.symbols === '') return BigInt.asUintN(64, value.constant);
  const name = value.symbols;
  const isLimit =
    context.names.userLimits.has(name) ||
    isUserLimitName(name.toUpperCase()) ||
    /user|canon|limit|_max|top|hole/i.test(name);
  return isLimit ? LIMIT_WHEN_UNKNOWN + value.constant : undefined;
}

/** The subject itself, or shifted or masked by a constant. */
function subjectExpression(text: string, context: ConditionContext): Value | undefined {
  const plain = normalized(text);
  if (matches(plain, context.aliases)) return context.subject;
  const pair = /^\(?(.+?)<<16\)?>>16$/.exec(plain);
  if (pair && matches(normalized(pair[1] ?? ''), context.aliases))
    return computed('sign-extend', context.subject, 48n);
  const operation = /^(.+?)(>>|&)(.+)$/.exec(plain);
  if (!operation || !matches(normalized(operation[1] ?? ''), context.aliases)) return undefined;
  const by = context.evaluate(operation[3] ?? '');
  if (by.symbols !== '') return undefined;
  return computed(
    operation[2] === '&' ? 'and' : 'shr',
    context.subject,
    operation[2] === '&' ? BigInt.asIntN(64, by.constant) : by.constant,
  );
}

function matches(text: string, aliases: ReadonlySet<string>): boolean {
  return aliases.has(text) || aliases.has(text.replace(/^&/, ''));
}

function negate(condition: Condition): Condition {
  switch (condition.kind) {
    case 'canonical':
      return { ...condition, holds: !condition.holds };
    case 'bit':
      return { ...condition, isSet: !condition.isSet };
    case 'compare':
      return { ...condition, relation: negated(condition.relation) };
  }
}

/** An evaluator over the `#define`s that `definitions` looks up. */
export function evaluatorOf(lookup: (name: string) => string | undefined): Evaluate {
  return (expression) => evaluate(expression, lookup) ?? { constant: 0n, symbols: expression };
}
