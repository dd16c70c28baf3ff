/** Lines of a quoted-printable mail part, put together again. */
export interface WholeLine {
  readonly text: string;
  /** Number of its first line, from 1, and how many lines it was cut into. */
  readonly number: number;
  readonly lineCount: number;
}

/** A line of quoted-printable text is at most 76 characters long; quoting adds a few more. */
const shortest = 56;
const longest = 90;
const mostPieces = 24;

const encoded = /=(?:3D|20|09|C2=A0)/gi;

const decode = (text: string): string =>
  text.replace(encoded, (code) => (code.slice(1).toUpperCase() === '3D' ? '=' : ' '));

/** Whether a line ends in a soft break: `=` where a quoted-printable line is full. */
function isSoft(line: string): boolean {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.endsWith('=') && text.length >= shortest && text.length <= longest;
}

/**
 * Undoes the soft line breaks of quoted-printable mail. Only such a break shows that a text is encoded: `=30` alone
 * also stands in plain logs.
 */
export class SoftBreaks {
  private pieces: string[] = [];
  private first = 0;
  private isEncoded = false;

  /** A whole line; undefined when more of it is to come. */
  take(line: string, number: number): WholeLine | undefined {
    if (isSoft(line) && this.pieces.length < mostPieces) {
      if (this.pieces.length === 0) this.first = number;
      this.pieces.push(line.replace(/=\r?$/, ''));
      return undefined;
    }
    if (this.pieces.length === 0)
      return { text: this.isEncoded ? decode(line) : line, number, lineCount: 1 };
    this.isEncoded = true;
    const pieces = [...this.pieces, line];
    const whole = { text: decode(pieces.join('')), number: this.first, lineCount: pieces.length };
    this.pieces = [];
    return whole;
  }

  /** What is left at the end. */
  finish(): WholeLine | undefined {
    if (this.pieces.length === 0) return undefined;
    const lineCount = this.pieces.length;
    const text = `${this.pieces.join('')}=`;
    this.pieces = [];
    return { text, number: this.first, lineCount };
  }
}
