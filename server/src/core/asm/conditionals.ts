import type { Span } from '#core/text';
import { certainNames } from './definition-conditions.ts';
import { type Definitions, valueIn } from './definitions.ts';
import type { Configuration } from './model.ts';
import type { OperationSink } from './sink.ts';

interface Frame {
  /** Lines of the current arm are to be skipped. */
  skipping: boolean;
  /** An arm that is certain was taken: all later arms are dead. */
  settled: boolean;
  /** Label of the next arm, when the arms are alternatives at this point. */
  nextArm: string | undefined;
  readonly end: string | undefined;
  readonly outer: Configuration | undefined;
  readonly group: number;
  lastCondition: string;
  lastNegated: boolean;
}

/** `#if`, `.if` and `%if`: arms that are certain are taken or left out, all others become alternatives. */
export class Conditionals {
  private readonly frames: Frame[] = [];
  private readonly sink: OperationSink;
  private readonly definitions: Definitions;
  private depthSkipped = 0;

  constructor(sink: OperationSink, definitions: Definitions) {
    this.sink = sink;
    this.definitions = definitions;
  }

  get isSkipping(): boolean {
    return this.frames.at(-1)?.skipping === true;
  }

  get depth(): number {
    return this.frames.length;
  }

  /** Handles one directive word; true when it was one of ours. */
  handle(word: string, rest: string, span: Span): boolean {
    switch (word) {
      case 'else':
        this.elseIf(undefined, false, span);
        return true;
      case 'elif':
      case 'elseif':
        this.elseIf(rest.trim(), false, span);
        return true;
      case 'elifdef':
        this.elseIf(`defined(${rest.trim()})`, false, span);
        return true;
      case 'endif':
      case 'endc':
        this.end(span);
        return true;
      default:
        return this.handleOpening(word, rest.trim(), span);
    }
  }

  private handleOpening(word: string, rest: string, span: Span): boolean {
    switch (word) {
      case 'if':
      case 'ifne':
        this.open(rest, false, span);
        return true;
      case 'ifeq':
        this.open(rest, true, span);
        return true;
      case 'ifdef':
        this.open(`defined(${rest})`, false, span);
        return true;
      case 'ifndef':
      case 'ifnotdef':
        this.open(`defined(${rest})`, true, span);
        return true;
      case 'ifc':
      case 'ifidn':
      case 'ifidni':
      case 'ifeqs':
        this.open(sameText(rest), false, span);
        return true;
      case 'ifnc':
      case 'ifnidn':
      case 'ifnes':
        this.open(sameText(rest), true, span);
        return true;
      case 'ifb':
      case 'ifnb':
        this.open(rest === '' || rest === '""' ? '1' : '0', word === 'ifnb', span);
        return true;
      default:
        return word.startsWith('if') && this.openUnknown(`${word} ${rest}`, span);
    }
  }

  private openUnknown(condition: string, span: Span): boolean {
    if (!/^if(macro|nmacro|ctx|num|nnum|id|str|token|empty|env|ge|gt|le|lt)\b/.test(condition))
      return false;
    this.open(condition, false, span);
    return true;
  }

  private open(condition: string, negated: boolean, span: Span): void {
    if (this.isSkipping) {
      this.depthSkipped++;
      return;
    }
    const known = this.decide(condition);
    const group = this.sink.uniqueNumber();
    const outer = this.sink.configuration;
    const frame: Frame = {
      skipping: false,
      settled: false,
      nextArm: undefined,
      end: known === undefined ? this.sink.uniqueLabel('endif') : undefined,
      outer,
      group,
      lastCondition: condition,
      lastNegated: negated,
    };
    this.frames.push(frame);
    if (known === undefined) this.branch(frame, condition, negated, span);
    else {
      frame.settled = known !== negated;
      frame.skipping = !frame.settled;
    }
  }

  private branch(frame: Frame, condition: string, negated: boolean, span: Span): void {
    const arm = this.sink.uniqueLabel('arm');
    const other = this.sink.uniqueLabel('arm');
    this.sink.add({ kind: 'fork', targets: [arm, other], features: [] }, span);
    this.sink.label(arm, span);
    frame.nextArm = other;
    frame.lastCondition = condition;
    frame.lastNegated = negated;
    this.sink.assume({ condition, holds: !negated, group: frame.group });
  }

  /** `#else` is `#elif` without a condition. */
  private elseIf(condition: string | undefined, negated: boolean, span: Span): void {
    if (this.depthSkipped > 0) return;
    const frame = this.frames.at(-1);
    if (!frame) return;
    if (frame.settled) {
      frame.skipping = true;
      return;
    }
    if (frame.nextArm === undefined) {
      this.afterDeadArm(frame, condition, span);
      return;
    }
    if (frame.end !== undefined) this.sink.add({ kind: 'goto', target: frame.end }, span);
    this.sink.configuration = this.withoutLastArm(frame);
    this.sink.label(frame.nextArm, span);
    frame.nextArm = undefined;
    if (condition === undefined) {
      frame.settled = false;
      return;
    }
    this.branch(frame, condition, negated, span);
  }

  private withoutLastArm(frame: Frame): Configuration | undefined {
    const current = this.sink.configuration;
    const before = current === frame.outer ? frame.outer : current?.outer;
    return {
      assumption: { condition: frame.lastCondition, holds: frame.lastNegated, group: frame.group },
      outer: before,
    };
  }

  /** The first arm was certainly off: this one opens as if it were the `#if`. */
  private afterDeadArm(frame: Frame, condition: string | undefined, span: Span): void {
    frame.skipping = false;
    const known = condition === undefined ? true : this.decide(condition);
    if (known === true) frame.settled = true;
    else if (known === false) frame.skipping = true;
    else {
      this.frames.pop();
      const replaced: Frame = { ...frame, end: this.sink.uniqueLabel('endif') };
      this.frames.push(replaced);
      this.branch(replaced, condition ?? '', false, span);
    }
  }

  private end(span: Span): void {
    if (this.depthSkipped > 0) {
      this.depthSkipped--;
      return;
    }
    const frame = this.frames.pop();
    if (!frame) return;
    this.sink.configuration = frame.outer;
    if (frame.nextArm !== undefined) this.sink.label(frame.nextArm, span);
    if (frame.end !== undefined) this.sink.label(frame.end, span);
  }

  /** Closes what a macro body or a file left open. */
  closeTo(depth: number, span: Span): void {
    this.depthSkipped = 0;
    while (this.frames.length > depth) this.end(span);
  }

  private decide(condition: string): boolean | undefined {
    const simple = /^(!?)\s*defined\s*\(?\s*(\w+)\s*\)?$/.exec(condition);
    if (simple) {
      const known =
        certainNames[simple[2] ?? ''] ??
        (this.definitions.ownNames.has(simple[2] ?? '') ? true : undefined);
      return known === undefined ? undefined : known !== (simple[1] === '!');
    }
    if (/defined|&&|\|\||[<>=!]=|[<>]/.test(condition)) return this.decideComparison(condition);
    const value = valueIn(this.definitions, condition);
    return value.symbols === '' ? value.constant !== 0n : undefined;
  }

  private decideComparison(condition: string): boolean | undefined {
    const match = /^([^<>=!&|]+)(==|!=|<=|>=|<|>)([^<>=!&|]+)$/.exec(condition);
    if (!match) return undefined;
    const left = valueIn(this.definitions, match[1] ?? '');
    const right = valueIn(this.definitions, match[3] ?? '');
    if (left.symbols !== '' || right.symbols !== '') {
      return left.symbols === right.symbols && left.constant === right.constant && match[2] === '=='
        ? true
        : undefined;
    }
    const order = left.constant - right.constant;
    switch (match[2]) {
      case '==':
        return order === 0n;
      case '!=':
        return order !== 0n;
      case '<':
        return order < 0n;
      case '>':
        return order > 0n;
      case '<=':
        return order <= 0n;
      default:
        return order >= 0n;
    }
  }
}

function sameText(rest: string): string {
  const [left = '', right = ''] = rest
    .split(',')
    .map((part) => part.trim().replaceAll(/^["']|["']$/g, ''));
  return left.toLowerCase() === right.toLowerCase() ? '1' : '0';
}
