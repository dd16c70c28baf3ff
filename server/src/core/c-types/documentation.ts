import type { Comment, Location, Scope } from './model.ts';
import type { Span } from '#core/text';

/** A comment that belongs to a declaration, as plain text. */
export interface Documentation {
  /** Above the declaration, or behind it on its last line. */
  readonly place: 'above' | 'behind';
  /** Without delimiters and the stars at the starts of lines. */
  readonly text: string;
  readonly file: string;
  readonly span: Span;
}

/** The comments that belong to what stands at a place (a declaration's `at`, a macro's `at`), in reading order. */
export function documentationOf(at: Location, scope: Scope): readonly Documentation[] {
  const text = scope.textOf(at.file);
  if (text === undefined) return [];
  const comments = scope.commentsOf(at.file);
  const found: Documentation[] = [];
  const take = (taken: readonly Comment[], place: Documentation['place']): void => {
    const [first] = taken;
    const last = taken[taken.length - 1];
    if (first === undefined || last === undefined) return;
    const span = { start: first.span.start, end: last.span.end };
    const plain = taken.map((comment) => plainText(text, comment)).join('\n');
    found.push({ place, text: plain, file: at.file, span });
  };
  take(above(text, comments, at.span.start), 'above');
  take(behind(text, comments, at.span.end), 'behind');
  return found;
}

/** Index of the first comment that starts at or after an offset. */
function firstFrom(comments: readonly Comment[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The comment on the lines right above, or the `//` comments there. One behind other code is that code's. */
function above(text: string, comments: readonly Comment[], start: number): readonly Comment[] {
  const taken: Comment[] = [];
  let edge = start;
  for (let index = firstFrom(comments, start) - 1; index >= 0; index--) {
    const comment = comments[index];
    if (comment === undefined) break;
    const between = text.slice(comment.span.end, edge);
    if (between.trim() !== '' || lineBreaks(between) > 1 || !startsLine(text, comment.span.start))
      break;
    if (taken.length > 0 && !comment.line) break;
    taken.unshift(comment);
    edge = comment.span.start;
    if (!comment.line) break;
  }
  return taken;
}

function lineBreaks(text: string): number {
  return text.split(/\r\n|\n|\r/).length - 1;
}

function startsLine(text: string, offset: number): boolean {
  const line = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1));
  return text.slice(line + 1, offset).trim() === '';
}

/** The comment behind a declaration on the same line, past its `;` or `,`. */
function behind(text: string, comments: readonly Comment[], end: number): readonly Comment[] {
  const comment = comments[firstFrom(comments, end)];
  if (comment === undefined || comment.span.start - end > 400) return [];
  return /^[ \t]*[;,]?[ \t]*$/.test(text.slice(end, comment.span.start)) ? [comment] : [];
}

/** A comment's words without its delimiters. */
export function plainText(text: string, comment: Comment): string {
  const raw = text.slice(comment.span.start, comment.span.end);
  if (comment.line)
    return raw
      .replace(/^\/\/[/!]?<? ?/, '')
      .replace(/\\\r?\n[ \t]*/g, ' ')
      .trimEnd();
  const body = raw.replace(/^\/\*+!?<?/, '').replace(/\*+\/$/, '');
  const lines = body
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/^[ \t]*\*(?!\S*\/)[ \t]?/, ' ').trimEnd());
  return dedent(lines).join('\n').trim();
}

function dedent(lines: readonly string[]): readonly string[] {
  const rest = lines.slice(1).filter((line) => line.trim() !== '');
  const indent = Math.min(...rest.map((line) => line.length - line.trimStart().length), 80);
  return lines.map((line, index) =>
    index === 0 ? line.trim() : line.slice(Math.min(indent, line.length)),
  );
}
