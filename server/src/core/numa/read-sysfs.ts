import { parseIds } from './id-set.ts';
import { spread } from './read-linux.ts';
import type { CreateLineReader, FactCollector, LineReader } from './facts.ts';

const FORMAT = 'sysfs';

/**
 * Files of /sys/devices/system/node as text: `path:content` lines (grep -r .) or `==> path <==` blocks (head, tail).
 * A distance line has one number per online node only, so it is spread when all nodes are known.
 */
export const readSysfs: CreateLineReader = (to) => new SysfsReader(to);

class SysfsReader implements LineReader {
  private readonly to: FactCollector;
  private path: string | undefined;
  private readonly nodes = new Set<number>();
  private online: readonly number[] | undefined;
  private readonly rows: { from: number; values: readonly number[]; line: number }[] = [];

  constructor(to: FactCollector) {
    this.to = to;
  }

  begins(line: string): boolean {
    return isSysfsPath(/^==> (.*) <==$/.exec(line)?.[1] ?? '') || /\/node\d+\/\w+:/.test(line);
  }

  feed(line: string, lineNumber: number): boolean {
    const block = /^==> (.*) <==$/.exec(line);
    if (block !== null) {
      this.path = isSysfsPath(block[1]!) ? block[1]! : undefined;
      return this.path !== undefined;
    }
    const pair = /^([^\s:]*\b(?:node\d+\/\w+|online|possible|has_\w+)):(.*)$/.exec(line);
    if (pair !== null && isSysfsPath(pair[1]!)) {
      this.feedContent(pair[1]!, pair[2]!, lineNumber);
      return true;
    }
    if (this.path === undefined || line.trim() === '') return false;
    this.feedContent(this.path, line, lineNumber);
    return true;
  }

  leave(): void {
    this.path = undefined;
  }

  finish(): void {
    const ids = this.online ?? [...this.nodes].sort((a, b) => a - b);
    for (const { from, values, line } of this.rows) {
      if (values.length !== ids.length) {
        this.to.problem(
          `The distances of node ${from} are ${values.length} numbers for ${ids.length} online nodes; add node/online or the missing nodes.`,
          line,
        );
      }
      this.to.add(FORMAT, { kind: 'distances', from, to: spread(values, ids) }, line);
    }
    this.rows.length = 0;
  }

  private feedContent(path: string, content: string, lineNumber: number): void {
    this.to.sawFormat(FORMAT);
    if (/(?:^|\/)online$/.test(path)) this.online = parseIds(content);
    const file = /node(\d+)\/(\w+)$/.exec(path);
    if (file === null) return;
    const node = Number(file[1]);
    if (!this.nodes.has(node)) {
      this.nodes.add(node);
      this.to.add(FORMAT, { kind: 'node', id: node }, lineNumber);
    }
    if (file[2] === 'cpulist') this.addCpus(node, parseIds(content) ?? [], lineNumber);
    if (file[2] === 'cpumap') this.addCpus(node, cpusOfMap(content), lineNumber);
    if (file[2] === 'distance') {
      const values = content.trim().split(/\s+/).map(Number).filter(Number.isFinite);
      this.rows.push({ from: node, values, line: lineNumber });
    }
    if (file[2] === 'meminfo') this.addMemory(node, content, lineNumber);
  }

  private addCpus(node: number, cpus: readonly number[], lineNumber: number): void {
    for (const id of cpus) this.to.add(FORMAT, { kind: 'cpu', id, node }, lineNumber);
  }

  private addMemory(node: number, content: string, lineNumber: number): void {
    const memory = /(MemTotal|MemFree):\s+(\d+) kB/.exec(content);
    if (memory === null) return;
    const kib = Number(memory[2]);
    const fact = memory[1] === 'MemTotal' ? { sizeKib: kib } : { freeKib: kib };
    this.to.add(FORMAT, { kind: 'node', id: node, ...fact }, lineNumber);
  }
}

function isSysfsPath(path: string): boolean {
  return /(?:^|\/)node\d+\/\w+$|(?:^|\/)(?:online|possible|has_\w+)$/.test(path);
}

/** CPUs of a map in 32-bit words, most significant first: `00000000,0000000f`. */
export function cpusOfMap(text: string): readonly number[] {
  const words = text.trim().split(',').reverse();
  const cpus: number[] = [];
  words.forEach((word, at) => {
    const bits = Number.parseInt(word.replace(/^0x/, '') || '0', 16);
    for (let bit = 0; bit < 32; bit++) {
      if (Math.floor(bits / 2 ** bit) % 2 === 1) cpus.push(at * 32 + bit);
    }
  });
  return cpus;
}
