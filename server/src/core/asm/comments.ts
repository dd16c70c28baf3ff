import type { Dialect } from './model.ts';

const NEWLINE = 10;

/**
 * Replaces comments by spaces, offset for offset, so that every later position is a position of the file. Strings
 * stay; a string ends at its line's end, a block comment without end at the end of the text. `\` before a line end
 * joins the lines: both characters become spaces.
 */
export function blankComments(text: string, dialect: Dialect | 'c'): string {
  const kept: string[] = [];
  let from = 0;
  let i = 0;
  const blank = (end: number): void => {
    kept.push(text.slice(from, i), text.slice(i, end).replaceAll(/[^\n]/g, ' '));
    from = end;
    i = end;
  };
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 34) i = stringEnd(text, i, '"');
    else if (code === 39 && (dialect === 'nasm' || dialect === 'c')) i = stringEnd(text, i, "'");
    else if (code === 39) i += text.charCodeAt(i + 1) === 92 ? 3 : 2;
    else if (code === 92 && isLineEnd(text, i + 1)) {
      kept.push(text.slice(from, i), text.charCodeAt(i + 1) === 13 ? '   ' : '  ');
      from = i + (text.charCodeAt(i + 1) === 13 ? 3 : 2);
      i = from;
    } else if (code === 47 && text.charCodeAt(i + 1) === 42 && dialect !== 'nasm') {
      const end = text.indexOf('*/', i + 2);
      blank(end < 0 ? text.length : end + 2);
    } else if (startsLineComment(text, i, dialect)) blank(lineEnd(text, i, dialect));
    else i++;
  }
  kept.push(text.slice(from));
  return kept.join('');
}

function isLineEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === NEWLINE || (code === 13 && text.charCodeAt(at + 1) === NEWLINE);
}

function stringEnd(text: string, start: number, quote: string): number {
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\n') return i;
    if (character === '\\') i++;
    else if (character === quote) return i + 1;
  }
  return text.length;
}

function lineEnd(text: string, start: number, dialect: Dialect | 'c'): number {
  const end = text.indexOf('\n', start);
  if (end < 0) return text.length;
  // A C++ comment with a continued line goes on; in assembly only the preprocessor would, and nobody writes that.
  return dialect === 'c' && text.charAt(end - 1) === '\\' ? lineEnd(text, end + 1, dialect) : end;
}

const cppDirective =
  /#\s*(?:define|undef|if|ifdef|ifndef|elif|else|endif|include|error|warning|pragma|line|import)\b/y;

function startsLineComment(text: string, at: number, dialect: Dialect | 'c'): boolean {
  const code = text.charCodeAt(at);
  if (code === 59) return dialect === 'nasm';
  if (code === 47 && text.charCodeAt(at + 1) === 47) return dialect !== 'nasm';
  if (code !== 35 || dialect === 'nasm' || dialect === 'c' || dialect === 'plan9') return false;
  if (text.charCodeAt(at + 1) === 35 || text.charCodeAt(at - 1) === 35) return false;
  return !isDirectiveLine(text, at);
}

/** A `#` is the preprocessor's when it opens a directive, or stands inside one (`#x`, `a##b` in a macro). */
function isDirectiveLine(text: string, at: number): boolean {
  let start = text.lastIndexOf('\n', at - 1) + 1;
  while (start > 1 && /\\\r?$/.test(text.slice(Math.max(0, start - 3), start - 1))) {
    start = text.lastIndexOf('\n', start - 2) + 1;
  }
  while (/[ \t]/.test(text.charAt(start))) start++;
  if (text.charAt(start) !== '#') return false;
  cppDirective.lastIndex = start;
  if (!cppDirective.test(text)) return false;
  return start === at || /\w/.test(text.charAt(at + 1));
}
