import { closingBracket, type CText, splitOutside } from '#core/asm';
import type { Span } from '#core/text';

/** A call or macro use in C or Rust: name, arguments as written, and where it stands. */
export interface Call {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly span: Span;
}

/** Calls whose name matches, in order. */
export function callsOf(c: CText, name: RegExp, within?: Span): Call[] {
  const calls: Call[] = [];
  const from = within?.start ?? 0;
  const text = within ? c.bare.slice(within.start, within.end) : c.bare;
  for (const match of text.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)) {
    if (!name.test(match[1] ?? '')) continue;
    const open = from + match.index + match[0].length - 1;
    const end = closingBracket(c.bare, open);
    const values = splitOutside(c.code.slice(open + 1, end - 1), ',').map((part) => part.trim());
    calls.push({
      name: match[1] ?? '',
      arguments: values,
      span: { start: from + match.index, end },
    });
  }
  return calls;
}

/** Lines of a define are definitions, not uses. */
export function isInDefine(c: CText, offset: number): boolean {
  const start = c.code.lastIndexOf('\n', offset) + 1;
  return /^\s*#/.test(c.code.slice(start, offset + 1));
}
