import type { MessageCatalogue } from './catalogue.ts';
import { readBytePrefix, type BytePrefix } from './byte-prefix.ts';
import { HeadTree } from './head-tree.ts';
import { qualifierStops } from './qualifiers.ts';
import {
  END,
  FIRST,
  IS_ODD,
  measureLine,
  endOfPlainLine,
  SECOND,
  shapeOfMeasured,
  type MeasuredLine,
} from './shape.ts';
import { mostShapes, ShapeTable } from './shape-table.ts';
import { UsualLines } from './usual-lines.ts';
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
/** Lines of a shape without trouble that may be read because they begin like trouble. */
const troubleDoubts = 300;
/** Lines of a shape after which it is taken to begin like no kind. */
const silentForGood = 200;
const linesAfterStart = 130;
/** More than so many lines of a dump fill. */
export const contextBytes: number = 1 << 14;
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
  /** What else can begin a line worth reading, besides the kinds' beginnings, and all that reports trouble. */
  private readonly others: HeadTree = new HeadTree();
  private readonly trouble: HeadTree = new HeadTree();
  private readonly any: readonly HeadTree[];
  private readonly troubles: readonly HeadTree[];
  private readonly prefix: BytePrefix = { start: 0, writer: 0 };
  private readonly measured: MeasuredLine = new Int32Array(4);
  private readonly usual: UsualLines = new UsualLines();
  private linesToPass = 0;
  private lineEnd = 0;

  constructor(catalogue: MessageCatalogue) {
    this.catalogue = catalogue;
    for (const start of blockStarts) this.starts.add(start, 0);
    for (const start of [...blockStarts, ...factStarts]) this.others.add(start, 0);
    for (const { text, kind } of catalogue.heads) {
      const isTrouble = kind.severity === 'error' || kind.severity === 'warning';
      if (isTrouble && !kind.isGeneric) this.trouble.add(text, 0);
    }
    for (const tree of [this.starts, this.others, this.trouble]) tree.freeze();
    this.any = [catalogue.startTree, catalogue.coreTree, this.others];
    this.troubles = [this.trouble];
  }

  /**
   * Reads whole lines from `from` to `to`; returns how many. The last one may lack its line feed. What stands in front
   * of `from` tells whether a dump goes on there, which another thread may have begun to read.
   */
  scan(bytes: Uint8Array, from: number, to: number, sink: LineSink): number {
    let line = 0;
    this.linesToPass = this.linesOpenAt(bytes, from);
    for (let start = from; start < to; line++) {
      this.takeLine(bytes, start, to, line, sink);
      start = this.lineEnd + 1;
    }
    return line;
  }

  /** How many lines a dump that began in the lines before `from` may go on. */
  private linesOpenAt(bytes: Uint8Array, from: number): number {
    let open = 0;
    const first = from < contextBytes ? 0 : bytes.indexOf(LINE_FEED, from - contextBytes) + 1;
    for (let start = first; start < from;) {
      const end = endOfLine(bytes, start, from);
      readBytePrefix(bytes, start, from, this.prefix);
      if (open > 0) open--;
      const payload = this.prefix.start;
      if (payload < 0) open = Math.max(open, 1);
      else if (this.starts.hasHeadAt(bytes, payload, end)) open = linesAfterStart;
      start = end + 1;
    }
    return open;
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
    const isStart = this.starts.hasHeadAt(bytes, payload, to);
    const usual = this.usual;
    if (this.linesToPass === 0 && !isStart) {
      const known = usual.find(bytes, payload, prefix.writer);
      if (known >= 0) {
        const end = endOfPlainLine(bytes, payload, to);
        if (end >= 0) {
          this.lineEnd = end;
          this.shapes.counted[known] = (this.shapes.counted[known] as number) + 1;
          return;
        }
      }
    }
    const measured = this.measured;
    measureLine(bytes, payload, to, measured);
    const end = (this.lineEnd = measured[END] ?? to);
    // A soft break of quoted-printable mail: the next line goes on with this one.
    if (isCut(bytes, payload, end)) this.linesToPass = Math.max(this.linesToPass, 2);
    if (this.linesToPass > 0 || measured[IS_ODD] === 1) {
      if (isStart) this.linesToPass = linesAfterStart;
      else this.passOne(bytes, payload, end);
      sink.read(bytes, start, end, line);
      return;
    }
    const index = this.shapes.find(measured[FIRST] ?? 0, measured[SECOND] ?? 0, prefix.writer);
    if (index >= 0) {
      if (!isStart && this.isCountedOnly(index, bytes, payload, end)) {
        this.shapes.counted[index] = (this.shapes.counted[index] ?? 0) + 1;
        if (this.isForGood(index)) usual.note(index, this.shapes.sample[index] !== 0);
        return;
      }
      this.shapes.seen[index] = (this.shapes.seen[index] ?? 0) + 1;
    }
    usual.note(-1, true);
    if (isStart) this.linesToPass = linesAfterStart;
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

  /** One line less to pass; four for a line that no dump can have, so that routine ends a dump soon. */
  private passOne(bytes: Uint8Array, payload: number, end: number): void {
    if (this.linesToPass === 0) return;
    const step = this.mayBegin(this.any, bytes, payload, end) ? 1 : 4;
    this.linesToPass = Math.max(0, this.linesToPass - step);
  }

  /** Whether lines of a shape are no longer looked at: it never was a kind, or there was enough of it. */
  private isForGood(index: number): boolean {
    const sample = this.shapes.sample[index] as number;
    const seen = this.shapes.seen[index] as number;
    if ((this.shapes.silent[index] as number) >= silentForGood) return true;
    return sample === 0 ? seen > doubts : this.isOwnTrouble(index);
  }

  private isCountedOnly(index: number, bytes: Uint8Array, payload: number, end: number): boolean {
    const sample = this.shapes.sample[index] ?? 0;
    const seen = this.shapes.seen[index] ?? 0;
    if (sample === 0) return seen > doubts || this.isSilent(index, this.any, bytes, payload, end);
    if (seen < sample) return false;
    if (seen > sample + troubleDoubts || this.isOwnTrouble(index)) return true;
    return this.isSilent(index, this.troubles, bytes, payload, end);
  }

  /** Whether a line cannot begin what one of the trees holds; asked of a shape's first lines only. */
  private isSilent(
    index: number,
    trees: readonly HeadTree[],
    bytes: Uint8Array,
    payload: number,
    end: number,
  ): boolean {
    const silent = this.shapes.silent[index] ?? 0;
    if (silent >= silentForGood) return true;
    if (this.mayBegin(trees, bytes, payload, end)) return false;
    this.shapes.silent[index] = silent + 1;
    return true;
  }

  /** Whether the shape's own kind reports trouble, of which there is enough by now. */
  private isOwnTrouble(index: number): boolean {
    return this.shapes.fates[index]?.isTrouble === true;
  }

  /** Whether one of the trees' beginnings stands at the payload, or behind blanks, places and domains. */
  private mayBegin(
    trees: readonly HeadTree[],
    bytes: Uint8Array,
    payload: number,
    end: number,
  ): boolean {
    if (hasHead(trees, bytes, payload, end)) return true;
    let at = payload;
    while (at < end && (bytes[at] === 0x20 || bytes[at] === TAB)) at++;
    if (at !== payload && hasHead(trees, bytes, at, end)) return true;
    const behind = endOfVcpu(bytes, at, end);
    if (behind > at && bytes[behind] !== 0x64) return hasHead(trees, bytes, behind, end);
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

function hasHead(trees: readonly HeadTree[], bytes: Uint8Array, at: number, end: number): boolean {
  for (const tree of trees) if (tree.hasHeadAt(bytes, at, end)) return true;
  return false;
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
