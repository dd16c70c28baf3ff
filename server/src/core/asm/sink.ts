import type { Span } from '#core/text';
import type { Assumption, Configuration, Operation, Place } from './model.ts';

const OPERATION_LIMIT = 50_000;

/** An operation before place and configuration are filled in. */
export type BareOperation = Operation extends infer Each
  ? Each extends Operation
    ? Omit<Each, 'place' | 'configuration'>
    : never
  : never;

/** Collects operations, section by section, and remembers where and under which conditions each stands. */
export class OperationSink {
  private readonly sections = new Map<string, Operation[]>();
  private readonly stack: string[] = [];
  private current: Operation[] = [];
  private previous = 'text';
  private counter = 0;
  private total = 0;
  sectionName = 'text';
  configuration: Configuration | undefined;
  /** Set while a macro is being expanded: the use is the place, the macro's line is told beside it. */
  via:
    { readonly use: Span; readonly macro: string; readonly file: string | undefined } | undefined;

  constructor() {
    this.sections.set('text', this.current);
  }

  get isFull(): boolean {
    return this.total >= OPERATION_LIMIT;
  }

  placeOf(span: Span): Place {
    if (!this.via) return { span };
    return {
      span: this.via.use,
      macro: this.via.macro,
      macroSpan: span,
      ...(this.via.file !== undefined && { macroFile: this.via.file }),
    };
  }

  add(operation: BareOperation, span: Span): void {
    if (this.isFull) return;
    this.total++;
    this.current.push({
      ...operation,
      place: this.placeOf(span),
      configuration: this.configuration,
    });
  }

  uniqueLabel(purpose: string): string {
    return `\u0000${purpose}${this.counter++}`;
  }

  uniqueNumber(): number {
    return this.counter++;
  }

  label(name: string, span: Span): void {
    this.add(
      { kind: 'label', name, isNumeric: false, entry: false, inner: true, startsFunction: false },
      span,
    );
  }

  assume(assumption: Assumption): void {
    this.configuration = { assumption, outer: this.configuration };
  }

  enterSection(name: string): void {
    this.previous = this.sectionName;
    this.sectionName = name;
    const known = this.sections.get(name);
    this.current = known ?? [];
    if (!known) this.sections.set(name, this.current);
  }

  pushSection(name: string): void {
    this.stack.push(this.sectionName);
    this.enterSection(name);
  }

  popSection(): void {
    this.enterSection(this.stack.pop() ?? 'text');
  }

  previousSection(): void {
    this.enterSection(this.previous);
  }

  /** All sections behind one another; nothing runs from one into the next. */
  finish(): Operation[] {
    const all: Operation[] = [];
    for (const operations of this.sections.values()) {
      if (operations.length === 0) continue;
      for (const operation of operations) all.push(operation);
      all.push({ kind: 'end', place: { span: { start: 0, end: 0 } }, configuration: undefined });
    }
    return all;
  }
}

/** Whether instructions in a section can be executed: data keeps its words to itself. */
export function isCodeSection(name: string): boolean {
  return !/(^|\.)(data|bss|rodata|note|debug|comment|stab|str|ex_?table|.*_table)\b|^\.discard|altinstructions\b/i.test(
    name,
  );
}
