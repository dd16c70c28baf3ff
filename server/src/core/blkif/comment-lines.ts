import type { Span } from '#core/text';

/** One line of a comment without its decoration. */
export interface CommentLine {
  /** The text behind ` * `, trailing blanks removed. */
  readonly text: string;
  /** Blanks before the text, counted after the ` *`; tabs jump to multiples of 8. */
  readonly indent: number;
  /** Offset of the line's first character of text in the file (of its end when empty). */
  readonly offset: number;
}

const LEADING = /^[ \t]*(?:\/\*+|\/\/+|\*(?!\/))?/;
const TRAILING = /[ \t]*\*+\/[ \t]*$|[ \t\r]+$/;

/** The lines of one comment (block or line comment), undecorated. */
export function commentLines(text: string, comment: Span): readonly CommentLine[] {
  const lines: CommentLine[] = [];
  let start = comment.start;
  while (start < comment.end) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 || newline >= comment.end ? comment.end : newline;
    lines.push(undecorated(text, start, end));
    start = end + 1;
  }
  return lines;
}

function undecorated(text: string, start: number, end: number): CommentLine {
  const raw = text.slice(start, end);
  const decoration = LEADING.exec(raw)?.[0].length ?? 0;
  let at = decoration;
  let indent = 0;
  for (; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (code === 32) indent++;
    else if (code === 9) indent += 8 - (indent % 8);
    else break;
  }
  const body = raw.slice(at).replace(TRAILING, '');
  return { text: body === '/' ? '' : body, indent, offset: start + Math.min(at, raw.length) };
}

/** Joins lines to one paragraph of prose; empty lines separate paragraphs. */
export function paragraphs(lines: readonly CommentLine[]): readonly string[] {
  const found: string[] = [];
  let current: string[] = [];
  for (const line of lines) {
    if (line.text !== '') current.push(line.text);
    else if (current.length > 0) {
      found.push(current.join(' '));
      current = [];
    }
  }
  if (current.length > 0) found.push(current.join(' '));
  return found.map((paragraph) => paragraph.replace(/[ \t]{2,}/g, ' '));
}
