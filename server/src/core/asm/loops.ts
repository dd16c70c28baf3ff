import { type Definitions, valueIn } from './definitions.ts';
import type { SourceLine } from './statements.ts';

const REPEAT_LIMIT = 64;

/**
 * `.rept N`, `.irp name, list`, `.irpc` and `%rep`: the body is read as often as the assembler would, up to a
 * limit. Returns the index of the closing line, or `at` when the line opens no loop.
 */
export function handleLoop(
  lines: readonly SourceLine[],
  at: number,
  read: (body: readonly SourceLine[]) => void,
  definitions: Definitions,
): number {
  const text = lines[at]?.text ?? '';
  const match = /^(\.rept|\.irpc?|%\s*rep)\b\s*(.*)$/i.exec(text);
  if (!match) return at;
  const word = (match[1] ?? '').toLowerCase();
  const end = loopEnd(lines, at, word.startsWith('%'));
  const body = lines.slice(at + 1, end);
  if (word.startsWith('.irp')) repeatOver(match[2] ?? '', word === '.irpc', body, read);
  else {
    const count = valueIn(definitions, match[2] ?? '');
    // An unknown count: once is what the code says at least.
    const times = count.symbols === '' ? Number(count.constant) : 1;
    for (let i = 0; i < Math.min(times, REPEAT_LIMIT); i++) read(body);
  }
  return end;
}

function repeatOver(
  header: string,
  eachCharacter: boolean,
  body: readonly SourceLine[],
  read: (body: readonly SourceLine[]) => void,
): void {
  const match = /^([\w$]+)\s*,?\s*(.*)$/s.exec(header);
  const name = match?.[1] ?? '';
  const values = eachCharacter
    ? (match?.[2] ?? '').split('')
    : (match?.[2] ?? '').split(/\s*,\s*|\s+/);
  const pattern = new RegExp(`\\\\${name.replaceAll('$', '\\$')}(?!\\w)(\\\\\\(\\))?`, 'g');
  for (const value of values.slice(0, REPEAT_LIMIT)) {
    read(
      body.map((line) => ({ span: line.span, text: line.text.replaceAll(pattern, () => value) })),
    );
  }
}

function loopEnd(lines: readonly SourceLine[], at: number, isNasm: boolean): number {
  const open = isNasm ? /^%\s*rep\b/i : /^\.(rept|irpc?)\b/i;
  const close = isNasm ? /^%\s*endrep\b/i : /^\.endr\b/i;
  let depth = 0;
  for (let i = at; i < lines.length; i++) {
    const text = lines[i]?.text ?? '';
    if (open.test(text)) depth++;
    else if (close.test(text) && --depth === 0) return i;
  }
  return lines.length;
}
