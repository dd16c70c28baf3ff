import { digitRun, hexRun, hexRun4, hexRun8 } from './heads.ts';

const ALPHABET = 128;
const none: readonly number[] = [];
/** Columns of the runs, whose characters never stand in a cleaned line. */
const DIGIT_RUN = digitRun.charCodeAt(0);
const HEX_RUN = hexRun.charCodeAt(0);
const HEX_RUN_4 = hexRun4.charCodeAt(0);
const HEX_RUN_8 = hexRun8.charCodeAt(0);

/** 2 for decimal digits, 1 for the letters of hexadecimal ones. */
const hexDigits: Uint8Array = new Uint8Array(0x10000);
for (const char of '0123456789') hexDigits[char.charCodeAt(0)] = 2;
for (const char of 'abcdefABCDEF') hexDigits[char.charCodeAt(0)] = 1;

const ROOT = 1;
/** Room for all beginnings of the knowledge base; what is not used takes no memory. */
const usualNodes = 24_000;
const mostSmallNodes = 0xfff0;

/** A tree over texts' first characters that answers which members a text may belong to. */
export class HeadTree {
  /** Next node by node and character; 0 is nowhere. */
  private next: Uint16Array | Int32Array = new Uint16Array(usualNodes * ALPHABET);
  private nodeCount = ROOT + 1;
  private members: (readonly number[])[] = [none, none];
  private isMember: Uint8Array = new Uint8Array(0);

  add(head: string, member: number): void {
    let node = ROOT;
    for (let i = 0; i < head.length; i++) {
      const code = head.charCodeAt(i);
      if (code >= ALPHABET) break;
      const edge = node * ALPHABET + code;
      node = this.next[edge] ?? 0;
      if (node !== 0) continue;
      // May replace the table.
      node = this.addNode();
      this.next[edge] = node;
    }
    const members = this.members[node] ?? none;
    if (!members.includes(member)) this.members[node] = [...members, member];
  }

  /** Ends adding. */
  freeze(): void {
    this.isMember = Uint8Array.from(this.members, (members) => (members.length > 0 ? 1 : 0));
  }

  /** Adds to `found` every member whose head stands in `text` at `at`. */
  collect(text: string, at: number, found: number[]): void {
    this.walk(text, at, 1, found);
  }

  /** Whether any head stands in the bytes at `at`; `end` is the end of the line. */
  hasHeadAt(bytes: Uint8Array, at: number, end: number): boolean {
    return this.hasHeadFrom(bytes, at, end, 1);
  }

  private addNode(): number {
    const node = this.nodeCount++;
    this.members.push(none);
    const isFull = this.nodeCount * ALPHABET > this.next.length;
    if (!isFull && node !== mostSmallNodes) return node;
    const size = isFull ? this.next.length * 2 : this.next.length;
    const larger = node >= mostSmallNodes ? new Int32Array(size) : new Uint16Array(size);
    larger.set(this.next);
    this.next = larger;
    return node;
  }

  private walk(text: string, at: number, from: number, found: number[]): void {
    let node = from;
    for (let i = at; node !== 0; i++) {
      const members = this.members[node];
      if (members !== undefined && members.length > 0) found.push(...members);
      const code = text.charCodeAt(i);
      if (code >= ALPHABET || code !== code) return;
      const row = node * ALPHABET;
      if (hexDigits[code] !== 0) this.walkRuns(text, i, row, found);
      node = this.next[row + code] ?? 0;
    }
  }

  private walkRuns(text: string, at: number, row: number, found: number[]): void {
    const digits = this.next[row + DIGIT_RUN] ?? 0;
    let i = at;
    if (digits !== 0 && hexDigits[text.charCodeAt(i)] === 2) {
      while (hexDigits[text.charCodeAt(i)] === 2) i++;
      this.walk(text, i, digits, found);
    }
    if (!this.hasHexRun(row)) return;
    for (i = at; (hexDigits[text.charCodeAt(i)] ?? 0) !== 0;) i++;
    for (const node of this.afterHexRun(row, i - at)) this.walk(text, i, node, found);
  }

  private hasHexRun(row: number): boolean {
    return (
      this.next[row + HEX_RUN] !== 0 ||
      this.next[row + HEX_RUN_4] !== 0 ||
      this.next[row + HEX_RUN_8] !== 0
    );
  }

  private afterHexRun(row: number, length: number): number[] {
    const nodes: number[] = [];
    const add = (column: number, least: number): void => {
      const node = this.next[row + column] ?? 0;
      if (node !== 0 && length >= least) nodes.push(node);
    };
    add(HEX_RUN, 1);
    add(HEX_RUN_4, 4);
    add(HEX_RUN_8, 8);
    return nodes;
  }

  private hasHeadFrom(bytes: Uint8Array, at: number, end: number, from: number): boolean {
    let node = from;
    for (let i = at; i <= end; i++) {
      if (this.isMember[node] === 1) return true;
      const code = i < end ? (bytes[i] ?? 255) : 255;
      if (code >= ALPHABET) return false;
      const row = node * ALPHABET;
      if (hexDigits[code] !== 0 && this.hasRunFrom(bytes, i, end, row)) return true;
      node = this.next[row + code] ?? 0;
      if (node === 0) return false;
    }
    return false;
  }

  private hasRunFrom(bytes: Uint8Array, at: number, end: number, row: number): boolean {
    const digits = this.next[row + DIGIT_RUN] ?? 0;
    let i = at;
    if (digits !== 0) {
      while (i < end && hexDigits[bytes[i] ?? 0] === 2) i++;
      if (i > at && this.hasHeadFrom(bytes, i, end, digits)) return true;
    }
    if (!this.hasHexRun(row)) return false;
    for (i = at; i < end && hexDigits[bytes[i] ?? 0] !== 0;) i++;
    const any = this.next[row + HEX_RUN] ?? 0;
    if (any !== 0 && this.hasHeadFrom(bytes, i, end, any)) return true;
    if (i - at < 4) return false;
    const four = this.next[row + HEX_RUN_4] ?? 0;
    if (four !== 0 && this.hasHeadFrom(bytes, i, end, four)) return true;
    const eight = i - at < 8 ? 0 : (this.next[row + HEX_RUN_8] ?? 0);
    return eight !== 0 && this.hasHeadFrom(bytes, i, end, eight);
  }
}
