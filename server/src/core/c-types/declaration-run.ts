import { parseDeclarations } from './declarations.ts';
import type { Declaration, Problem } from './model.ts';
import { WORD } from './names.ts';
import type { SymbolTable } from './symbols.ts';
import { collectSymbols } from './symbols.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, P, PACK, PUNCTUATION } from './tokens.ts';

/** How a name may be declared: as a tag, as a typedef, variable or function, as an enumerator. */
export type NameSpace = 'tag' | 'ordinary' | 'enumerator';

const BITS: Readonly<Record<NameSpace, number>> = { tag: 1, ordinary: 2, enumerator: 4 };

interface Parsed {
  readonly declarations: readonly Declaration[];
  readonly problems: readonly Problem[];
  readonly symbols: SymbolTable;
}

/**
 * The expanded tokens of a file between two of its includes. They are parsed when somebody asks for what they declare:
 * of the headers that a file includes most are never asked.
 */
export class DeclarationRun {
  private tokens: readonly Token[];
  private parsed: Parsed | undefined;
  private declarable: ReadonlyMap<number, number> | 'unclear' | undefined;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get declarations(): readonly Declaration[] {
    return this.parse().declarations;
  }

  get problems(): readonly Problem[] {
    return this.parse().problems;
  }

  get symbols(): SymbolTable {
    return this.parse().symbols;
  }

  /** False when the name with this id is surely not declared here; answered without parsing. */
  mayDeclare(id: number, space: NameSpace): boolean {
    if (this.parsed !== undefined) return true;
    this.declarable ??= declarableNames(this.tokens);
    if (this.declarable === 'unclear') return true;
    return ((this.declarable.get(id) ?? 0) & BITS[space]) !== 0;
  }

  private parse(): Parsed {
    if (this.parsed !== undefined) return this.parsed;
    const { declarations, problems } = parseDeclarations(this.tokens);
    this.parsed = { declarations, problems, symbols: collectSymbols(declarations) };
    this.tokens = [];
    this.declarable = undefined;
    return this.parsed;
  }
}

/**
 * The names that may be declared, by where they stand; too many rather than too few. `unclear` when brackets do not
 * match: then only the parser knows what it makes of it.
 */
function declarableNames(tokens: readonly Token[]): ReadonlyMap<number, number> | 'unclear' {
  const names = new Map<number, number>();
  const open: number[] = [];
  let depth = 0;
  let before: Token | undefined;
  let isFirst = false;
  for (const token of tokens) {
    if (token.kind === PACK) continue;
    if (token.kind === PUNCTUATION) {
      const close = CLOSES.get(token.id);
      if (close !== undefined) open.push(close);
      else if (CLOSING.has(token.id) && open.pop() !== token.id) return 'unclear';
      if (token.id === P.openBrace) depth++;
      else if (token.id === P.closeBrace) depth--;
    } else if (token.kind === IDENTIFIER) {
      const bits = bitsAfter(before, isFirst, depth);
      if (bits !== 0) names.set(token.id, (names.get(token.id) ?? 0) | bits);
    }
    isFirst = before === undefined || isPunct(before, P.semicolon);
    before = token;
  }
  return open.length === 0 ? names : 'unclear';
}

const CLOSES: ReadonlyMap<number, number> = new Map([
  [P.openBrace, P.closeBrace],
  [P.openParen, P.closeParen],
  [P.openBracket, P.closeBracket],
]);
const CLOSING: ReadonlySet<number> = new Set(CLOSES.values());

/** What a name behind this token can be; `isFirst` when the token begins a declaration. */
function bitsAfter(before: Token | undefined, isFirst: boolean, depth: number): number {
  // A name is never the first word of its declaration.
  if (before === undefined || isPunct(before, P.semicolon)) return 0;
  if (before.kind === IDENTIFIER) {
    const { id } = before;
    if (id === WORD.struct || id === WORD.union || id === WORD.enum) return BITS.tag;
    // `typedef uint32_t ...`: what follows a first `typedef` is a type, not its new name.
    if (isFirst && id === WORD.typedef) return BITS.tag;
    return depth > 0 ? BITS.tag : BITS.tag | BITS.ordinary;
  }
  if (isPunct(before, P.openBrace) || isPunct(before, P.comma))
    return depth > 0 ? BITS.enumerator : BITS.ordinary;
  return depth > 0 ? BITS.tag : BITS.tag | BITS.ordinary;
}
