import { WORD } from './names.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, P, PUNCTUATION, STRING } from './tokens.ts';

/**
 * Collects the expanded tokens of declarations. The inside of function bodies and initialisers, which hold nothing
 * that a layout needs, is dropped; `extern "C" {` and its brace are too.
 */
export class TokenRun {
  tokens: Token[] = [];
  /** Open braces, brackets and parentheses. */
  depth = 0;
  /** Open braces inside a part that is being dropped; 0 when none is. */
  dropping = 0;
  private linkage = 0;

  /** True between declarations, where an included file can be read on its own. */
  atBoundary(): boolean {
    if (this.depth > 0 || this.dropping > 0) return false;
    const last = this.tokens[this.tokens.length - 1];
    return !isPunct(last, P.equals) && !isPunct(last, P.comma);
  }

  take(): Token[] {
    const { tokens } = this;
    this.tokens = [];
    return tokens;
  }

  push(token: Token): void {
    if (token.kind === PUNCTUATION) this.punctuation(token);
    else if (this.dropping === 0) this.tokens.push(token);
  }

  private punctuation(token: Token): void {
    const { id } = token;
    if (this.dropping > 0) {
      if (id === P.openBrace) this.dropping++;
      else if (id === P.closeBrace && --this.dropping === 0) this.tokens.push(token);
      return;
    }
    if (id === P.openBrace) {
      if (this.depth === 0 && this.opensLinkage()) return;
      if (this.depth === 0 && this.opensDropped()) this.dropping = 1;
      else this.depth++;
    } else if (id === P.openParen || id === P.openBracket) this.depth++;
    else if (id === P.closeParen || id === P.closeBracket) this.depth = Math.max(0, this.depth - 1);
    else if (id === P.closeBrace) {
      if (this.depth === 0 && this.linkage > 0) {
        this.linkage--;
        return;
      }
      this.depth = Math.max(0, this.depth - 1);
    }
    this.tokens.push(token);
  }

  private opensLinkage(): boolean {
    const { tokens } = this;
    const word = tokens[tokens.length - 2];
    const last = tokens[tokens.length - 1];
    if (last?.kind !== STRING || word?.kind !== IDENTIFIER || word.id !== WORD.extern) return false;
    tokens.length -= 2;
    this.linkage++;
    return true;
  }

  /** A function's body comes after `)` (or after the `;` of a K&R parameter), an initialiser after `=`. */
  private opensDropped(): boolean {
    const { tokens } = this;
    const last = tokens[tokens.length - 1];
    if (isPunct(last, P.equals)) return true;
    if (isPunct(last, P.semicolon)) return this.endsOldParameters();
    if (!isPunct(last, P.closeParen)) return false;
    let at = tokens.length - 1;
    for (let depth = 0; at >= 0; at--) {
      if (isPunct(tokens[at], P.closeParen)) depth++;
      else if (isPunct(tokens[at], P.openParen) && --depth === 0) break;
    }
    const word = tokens[at - 1];
    if (word?.kind !== IDENTIFIER) return at > 0 && !isPunct(word, P.equals);
    return !ATTRIBUTE_WORDS.has(word.id) && !AGGREGATE_WORDS.has(tokens[at - 2]?.id ?? 0);
  }

  /** `int f(a) int a; {`: somewhere before, after the previous declaration, stands `)` and a name. */
  private endsOldParameters(): boolean {
    const { tokens } = this;
    for (let at = tokens.length - 2; at >= 0 && tokens.length - at < 400; at--) {
      const token = tokens[at];
      if (isPunct(token, P.closeBrace)) return false;
      if (isPunct(token, P.closeParen) && tokens[at + 1]?.kind === IDENTIFIER) return true;
    }
    return false;
  }
}

const ATTRIBUTE_WORDS = new Set<number>([
  WORD.__attribute__,
  WORD.__attribute,
  WORD.__declspec,
  WORD._Alignas,
  WORD.alignas,
]);
const AGGREGATE_WORDS = new Set<number>([WORD.struct, WORD.union, WORD.enum]);
