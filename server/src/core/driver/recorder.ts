import type { Span } from '#core/text';
import type {
  Access,
  Arithmetic,
  Assignment,
  Branch,
  CallSite,
  CastSite,
  Comparison,
  Exit,
  Frame,
  FunctionFacts,
  Leave,
  Subscript,
  Use,
} from './facts.ts';
import type { CallExpression, Expression, FunctionBody, Statement, Variable } from './model.ts';
import { pathOf } from './paths.ts';
import { isPrinting, stopsAlways, stopsOnCondition } from './vocabulary.ts';

/** Calls that write through their first argument; an array there is a place, not a value. */
const fillsMemory =
  /^(?:__builtin_)?(?:mem(?:cpy|move|set)|str(?:n?cpy|l?cpy|scpy)|snprintf|sprintf|CopyMem|ZeroMem|SetMem|RtlCopyMemory|RtlZeroMemory|bzero)$/;

const relational = new Set(['<', '>', '<=', '>=', '==', '!=']);

/** Where an expression stands while it is walked. */
interface Standing {
  readonly use: Use;
  readonly once?: boolean;
  readonly callee?: string;
  readonly assertion?: string;
  readonly loop?: number;
  readonly isStatement?: boolean;
}

const asValue: Standing = { use: 'value' };

/** Walks a function once, in evaluation order, and writes down what happens. */
export class Recorder {
  private readonly body: FunctionBody;
  private order = 0;
  private statement = 0;
  private nextId = 1;
  private frames: readonly Frame[] = [];
  private readonly variables = new Map<string, Variable>();
  private readonly accesses: Access[] = [];
  private readonly calls: CallSite[] = [];
  private readonly assignments: Assignment[] = [];
  private readonly comparisons: Comparison[] = [];
  private readonly branches: Branch[] = [];
  private readonly subscripts: Subscript[] = [];
  private readonly casts: CastSite[] = [];
  private readonly arithmetic: Arithmetic[] = [];
  private readonly exits: Exit[] = [];
  private readonly leavingArms = new Map<string, Leave>();

  constructor(body: FunctionBody) {
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

  private event(): { order: number; frames: readonly Frame[]; statement: number } {
    return { order: this.order++, frames: this.frames, statement: this.statement };
  }

  private inside(frame: Frame, run: () => void): void {
    const before = this.frames;
    this.frames = [...before, frame];
    run();
    this.frames = before;
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

  private branch(kind: Branch['kind'], condition: Expression | undefined, span: Span): Branch {
    const id = this.nextId++;
    const branch: Branch = { ...this.event(), kind, id, condition, span, endOrder: 0 };
    this.branches.push(branch);
    return branch;
  }

  private arm(branch: Branch, arm: number, run: () => Leave | undefined): Leave | undefined {
    let leave: Leave | undefined;
    const kind = branch.kind === 'conditional' ? 'if' : branch.kind;
    this.inside({ id: branch.id, arm, kind }, () => {
      leave = run();
    });
    if (leave) this.leavingArms.set(`${branch.id}:${arm}`, leave);
    return leave;
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

  private walk(expression: Expression, at: Standing): void {
    switch (expression.kind) {
      case 'literal':
        return;
      case 'name':
      case 'field':
      case 'index':
      case 'pointee':
        this.access(expression, 'read', at);
        return;
      case 'address':
        this.access(expression.operand, 'address', at);
        return;
      case 'once':
        this.access(expression.operand, 'read', { ...at, once: true });
        return;
      case 'cast':
        this.casts.push({
          ...this.event(),
          type: expression.type,
          operand: expression.operand,
          span: expression,
        });
        this.walk(expression.operand, at);
        return;
      case 'unary':
        this.walk(expression.operand, { ...at, isStatement: false });
        return;
      case 'update':
        this.access(expression.operand, 'update', at);
        return;
      case 'list':
        expression.items.forEach((item) => this.walk(item, at));
        return;
      default:
        this.walkCompound(expression, at);
    }
  }

  private walkCompound(
    expression: Extract<Expression, { kind: 'binary' | 'assign' | 'call' | 'conditional' }>,
    at: Standing,
  ): void {
    if (expression.kind === 'call') this.walkCall(expression, at);
    else if (expression.kind === 'assign') this.walkAssign(expression, at);
    else if (expression.kind === 'binary') this.walkBinary(expression, at);
    else {
      const branch = this.branch('conditional', expression.condition, expression);
      this.walk(expression.condition, { use: 'condition' });
      this.arm(branch, 0, () => (this.walk(expression.whenTrue, at), undefined));
      this.arm(branch, 1, () => (this.walk(expression.whenFalse, at), undefined));
      branch.endOrder = this.order;
    }
  }

  private walkBinary(expression: Extract<Expression, { kind: 'binary' }>, at: Standing): void {
    const { operator, left, right } = expression;
    const isTest = relational.has(operator);
    const inner: Standing = isTest && at.use === 'value' ? { ...at, use: 'condition' } : at;
    this.walk(left, { ...inner, isStatement: false });
    this.walk(right, { ...inner, isStatement: false });
    if (!isTest) {
      this.arithmetic.push({ ...this.event(), operator, left, right, span: expression });
      return;
    }
    this.comparisons.push({
      ...this.event(),
      operator,
      left,
      right,
      use: inner.use,
      loop: at.loop,
      span: expression,
      assertion: at.assertion,
    });
  }

  private walkAssign(expression: Extract<Expression, { kind: 'assign' }>, at: Standing): void {
    this.walk(expression.right, asValue);
    this.access(expression.left, expression.operator === '=' ? 'write' : 'update', at);
    this.assignments.push({
      ...this.event(),
      target: expression.left,
      path: pathOf(expression.left),
      operator: expression.operator,
      value: expression.right,
      declares: undefined,
      span: expression,
    });
  }

  private walkCall(call: CallExpression, at: Standing): void {
    const asserts = stopsOnCondition(call.callee);
    const use = asserts ? 'condition' : at.use;
    call.args.forEach((arg, i) => {
      if (i === 0 && fillsMemory.test(call.callee) && isPlace(arg)) {
        this.access(arg, 'address', { use: 'value', callee: call.callee });
        return;
      }
      this.walk(arg, {
        use: isPrinting(call.callee) ? 'value' : use,
        callee: call.callee,
        ...(asserts ? { assertion: call.callee } : {}),
        ...(at.loop === undefined ? {} : { loop: at.loop }),
      });
    });
    this.calls.push({
      ...this.event(),
      callee: call.callee,
      args: call.args,
      span: call,
      isStatement: at.isStatement === true,
      use: at.use,
    });
  }

  /** Records the place and, for reads along the way, its subscripts and pointers. */
  private access(expression: Expression, mode: Access['mode'], at: Standing): void {
    this.walkInner(expression, mode, at);
    if (!isPlace(expression)) {
      if (mode !== 'write') this.walkValue(expression, at);
      return;
    }
    this.accesses.push({
      ...this.event(),
      expression,
      path: pathOf(expression),
      mode,
      use: at.use,
      once: at.once === true,
      callee: at.callee,
      isStatement: at.isStatement === true,
    });
  }

  private walkValue(expression: Expression, at: Standing): void {
    if (expression.kind !== 'address') this.walk(expression, at);
    else this.access(expression.operand, 'address', at);
  }

  private walkInner(expression: Expression, mode: Access['mode'], at: Standing): void {
    if (expression.kind === 'index') {
      this.walkInner(expression.base, mode, at);
      this.walk(expression.index, { use: 'index' });
      const use: Use = mode === 'read' ? at.use : 'value';
      const { base, index } = expression;
      this.subscripts.push({ ...this.event(), base, index, span: expression, use });
    } else if (expression.kind === 'field') this.walkBase(expression.base, mode, at);
    else if (expression.kind === 'pointee') this.walkBase(expression.operand, mode, at);
  }

  private walkBase(base: Expression, mode: Access['mode'], at: Standing): void {
    if (isPlace(base)) this.walkInner(base, mode, at);
    else this.walk(base, asValue);
  }
}

const isPlace = (expression: Expression): boolean =>
  expression.kind === 'name' ||
  expression.kind === 'field' ||
  expression.kind === 'index' ||
  expression.kind === 'pointee';
