import { WORD } from './names.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, P, PACK, PUNCTUATION } from './tokens.ts';

/** How a name may be declared: as a tag, as a typedef, variable or function, as an enumerator. */
export type NameSpace = 'tag' | 'ordinary' | 'enumerator';

const BITS: Readonly<Record<NameSpace, number>> = { tag: 1, ordinary: 2, enumerator: 4 };

/** The tokens of one declaration, and the `#pragma pack` that is in force where it begins. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly packBytes: number;
}

/** Where the declarations among some tokens are, and which names each may declare. */
export interface Places {
  readonly parts: readonly Stretch[];
  /** Undefined when brackets do not match: then only the parser knows what it makes of it, and all is one part. */
  readonly names: DeclaredNames | undefined;
}

/**
 * The names that parts may declare, by where they stand: too many rather than too few, and those of all members and
 * parameters. The last place comes first.
 */
export class DeclaredNames {
  private readonly last = new Map<number, number>();
  private readonly before: number[] = [];
  private readonly parts: number[] = [];
  private readonly bits: number[] = [];

  add(id: number, part: number, bits: number): void {
    const at = this.last.get(id) ?? -1;
    if (at >= 0 && this.parts[at] === part) {
      this.bits[at] = (this.bits[at] ?? 0) | bits;
      return;
    }
    this.last.set(id, this.parts.length);
    this.before.push(at);
    this.parts.push(part);
    this.bits.push(bits);
  }

  /** The place of the name to ask first, or -1. */
  first(id: number): number {
    return this.last.get(id) ?? -1;
  }

  next(at: number): number {
    return this.before[at] ?? -1;
  }

  part(at: number): number {
    return this.parts[at] ?? 0;
  }

  mayBe(at: number, space: NameSpace): boolean {
    return ((this.bits[at] ?? 0) & BITS[space]) !== 0;
  }
}

/** Looks over expanded tokens once, without parsing them. */
export function readPlaces(tokens: readonly Token[]): Places {
  const places = new PlaceReader().read(tokens);
  // Brackets that do not match, or `int f(a) int a; {`, which is not over with its `;`.
  return places ?? { parts: [{ from: 0, to: tokens.length, packBytes: 0 }], names: undefined };
}

class PlaceReader {
  private readonly names = new DeclaredNames();
  private readonly parts: Stretch[] = [];
  /** What closes the open brackets, the innermost last. */
  private readonly open: number[] = [];
  private braces = 0;
  private before: Token | undefined = undefined;
  /** The token before is the first of its declaration. */
  private isFirst = false;

  read(tokens: readonly Token[]): Places | undefined {
    let from = 0;
    let packAtStart = 0;
    let packBytes = 0;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined) break;
      if (token.kind === PACK) {
        packBytes = token.id;
        continue;
      }
      if (token.kind === IDENTIFIER) this.name(token.id);
      else if (token.kind === PUNCTUATION && !this.punctuation(token.id)) return undefined;
      this.isFirst = this.before === undefined || isPunct(this.before, P.semicolon);
      this.before = token;
      if (this.open.length > 0 || !isPunct(token, P.semicolon)) continue;
      this.parts.push({ from, to: i + 1, packBytes: packAtStart });
      from = i + 1;
      packAtStart = packBytes;
    }
    if (this.open.length > 0) return undefined;
    if (from < tokens.length) this.parts.push({ from, to: tokens.length, packBytes: packAtStart });
    return { parts: this.parts, names: this.names };
  }

  private name(id: number): void {
    const bits = bitsAfter(this.before, this.isFirst, this.braces);
    if (bits !== 0) this.names.add(id, this.parts.length, bits);
  }

  /** False when a bracket closes what is not open, or opens where nothing can. */
  private punctuation(id: number): boolean {
    const { open } = this;
    const close = CLOSES.get(id);
    if (close !== undefined) {
      if (open.length === 0 && isPunct(this.before, P.semicolon)) return false;
      open.push(close);
    } else if (CLOSING.has(id) && open.pop() !== id) return false;
    if (id === P.openBrace) this.braces++;
    else if (id === P.closeBrace) this.braces--;
    return true;
  }
}

const CLOSES: ReadonlyMap<number, number> = new Map([
  [P.openBrace, P.closeBrace],
  [P.openParen, P.closeParen],
  [P.openBracket, P.closeBracket],
]);
const CLOSING: ReadonlySet<number> = new Set(CLOSES.values());

/** What a name behind this token can be; `isFirst` when the token begins a declaration. */
function bitsAfter(before: Token | undefined, isFirst: boolean, braces: number): number {
  // A name is never the first word of its declaration.
  if (before === undefined || isPunct(before, P.semicolon)) return 0;
  if (before.kind === IDENTIFIER) {
    const { id } = before;
    if (id === WORD.struct || id === WORD.union || id === WORD.enum) return BITS.tag;
    // `typedef uint32_t ...`: what follows a first `typedef` is a type, not its new name.
    if (isFirst && id === WORD.typedef) return BITS.tag;
    return braces > 0 ? BITS.tag : BITS.tag | BITS.ordinary;
  }
  if (isPunct(before, P.openBrace) || isPunct(before, P.comma))
    return braces > 0 ? BITS.enumerator : BITS.ordinary;
  return braces > 0 ? BITS.tag : BITS.tag | BITS.ordinary;
}
