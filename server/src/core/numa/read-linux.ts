import { parseIds } from './id-set.ts';
import type { CreateLineReader, FactCollector, InputFormat, LineReader } from './facts.ts';

const MIB_IN_KIB = 1024;

/** `numactl --hardware`. In a PV dom0 it shows dom0's own view, so the hypervisor's outputs outrank it. */
export const readNumactl: CreateLineReader = (to) => new NumactlReader(to);

class NumactlReader implements LineReader {
  private static readonly format: InputFormat = 'numactl --hardware';
  private readonly to: FactCollector;
  private state: 'outside' | 'nodes' | 'distances' = 'outside';
  private columns: readonly number[] = [];

  constructor(to: FactCollector) {
    this.to = to;
  }

  begins(line: string): boolean {
    return /^available:\s+\d+ nodes?/.test(line);
  }

  feed(line: string, lineNumber: number): boolean {
    if (/^available:\s+\d+ nodes?/.test(line)) {
      this.state = 'nodes';
      this.to.sawFormat(NumactlReader.format);
      return true;
    }
    if (this.state === 'outside') return false;
    if (line.startsWith('node distances:')) {
      this.state = 'distances';
      return true;
    }
    return this.state === 'nodes'
      ? this.feedNode(line, lineNumber)
      : this.feedDistances(line, lineNumber);
  }

  leave(): void {
    this.state = 'outside';
  }

  finish(): void {
    this.state = 'outside';
  }

  private feedNode(line: string, lineNumber: number): boolean {
    const cpus = /^node (\d+) cpus:(.*)$/.exec(line);
    if (cpus !== null) {
      const node = Number(cpus[1]);
      this.to.add(NumactlReader.format, { kind: 'node', id: node }, lineNumber);
      for (const id of cpus[2]!.trim().split(/\s+/).filter(isDigits).map(Number)) {
        this.to.add(NumactlReader.format, { kind: 'cpu', id, node }, lineNumber);
      }
      return true;
    }
    const memory = /^node (\d+) (size|free): (\d+) MB/.exec(line);
    if (memory === null) return false;
    const kib = Number(memory[3]) * MIB_IN_KIB;
    this.to.add(
      NumactlReader.format,
      {
        kind: 'node',
        id: Number(memory[1]),
        ...(memory[2] === 'size' ? { sizeKib: kib } : { freeKib: kib }),
      },
      lineNumber,
    );
    return true;
  }

  private feedDistances(line: string, lineNumber: number): boolean {
    const header = /^node((?:\s+\d+)+)\s*$/.exec(line);
    if (header !== null) {
      this.columns = header[1]!.trim().split(/\s+/).map(Number);
      return true;
    }
    const row = /^\s*(\d+):((?:\s+\d+)+)\s*$/.exec(line);
    if (row === null) return false;
    const values = row[2]!.trim().split(/\s+/).map(Number);
    const to = spread(values, this.columns);
    if (values.length < this.columns.length) {
      this.to.problem(
        `Line ${lineNumber} gives ${values.length} distances for ${this.columns.length} nodes; the matrix was cut off.`,
        lineNumber,
      );
    }
    this.to.add(NumactlReader.format, { kind: 'distances', from: Number(row[1]), to }, lineNumber);
    return true;
  }
}

/** `lscpu`: only its NUMA lines carry facts. */
export const readLscpu: CreateLineReader = (to) => ({
  begins: (line) => /^(?:Architecture:|NUMA node\d+ CPU)/.test(line),
  feed(line, lineNumber) {
    const node = /^NUMA node(\d+) CPU\(s\):\s*(.*)$/.exec(line);
    if (node === null) return isLscpuLine(line);
    const id = Number(node[1]);
    to.add('lscpu', { kind: 'node', id }, lineNumber);
    const cpus = parseIds(node[2]!);
    if (cpus === undefined) {
      to.problem(`The CPU list of node ${id} in line ${lineNumber} cannot be read.`, lineNumber);
    }
    for (const cpu of cpus ?? []) {
      to.add('lscpu', { kind: 'cpu', id: cpu, node: id }, lineNumber);
    }
    return true;
  },
  leave() {},
  finish() {},
});

function isLscpuLine(line: string): boolean {
  return /^(?:Architecture|CPU op-mode|NUMA node\(s\)|Thread\(s\) per core|L\d[di]? cache|BogoMIPS|Vulnerability )/.test(
    line,
  );
}

/** `lscpu -p`: comma-separated, the last comment names the columns. */
export const readLscpuTable: CreateLineReader = (to) => new LscpuTableReader(to);

class LscpuTableReader implements LineReader {
  private static readonly format: InputFormat = 'lscpu -p';
  private readonly to: FactCollector;
  private columns: readonly string[] = [];

  constructor(to: FactCollector) {
    this.to = to;
  }

  begins(line: string): boolean {
    return /^#\s*(?:CPU,|The following is the parsable)/i.test(line);
  }

  feed(line: string, lineNumber: number): boolean {
    const header = /^#\s*(CPU,.*\S)\s*$/i.exec(line);
    if (header !== null) {
      this.columns = header[1]!.toLowerCase().split(',');
      this.to.sawFormat(LscpuTableReader.format);
      return true;
    }
    if (/^# (?:The following is the parsable|programs\.|starting usually)/.test(line)) return true;
    if (this.columns.length === 0 || !/^\d+(?:,[\dYN]*)*$/.test(line)) return false;
    const cells = line.split(',');
    const cell = (name: string): number | undefined => {
      const text = cells[this.columns.indexOf(name)] ?? '';
      return isDigits(text) ? Number(text) : undefined;
    };
    this.addCpu(cell, lineNumber);
    return true;
  }

  leave(): void {
    this.columns = [];
  }

  finish(): void {
    this.columns = [];
  }

  private addCpu(cell: (name: string) => number | undefined, lineNumber: number): void {
    const [id, core, socket, node] = ['cpu', 'core', 'socket', 'node'].map(cell);
    if (id === undefined) return;
    if (node !== undefined) {
      this.to.add(LscpuTableReader.format, { kind: 'node', id: node }, lineNumber);
    }
    this.to.add(
      LscpuTableReader.format,
      {
        kind: 'cpu',
        id,
        ...(core === undefined ? {} : { core }),
        ...(socket === undefined ? {} : { socket }),
        ...(node === undefined ? {} : { node }),
      },
      lineNumber,
    );
  }
}

/** Spreads values by node id: column i of a matrix belongs to node `ids[i]`. */
export function spread(
  values: readonly number[],
  ids: readonly number[],
): readonly (number | undefined)[] {
  const to: (number | undefined)[] = [];
  values.forEach((value, i) => {
    const id = ids[i];
    if (id !== undefined && id < 4096) to[id] = value;
  });
  return Array.from(to);
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}
