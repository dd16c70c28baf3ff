import { FactCollector, type CreateLineReader, type InputFacts, type LineReader } from './facts.ts';
import { readHwloc } from './read-hwloc.ts';
import { readLibvirt } from './read-libvirt.ts';
import { readLscpu, readLscpuTable, readNumactl } from './read-linux.ts';
import { readSysfs } from './read-sysfs.ts';
import { readXenLog } from './read-xen-log.ts';
import { readXlInfo } from './read-xl-info.ts';
import { readXlJson } from './read-xl-json.ts';
import { readXlTables } from './read-xl-tables.ts';
import type { ParseXml } from './xml.ts';

/** In the order they are asked; a reader that took the last line is asked first. */
const LINE_READERS: readonly CreateLineReader[] = [
  readXlTables,
  readXlInfo,
  readXenLog,
  readNumactl,
  readLscpuTable,
  readLscpu,
  readSysfs,
];

/**
 * Reads one input line by line, whatever it holds: the output of one command, several pasted after each other, or a
 * log with other things around. Formats are recognised by their headers.
 */
export class HostInputReader {
  private readonly to: FactCollector;
  private readonly readers: readonly LineReader[];
  private readonly parseXml: ParseXml;
  private active: LineReader | undefined;
  private block: Block | undefined;
  private lineNumber = 0;

  constructor(name: string, parseXml: ParseXml) {
    this.to = new FactCollector(name);
    this.readers = LINE_READERS.map((create) => create(this.to));
    this.parseXml = parseXml;
  }

  feed(line: string): void {
    this.lineNumber++;
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (this.block !== undefined) {
      if (!this.isAnotherFormat(text)) {
        this.block.lines.push(text);
        if (isBlockEnd(this.block, text)) this.endBlock();
        return;
      }
      this.endBlock();
      return;
    }
    const kind = blockStart(text);
    if (kind === undefined) {
      this.offer(text);
      return;
    }
    this.block = { kind, lines: [text], firstLine: this.lineNumber, depth: 0 };
    if (isBlockEnd(this.block, text)) this.endBlock();
  }

  finish(): InputFacts {
    this.endBlock();
    for (const reader of this.readers) reader.finish();
    return this.to.result();
  }

  private offer(text: string): boolean {
    const opener = this.readers.find((reader) => reader !== this.active && reader.begins(text));
    if (opener?.feed(text, this.lineNumber) === true) {
      this.active?.leave();
      this.active = opener;
      return true;
    }
    if (this.active?.feed(text, this.lineNumber) === true) return true;
    for (const reader of this.readers) {
      if (reader === this.active || !reader.feed(text, this.lineNumber)) continue;
      this.active?.leave();
      this.active = reader;
      return true;
    }
    return false;
  }

  /** Inside a block: an unindented line that one of the readers knows means the block was cut off. */
  private isAnotherFormat(text: string): boolean {
    return !/^[\s[\]{}<"]|^$/.test(text) && this.offer(text);
  }

  private endBlock(): void {
    const { block } = this;
    this.block = undefined;
    if (block === undefined) return;
    const text = block.lines.join('\n');
    if (block.kind === 'json') readXlJson(text, block.firstLine, this.to);
    else this.readXml(text, block.firstLine);
  }

  private readXml(text: string, firstLine: number): void {
    const { root, problem } = this.parseXml(text);
    if (root?.name === 'topology') readHwloc(root, this.to);
    else if (root?.name === 'domain') readLibvirt(root, this.to);
    if (problem !== undefined) {
      this.to.problem(
        `The XML from line ${firstLine} on is broken (${problem}); what stands before the fault was read.`,
        firstLine,
      );
    }
  }
}

interface Block {
  readonly kind: 'json' | 'xml';
  readonly lines: string[];
  readonly firstLine: number;
  /** Open brackets of JSON. */
  depth: number;
}

/** Reads a whole text. */
export function readHostInput(name: string, text: string, parseXml: ParseXml): InputFacts {
  const reader = new HostInputReader(name, parseXml);
  for (const line of text.split('\n')) reader.feed(line);
  return reader.finish();
}

function blockStart(line: string): Block['kind'] | undefined {
  if (/^\s*<(?:\?xml|!DOCTYPE topology|topology[\s>]|domain[\s>])/.test(line)) return 'xml';
  return /^\s*\[\s*(?:\{|$)|^\s*\{\s*(?:"|$)/.test(line) ? 'json' : undefined;
}

function isBlockEnd(block: Block, line: string): boolean {
  if (block.kind === 'xml') return /<\/(?:topology|domain)>\s*$/.test(line);
  const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, '');
  for (const char of bare) {
    if (char === '{' || char === '[') block.depth++;
    else if (char === '}' || char === ']') block.depth--;
  }
  return block.depth <= 0;
}
