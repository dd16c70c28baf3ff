import type { Span } from '#core/text';
import type { ExpressionReader } from './lower-expression.ts';
import type { Expression, LoopForm, Statement, SwitchCase } from './model.ts';
import { childOf, type SyntaxNode } from './syntax.ts';

const loopForms: Readonly<Record<string, LoopForm>> = {
  while_statement: 'while',
  do_statement: 'do',
  for_statement: 'for',
};

/** Nesting of blocks beyond this is not read. */
const DEEPEST = 300;

/** Turns the statements of one function into the model; preprocessor conditionals keep every branch but `#if 0`. */
export class StatementReader {
  private depth = 0;
  readonly expressions: ExpressionReader;

  constructor(expressions: ExpressionReader) {
    this.expressions = expressions;
  }

  read(node: SyntaxNode | undefined): Statement {
    if (!node || this.depth > DEEPEST) return { kind: 'block', items: [] };
    this.depth++;
    const read = this.readKind(node);
    this.depth--;
    return read;
  }

  private readKind(node: SyntaxNode): Statement {
    const span = this.expressions.spanOf(node);
    if (loopForms[node.kind]) return this.readLoop(node, loopForms[node.kind] ?? 'while');
    switch (node.kind) {
      case 'compound_statement':
      case 'else_clause':
      case 'linkage_specification':
        return { kind: 'block', items: this.readAll(node.children) };
      case 'declaration':
        return { kind: 'declare', variables: this.expressions.variablesOf(node) };
      case 'if_statement':
        return this.readIf(node, span);
      case 'switch_statement':
        return this.readSwitch(node, span);
      case 'return_statement':
        return { kind: 'return', value: this.only(node), span };
      case 'goto_statement':
        return { kind: 'goto', label: this.labelOf(node), span };
      case 'labeled_statement':
        return this.readLabel(node, span);
      case 'break_statement':
        return { kind: 'break', span };
      case 'continue_statement':
        return { kind: 'continue', span };
      default:
        return this.readOther(node);
    }
  }

  private readOther(node: SyntaxNode): Statement {
    if (node.kind.startsWith('preproc_')) return this.readConditional(node);
    if (node.kind === 'expression_statement') {
      const inner = node.children.find((child) => child.kind !== 'comment');
      return inner ? this.readWrapped(inner) : { kind: 'block', items: [] };
    }
    if (node.kind === 'ERROR' || node.kind === 'case_statement' || node.kind.startsWith('seh_'))
      return { kind: 'block', items: this.readAll(node.children) };
    if (!/expression$|^identifier$/.test(node.kind)) return { kind: 'block', items: [] };
    return { kind: 'expression', value: this.expressions.read(node) };
  }

  /** `({ ... })` and macros given a block hold statements inside an expression. */
  private readWrapped(node: SyntaxNode): Statement {
    const value: Expression = this.expressions.read(node);
    return { kind: 'expression', value };
  }

  private readAll(nodes: readonly SyntaxNode[]): readonly Statement[] {
    return nodes.filter((node) => node.kind !== 'comment').map((node) => this.read(node));
  }

  private readConditional(node: SyntaxNode): Statement {
    const condition = childOf(node, 'condition');
    const isDead = condition !== undefined && this.expressions.textOf(condition) === '0';
    const items = node.children.filter(
      (child) =>
        child.kind !== 'comment' &&
        child !== condition &&
        child.field !== 'name' &&
        (!isDead || child.field === 'alternative'),
    );
    return { kind: 'block', items: items.map((child) => this.read(child)) };
  }

  private readIf(node: SyntaxNode, span: Span): Statement {
    const alternative = childOf(node, 'alternative');
    return {
      kind: 'if',
      condition: this.expressions.read(childOf(node, 'condition')),
      whenTrue: this.read(childOf(node, 'consequence')),
      whenFalse: alternative ? this.read(alternative) : undefined,
      span,
    };
  }

  private readLoop(node: SyntaxNode, form: LoopForm): Statement {
    const start = childOf(node, 'initializer');
    const condition = childOf(node, 'condition');
    const step = childOf(node, 'update');
    return {
      kind: 'loop',
      form,
      start: start ? this.read(start) : undefined,
      condition: condition ? this.expressions.read(condition) : undefined,
      step: step ? this.expressions.read(step) : undefined,
      body: this.read(childOf(node, 'body')),
      span: this.expressions.spanOf(node),
    };
  }

  private readSwitch(node: SyntaxNode, span: Span): Statement {
    const cases: SwitchCase[] = [];
    const body = childOf(node, 'body');
    this.collectCases(body?.children ?? [], cases);
    return {
      kind: 'switch',
      value: this.expressions.read(childOf(node, 'condition')),
      cases,
      span,
    };
  }

  /** Empty cases join the next one: `case A: case B: body` is one case with two values. */
  private collectCases(nodes: readonly SyntaxNode[], cases: SwitchCase[]): void {
    let values: Expression[] = [];
    let isDefault = false;
    for (const node of nodes) {
      if (node.kind.startsWith('preproc_')) this.collectCases(node.children, cases);
      if (node.kind !== 'case_statement') continue;
      const value = childOf(node, 'value');
      if (value) values.push(this.expressions.read(value));
      else isDefault = true;
      const body = node.children.filter((child) => child !== value && child.kind !== 'comment');
      if (body.length === 0) continue;
      cases.push({
        isDefault,
        values,
        body: this.readAll(body),
        span: this.expressions.spanOf(node),
      });
      values = [];
      isDefault = false;
    }
  }

  private readLabel(node: SyntaxNode, span: Span): Statement {
    const rest = node.children.filter((child) => child.field !== 'label');
    const label: Statement = { kind: 'label', name: this.labelOf(node), span };
    return { kind: 'block', items: [label, ...this.readAll(rest)] };
  }

  private labelOf(node: SyntaxNode): string {
    const label = childOf(node, 'label');
    return label ? this.expressions.textOf(label) : '';
  }

  private only(node: SyntaxNode): Expression | undefined {
    const inner = node.children.find((child) => child.kind !== 'comment');
    return inner ? this.expressions.read(inner) : undefined;
  }
}
