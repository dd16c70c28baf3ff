import type { Expression } from './model.ts';

const cache = new WeakMap<Expression, string>();

/**
 * Canonical name of the place an expression denotes: `req->nr_segments`, `(*req).nr_segments` and
 * `((struct x *)req)->nr_segments` are all `req.nr_segments`; `p.*` is the whole of what `p` points to.
 */
export function pathOf(expression: Expression): string {
  const known = cache.get(expression);
  if (known !== undefined) return known;
  const path = computePath(expression);
  cache.set(expression, path);
  return path;
}

function computePath(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'field':
      return `${pathOf(expression.base).replace(/\.\*$/, '')}.${expression.field}`;
    case 'index':
      return `${pathOf(expression.base)}[${pathOf(expression.index)}]`;
    case 'pointee':
      return `${pathOf(expression.operand)}.*`;
    case 'address':
      return pathOf(expression.operand);
    case 'cast':
    case 'once':
      return pathOf(expression.operand);
    case 'update':
      return pathOf(expression.operand);
    case 'call':
      return `${expression.callee}(${expression.args.map(pathOf).join(',')})`;
    case 'literal':
      return expression.text;
    case 'binary':
      return `${pathOf(expression.left)}${expression.operator}${pathOf(expression.right)}`;
    case 'unary':
      return `${expression.operator}${pathOf(expression.operand)}`;
    case 'assign':
      return pathOf(expression.left);
    case 'conditional':
      return `${pathOf(expression.condition)}?${pathOf(expression.whenTrue)}:${pathOf(expression.whenFalse)}`;
    case 'list':
      return `{${expression.items.map(pathOf).join(',')}}`;
  }
}

/** The variable or call an lvalue starts from, through fields, subscripts, pointers and casts. */
export function rootOf(expression: Expression): Expression {
  switch (expression.kind) {
    case 'field':
    case 'index':
      return rootOf(expression.base);
    case 'pointee':
    case 'address':
    case 'cast':
    case 'once':
    case 'update':
      return rootOf(expression.operand);
    case 'binary':
      return /^[+-]$/.test(expression.operator) ? rootOf(expression.left) : expression;
    default:
      return expression;
  }
}

/** Name of the variable an lvalue starts from; empty for none. */
export function rootName(expression: Expression): string {
  const root = rootOf(expression);
  return root.kind === 'name' ? root.name : '';
}

/** The last field of a place, through subscripts and casts: `nr_segments` of `x->u.rw.nr_segments`. */
export function lastField(expression: Expression): string {
  switch (expression.kind) {
    case 'field':
      return expression.field;
    case 'index':
      return lastField(expression.base);
    case 'pointee':
    case 'address':
    case 'cast':
    case 'once':
    case 'update':
      return lastField(expression.operand);
    case 'name':
      return expression.name;
    case 'call':
      return expression.callee;
    default:
      return '';
  }
}

/** Through casts, READ_ONCE and `*&`. */
export function bare(expression: Expression): Expression {
  return expression.kind === 'cast' || expression.kind === 'once'
    ? bare(expression.operand)
    : expression;
}

/** The parts an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'field':
      return [expression.base];
    case 'index':
      return [expression.base, expression.index];
    case 'pointee':
    case 'address':
    case 'cast':
    case 'once':
    case 'unary':
    case 'update':
      return [expression.operand];
    case 'call':
      return expression.args;
    case 'binary':
    case 'assign':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case 'list':
      return expression.items;
    case 'name':
    case 'literal':
      return [];
  }
}

/** Whether any part of the expression, itself included, satisfies the test. */
export function someIn(expression: Expression, test: (part: Expression) => boolean): boolean {
  return test(expression) || partsOf(expression).some((part) => someIn(part, test));
}
