import type { Cursor } from './conditionals.ts';
import { Conditionals, numberToken } from './conditionals.ts';
import type { Directive, IncludeName } from './directives.ts';
import { continues, includeName, opens } from './directives.ts';
import { Expander } from './expand.ts';
import type { Ledger } from './macro-table.ts';
import type { Macro } from './macros.ts';
import { spellTokens } from './macros.ts';
import { DeclarationRun } from './declaration-run.ts';
import type { Include, Problem, ProblemId } from './model.ts';
import { NameTable } from './names.ts';
import { applyPack } from './pragmas.ts';
import type { FileProduct, PackState, Resolved, Skipped } from './product.ts';
import { NO_PACK } from './product.ts';
import { holds } from './reuse.ts';
import { dynamicTokens, queryTokens } from './queries.ts';
import { SourceFile } from './source.ts';
import type { Surroundings } from './reuse.ts';
import { TokenRun } from './token-run.ts';
import type { Token, UseSite } from './tokens.ts';
import { IDENTIFIER, isPunct, P, PACK, PUNCTUATION, STRING, textOf } from './tokens.ts';

/** Tokens that one unit may read, headers included. */
const LARGEST_UNIT = 4_000_000;
const DEEPEST_INCLUDE = 100;
/** How often a file may be inside itself: some headers include themselves once on purpose. */
const DEEPEST_SELF = 3;
const MOST_PRODUCTS = 12;

/** One file while it is being read. */
interface Frame {
  readonly source: SourceFile;
  readonly ledger: Ledger;
  readonly packBefore: PackState;
  readonly resolved: Resolved[];
  readonly nested: FileProduct[];
  readonly runs: DeclarationRun[];
  readonly defines: Macro[];
  readonly uses: UseSite[];
  readonly skipped: Skipped[];
  readonly notices: Problem[];
}

/** Reads a file and what it includes: directives carried out, macros expanded, declarations parsed. */
export class Preprocessor {
  private readonly expander: Expander;
  private readonly conditionals: Conditionals;
  private run = new TokenRun();
  private pack: PackState = NO_PACK;
  private frame: Frame | undefined;
  private cursor: Cursor = { source: EMPTY, index: 0, directive: 0, open: [] };
  private readonly files: SourceFile[] = [];
  private readonly saved = new Map<string, (Macro | undefined)[]>();
  private count = 0;
  private counter = 0;
  private stopped = false;
  private readonly around: Surroundings;

  constructor(around: Surroundings) {
    this.around = around;
    this.expander = new Expander(around.table, around.names, {
      next: () => this.nextRaw(),
      opensParenthesis: () => this.opensParenthesis(),
      tokensRead: () => this.count,
      dynamic: (macro, site, args) => this.dynamic(macro, site, args),
    });
    this.conditionals = new Conditionals({
      table: around.table,
      expander: this.expander,
      report: (id, message, place) => this.report(id, message, place),
      note: (source, skipped) => {
        if (source === this.frame?.source) this.frame.skipped.push(skipped);
      },
    });
  }

  /** The file's product: an earlier one when nothing that it depends on has changed. */
  read(source: SourceFile): FileProduct {
    for (const product of source.products) {
      if (holds(product, this.pack, this.around)) return this.replay(product);
    }
    const outer = this.frame;
    const outerRun = this.run;
    const frame = this.openFrame(source, outer);
    this.frame = frame;
    this.run = new TokenRun();
    if (this.pack.bytes !== 0) this.run.push(this.packToken(source));
    this.runFile(source);
    this.closeRun();
    this.run = outerRun;
    const product = this.productOf(frame);
    this.frame = outer;
    if (outer !== undefined) this.around.table.close(outer.ledger);
    if (!this.stopped && this.expander.exhausted === undefined) {
      if (source.products.length >= MOST_PRODUCTS) source.products.shift();
      source.products.push(product);
    }
    return product;
  }

  private openFrame(source: SourceFile, outer: Frame | undefined): Frame {
    return {
      source,
      ledger: this.around.table.open(outer?.ledger),
      packBefore: this.pack,
      resolved: [],
      nested: [],
      runs: [],
      defines: [],
      uses: [],
      skipped: [],
      notices: [],
    };
  }

  private productOf(frame: Frame): FileProduct {
    const writes = [...new Set(frame.ledger.writes)];
    const { source, packBefore, resolved, nested, runs, defines, uses } = frame;
    return {
      source,
      packBefore,
      resolved,
      nested,
      runs,
      defines,
      uses,
      skipped: frame.skipped,
      notices: frame.notices,
      reads: frame.ledger.reads,
      readMacros: frame.ledger.readMacros,
      writes,
      writtenMacros: writes.map((id) => this.around.table.peek(id)),
      packAfter: this.pack,
      closure: undefined,
      checkedIn: this.around.parse,
      current: true,
    };
  }

  private replay(product: FileProduct): FileProduct {
    const { table } = this.around;
    for (const id of product.reads) table.lookup(id);
    const { writes, writtenMacros } = product;
    for (let i = 0; i < writes.length; i++) table.define(writes[i] ?? 0, writtenMacros[i]);
    this.pack = product.packAfter;
    return product;
  }

  private closeRun(): void {
    const tokens = this.run.take();
    if (tokens.length > 0) this.frame?.runs.push(new DeclarationRun(tokens));
  }

  private runFile(source: SourceFile): void {
    const outer = this.cursor;
    const cursor: Cursor = { source, index: 0, directive: 0, open: [] };
    this.cursor = cursor;
    this.files.push(source);
    while (!this.stopped) {
      this.runTokens(cursor);
      const directive = source.directives[cursor.directive];
      if (directive === undefined) break;
      this.runDirective(cursor, directive);
    }
    const unclosed = cursor.open[cursor.open.length - 1];
    if (unclosed !== undefined && !this.stopped) {
      this.report('c-directive', `This #${unclosed.word} has no #endif.`, unclosed);
    }
    this.files.pop();
    this.cursor = outer;
  }

  /** The tokens up to the next directive, expanded into the current run. */
  private runTokens(cursor: Cursor): void {
    const { tokens, directives } = cursor.source;
    const { table } = this.around;
    const { run } = this;
    let stop = directives[cursor.directive]?.hash ?? tokens.length;
    this.spend(stop - cursor.index);
    let i = cursor.index;
    while (i < stop) {
      const token = tokens[i++];
      if (token === undefined) break;
      if (token.kind === IDENTIFIER) {
        if (run.dropping > 0) continue;
        const macro = table.lookup(token.id);
        if (macro === undefined) run.tokens.push(token);
        else {
          cursor.index = i;
          this.expandHere(token, macro);
          i = cursor.index;
          stop = directives[cursor.directive]?.hash ?? tokens.length;
        }
      } else run.push(token);
    }
    cursor.index = i;
  }

  private readonly emit = (token: Token): void => this.run.push(token);

  private expandHere(token: Token, macro: Macro): void {
    const use = this.expander.expand(token, macro, this.emit);
    const { exhausted } = this.expander;
    if (use !== undefined && this.cursor.source === this.frame?.source) this.frame.uses.push(use);
    if (exhausted !== undefined && !this.stopped) {
      this.report('c-too-large', `Too large to read on: ${exhausted}, starting here.`, token);
      this.stopped = true;
    }
  }

  private spend(tokens: number): void {
    this.count += tokens;
    if (this.count <= LARGEST_UNIT || this.stopped) return;
    this.stopped = true;
    const why = `Too large to read on: the file and its headers have more than ${LARGEST_UNIT} tokens.`;
    this.report('c-too-large', why, { start: 0, end: 0 });
  }

  /** For a macro's arguments: the next token, over directives in between. */
  private nextRaw(): Token | undefined {
    const { cursor } = this;
    for (;;) {
      const directive = cursor.source.directives[cursor.directive];
      if (directive !== undefined && directive.hash <= cursor.index) {
        if (directive.word.startsWith('include') || directive.word === 'import') return undefined;
        this.runDirective(cursor, directive);
      } else return cursor.source.tokens[cursor.index++];
    }
  }

  private opensParenthesis(): boolean {
    const { cursor } = this;
    const directive = cursor.source.directives[cursor.directive];
    if (directive !== undefined && directive.hash <= cursor.index) return false;
    return isPunct(cursor.source.tokens[cursor.index], P.openParen);
  }

  private report(
    id: ProblemId,
    message: string,
    place: { readonly start: number; readonly end: number },
  ): void {
    const severity = id === 'c-error-directive' ? 'information' : 'error';
    const { start, end } = place;
    const at = { file: this.cursor.source.path, span: { start, end } };
    this.frame?.notices.push({ id, severity, message, at });
  }

  private runDirective(cursor: Cursor, directive: Directive): void {
    cursor.directive++;
    cursor.index = directive.to;
    if (opens(directive.word)) {
      this.conditionals.branch(cursor, directive);
      return;
    }
    if (continues(directive.word)) {
      this.conditionals.leave(cursor, directive);
      return;
    }
    switch (directive.word) {
      case 'endif':
        if (cursor.open.pop() === undefined) {
          this.report('c-directive', 'This #endif closes nothing.', directive);
        }
        break;
      case 'define':
        this.define(directive);
        break;
      case 'undef': {
        const name = cursor.source.tokens[directive.from];
        if (name?.kind === IDENTIFIER) this.around.table.define(name.id, undefined);
        break;
      }
      case 'include':
      case 'include_next':
      case 'import':
        this.include(cursor, directive);
        break;
      case 'pragma':
        this.pragma(cursor.source.tokens.slice(directive.from, directive.to), cursor.source);
        break;
      case 'error': {
        const { tokens } = cursor.source;
        const said = spellTokens(tokens.slice(directive.from, directive.to)).slice(0, 200);
        this.report('c-error-directive', `#error: ${said}`, directive);
        break;
      }
      default:
        break;
    }
  }

  private define(directive: Directive): void {
    const { macro } = directive;
    if (macro === undefined) {
      this.report(
        'c-directive',
        'This #define has no name, or its parameters cannot be read.',
        directive,
      );
      return;
    }
    this.around.table.define(macro.id, macro);
    if (this.cursor.source === this.frame?.source) this.frame.defines.push(macro);
  }

  private packToken(source: SourceFile): Token {
    const { bytes } = this.pack;
    return { kind: PACK, id: bytes, start: 0, end: 0, source, flags: 0, use: undefined };
  }

  private pragma(tokens: readonly Token[], source: SourceFile): void {
    const word = tokens[0] === undefined ? '' : textOf(tokens[0]);
    if (word === 'once') this.around.table.define(source.onceId, ONCE);
    else if (word === 'pack') {
      this.pack = applyPack(this.pack, this.expander.expandList(tokens.slice(1), false));
      this.run.push(this.packToken(source));
    } else if (word === 'push_macro' || word === 'pop_macro') this.saveMacro(word, tokens[2]);
  }

  private saveMacro(word: string, name: Token | undefined): void {
    if (name?.kind !== STRING) return;
    const text = textOf(name).slice(1, -1);
    const id = this.around.names.idOf(text);
    const stack = this.saved.get(text) ?? [];
    this.saved.set(text, stack);
    if (word === 'push_macro') stack.push(this.around.table.lookup(id));
    else if (stack.length > 0) this.around.table.define(id, stack.pop());
  }

  private dynamic(
    macro: Macro,
    site: Token,
    args: readonly (readonly Token[])[],
  ): readonly Token[] {
    if (macro.dynamic === 'pragma') {
      this.pragmaOperator(args[0] ?? []);
      return [];
    }
    if (macro.dynamic === 'query') {
      return queryTokens(macro, args[0] ?? [], site, (name, quoted, next) => {
        const from = this.cursor.source.path;
        return this.around.resolve({ name, quoted, from, next }) !== undefined;
      });
    }
    if (macro.dynamic === 'counter') return [numberToken(String(this.counter++), site)];
    return dynamicTokens(macro, site, this.files.length - 1);
  }

  /** `_Pragma("pack(1)")` and MSVC's `__pragma(pack(1))`. */
  private pragmaOperator(argument: readonly Token[]): void {
    const [first] = argument;
    if (first?.kind !== STRING) {
      this.pragma(argument, this.cursor.source);
      return;
    }
    const text = textOf(first)
      .replace(/^[^"]*"|"$/g, '')
      .replace(/\\(["\\])/g, '$1');
    this.pragma(new SourceFile('<pragma>', text, this.around.names).tokens, this.cursor.source);
  }

  private include(cursor: Cursor, directive: Directive): void {
    const { source } = cursor;
    const written = includeName(source, source.tokens[directive.from]);
    const target = written ?? this.expandedName(source, directive);
    if (target === undefined) {
      this.report('c-directive', 'This #include names no header.', directive);
      return;
    }
    if (this.run.dropping > 0) return;
    const next = directive.word === 'include_next';
    const request = { name: target.name, quoted: target.quoted, from: source.path, next };
    const found = this.around.resolve(request);
    const file = source.path;
    const include: Include = {
      kind: 'include',
      name: target.name,
      quoted: target.quoted,
      at: { file, span: { start: directive.start, end: directive.end } },
      nameAt: { file, span: { start: target.start, end: target.end } },
      ...(found === undefined ? {} : { path: found.path }),
    };
    const header = found === undefined ? undefined : this.around.source(found.path, found.text);
    this.frame?.resolved.push({ request, source: header, include });
    if (header !== undefined) this.enterHeader(header, directive);
  }

  private enterHeader(header: SourceFile, directive: Directive): void {
    const { table } = this.around;
    if (header.guard !== 0 && table.isDefined(header.guard)) return;
    if (table.isDefined(header.onceId)) return;
    if (directive.word === 'import') table.define(header.onceId, ONCE);
    const inside = this.files.reduce((count, file) => count + (file === header ? 1 : 0), 0);
    if (inside >= DEEPEST_SELF || this.files.length >= DEEPEST_INCLUDE) {
      const what = inside >= DEEPEST_SELF ? `${header.path} includes itself` : 'headers are nested';
      const limit = inside >= DEEPEST_SELF ? DEEPEST_SELF : DEEPEST_INCLUDE;
      this.report('c-too-deep', `Too deep to follow: ${what} more than ${limit} times.`, directive);
      return;
    }
    if (!this.run.atBoundary()) {
      // In the middle of a declaration the header's tokens are part of it.
      this.runFile(header);
      return;
    }
    this.closeRun();
    const product = this.read(header);
    this.frame?.nested.push(product);
    if (this.pack.bytes !== 0 || product.packBefore.bytes !== 0) {
      this.run.push(this.packToken(this.cursor.source));
    }
  }

  /** `#include MACRO`: expanded, then read as `"..."` or `<...>`. */
  private expandedName(source: SourceFile, directive: Directive): IncludeName | undefined {
    const line = source.tokens.slice(directive.from, directive.to);
    const expanded = this.expander.expandList(line, false);
    const [first] = expanded;
    const place = { start: line[0]?.start ?? directive.start, end: directive.end };
    if (first === undefined) return undefined;
    if (first.kind === STRING) return { name: textOf(first).slice(1, -1), quoted: true, ...place };
    const close = expanded.findIndex((token) => isPunct(token, P.greater));
    if (first.kind !== PUNCTUATION || !isPunct(first, P.less) || close < 0) return undefined;
    const name = expanded.slice(1, close).map(textOf).join('');
    return { name, quoted: false, ...place };
  }
}

const NOTHING = { tokens: [], comments: [], directives: [], guard: 0, onceId: 0, products: [] };
const EMPTY: SourceFile = { path: '', text: '', names: new NameTable(), ...NOTHING };

/** Stands for "has been read" under a file's unspellable name. */
const ONCE: Macro = {
  id: 0,
  name: '',
  parameters: undefined,
  variadic: false,
  body: [],
  slots: [],
  special: false,
  dynamic: undefined,
  origin: 'text',
  source: EMPTY,
  start: 0,
  end: 0,
  nameStart: 0,
  nameEnd: 0,
  active: 0,
  definition: undefined,
};
