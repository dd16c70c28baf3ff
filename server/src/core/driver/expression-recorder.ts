import type { Span } from '#core/text';
import type {
  Access,
  Arithmetic,
  Assignment,
  Branch,
  CallSite,
  CastSite,
  Comparison,
  Frame,
  Leave,
  Subscript,
  Use,
} from './facts.ts';
import type { CallExpression, Expression } from './model.ts';
import { pathOf, someIn } from './paths.ts';
import { isPrinting, stopsAlways, stopsOnCondition } from './vocabulary.ts';

/** Calls that write through their first argument; an array there is a place, not a value. */
const fillsMemory =
  /^(?:__builtin_)?(?:mem(?:cpy|move|set)|str(?:n?cpy|l?cpy|scpy)|snprintf|sprintf|CopyMem|ZeroMem|SetMem|RtlCopyMemory|RtlZeroMemory|bzero)$/;

const relational = new Set(['<', '>', '<=', '>=', '==', '!=']);

/** Where an expression stands while it is walked. */
export interface Standing {
  readonly use: Use;
  readonly once?: boolean;
  readonly callee?: string;
  readonly isPrinted?: boolean;
  readonly assertion?: string;
  readonly loop?: number;
  readonly isStatement?: boolean;
}

export const asValue: Standing = { use: 'value' };

/** Walks expressions in evaluation order and writes down what they touch. */
export abstract class ExpressionRecorder {
  protected order = 0;
  protected statement = 0;
  protected nextId = 1;
  protected frames: readonly Frame[] = [];
  protected readonly accesses: Access[] = [];
  protected readonly calls: CallSite[] = [];
  protected readonly assignments: Assignment[] = [];
  protected readonly comparisons: Comparison[] = [];
  protected readonly branches: Branch[] = [];
  protected readonly subscripts: Subscript[] = [];
  protected readonly casts: CastSite[] = [];
  protected readonly arithmetic: Arithmetic[] = [];
  protected readonly leavingArms: Map<string, Leave> = new Map();

  protected event(): { order: number; frames: readonly Frame[]; statement: number } {
    return { order: this.order++, frames: this.frames, statement: this.statement };
  }

  protected inside(frame: Frame, run: () => void): void {
    const before = this.frames;
    this.frames = [...before, frame];
    run();
    this.frames = before;
  }

  protected branch(kind: Branch['kind'], condition: Expression | undefined, span: Span): Branch {
    const id = this.nextId++;
    const branch: Branch = { ...this.event(), kind, id, condition, span, endOrder: 0 };
    this.branches.push(branch);
    return branch;
  }

  protected arm(branch: Branch, arm: number, run: () => Leave | undefined): Leave | undefined {
    let leave: Leave | undefined;
    const kind = branch.kind === 'conditional' ? 'if' : branch.kind;
    this.inside({ id: branch.id, arm, kind }, () => {
      leave = run();
    });
    if (leave) this.leavingArms.set(`${branch.id}:${arm}`, leave);
    return leave;
  }

  protected walk(expression: Expression, at: Standing): void {
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
      const isPrinted = at.isPrinted === true;
      this.walk(expression.condition, { use: 'condition', isPrinted });
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
    const prints = at.isPrinted === true || printsMessage(call);
    const inner: Standing = {
      use: prints ? 'value' : asserts ? 'condition' : at.use,
      callee: call.callee,
      isPrinted: prints,
      ...(asserts ? { assertion: call.callee } : {}),
      ...(at.loop === undefined ? {} : { loop: at.loop }),
    };
    call.args.forEach((arg, i) => {
      if (i === 0 && fillsMemory.test(call.callee) && isPlace(arg))
        this.access(arg, 'address', { use: 'value', callee: call.callee });
      else this.walk(arg, inner);
    });
    this.calls.push({
      ...this.event(),
      callee: call.callee,
      args: call.args,
      span: call,
      isStatement: at.isStatement === true,
      prints,
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
      isPrinted: at.isPrinted === true,
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

/** A message for people: known by its name, or by a format with conversions among the arguments. */
const printsMessage = ({ callee, args }: CallExpression): boolean =>
  isPrinting(callee) ||
  (!stopsOnCondition(callee) &&
    !stopsAlways(callee) &&
    !/scan|gather|store|node/i.test(callee) &&
    args.some((arg) =>
      someIn(
        arg,
        (part) =>
          part.kind === 'literal' && /^L?".*%[-+#0-9.*]*[hlzjtqL]*[diuxXspca]/s.test(part.text),
      ),
    ));

const isPlace = (expression: Expression): boolean =>
  expression.kind === 'name' ||
  expression.kind === 'field' ||
  expression.kind === 'index' ||
  expression.kind === 'pointee';
