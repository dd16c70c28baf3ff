import type { CreateLineReader, FactCollector, LineReader } from './facts.ts';

const FORMAT = 'xl info -n';
const MIB_IN_KIB = 1024;
type Table = 'none' | 'cpus' | 'devices' | 'nodes' | 'old-nodes';

/** `xl info -n` (and xm's older table): keys, cpu_topology and numa_info; xl_info.c prints them. */
export const readXlInfo: CreateLineReader = (to) => new XlInfoReader(to);

class XlInfoReader implements LineReader {
  private readonly to: FactCollector;
  private table: Table = 'none';
  private header: { readonly table: Table; readonly line: number; rows: number } | undefined;
  private widest = 0;

  constructor(to: FactCollector) {
    this.to = to;
  }

  begins(line: string): boolean {
    return tableOfHeader(line) !== undefined || /^[a-z_]+ {2,}: /.test(line);
  }

  feed(line: string, lineNumber: number): boolean {
    return (
      this.feedHeader(line, lineNumber) || this.feedRow(line, lineNumber) || this.feedKey(line)
    );
  }

  leave(): void {
    this.endTable();
  }

  finish(): void {
    this.endTable();
  }

  private feedHeader(line: string, lineNumber: number): boolean {
    const table = tableOfHeader(line);
    if (table === undefined) return false;
    this.endTable();
    this.table = table;
    this.header = { table, line: lineNumber, rows: 0 };
    return true;
  }

  private feedRow(line: string, lineNumber: number): boolean {
    if (this.table === 'none' || line.trim() === '') return false;
    if (this.table === 'devices') {
      return /^[0-9a-f]{4}:[0-9a-f]{2}:|^No device topology/.test(line.trim());
    }
    if (!/^\s*\d+\s*:/.test(line)) return false;
    const read =
      this.table === 'cpus' ? this.readCpu(line, lineNumber) : this.readNode(line, lineNumber);
    if (!read) {
      this.to.problem(
        `Line ${lineNumber} of the table of ${this.table === 'cpus' ? 'CPUs' : 'nodes'} is cut off; paste the whole output of xl info -n.`,
        lineNumber,
      );
    }
    if (this.header !== undefined) this.header.rows++;
    return true;
  }

  private readCpu(line: string, lineNumber: number): boolean {
    const row = /^\s*(\d+)\s*:\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*$/.exec(line);
    if (row === null) return false;
    const [id, core, socket, node] = row.slice(1).map(Number) as [number, number, number, number];
    this.to.add(
      FORMAT,
      { kind: 'cpu', id, core, socket, node: node < 0 ? null : node },
      lineNumber,
    );
    return true;
  }

  private readNode(line: string, lineNumber: number): boolean {
    const pattern =
      this.table === 'old-nodes'
        ? /^\s*(\d+)\s*:\s+(\d+)\s+(\d+)\s+\d+\s+([-\d,]+)\s*$/
        : /^\s*(\d+)\s*:\s+(\d+)\s+(\d+)\s+([-\d,]+)\s*$/;
    const row = pattern.exec(line);
    if (row === null) return false;
    const id = Number(row[1]);
    const sizeKib = Number(row[2]) * MIB_IN_KIB;
    const freeKib = Number(row[3]) * MIB_IN_KIB;
    this.to.add(FORMAT, { kind: 'node', id, sizeKib, freeKib }, lineNumber);
    const distances = row[4]!.split(',').map((text) => {
      const value = Number(text);
      return text !== '' && value >= 0 ? value : undefined;
    });
    if (distances.length < this.widest) {
      this.to.problem(
        `Line ${lineNumber} gives ${distances.length} distances where another node has ${this.widest}; paste the whole output of xl info -n.`,
        lineNumber,
      );
    }
    this.widest = Math.max(this.widest, distances.length);
    this.to.add(FORMAT, { kind: 'distances', from: id, to: distances }, lineNumber);
    return true;
  }

  private feedKey(line: string): boolean {
    const pair = /^([a-z_]+)\s*:\s?(.*)$/.exec(line);
    if (pair === null) return false;
    const value = pair[2]!.trim();
    if (pair[1] === 'max_cpu_id' && /^\d+$/.test(value)) {
      this.to.add(FORMAT, { kind: 'cpu-id-count', count: Number(value) + 1 });
    } else if (pair[1] === 'xen_scheduler') {
      this.to.add(FORMAT, { kind: 'scheduler', name: value });
    } else if (pair[1] === 'virt_caps') {
      this.to.add(FORMAT, { kind: 'hap', available: /\bhap\b/.test(value) });
    } else if (!isInfoKey(pair[1]!)) {
      return false;
    }
    this.to.sawFormat(FORMAT);
    this.endTable();
    return true;
  }

  private endTable(): void {
    const { header } = this;
    if (header !== undefined && header.rows === 0 && header.table !== 'devices') {
      const what = header.table === 'cpus' ? 'cpu_topology' : 'numa_info';
      this.to.problem(
        `The table ${what} has a header but no rows; the paste was probably cut off there.`,
        header.line,
      );
    }
    this.header = undefined;
    this.table = 'none';
  }
}

function tableOfHeader(line: string): Table | undefined {
  if (/^cpu:\s+core\s+socket\s+node\s*$/.test(line)) return 'cpus';
  if (/^node:\s+memsize\s+memfree\s+distances\s*$/.test(line)) return 'nodes';
  if (/^node:\s+TotalMemory\s+FreeMemory\s+\S*[mM]emory\s+NodeDist/.test(line)) return 'old-nodes';
  if (/^device\s+node\s*$/.test(line)) return 'devices';
  return undefined;
}

/** Keys that only `xl info` prints; others may belong to another format. */
function isInfoKey(key: string): boolean {
  return /^(?:host|release|version|machine|nr_\w+|cores_per_socket|threads_per_core|cpu_mhz|hw_caps|\w+_memory|free_cpus|cpu_topology|numa_info|xen_\w+|platform_params|cc_\w+|build_id|xend_config_format|node_to_\w+)$/.test(
    key,
  );
}
