import type { Position, Range, Span } from './model.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Offsets at which each line of a text starts; LF, CRLF and lone CR end a line, as LSP says. */
export class LineIndex {
  readonly length: number;
  private readonly starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === CARRIAGE_RETURN && text.charCodeAt(i + 1) === LINE_FEED) i++;
      if (code === LINE_FEED || code === CARRIAGE_RETURN) starts.push(i + 1);
    }
    this.starts = starts;
    this.length = text.length;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** Offset of the first character of a line; past the last line: the end of the text. */
  startOfLine(line: number): number {
    return line < 0 ? 0 : (this.starts[line] ?? this.length);
  }

  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startOfLine(middle) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - this.startOfLine(low) };
  }

  offsetAt(position: Position): number {
    const start = this.startOfLine(position.line);
    return Math.max(
      start,
      Math.min(start + position.character, this.startOfLine(position.line + 1)),
    );
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }
}
