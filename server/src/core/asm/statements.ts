import type { Span } from '#core/text';

/** A logical line: a preprocessor directive or a row of statements, comments already blank. */
export interface SourceLine {
  readonly text: string;
  readonly span: Span;
}

/** Lines of a text whose comments and continuations are blank; empty ones are left out. */
export function linesOf(code: string, from = 0): SourceLine[] {
  const lines: SourceLine[] = [];
  let start = 0;
  while (start < code.length) {
    let end = code.indexOf('\n', start);
    if (end < 0) end = code.length;
    const line = trimmed(code, start, end, from);
    if (line) lines.push(line);
    start = end + 1;
  }
  return lines;
}

function trimmed(code: string, start: number, end: number, from: number): SourceLine | undefined {
  while (start < end && isBlank(code.charCodeAt(start))) start++;
  while (end > start && isBlank(code.charCodeAt(end - 1))) end--;
  if (start === end) return undefined;
  return { text: code.slice(start, end), span: { start: from + start, end: from + end } };
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 11 || code === 12;
}

/** Statements of one line: split at `;` outside strings and brackets. */
export function statementsOf(line: SourceLine, separator = ';'): SourceLine[] {
  if (!line.text.includes(separator)) return [line];
  const statements: SourceLine[] = [];
  let quoted = false;
  let from = 0;
  const push = (to: number): void => {
    const statement = trimmed(line.text, from, to, line.span.start);
    if (statement) statements.push(statement);
    from = to + 1;
  };
  for (let i = 0; i < line.text.length; i++) {
    const character = line.text.charAt(i);
    if (quoted && character === '\\') i++;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) push(i);
  }
  push(line.text.length);
  return statements;
}
