import { asValue, ExpressionRecorder, type Standing } from './expression-recorder.ts';
import type { Exit, FunctionFacts, Leave } from './facts.ts';
import type { Expression, FunctionBody, Statement, Variable } from './model.ts';
import { stopsAlways } from './vocabulary.ts';

/** Walks a function once, statement by statement, and writes down what happens. */
export class Recorder extends ExpressionRecorder {
  private readonly body: FunctionBody;
  private readonly variables = new Map<string, Variable>();
  private readonly exits: Exit[] = [];

  constructor(body: FunctionBody) {
    super();
    this.body = body;
  }

  record(): FunctionFacts {
    for (const parameter of this.body.parameters) this.variables.set(parameter.name, parameter);
    this.run(this.body.body);
    return {
      body: this.body,
      variables: this.variables,
      accesses: this.accesses,
      calls: this.calls,
      assignments: this.assignments,
      comparisons: this.comparisons,
      branches: this.branches,
      subscripts: this.subscripts,
      casts: this.casts,
      arithmetic: this.arithmetic,
      exits: this.exits,
      leavingArms: this.leavingArms,
      endOrder: this.order,
    };
  }

  /** Runs a statement; says where control goes when it never falls out of its end. */
  private run(statement: Statement): Leave | undefined {
    this.statement++;
    switch (statement.kind) {
      case 'block':
        return this.runAll(statement.items);
      case 'expression':
        this.walk(statement.value, { use: 'value', isStatement: true });
        return statement.value.kind === 'call' && stopsAlways(statement.value.callee)
          ? { kind: 'return' }
          : undefined;
      case 'declare':
        statement.variables.forEach((variable) => this.declare(variable));
        return undefined;
      case 'if':
        return this.runIf(statement);
      case 'loop':
        return this.runLoop(statement);
      case 'switch':
        return this.runSwitch(statement);
      default:
        return this.runExit(statement);
    }
  }

  private runAll(items: readonly Statement[]): Leave | undefined {
    let leave: Leave | undefined;
    for (const item of items) {
      if (item.kind === 'label' || (item.kind === 'block' && item.items[0]?.kind === 'label'))
        leave = undefined;
      const left = this.run(item);
      leave ??= left;
    }
    return leave;
  }

  private runExit(
    statement: Extract<Statement, { kind: 'return' | 'goto' | 'break' | 'continue' | 'label' }>,
  ): Leave | undefined {
    const value = statement.kind === 'return' ? statement.value : undefined;
    if (value) this.walk(value, asValue);
    const label =
      statement.kind === 'goto'
        ? statement.label
        : statement.kind === 'label'
          ? statement.name
          : '';
    this.exits.push({ ...this.event(), kind: statement.kind, label, value, span: statement.span });
    if (statement.kind === 'label') return undefined;
    if (statement.kind === 'goto') return { kind: 'goto', label };
    if (statement.kind === 'return') return { kind: 'return' };
    const scope = this.frames.findLast(
      (frame) => frame.kind === 'loop' || (frame.kind === 'switch' && statement.kind === 'break'),
    );
    return scope ? { kind: 'jump', scope: scope.id } : undefined;
  }

  private runIf(statement: Extract<Statement, { kind: 'if' }>): Leave | undefined {
    const branch = this.branch('if', statement.condition, statement.span);
    this.walk(statement.condition, { use: 'condition' });
    const first = this.arm(branch, 0, () => this.run(statement.whenTrue));
    const other = statement.whenFalse;
    const second = other ? this.arm(branch, 1, () => this.run(other)) : undefined;
    branch.endOrder = this.order;
    return first && second ? second : undefined;
  }

  private runLoop(statement: Extract<Statement, { kind: 'loop' }>): Leave | undefined {
    if (statement.start) this.run(statement.start);
    const branch = this.branch('loop', statement.condition, statement.span);
    const condition = statement.condition;
    this.inside({ id: branch.id, arm: 0, kind: 'loop' }, () => {
      const standing: Standing = { use: 'loop', loop: branch.id };
      if (condition && statement.form !== 'do') this.walk(condition, standing);
      this.run(statement.body);
      if (statement.step) this.walk(statement.step, asValue);
      if (condition && statement.form === 'do') this.walk(condition, standing);
    });
    branch.endOrder = this.order;
    return undefined;
  }

  private runSwitch(statement: Extract<Statement, { kind: 'switch' }>): Leave | undefined {
    const branch = this.branch('switch', statement.value, statement.span);
    this.walk(statement.value, { use: 'switch' });
    statement.cases.forEach((each, arm) => {
      this.arm(branch, each.isDefault ? -1 : arm, () => this.runAll(each.body));
    });
    branch.endOrder = this.order;
    return undefined;
  }

  private declare(variable: Variable): void {
    this.statement++;
    this.variables.set(variable.name, variable);
    const value = variable.initializer;
    if (!value) return;
    this.walk(value, asValue);
    const target: Expression = {
      kind: 'name',
      name: variable.name,
      start: variable.start,
      end: variable.end,
    };
    this.assignments.push({
      ...this.event(),
      target,
      path: variable.name,
      operator: '=',
      value,
      declares: variable,
      span: { start: variable.start, end: value.end },
    });
  }
}
