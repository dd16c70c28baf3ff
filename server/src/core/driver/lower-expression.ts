import type { Span } from '#core/text';
import type { Expression, Variable } from './model.ts';
import { childOf, childrenOf, type SyntaxNode } from './syntax.ts';
import type { Wrapper } from './wrappers.ts';
import { isBranchHint, isOnceMacro, isOnceStore, placeArgument } from './vocabulary.ts';

/** Nesting beyond this is not read: no driver has it, and a hostile file must not exhaust the stack. */
const DEEPEST = 400;

/** Turns syntax nodes of one function into expressions whose offsets count from the function's start. */
export class ExpressionReader {
  private depth = 0;
  private readonly text: string;
  private readonly base: number;
  private readonly wrappers: ReadonlyMap<string, Wrapper>;

  /** `text` is the whole file's, `base` the offset where the function starts. */
  constructor(text: string, base: number, wrappers: ReadonlyMap<string, Wrapper>) {
    this.text = text;
    this.base = base;
    this.wrappers = wrappers;
  }

  textOf(node: SyntaxNode): string {
    return this.text.slice(node.start, node.end);
  }

  spanOf(node: SyntaxNode): { start: number; end: number } {
    return { start: node.start - this.base, end: node.end - this.base };
  }

  read(node: SyntaxNode | undefined): Expression {
    if (!node) return { kind: 'list', initializer: false, items: [], start: 0, end: 0 };
    if (this.depth > DEEPEST)
      return { kind: 'list', initializer: false, items: [], ...this.spanOf(node) };
    this.depth++;
    const read = this.readKind(node);
    this.depth--;
    return read;
  }

  private readKind(node: SyntaxNode): Expression {
    const span = this.spanOf(node);
    switch (node.kind) {
      case 'identifier':
      case 'field_identifier':
      case 'type_identifier':
        return { kind: 'name', name: this.textOf(node), ...span };
      case 'parenthesized_expression':
        return this.readParenthesized(node);
      case 'field_expression':
        return {
          kind: 'field',
          base: this.read(childOf(node, 'argument')),
          field: this.textOfField(node, 'field'),
          arrow: childOf(node, 'operator')?.kind === '->',
          ...span,
        };
      case 'subscript_expression':
        return {
          kind: 'index',
          base: this.read(childOf(node, 'argument')),
          index: this.read(childOf(node, 'index')),
          ...span,
        };
      case 'pointer_expression':
        return this.readPointer(node);
      case 'call_expression':
        return this.readCall(node);
      case 'cast_expression':
        return this.readCast(node);
      case 'sizeof_expression':
      case 'alignof_expression':
      case 'offsetof_expression':
      case 'type_descriptor':
        return { kind: 'literal', text: this.textOf(node), ...span };
      case 'gnu_asm_expression':
        return { kind: 'call', callee: `asm ${this.textOf(node)}`, args: [], ...span };
      default:
        return this.readOperator(node);
    }
  }

  private readOperator(node: SyntaxNode): Expression {
    const span = this.spanOf(node);
    const operator = childOf(node, 'operator')?.kind ?? '';
    switch (node.kind) {
      case 'binary_expression':
        return {
          kind: 'binary',
          operator,
          left: this.read(childOf(node, 'left')),
          right: this.read(childOf(node, 'right')),
          ...span,
        };
      case 'unary_expression':
        return { kind: 'unary', operator, operand: this.read(childOf(node, 'argument')), ...span };
      case 'update_expression':
        return {
          kind: 'update',
          operand: this.read(childOf(node, 'argument')),
          postfix: childOf(node, 'argument') === node.children[0],
          ...span,
        };
      case 'assignment_expression':
        return {
          kind: 'assign',
          operator,
          left: placeOf(this.read(childOf(node, 'left'))),
          right: this.read(childOf(node, 'right')),
          ...span,
        };
      case 'conditional_expression':
        return {
          kind: 'conditional',
          condition: this.read(childOf(node, 'condition')),
          whenTrue: this.read(childOf(node, 'consequence')),
          whenFalse: this.read(childOf(node, 'alternative')),
          ...span,
        };
      default:
        return this.readParts(node);
    }
  }

  private readParts(node: SyntaxNode): Expression {
    const span = this.spanOf(node);
    if (node.children.length === 0 || node.kind.endsWith('_literal'))
      return { kind: 'literal', text: this.textOf(node), ...span };
    if (node.kind === 'initializer_pair' || node.kind === 'compound_literal_expression')
      return this.read(childOf(node, 'value'));
    const items = node.children.map((child) => this.read(child));
    return { kind: 'list', initializer: node.kind === 'initializer_list', items, ...span };
  }

  private readParenthesized(node: SyntaxNode): Expression {
    const inner = node.children.filter((child) => child.kind !== 'comment');
    return inner.length === 1 ? this.read(inner[0]) : this.readParts(node);
  }

  private readPointer(node: SyntaxNode): Expression {
    const argument = childOf(node, 'argument');
    const span = this.spanOf(node);
    if (childOf(node, 'operator')?.kind === '&')
      return { kind: 'address', operand: this.read(argument), ...span };
    const operand = this.read(argument);
    if (operand.kind === 'cast' && /\bvolatile\b/.test(operand.type))
      return { kind: 'once', operand: withoutAddress(operand.operand), ...span };
    return { kind: 'pointee', operand, ...span };
  }

  private readCast(node: SyntaxNode): Expression {
    return {
      kind: 'cast',
      type: this.textOfField(node, 'type'),
      operand: this.read(childOf(node, 'value')),
      ...this.spanOf(node),
    };
  }

  private readCall(node: SyntaxNode): Expression {
    const target = childOf(node, 'function');
    const cast = this.readCastLike(target, node);
    if (cast) return cast;
    const callee = this.calleeOf(target);
    const args = (childOf(node, 'arguments')?.children ?? [])
      .filter((child) => child.kind !== 'comment')
      .map((child) => this.read(child));
    return this.callTo(callee, args, this.spanOf(node), 0);
  }

  /** The call a name stands for: hints vanish, single accesses are marked, macros of the file that pass on are followed. */
  private callTo(
    callee: string,
    args: readonly Expression[],
    span: Span,
    depth: number,
  ): Expression {
    const first = args[0];
    if (first && isBranchHint(callee)) return first;
    const place = isOnceMacro(callee) ? args[placeArgument(callee)] : undefined;
    if (place) return { kind: 'once', operand: withoutAddress(place), ...span };
    const stored = args[1];
    if (first && stored && isOnceStore(callee))
      return { kind: 'assign', operator: '=', left: placeOf(first), right: stored, ...span };
    // BSD's bcopy names the source first.
    if (callee === 'bcopy' && first && stored)
      return { kind: 'call', callee: 'memmove', args: [stored, first, ...args.slice(2)], ...span };
    const wrapper = depth < 3 ? this.wrappers.get(callee) : undefined;
    if (!wrapper) return { kind: 'call', callee, args, ...span };
    const passed = wrapper.args.map(
      (arg): Expression =>
        (typeof arg === 'number' ? args[arg] : undefined) ?? {
          kind: 'literal',
          text: String(arg).replace(/\$(\d)/g, (_, at: string) => this.sourceOf(args[Number(at)])),
          ...span,
        },
    );
    const [inner] = passed;
    if (wrapper.callee === '' && inner)
      return { kind: 'once', operand: withoutAddress(inner), ...span };
    return this.callTo(wrapper.callee, passed, span, depth + 1);
  }

  private sourceOf(expression: Expression | undefined): string {
    return expression
      ? this.text.slice(expression.start + this.base, expression.end + this.base)
      : '';
  }

  /** `(PVOID)(ULONG_PTR)(x)`, which the grammar takes for a call of a call of a name in parentheses. */
  private readCastLike(target: SyntaxNode | undefined, node: SyntaxNode): Expression | undefined {
    const args = childOf(node, 'arguments')?.children ?? [];
    const [operand] = args;
    const types = target && args.length === 1 ? this.typesIn(target) : undefined;
    if (!types || !operand) return undefined;
    const span = this.spanOf(node);
    return types.reduceRight<Expression>(
      (inner, type) => ({ kind: 'cast', type, operand: inner, ...span }),
      this.read(operand),
    );
  }

  /** The names of types in a run of parentheses, outermost first. */
  private typesIn(node: SyntaxNode): readonly string[] | undefined {
    if (node.kind === 'parenthesized_expression' || node.kind === 'argument_list') {
      const [name] = node.children;
      if (name?.kind !== 'identifier' || node.children.length !== 1) return undefined;
      const type = this.textOf(name);
      return isTypeName(type) ? [type] : undefined;
    }
    if (node.kind !== 'call_expression') return undefined;
    const target = childOf(node, 'function');
    const args = childOf(node, 'arguments');
    const outer = target && this.typesIn(target);
    const inner = args && this.typesIn(args);
    return outer && inner ? [...outer, ...inner] : undefined;
  }

  private calleeOf(target: SyntaxNode | undefined): string {
    if (!target) return '';
    if (target.kind === 'identifier') return this.textOf(target);
    if (target.kind === 'field_expression') return this.textOfField(target, 'field');
    const last = target.children.at(-1);
    return last ? this.calleeOf(last) : '';
  }

  private textOfField(node: SyntaxNode, field: string): string {
    const child = childOf(node, field);
    return child ? this.textOf(child) : '';
  }

  /** The variables of a declaration, parameter or member; `type` words lose their qualifiers. */
  variablesOf(node: SyntaxNode): readonly Variable[] {
    const typeNode = childOf(node, 'type');
    const type = typeNode ? typeWords(this.text, typeNode) : '';
    const isVolatile = node.children.some(
      (child) => child.kind === 'type_qualifier' && this.textOf(child) === 'volatile',
    );
    return childrenOf(node, 'declarator').flatMap((declarator) => {
      const read = this.readDeclarator(declarator);
      return read ? [{ ...read, type, isVolatile }] : [];
    });
  }

  private readDeclarator(node: SyntaxNode): Omit<Variable, 'type' | 'isVolatile'> | undefined {
    let pointerDepth = 0;
    let isArray = false;
    let initializer: Expression | undefined;
    let at: SyntaxNode | undefined = node;
    while (at) {
      if (at.kind === 'identifier' || at.kind === 'field_identifier')
        return {
          name: this.textOf(at),
          pointerDepth,
          isArray,
          initializer,
          ...this.spanOf(at),
        };
      if (at.kind === 'init_declarator') initializer = this.read(childOf(at, 'value'));
      if (at.kind === 'pointer_declarator') pointerDepth++;
      if (at.kind === 'array_declarator') isArray = true;
      at =
        childOf(at, 'declarator') ??
        at.children.find((child) => /declarator|identifier/.test(child.kind));
    }
    return undefined;
  }
}

/** The words of a type without qualifiers, storage and a struct's body. */
export function typeWords(text: string, node: SyntaxNode): string {
  const body = childOf(node, 'body');
  const words = text.slice(node.start, body ? body.start : node.end);
  return words
    .replace(/\b(?:const|volatile|static|register|extern|__iomem|__user)\b/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

const withoutAddress = (expression: Expression): Expression =>
  expression.kind === 'address' ? expression.operand : expression;

/** The place a store goes to, through `*&` and volatile. */
const placeOf = (expression: Expression): Expression =>
  expression.kind === 'once' || expression.kind === 'address' ? expression.operand : expression;

/** A name that stands for a type by the customs of the dialects: capitals, `_t`, the kernels' short integers. */
const isTypeName = (name: string): boolean =>
  /^(?:[A-Z][A-Z0-9_]*|\w+_t|__?[us](?:8|16|32|64)|[us](?:8|16|32|64)|u(?:char|short|int|long)|RING_IDX)$/.test(
    name,
  );
