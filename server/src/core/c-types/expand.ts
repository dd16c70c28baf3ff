import { lex } from './lex.ts';
import type { Macro } from './macros.ts';
import type { NameTable } from './names.ts';
import { WORD } from './names.ts';
import type { Token, UseSite } from './tokens.ts';
import { IDENTIFIER, isPunct, NUMBER, P, PAINTED, SPACE_BEFORE, STRING, textOf } from './tokens.ts';
import { substitute } from './substitute.ts';

/**
 * Tokens that macros may make while one file is read: beyond it lies a macro bomb. A kernel's driver with all its headers
 * comes to 316,000 of a million; a short file has no use for as many.
 */
const LARGEST_EXPANSION = 400_000;
const SMALLEST_LIMIT = 50_000;
/** Invocations inside arguments inside arguments. */
const DEEPEST_NESTING = 200;

interface Context {
  readonly tokens: readonly Token[];
  index: number;
  readonly macro: Macro | undefined;
}

/** The macros in force. */
export interface MacroSource {
  lookup(id: number): Macro | undefined;
}

/** Where the expander gets the tokens behind a macro's name, when its own are used up. */
export interface TokenSupply {
  /** The next raw token of the file, directives carried out on the way; undefined at its end. */
  next(): Token | undefined;
  /** Whether the next raw token is an opening parenthesis. */
  opensParenthesis(): boolean;
  /** How many tokens the file and its headers have had so far. */
  tokensRead(): number;
  /** `__has_include` and `__FILE__` and their kind. */
  dynamic(macro: Macro, site: Token, args: readonly (readonly Token[])[]): readonly Token[];
}

/** Expands macros as C11 6.10.3 says, keeping for each token where it is spelled and which use brought it. */
export class Expander {
  /** Why expansion was given up, once it was. */
  exhausted: string | undefined;
  private made = 0;
  private nesting = 0;
  private unclosed = false;
  private readonly contexts: Context[] = [];
  /** True while only the contexts may be read, not the file. */
  private closed = false;
  /** Contexts below this index belong to an outer expansion. */
  private floor = 0;
  private site: UseSite | undefined;
  private readonly table: MacroSource;
  private readonly names: NameTable;
  private readonly supply: TokenSupply;

  constructor(table: MacroSource, names: NameTable, supply: TokenSupply) {
    this.table = table;
    this.names = names;
    this.supply = supply;
  }

  /** Expands a name met in the file's text and hands on what comes out; the use, or undefined when it was none. */
  expand(name: Token, macro: Macro, emit: (token: Token) => void): UseSite | undefined {
    const { source, start, end } = name;
    const site: UseSite = { macro, source, start, nameEnd: end, end };
    this.site = site;
    const used = this.enter(name, macro);
    if (!used) emit(name);
    for (let token = this.pull(); token !== undefined; token = this.pull()) emit(token);
    this.site = undefined;
    this.unclosed = false;
    return used ? site : undefined;
  }

  /** Expands a list on its own, e.g. the line of an `#if`. In a condition `defined X` is left alone. */
  expandList(tokens: readonly Token[], condition: boolean): Token[] {
    const outerSite = this.site;
    const first = tokens[0];
    if (first === undefined) return [];
    if (outerSite === undefined) {
      const { source, start, end } = first;
      const macro = this.table.lookup(first.id);
      if (macro !== undefined) this.site = { macro, source, start, nameEnd: end, end };
    }
    const expanded = this.isolated(tokens, condition);
    this.site = outerSite;
    return expanded;
  }

  private isolated(tokens: readonly Token[], condition: boolean): Token[] {
    const out: Token[] = [];
    if (this.nesting >= DEEPEST_NESTING) {
      this.exhausted ??= `macro arguments are nested more than ${DEEPEST_NESTING} deep`;
      return out;
    }
    this.nesting++;
    const floor = this.floor;
    this.floor = this.contexts.length;
    this.contexts.push({ tokens, index: 0, macro: undefined });
    const closed = this.closed;
    this.closed = true;
    for (let token = this.pull(); token !== undefined; token = this.pull()) {
      out.push(token);
      if (condition && token.kind === IDENTIFIER && token.id === WORD.defined)
        this.keepOperand(out);
    }
    this.closed = closed;
    this.floor = floor;
    this.nesting--;
    return out;
  }

  /** `defined X` and `defined(X)`: the name passes unexpanded. */
  private keepOperand(out: Token[]): void {
    for (let token = this.raw(); token !== undefined; token = this.raw()) {
      out.push(token);
      if (!isPunct(token, P.openParen)) return;
    }
  }

  /** The next token with every macro expanded; undefined when the current contexts are used up. */
  private pull(): Token | undefined {
    for (;;) {
      const token = this.fromContexts();
      if (token === undefined) return undefined;
      if (token.kind !== IDENTIFIER || (token.flags & PAINTED) !== 0) return token;
      const macro = this.table.lookup(token.id);
      if (macro === undefined) return token;
      if (macro.active > 0) return { ...token, flags: token.flags | PAINTED };
      if (!this.enter(token, macro)) return token;
    }
  }

  private fromContexts(): Token | undefined {
    while (this.contexts.length > this.floor) {
      const context = this.contexts[this.contexts.length - 1];
      const token = context?.tokens[context.index];
      if (context !== undefined && token !== undefined) {
        context.index++;
        return token;
      }
      this.leave();
    }
    return undefined;
  }

  private raw(): Token | undefined {
    return this.fromContexts() ?? (this.closed ? undefined : this.supply.next());
  }

  private leave(): void {
    const context = this.contexts.pop();
    if (context?.macro !== undefined) context.macro.active--;
  }

  private enter(name: Token, macro: Macro): boolean {
    if (this.exhausted !== undefined || !this.affords(macro.body.length)) return false;
    if (macro.parameters === undefined && macro.dynamic === undefined) {
      this.replace(macro, substitute(macro, [], this.site, this.tools));
      return true;
    }
    if (macro.parameters === undefined) {
      this.replace(undefined, this.supply.dynamic(macro, name, []));
      return true;
    }
    if (this.unclosed || !this.atParenthesis()) return false;
    const args = this.collect(macro);
    if (args === undefined) return false;
    if (macro.dynamic !== undefined)
      this.replace(undefined, this.supply.dynamic(macro, name, args));
    else this.replace(macro, substitute(macro, args, this.site, this.tools));
    return true;
  }

  private replace(macro: Macro | undefined, tokens: readonly Token[]): void {
    if (!this.affords(tokens.length)) return;
    this.made += tokens.length;
    this.contexts.push({ tokens, index: 0, macro });
    if (macro !== undefined) macro.active++;
  }

  /** Whether so many more tokens may be made; when not, expansion ends here. */
  private affords(tokens: number): boolean {
    const limit = Math.min(LARGEST_EXPANSION, SMALLEST_LIMIT + 2 * this.supply.tokensRead());
    if (this.made + tokens <= limit) return true;
    this.exhausted = `macros expand to more than ${limit} tokens`;
    return false;
  }

  private atParenthesis(): boolean {
    while (this.contexts.length > this.floor) {
      const context = this.contexts[this.contexts.length - 1];
      const token = context?.tokens[context.index];
      if (token !== undefined) return isPunct(token, P.openParen);
      this.leave();
    }
    return !this.closed && this.supply.opensParenthesis();
  }

  /** Reads `( ... )`; undefined, with the tokens put back, when the count is wrong or the end is missing. */
  private collect(macro: Macro): Token[][] | undefined {
    const wanted = macro.parameters?.length ?? 0;
    const all: Token[] = [];
    const args: Token[][] = [[]];
    let depth = 0;
    for (let token = this.raw(); token !== undefined; token = this.raw()) {
      all.push(token);
      if (isPunct(token, P.closeParen) && --depth === 0) {
        this.closeSite(token);
        return this.fit(args, macro, wanted) ?? this.putBack(all);
      }
      if (isPunct(token, P.openParen) && depth++ === 0) continue;
      const splits =
        depth === 1 && isPunct(token, P.comma) && !(macro.variadic && args.length >= wanted);
      if (splits) args.push([]);
      else args[args.length - 1]?.push(token);
    }
    // The file ended inside the arguments: do not read to its end again for every name in them.
    if (!this.closed) this.unclosed = true;
    return this.putBack(all);
  }

  private putBack(tokens: readonly Token[]): undefined {
    this.contexts.push({ tokens, index: 0, macro: undefined });
    return undefined;
  }

  private fit(args: Token[][], macro: Macro, wanted: number): Token[][] | undefined {
    if (wanted === 0) return args.length === 1 && args[0]?.length === 0 ? [] : undefined;
    if (args.length === wanted) return args;
    // The variable arguments may be left out altogether.
    return macro.variadic && args.length === wanted - 1 ? args : undefined;
  }

  private closeSite(token: Token): void {
    const site = this.site;
    if (site !== undefined && token.use === undefined && token.source === site.source) {
      site.end = Math.max(site.end, token.end);
    }
  }

  private readonly tools = {
    expand: (tokens: readonly Token[]): readonly Token[] => this.isolated(tokens, false),
    paste: (left: Token, right: Token): readonly Token[] => this.paste(left, right),
    stringify: (tokens: readonly Token[]): Token => stringify(tokens, this.site, this.names),
  };

  private paste(left: Token, right: Token): readonly Token[] {
    const text = textOf(left) + textOf(right);
    const source = { path: '<pasted>', text, names: this.names };
    const { flags } = left;
    const common = { start: 0, end: text.length, source, flags, use: this.site };
    if (left.kind === IDENTIFIER && (right.kind === IDENTIFIER || /^\w+$/.test(textOf(right)))) {
      return [{ kind: IDENTIFIER, id: this.names.idOf(text), ...common }];
    }
    if (left.kind === NUMBER && right.kind <= NUMBER) return [{ kind: NUMBER, id: 0, ...common }];
    const [token, ...rest] = lex(source, this.names).tokens;
    if (token === undefined) return [];
    return rest.length === 0 ? [{ ...token, flags, use: this.site }] : [left, right];
  }
}

function stringify(tokens: readonly Token[], use: UseSite | undefined, names: NameTable): Token {
  let text = '"';
  for (const [index, token] of tokens.entries()) {
    if (index > 0 && (token.flags & (SPACE_BEFORE | 1)) !== 0) text += ' ';
    const spelled = textOf(token);
    text += token.kind === STRING || token.kind === 4 ? spelled.replace(/["\\]/g, '\\$&') : spelled;
  }
  text += '"';
  const source = { path: '<stringified>', text, names };
  return { kind: STRING, id: 0, start: 0, end: text.length, source, flags: SPACE_BEFORE, use };
}
