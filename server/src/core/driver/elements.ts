import type { FunctionFacts, Subscript } from './facts.ts';
import type { Expression } from './model.ts';
import { bare, partsOf, rootName } from './paths.ts';
import type { FunctionView } from './view.ts';

const known = new WeakMap<FunctionFacts, readonly Subscript[]>();

/**
 * Every place of a function that picks an element by a number, in order: `table[i]`, and `table + i` where it is a
 * pointer's new value or what is pointed through.
 */
export function elementsIn(view: FunctionView): readonly Subscript[] {
  const cached = known.get(view.facts);
  if (cached) return cached;
  const { subscripts, assignments, accesses } = view.facts;
  const offsets: Subscript[] = [];
  for (const each of assignments) {
    const pointer = view.facts.variables.get(each.path);
    const sum = bare(each.value);
    if (pointer && pointer.pointerDepth > 0 && isOffset(sum))
      offsets.push({ ...each, ...partsOfOffset(sum), use: 'value' });
  }
  for (const each of accesses)
    for (const sum of pointedThrough(each.expression))
      offsets.push({ ...each, ...partsOfOffset(sum), use: each.use });
  const all = [...subscripts, ...offsets].sort((a, b) => a.order - b.order);
  known.set(view.facts, all);
  return all;
}

type Sum = Extract<Expression, { kind: 'binary' }>;

/** `table + i`; the table is a place, and no part of it a number of its own. */
const isOffset = (expression: Expression): expression is Sum =>
  expression.kind === 'binary' &&
  expression.operator === '+' &&
  /^(?:name|field)$/.test(bare(expression.left).kind) &&
  rootName(expression.left) !== '' &&
  expression.right.kind !== 'literal';

const partsOfOffset = (sum: Sum): Pick<Subscript, 'base' | 'index' | 'span'> => ({
  base: sum.left,
  index: sum.right,
  span: { start: sum.start, end: sum.end },
});

/** Sums behind `->` and `*`. */
function pointedThrough(expression: Expression): Sum[] {
  const pointer =
    expression.kind === 'pointee'
      ? bare(expression.operand)
      : expression.kind === 'field' && expression.arrow
        ? bare(expression.base)
        : undefined;
  if (pointer && isOffset(pointer)) return [pointer];
  return partsOf(expression).flatMap(pointedThrough);
}
