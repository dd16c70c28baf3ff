import { ANY } from './format-text.ts';

/** What a conversion prints. */
export type Conversion = 'decimal' | 'hex' | 'char' | 'text';

/** A format as literal pieces with conversions between them: one more piece than conversions. */
export interface FormatPattern {
  readonly literals: readonly string[];
  readonly conversions: readonly Conversion[];
  /** Characters that are the format's own, blanks left out. */
  readonly literalCount: number;
}

const conversion =
  /%(?:%|\?|[-+ #0']{0,5}(?:\d{1,3}|\*)?(?:\.(?:\d{1,3}|\*)?)?(?:hh|h|ll|l|j|z|t|L|q)?(p(?:b(?:l)?|h[CDN]?|d|v|p|s|S|B|[IiMm][46CFhnb]{0,3}[a-z]{0,2}|U[blBL]?|O[a-zA-Z]{0,2}|e|E|V|K|R|r|f|F|D|g|G|x|a|A)?|[diouxXcsSgfFeEGn]))/g;

/** Letters behind `%p` that make it print something else than an address. */
function kindOf(letters: string): Conversion {
  const letter = letters[0] ?? 's';
  if (letter === 'p') return letters.length > 1 ? 'text' : 'hex';
  if (/[diu]/.test(letter)) return 'decimal';
  if (/[oxX]/.test(letter)) return 'hex';
  return letter === 'c' ? 'char' : 'text';
}

/** Takes a format apart. Conversions that touch each other become one piece of any text. */
export function patternOf(format: string): FormatPattern {
  const literals: string[] = [''];
  const conversions: Conversion[] = [];
  let at = 0;
  const add = (text: string): void => {
    literals[literals.length - 1] += text;
  };
  for (const match of format.matchAll(conversion)) {
    add(format.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[0] === '%%') {
      add('%');
      continue;
    }
    const kind = match[0] === ANY ? 'text' : kindOf(match[1] ?? 's');
    if (literals.length > 1 && literals.at(-1) === '') conversions[conversions.length - 1] = 'text';
    else {
      conversions.push(kind);
      literals.push('');
    }
  }
  add(format.slice(at));
  const literalCount = literals.join('').replace(/\s/g, '').length;
  return { literals, conversions, literalCount };
}

const digits: Readonly<Record<'decimal' | 'hex', RegExp>> = {
  decimal: / {0,24}[+-]?\d{1,24}/y,
  hex: / {0,24}(?:(?:0x)?[0-9a-fA-F]{1,32}|\(n(?:ull|il)\))/y,
};

/** End of what a conversion printed from `at` on; -1 when nothing there can be it. */
function endOf(
  kind: Conversion,
  payload: string,
  at: number,
  next: string,
  isLast: boolean,
): number {
  if (kind === 'decimal' || kind === 'hex') {
    const pattern = digits[kind];
    pattern.lastIndex = at;
    return pattern.test(payload) ? pattern.lastIndex : -1;
  }
  if (kind === 'char') return at < payload.length ? at + 1 : -1;
  if (isLast) {
    const end = payload.length - next.length;
    return end >= at && payload.endsWith(next) ? end : -1;
  }
  return payload.indexOf(next, at);
}

/**
 * Whether a payload could have been printed with this format, in one pass and without going back.
 * @param isOpen whether more may follow, as after a call that does not end its line
 */
export function fits(
  pattern: FormatPattern,
  payload: string,
  from: number,
  isOpen: boolean,
): boolean {
  const { literals, conversions } = pattern;
  const text = payload.trimEnd();
  const first = literals[0] ?? '';
  const wanted = conversions.length === 0 ? first.trimEnd() : first;
  if (!text.startsWith(wanted, from)) return false;
  let at = from + wanted.length;
  for (let i = 0; i < conversions.length; i++) {
    const isLast = i === conversions.length - 1 && !isOpen;
    const raw = literals[i + 1] ?? '';
    const next = i === conversions.length - 1 ? raw.trimEnd() : raw;
    const kind = conversions[i] ?? 'text';
    const end =
      next === '' && kind === 'text' && i === conversions.length - 1
        ? text.length
        : endOf(kind, text, at, next, isLast);
    if (end < 0 || !text.startsWith(next, end)) return false;
    at = end + next.length;
  }
  return isOpen || at === text.length;
}
