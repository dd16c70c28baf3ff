import { evaluateCondition } from './condition.ts';
import type { Directive } from './directives.ts';
import type { Expander } from './expand.ts';
import type { MacroTable } from './macro-table.ts';
import type { ProblemId } from './model.ts';
import { WORD } from './names.ts';
import type { Skipped } from './product.ts';
import type { SourceFile } from './source.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, NUMBER, P, textOf } from './tokens.ts';

/** The place in a file: its next token and its next directive. */
export interface Cursor {
  readonly source: SourceFile;
  index: number;
  directive: number;
  /** For each open `#if`, the branch that was taken. */
  readonly open: Directive[];
}

/** Notes a problem at a place of the file that is being read. */
export type Report = (
  id: ProblemId,
  message: string,
  place: { readonly start: number; readonly end: number },
) => void;

interface Decision {
  readonly holds: boolean;
  readonly undefinedNames: readonly string[];
}

/** Chooses the branch of each `#if`, and notes the lines that are left out. */
export class Conditionals {
  private readonly table: MacroTable;
  private readonly expander: Expander;
  private readonly report: Report;
  private readonly note: (source: SourceFile, skipped: Skipped) => void;

  constructor(parts: {
    readonly table: MacroTable;
    readonly expander: Expander;
    readonly report: Report;
    readonly note: (source: SourceFile, skipped: Skipped) => void;
  }) {
    this.table = parts.table;
    this.expander = parts.expander;
    this.report = parts.report;
    this.note = parts.note;
  }

  /** At `#if` or at a branch whose turn it is: goes in, or on to the next one. */
  branch(cursor: Cursor, first: Directive): void {
    let directive = first;
    for (;;) {
      const { holds, undefinedNames } = this.decide(cursor, directive);
      if (holds) {
        cursor.open.push(directive);
        return;
      }
      const next = this.skip(cursor, directive, { taken: undefined, undefinedNames });
      if (next === undefined || next.word === 'endif') return;
      directive = next;
    }
  }

  /** At an `#elif` or `#else` after a branch that was taken: everything up to `#endif` is left out. */
  leave(cursor: Cursor, first: Directive): void {
    const taken = cursor.open.pop();
    if (taken === undefined) {
      this.report('c-directive', `This #${first.word} belongs to no #if.`, first);
      return;
    }
    let directive: Directive | undefined = first;
    while (directive !== undefined && directive.word !== 'endif') {
      directive = this.skip(cursor, directive, { taken, undefinedNames: [] });
    }
  }

  /** Moves to the next directive of the same `#if`, noting what was left out. */
  private skip(
    cursor: Cursor,
    branch: Directive,
    reason: Pick<Skipped, 'taken' | 'undefinedNames'>,
  ): Directive | undefined {
    const { source } = cursor;
    const index = branch.next < 0 ? source.directives.length : branch.next;
    const next = source.directives[index];
    if ((next?.hash ?? source.tokens.length) > branch.to) {
      const end = next?.start ?? source.text.length;
      this.note(source, { start: branch.end, end, branch, ...reason });
    }
    cursor.directive = Math.min(index + 1, source.directives.length);
    cursor.index = next?.to ?? source.tokens.length;
    if (next === undefined) {
      this.report('c-directive', `This #${branch.word} has no #endif.`, branch);
    }
    return next;
  }

  private decide(cursor: Cursor, directive: Directive): Decision {
    const { tokens } = cursor.source;
    const name = tokens[directive.from];
    switch (directive.word) {
      case 'else':
        return { holds: true, undefinedNames: [] };
      case 'ifdef':
      case 'ifndef':
      case 'elifdef':
      case 'elifndef': {
        const known = name?.kind === IDENTIFIER && this.table.isDefined(name.id);
        const wanted = directive.word === 'ifdef' || directive.word === 'elifdef';
        return { holds: known === wanted, undefinedNames: [] };
      }
      default:
        return (
          this.decideNames(tokens, directive) ??
          this.decideExpression(tokens.slice(directive.from, directive.to), directive)
        );
    }
  }

  /** `defined(A) || !defined(B)` and its like, joined by one operator: most conditions of headers are nothing else. */
  private decideNames(tokens: readonly Token[], { from, to }: Directive): Decision | undefined {
    const names: { readonly name: Token; readonly negated: boolean }[] = [];
    let operator: number | undefined;
    for (let at = from; ; at++) {
      const negated = isPunct(tokens[at], P.bang);
      if (negated) at++;
      const word = tokens[at++];
      if (at >= to || word?.kind !== IDENTIFIER || word.id !== WORD.defined) return undefined;
      const open = isPunct(tokens[at], P.openParen);
      if (open) at++;
      const name = tokens[at++];
      if (at > to || name?.kind !== IDENTIFIER) return undefined;
      if (open && (at >= to || !isPunct(tokens[at++], P.closeParen))) return undefined;
      names.push({ name, negated });
      if (at >= to) break;
      const joined = tokens[at];
      if (!isPunct(joined, P.or) && !isPunct(joined, P.and)) return undefined;
      if (operator !== undefined && joined?.id !== operator) return undefined;
      operator = joined?.id;
    }
    const undefinedNames: string[] = [];
    const results = names.map(({ name, negated }) => {
      const known = this.table.isDefined(name.id);
      if (!known) undefinedNames.push(textOf(name));
      return known !== negated;
    });
    const holds = operator === P.or ? results.includes(true) : !results.includes(false);
    return { holds, undefinedNames };
  }

  private decideExpression(line: readonly Token[], directive: Directive): Decision {
    const undefinedNames: string[] = [];
    const operands = this.operands(this.expander.expandList(line, true), undefinedNames);
    const { holds, problem } = evaluateCondition(operands);
    // A condition that rests on names nobody defined says nothing about the text: only the others are worth a word.
    if (problem !== undefined && undefinedNames.length === 0) {
      this.report('c-directive', `This condition cannot be worked out: ${problem}.`, directive);
    }
    return { holds, undefinedNames };
  }

  /** The expanded condition with each `defined X` replaced by 0 or 1. */
  private operands(expanded: readonly Token[], undefinedNames: string[]): readonly Token[] {
    const operands: Token[] = [];
    for (let i = 0; i < expanded.length; i++) {
      const token = expanded[i];
      if (token === undefined) break;
      if (token.kind === IDENTIFIER && token.id === WORD.defined) {
        const open = isPunct(expanded[i + 1], P.openParen);
        const name = expanded[i + (open ? 2 : 1)];
        i += open ? 3 : 1;
        const known = name?.kind === IDENTIFIER && this.table.isDefined(name.id);
        if (!known && name !== undefined) undefinedNames.push(textOf(name));
        operands.push(numberToken(known ? '1' : '0', token));
        continue;
      }
      if (token.kind === IDENTIFIER) undefinedNames.push(textOf(token));
      operands.push(token);
    }
    return operands;
  }
}

/** A number that stands in no file. */
export function numberToken(text: string, near: Token): Token {
  const source = { path: '<made>', text, names: near.source.names };
  return { ...near, kind: NUMBER, id: 0, start: 0, end: text.length, source };
}
