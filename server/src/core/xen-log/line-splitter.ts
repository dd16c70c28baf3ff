import { longestLine } from './clean.ts';
import type { ScanOptions } from './model.ts';

type LineBreaks = NonNullable<ScanOptions['lineBreaks']>;

/** Cuts text that comes in pieces into lines; the rest of an overlong line is passed over. */
export class LineSplitter {
  private readonly breaks: LineBreaks;
  private readonly onLine: (line: string) => void;
  private carry = '';
  private hasText = false;

  constructor(breaks: LineBreaks, onLine: (line: string) => void) {
    this.breaks = breaks;
    this.onLine = onLine;
  }

  feed(text: string): void {
    if (text === '') return;
    if (this.breaks === 'editor') this.feedEditor(text);
    else this.feedLines(text, '\n');
  }

  finish(): void {
    // In editor mode a final CR still ends its line.
    if (this.breaks === 'editor' && this.carry.endsWith('\r')) {
      const lines = this.carry;
      this.carry = '';
      this.onLine(lines.slice(0, -1));
    } else if (this.hasText) this.onLine(this.carry);
    this.carry = '';
    this.hasText = false;
  }

  private feedLines(text: string, feed: string): void {
    let start = 0;
    for (let end = text.indexOf(feed); end >= 0; end = text.indexOf(feed, start)) {
      this.emit(text.slice(start, end));
      start = end + 1;
    }
    if (start < text.length) this.keep(text.slice(start));
  }

  private feedEditor(text: string): void {
    const whole = this.carry.endsWith('\r') ? this.takeCarry() + text : text;
    const isOpenEnd = whole.endsWith('\r');
    const body = isOpenEnd ? whole.slice(0, -1) : whole;
    this.feedLines(body.replace(/\r\n?/g, '\n'), '\n');
    if (isOpenEnd) this.keep('\r');
  }

  private takeCarry(): string {
    const carry = this.carry;
    this.carry = '';
    this.hasText = false;
    return carry;
  }

  private keep(text: string): void {
    this.hasText = true;
    if (this.carry.length <= longestLine) this.carry += text.slice(0, longestLine + 1);
    else if (text.endsWith('\r') && !this.carry.endsWith('\r') && this.breaks === 'editor')
      this.carry += '\r';
  }

  private emit(text: string): void {
    if (!this.hasText) {
      this.onLine(text);
      return;
    }
    this.keep(text);
    const line = this.carry;
    this.carry = '';
    this.hasText = false;
    this.onLine(line);
  }
}
