import { parseIdSet } from './id-set.ts';
import type { CreateLineReader, Fact, FactCollector, LineReader } from './facts.ts';
import type { Affinity } from './model.ts';

const MIB_IN_KIB = 1024;
/** `%-19s`: a longer pool name runs into the next column. */
const POOL_NAME_WIDTH = 19;
type Table = 'none' | 'list' | 'vcpus' | 'pools' | 'pool-cpus';

/**
 * `xl list` with -n, -c, -v, `xl vcpu-list` and `xl cpupool-list` with -c. Names are free text of any length, so
 * rows are read from the right.
 */
export const readXlTables: CreateLineReader = (to) => new XlTableReader(to);

class XlTableReader implements LineReader {
  private readonly to: FactCollector;
  private table: Table = 'none';
  private columns: readonly ListColumn[] = [];

  constructor(to: FactCollector) {
    this.to = to;
  }

  begins(line: string): boolean {
    return /^Name\s.*\b(?:ID\s+Mem|VCPU\s+CPU|CPU list|CPUs\s+Sched)\b/.test(line);
  }

  feed(line: string, lineNumber: number): boolean {
    if (/^Name\s/.test(line)) return this.feedHeader(line);
    if (this.table === 'none' || line.trim() === '') return false;
    const facts = this.rowFacts(line);
    if (facts === undefined) {
      if (!/^\S.*\s\d/.test(line)) return false;
      this.to.problem(
        `Line ${lineNumber} does not look like a row of the table above it; it was left out.`,
        lineNumber,
      );
      return true;
    }
    for (const fact of facts) this.to.add(formatOf(this.table), fact, lineNumber);
    return true;
  }

  leave(): void {
    this.table = 'none';
  }

  finish(): void {
    this.table = 'none';
  }

  private feedHeader(line: string): boolean {
    const before = this.table;
    if (/\bVCPU\s+CPU\s+State/.test(line)) this.table = 'vcpus';
    else if (/\bID\s+Mem\b/.test(line)) {
      this.table = 'list';
      this.columns = listColumns(line);
    } else if (/\bCPU list/.test(line)) this.table = 'pool-cpus';
    else if (/\bCPUs\s+Sched/.test(line)) this.table = 'pools';
    else return before !== 'none';
    this.to.sawFormat(formatOf(this.table));
    return true;
  }

  private rowFacts(line: string): readonly Fact[] | undefined {
    if (this.table === 'list') return listRow(line, this.columns);
    if (this.table === 'vcpus') return vcpuRow(line);
    return this.table === 'pools' ? poolRow(line) : poolCpusRow(line);
  }
}

type ListColumn = 'nodes' | 'pool' | 'uuid' | 'reason' | 'label' | 'claimed';

function formatOf(table: Table): 'xl list' | 'xl vcpu-list' | 'xl cpupool-list' {
  if (table === 'list') return 'xl list';
  return table === 'vcpus' ? 'xl vcpu-list' : 'xl cpupool-list';
}

/** Columns after Time(s), in the order of the header. */
function listColumns(header: string): readonly ListColumn[] {
  const known: readonly (readonly [RegExp, ListColumn])[] = [
    [/UUID/, 'uuid'],
    [/Reason-Code/, 'reason'],
    [/Security Label/, 'label'],
    [/Claimed/, 'claimed'],
    [/Cpupool/, 'pool'],
    [/NODE Affinity/, 'nodes'],
  ];
  return known
    .flatMap(([pattern, column]) => {
      const at = header.search(pattern);
      return at < 0 ? [] : [{ column, at }];
    })
    .sort((a, b) => a.at - b.at)
    .map(({ column }) => column);
}

function listRow(line: string, columns: readonly ListColumn[]): readonly Fact[] | undefined {
  const row = /^(.*?)\s+(\d+)\s+(\d+)\s+(\d+)\s+[rbpscd-]{6}\s+(\d+(?:\.\d*)?)(?:\s+(\S.*))?$/.exec(
    line,
  );
  if (row === null) return undefined;
  const rest = (row[6] ?? '').trim().split(/\s+/);
  const cell = (column: ListColumn): string | undefined => {
    const at = columns.indexOf(column);
    return at < 0 ? undefined : rest[at];
  };
  const pool = cell('pool');
  const nodes = nodeList(cell('nodes'));
  return [
    {
      kind: 'domain',
      id: Number(row[2]),
      name: row[1]!,
      memoryKib: Number(row[3]) * MIB_IN_KIB,
      vcpuCount: Number(row[4]),
      ...(pool === undefined ? {} : { pool }),
      ...(nodes === undefined ? {} : { nodes }),
    },
  ];
}

function nodeList(text: string | undefined): Affinity | undefined {
  if (text === undefined || text === '') return undefined;
  return text === 'any' ? 'all' : parseIdSet(text);
}

function vcpuRow(line: string): readonly Fact[] | undefined {
  const row = /^(.*?)\s+(\d+)\s+(\d+)\s+(\d+|-)\s+[r-][b-][p-]\s+\d+(?:\.\d*)?\s+(\S.*?)\s*$/.exec(
    line,
  );
  if (row === null) return undefined;
  const [hardText, softText] = row[5]!.split(/\s+\/\s+/);
  const hard = maskOf(hardText!);
  const soft = softText === undefined ? undefined : maskOf(softText);
  if (hard === undefined || (softText !== undefined && soft === undefined)) return undefined;
  const cpu = row[4] === '-' ? undefined : Number(row[4]);
  return [
    { kind: 'domain', id: Number(row[2]), name: row[1]! },
    {
      kind: 'vcpu',
      domain: Number(row[2]),
      id: Number(row[3]),
      ...(cpu === undefined ? {} : { cpu }),
      hard,
      ...(soft === undefined ? {} : { soft }),
    },
  ];
}

/** `any cpu` was what "all" is called up to 4.4. */
function maskOf(text: string): Affinity | undefined {
  return text === 'any cpu' ? 'all' : parseIdSet(text);
}

function poolRow(line: string): readonly Fact[] | undefined {
  const row = /^(.*?)\s*(\d+)\s+(\S+)\s+[yn]\s+\d+\s*$/.exec(
    line.length > POOL_NAME_WIDTH ? line.slice(POOL_NAME_WIDTH) : line,
  );
  if (row === null) return undefined;
  const name = (line.slice(0, POOL_NAME_WIDTH) + row[1]!).trimEnd();
  return [{ kind: 'pool', name, scheduler: row[3]! }];
}

function poolCpusRow(line: string): readonly Fact[] | undefined {
  const short = /^(\S.*?)\s+([\d,]*)\s*$/.exec(line);
  if (short !== null && line.length > POOL_NAME_WIDTH) {
    const cpus = parseIdSet(short[2]!);
    if (cpus !== undefined && cpus !== 'all') return [{ kind: 'pool', name: short[1]!, cpus }];
  }
  // A name of the column's width or more has no space before the list.
  const rest = /^(\D*)([\d,]+)$/.exec(line.slice(POOL_NAME_WIDTH));
  if (rest !== null) {
    const cpus = parseIdSet(rest[2]!);
    if (cpus !== undefined && cpus !== 'all') {
      return [{ kind: 'pool', name: line.slice(0, POOL_NAME_WIDTH) + rest[1]!, cpus }];
    }
  }
  return /^\S+\s*$/.test(line) ? [{ kind: 'pool', name: line.trim(), cpus: [] }] : undefined;
}
