import type { Macro } from './macros.ts';
import { WORD } from './names.ts';
import type { Token, UseSite } from './tokens.ts';
import { isPunct, P } from './tokens.ts';

export interface SubstitutionTools {
  expand(tokens: readonly Token[]): readonly Token[];
  paste(left: Token, right: Token): readonly Token[];
  stringify(tokens: readonly Token[]): Token;
}

/** The replacement of one use, arguments put in, `#` and `##` carried out (C11 6.10.3.1 to 3, and GNU's `, ## args`). */
export function substitute(
  macro: Macro,
  args: readonly (readonly Token[])[],
  site: UseSite | undefined,
  tools: SubstitutionTools,
): readonly Token[] {
  if (!macro.special && macro.parameters === undefined) {
    return macro.body.map((token) => copy(token, site));
  }
  return new Substitution(macro, args, site, tools).run();
}

function copy(token: Token, use: UseSite | undefined): Token {
  const { kind, id, start, end, source, flags } = token;
  return { kind, id, start, end, source, flags, use };
}

class Substitution {
  private readonly out: Token[] = [];
  private readonly expanded: (readonly Token[] | undefined)[] = [];
  /** The last element was an empty argument next to `##`: pasting to it yields the other side. */
  private placemarker = false;
  private readonly macro: Macro;
  private readonly args: readonly (readonly Token[])[];
  private readonly site: UseSite | undefined;
  private readonly tools: SubstitutionTools;

  constructor(
    macro: Macro,
    args: readonly (readonly Token[])[],
    site: UseSite | undefined,
    tools: SubstitutionTools,
  ) {
    this.macro = macro;
    this.args = args;
    this.site = site;
    this.tools = tools;
  }

  run(): readonly Token[] {
    const { body } = this.macro;
    const skipped = this.optionalParts();
    let pasting = false;
    for (let i = 0; i < body.length; i++) {
      const token = body[i];
      if (token === undefined || skipped?.has(i) === true) continue;
      if (isPunct(token, P.paste) && i > 0 && i + 1 < body.length) {
        pasting = true;
        continue;
      }
      const next = body[i + 1];
      const slot = this.macro.slots[i] ?? -1;
      if (this.dropsComma(i)) {
        // GNU: `, ## __VA_ARGS__` is the comma and the arguments, or nothing at all.
        const rest = this.macro.slots[i + 2] ?? -1;
        if ((this.args[rest]?.length ?? 0) > 0)
          this.out.push(copy(token, this.site), ...this.full(rest));
        i += 2;
        continue;
      }
      if (this.stringifies(i)) {
        this.add([this.tools.stringify(this.args[this.macro.slots[i + 1] ?? -1] ?? [])], pasting);
        i++;
      } else if (slot < 0) this.add([copy(token, this.site)], pasting);
      else if (pasting || isPunct(next, P.paste)) this.add(this.args[slot] ?? [], pasting);
      else this.add(this.full(slot), false);
      pasting = false;
    }
    return this.out;
  }

  private full(slot: number): readonly Token[] {
    const known = this.expanded[slot];
    if (known !== undefined) return known;
    const tokens = this.tools.expand(this.args[slot] ?? []);
    this.expanded[slot] = tokens;
    return tokens;
  }

  private add(tokens: readonly Token[], pasting: boolean): void {
    const left = this.out[this.out.length - 1];
    const right = tokens[0];
    if (pasting && !this.placemarker && left !== undefined && right !== undefined) {
      this.out.pop();
      for (const token of this.tools.paste(left, right)) this.out.push(token);
      for (let i = 1; i < tokens.length; i++) this.out.push(tokens[i] ?? right);
    } else for (const token of tokens) this.out.push(token);
    this.placemarker = tokens.length === 0 && !(pasting && !this.placemarker);
  }

  private stringifies(i: number): boolean {
    const { body, slots, parameters } = this.macro;
    return parameters !== undefined && isPunct(body[i], P.hash) && (slots[i + 1] ?? -1) >= 0;
  }

  private dropsComma(i: number): boolean {
    const { body, slots, variadic, parameters } = this.macro;
    if (!variadic || !isPunct(body[i], P.comma) || !isPunct(body[i + 1], P.paste)) return false;
    return slots[i + 2] === (parameters?.length ?? 0) - 1;
  }

  /** Indices of `__VA_OPT__ (`, its `)`, and with no variable arguments of all between them. */
  private optionalParts(): Set<number> | undefined {
    const { body, parameters } = this.macro;
    if (!body.some((token) => token.kind === 1 && token.id === WORD.__VA_OPT__)) return undefined;
    const skipped = new Set<number>();
    const present = (this.args[(parameters?.length ?? 0) - 1]?.length ?? 0) > 0;
    for (let i = 0; i < body.length; i++) {
      if (body[i]?.id !== WORD.__VA_OPT__ || !isPunct(body[i + 1], P.openParen)) continue;
      let depth = 0;
      let close = i + 1;
      for (; close < body.length; close++) {
        if (isPunct(body[close], P.openParen)) depth++;
        if (isPunct(body[close], P.closeParen) && --depth === 0) break;
      }
      for (let k = i; k <= close; k++) {
        if (!present || k <= i + 1 || k === close) skipped.add(k);
      }
      i = close;
    }
    return skipped;
  }
}
