import type { PrintkFormat, PrintkMatch } from './model.ts';
import { fits, patternOf, type FormatPattern } from './pattern.ts';

interface Entry {
  readonly format: PrintkFormat;
  readonly pattern: FormatPattern;
}

/** Formats with less text of their own fit too much to say anything. */
const leastLiteral = 4;
const mostOthers = 7;
const headLength = 4;
const word = /[A-Za-z_]{3,}/g;

/**
 * Words of a format that stand whole in whatever it prints: a conversion beside one may run into it, except a
 * decimal one.
 */
function wordsOf(pattern: FormatPattern): readonly string[] {
  return pattern.literals.flatMap((literal, index) =>
    [...literal.matchAll(word)]
      .filter(({ index: at, 0: text }) => {
        const before = at > 0 || index === 0 || pattern.conversions[index - 1] === 'decimal';
        const isEnd = at + text.length === literal.length;
        const after =
          !isEnd ||
          index === pattern.literals.length - 1 ||
          pattern.conversions[index] === 'decimal';
        return before && after;
      })
      .map(({ 0: text }) => text),
  );
}

/** The formats of a source tree, arranged so that a payload meets only those that share a word with it. */
export class PrintkTable {
  private readonly byWord: Map<string, Entry[]> = new Map();
  /** Formats without a word, such as rows of registers, by how they begin. */
  private readonly byHead: Map<string, Entry[]> = new Map();
  /** How often each word occurs, to file a format under its rarest. */
  private readonly frequency: Map<string, number> = new Map();
  private count = 0;

  constructor(formats: Iterable<PrintkFormat>) {
    const waiting: { readonly entry: Entry; readonly words: readonly string[] }[] = [];
    for (const format of formats) {
      const pattern = patternOf(format.format);
      const words = wordsOf(pattern);
      if (pattern.literalCount < leastLiteral) continue;
      for (const each of new Set(words))
        this.frequency.set(each, (this.frequency.get(each) ?? 0) + 1);
      waiting.push({ entry: { format, pattern }, words });
    }
    for (const { entry, words } of waiting) this.file(entry, words);
    this.count = waiting.length;
  }

  /** Formats that can be recognised. */
  get size(): number {
    return this.count;
  }

  /**
   * The call that prints such a payload: the one with most text of its own. `starts` are the offsets where its text
   * may begin, behind what `gprintk` and `dprintk` put in front.
   */
  match(payload: string, starts: readonly number[] = [0]): PrintkMatch | undefined {
    let best: Entry[] = [];
    let most = 0;
    for (const entry of this.candidates(payload, starts)) {
      const count = entry.pattern.literalCount - (entry.format.endsLine ? 0 : 2);
      if (count < most) continue;
      if (!starts.some((at) => fits(entry.pattern, payload, at, !entry.format.endsLine))) continue;
      if (count > most) best = [];
      most = count;
      best.push(entry);
    }
    const [first, ...others] = best;
    if (first === undefined) return undefined;
    return {
      format: first.format,
      literalCount: first.pattern.literalCount,
      others: others.slice(0, mostOthers).map(({ format }) => format),
    };
  }

  private file(entry: Entry, words: readonly string[]): void {
    if (words.length === 0) {
      const head = entry.pattern.literals[0]?.slice(0, headLength) ?? '';
      if (head.trim().length >= 2) put(this.byHead, head, entry);
      return;
    }
    const rarity = (each: string): number => (this.frequency.get(each) ?? 0) - each.length / 100;
    put(
      this.byWord,
      words.reduce((a, b) => (rarity(b) < rarity(a) ? b : a)),
      entry,
    );
  }

  private *candidates(payload: string, starts: readonly number[]): Iterable<Entry> {
    for (const at of starts)
      for (let length = 2; length <= headLength; length++)
        yield* this.byHead.get(payload.slice(at, at + length)) ?? [];
    const seen = new Set<string>();
    for (const [text] of payload.slice(0, 1024).matchAll(word)) {
      if (seen.has(text)) continue;
      seen.add(text);
      yield* this.byWord.get(text) ?? [];
    }
  }
}

function put(lists: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [entry]);
  else list.push(entry);
}
