import type { FunctionFacts } from './facts.ts';
import type { Expression } from './model.ts';
import { bare, pathOf } from './paths.ts';
import type { FunctionView } from './view.ts';
import { carriesValue, isLimiter } from './vocabulary.ts';

/** What the assignments of a function say about its values. */
type Traced = Pick<FunctionView, 'sources' | 'limited' | 'keys'>;

const tracedBefore = new WeakMap<FunctionFacts, Traced>();

/**
 * Follows assignments: which places each place's value came from, and which values were masked or clamped. Kept with
 * the facts, so that a function that was not edited is not followed again.
 */
export function tracedValues(facts: FunctionFacts): Traced {
  const known = tracedBefore.get(facts);
  if (known) return known;
  const sources = new Map<string, ReadonlySet<string>>();
  const limited = new Set<string>();
  for (const assignment of facts.assignments) {
    if (isLimiting(assignment.value, assignment.operator)) {
      limited.add(assignment.path);
      continue;
    }
    const keys = keysOf(assignment.value, { sources, keys: undefined });
    if (keys.size === 0) continue;
    const carried = new Set(sources.get(assignment.path));
    for (const key of keys) if (key !== assignment.path) carried.add(key);
    sources.set(assignment.path, carried);
  }
  const traced: Traced = { sources, limited, keys: new WeakMap() };
  tracedBefore.set(facts, traced);
  return traced;
}

/** `x & mask`, `x % n`, `min(x, n)` and `x > n ? n : x`. */
export function isLimiting(value: Expression, operator = '='): boolean {
  const inner = bare(value);
  if (operator === '%=') return true;
  if (operator === '&=') return !isComplement(inner);
  if (inner.kind === 'call') return isLimiter(inner.callee);
  if (inner.kind === 'binary')
    return (
      (inner.operator === '&' && !isComplement(inner.left) && !isComplement(inner.right)) ||
      inner.operator === '%' ||
      (/^[+*-]$|^>>$/.test(inner.operator) && isLimiting(inner.left))
    );
  if (inner.kind === 'conditional')
    return inner.condition.kind === 'binary' && /^[<>]=?$/.test(inner.condition.operator);
  return false;
}

/** `~flag` clears a bit and bounds nothing. */
const isComplement = (expression: Expression): boolean => {
  const inner = bare(expression);
  return inner.kind === 'unary' && inner.operator === '~';
};

/** The places an expression's value depends on: named in it, or assigned into what is named in it. */
export function keysOf(
  expression: Expression,
  view: Pick<FunctionView, 'sources' | 'keys'>,
): ReadonlySet<string> {
  const known = view.keys?.get(expression);
  if (known) return known;
  const keys = new Set<string>();
  addKeys(expression, view, keys);
  view.keys?.set(expression, keys);
  return keys;
}

function addKeys(
  expression: Expression,
  view: Pick<FunctionView, 'sources'>,
  keys: Set<string>,
): void {
  switch (expression.kind) {
    case 'name':
    case 'field':
    case 'index':
    case 'pointee': {
      const path = pathOf(expression);
      keys.add(path);
      for (const source of view.sources.get(path) ?? []) keys.add(source);
      return;
    }
    case 'address':
    case 'cast':
    case 'once':
    case 'unary':
    case 'update':
      addKeys(expression.operand, view, keys);
      return;
    case 'binary':
    case 'assign':
      addKeys(expression.left, view, keys);
      addKeys(expression.right, view, keys);
      return;
    case 'conditional':
      addKeys(expression.whenTrue, view, keys);
      addKeys(expression.whenFalse, view, keys);
      addKeys(expression.condition, view, keys);
      return;
    case 'call':
      if (carriesValue(expression.callee) || isLimiter(expression.callee))
        expression.args.forEach((arg) => addKeys(arg, view, keys));
      return;
    case 'list':
      expression.items.forEach((item) => addKeys(item, view, keys));
      return;
    case 'literal':
      return;
  }
}

export const isZero = (expression: Expression): boolean => {
  const inner = bare(expression);
  return inner.kind === 'literal' && /^[-0]+[uUlL]*$|^NULL$/.test(inner.text);
};

/** A variable that is stepped in this function: the counter of a loop. */
export function isInduction(expression: Expression, view: FunctionView): boolean {
  const inner = bare(expression);
  if (inner.kind !== 'name') return false;
  return view.facts.accesses.some(
    (access) => access.path === inner.name && access.mode === 'update',
  );
}
