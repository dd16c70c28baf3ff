import type { MessageCatalogue } from './catalogue.ts';
import { readBytePrefix, type BytePrefix } from './byte-prefix.ts';
import { HeadTree } from './head-tree.ts';
import { qualifierStops } from './qualifiers.ts';
import {
  END,
  FIRST,
  IS_ODD,
  measureLine,
  SECOND,
  shapeOfMeasured,
  type MeasuredLine,
} from './shape.ts';
import { mostShapes, ShapeTable } from './shape-table.ts';
import type { Dialect } from './model.ts';

/** What the full reader made of the first line of a shape. */
export interface ShapeFate {
  readonly dialect: Dialect | undefined;
  /** The message kind, or `unlisted.error`; undefined for lines that are no events. */
  readonly kind: string | undefined;
  /** Whether that kind is a warning or an error. */
  readonly isTrouble: boolean;
  /** How many lines of the shape are handed on; further ones are only counted. 0: none is an event. */
  readonly sample: number;
}

/** Where the filter hands lines on. */
export interface LineSink {
  /** Takes a line to be read in full. `line` counts from 0 within the block. */
  read(bytes: Uint8Array, start: number, end: number, line: number): void;
  /** Judges the first line of a shape. */
  judge(bytes: Uint8Array, start: number, end: number): ShapeFate;
  /** The first line of a silent shape. */
  example(shape: number, bytes: Uint8Array, start: number, end: number, line: number): void;
}

/** How a log's lines that were only counted are spread over shapes. */
export interface CountedShape extends ShapeFate {
  readonly shape: number;
  readonly count: number;
}

/** Beginnings after which every line may matter: dumps, panics, traces, debug keys. */
const blockStarts = [
  '----[ Xen',
  'Panic on CPU',
  '------------[ cut here',
  'BUG: ',
  'kernel BUG at',
  'Kernel panic',
  'general protection fault',
  'Oops: ',
  'Internal error: ',
  'Unable to handle kernel',
  'WARNING: CPU: ',
  'WARNING: at ',
  'INFO: rcu',
  'INFO: task ',
  'watchdog: BUG',
  'double fault: ',
  'divide error: ',
  'invalid opcode: ',
  'Data Abort Trap',
  'Instruction Abort Trap',
  'Prefetch Abort Trap',
  'Hypervisor Trap',
  '*** DOUBLE FAULT',
  "'u' pressed",
];

/** Lines of no kind that the boot facts read all the same. */
const factStarts = ['Linux version ', 'Command line: '];

/** A shape of which so many lines could have been a known kind and none was is not asked again. */
const doubts = 100;
const linesAfterStart = 130;
const LINE_FEED = 10;
const TAB = 9;
const RETURN = 13;
const EQUALS = 0x3d;
const QUOTE = 0x3e;

/**
 * Goes through a log byte by byte and hands on the lines that can be events: by the literal beginnings of all
 * message kinds, by their shape when it is new, and all lines after the beginning of a dump. The rest is counted.
 */
export class ByteFilter {
  private readonly shapes: ShapeTable = new ShapeTable();
  /** Key of each shape's example, by its index. */
  private readonly keys: number[] = [];
  private readonly catalogue: MessageCatalogue;
  private readonly starts: HeadTree = new HeadTree();
  /** Everything that can begin a line worth reading, and the part of it that reports trouble. */
  private readonly any: HeadTree = new HeadTree();
  private readonly trouble: HeadTree = new HeadTree();
  private readonly prefix: BytePrefix = { start: 0, writer: 0 };
  private readonly measured: MeasuredLine = new Int32Array(4);
  private linesToPass = 0;
  private lineEnd = 0;

  constructor(catalogue: MessageCatalogue) {
    this.catalogue = catalogue;
    for (const start of blockStarts) this.starts.add(start, 0);
    for (const start of [...blockStarts, ...factStarts]) this.any.add(start, 0);
    for (const { text, kind } of catalogue.heads) {
      this.any.add(text, 0);
      const isTrouble = kind.severity === 'error' || kind.severity === 'warning';
      if (isTrouble && !kind.isGeneric) this.trouble.add(text, 0);
    }
    for (const tree of [this.starts, this.any, this.trouble]) tree.freeze();
  }

  /** Reads whole lines from `from` to `to`; returns how many. The last one may lack its line feed. */
  scan(bytes: Uint8Array, from: number, to: number, sink: LineSink): number {
    let line = 0;
    // A dump may have begun in the block before, which another thread may have read.
    this.linesToPass = linesAfterStart;
    for (let start = from; start < to; line++) {
      this.takeLine(bytes, start, to, line, sink);
      start = this.lineEnd + 1;
    }
    return line;
  }

  /** What was only counted. */
  counted(): readonly CountedShape[] {
    return this.shapes.fates.flatMap((fate, index) => {
      const count = this.shapes.counted[index] ?? 0;
      return count === 0 ? [] : [{ ...fate, shape: this.keys[index] ?? 0, count }];
    });
  }

  private takeLine(
    bytes: Uint8Array,
    start: number,
    to: number,
    line: number,
    sink: LineSink,
  ): void {
    const prefix = this.prefix;
    readBytePrefix(bytes, start, to, prefix);
    if (prefix.start < 0) {
      this.lineEnd = endOfLine(bytes, start, to);
      // A mailer may have wrapped what it quoted.
      if (bytes[start] === QUOTE) this.linesToPass = Math.max(this.linesToPass, 1);
      sink.read(bytes, start, this.lineEnd, line);
      return;
    }
    const payload = prefix.start;
    const measured = this.measured;
    measureLine(bytes, payload, to, measured);
    const end = (this.lineEnd = measured[END] ?? to);
    // A soft break of quoted-printable mail: the next line goes on with this one.
    if (isCut(bytes, payload, end)) this.linesToPass = Math.max(this.linesToPass, 2);
    if (this.linesToPass > 0 || measured[IS_ODD] === 1) {
      if (this.linesToPass > 0) this.linesToPass--;
      if (this.starts.hasHeadAt(bytes, payload, end)) this.linesToPass = linesAfterStart;
      sink.read(bytes, start, end, line);
      return;
    }
    const index = this.shapes.find(measured[FIRST] ?? 0, measured[SECOND] ?? 0, prefix.writer);
    if (index >= 0) {
      if (this.isCountedOnly(index, bytes, payload, end)) {
        this.shapes.counted[index] = (this.shapes.counted[index] ?? 0) + 1;
        return;
      }
    }
    if (index >= 0) this.shapes.seen[index] = (this.shapes.seen[index] ?? 0) + 1;
    if (this.starts.hasHeadAt(bytes, payload, end)) this.linesToPass = linesAfterStart;
    sink.read(bytes, start, end, line);
    if (index < 0 && this.shapes.size < mostShapes) this.remember(bytes, start, end, line, sink);
  }

  private remember(
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
    sink: LineSink,
  ): void {
    const measured = this.measured;
    const fate = sink.judge(bytes, start, end);
    const key = shapeOfMeasured(measured) * 4 + this.prefix.writer;
    this.shapes.add(
      { first: measured[FIRST] ?? 0, second: measured[SECOND] ?? 0, writer: this.prefix.writer },
      fate,
    );
    this.keys.push(key);
    if (fate.kind === undefined) sink.example(key, bytes, this.prefix.start, end, line);
  }

  private isCountedOnly(index: number, bytes: Uint8Array, payload: number, end: number): boolean {
    const sample = this.shapes.sample[index] ?? 0;
    const seen = this.shapes.seen[index] ?? 0;
    if (sample === 0) return seen > doubts || !this.mayBegin(this.any, bytes, payload, end);
    if (seen < sample || this.starts.hasHeadAt(bytes, payload, end)) return false;
    return this.isOwnTrouble(index) || !this.mayBegin(this.trouble, bytes, payload, end);
  }

  /** Whether the shape's own kind reports trouble, of which there is enough by now. */
  private isOwnTrouble(index: number): boolean {
    return this.shapes.fates[index]?.isTrouble === true;
  }

  /** Whether one of a tree's beginnings stands at the payload, or behind blanks, places and domains. */
  private mayBegin(tree: HeadTree, bytes: Uint8Array, payload: number, end: number): boolean {
    if (tree.hasHeadAt(bytes, payload, end)) return true;
    let at = payload;
    while (at < end && (bytes[at] === 0x20 || bytes[at] === TAB)) at++;
    if (at !== payload && tree.hasHeadAt(bytes, at, end)) return true;
    const behind = endOfVcpu(bytes, at, end);
    if (behind > at && bytes[behind] !== 0x64) return tree.hasHeadAt(bytes, behind, end);
    return hasQualifier(bytes, at, end) && this.mayBeQualified(bytes, payload, end);
  }

  /** The rare case of a source place or a domain in front: by way of text. */
  private mayBeQualified(bytes: Uint8Array, payload: number, end: number): boolean {
    let text = '';
    const limit = Math.min(end, payload + 160);
    for (let i = payload; i < limit; i++) text += String.fromCharCode(bytes[i] ?? 0);
    const found: number[] = [];
    for (const stop of qualifierStops(text)) {
      this.catalogue.coreTree.collect(text, stop, found);
      if (found.length > 0) return true;
    }
    return false;
  }
}

function endOfLine(bytes: Uint8Array, at: number, to: number): number {
  const end = bytes.indexOf(LINE_FEED, at);
  return end < 0 || end > to ? to : end;
}

function isCut(bytes: Uint8Array, from: number, end: number): boolean {
  const last = bytes[end - 1] === RETURN ? end - 2 : end - 1;
  return last > from && bytes[last] === EQUALS;
}

/** `d1v0 `, `d[IDLE]` or a first word that holds `:` and a digit: what `qualifierStops` steps over. */
function hasQualifier(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] === 0x64) {
    const next = bytes[at + 1] ?? 0;
    if ((next >= 0x30 && next <= 0x39) || next === 0x5b) return true;
  }
  const limit = Math.min(end - 1, at + 100);
  for (let i = at; i < limit; i++) {
    const code = bytes[i] ?? 0;
    if (code === 0x20) return false;
    if (code === 0x3a) {
      const next = bytes[i + 1] ?? 0;
      if (next >= 0x30 && next <= 0x39) return true;
    }
  }
  return false;
}

/** Behind `d1v0 ` or `d1v0: `, the commonest qualifier; `at` when there is none. */
function endOfVcpu(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== 0x64) return at;
  let i = at + 1;
  while (i < end && isDigit(bytes[i])) i++;
  if (i === at + 1 || bytes[i] !== 0x76) return at;
  const vcpu = ++i;
  while (i < end && isDigit(bytes[i])) i++;
  if (i === vcpu) return at;
  if (bytes[i] === 0x3a) i++;
  return bytes[i] === 0x20 ? i + 1 : at;
}

const isDigit = (code: number | undefined): boolean =>
  code !== undefined && code >= 0x30 && code <= 0x39;
