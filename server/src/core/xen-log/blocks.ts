import type { Crash, LogBlock } from './model.ts';
import { fieldOf, kindOf, type ReadLine } from './read-line.ts';

interface Draft {
  readonly kind: LogBlock['kind'];
  readonly title: string;
  readonly line: number;
  endLine: number;
  readonly children: Draft[];
}

/** Kinds that begin a section of the boot, in the order in which Xen prints them. */
const sections: Readonly<Record<string, string>> = {
  'xen.boot.mapheader': 'Memory map',
  'xen.boot.acpi.table': 'ACPI tables',
  'xen.numa.srat.mem': 'NUMA',
  'xen.numa.srat.cpu': 'NUMA',
  'xen.numa.none': 'NUMA',
  'xen.boot.vendor': 'Processor',
  'xen.boot.spec': 'Speculative execution mitigations',
  'xen.boot.sched': 'Scheduler',
  'xen.boot.mhz': 'Clocks and interrupts',
  'xen.boot.hvm': 'Hardware virtualisation',
  'xen.boot.cpus': 'Processors online',
  'xen.boot.dom0build': 'Building dom0',
  'xen.boot.dom0build.old': 'Building dom0',
  'xen.con.loglvl': 'Console',
};

const mostSections = 4000;

/** Cuts a log into what an outline shows: boots with their sections, debug keys, crashes. */
export class BlockReader {
  private readonly blocks: Draft[] = [];
  private boot: Draft | undefined;
  private section: Draft | undefined;
  private key: Draft | undefined;
  private count = 0;

  take(line: ReadLine): void {
    if (line.dialect === 'linux-kernel') {
      if (line.payload.startsWith('Linux version '))
        this.begin(line, `Linux ${line.payload.slice(14, 60).split(' ')[0] ?? ''}`);
      else if (this.section?.title.startsWith('Linux ') === true)
        this.section.endLine = line.number;
      this.extendBoot(line.number);
      return;
    }
    if (line.dialect !== 'xen-console') return;
    const kind = kindOf(line);
    if (kind === 'xen.boot.version') this.beginBoot(line);
    else if (kind === 'xen.key.pressed' || kind === 'xen.con.dumpring') this.beginKey(line);
    else if (sections[kind] !== undefined) {
      this.key = undefined;
      if (this.section?.title !== sections[kind]) this.begin(line, sections[kind]);
    } else if (kind === 'xen.crash.header' || kind === 'xen.panic.cpu')
      this.section = this.key = undefined;
    if (this.key !== undefined) this.key.endLine = line.number;
    else if (this.section !== undefined) this.section.endLine = line.number;
    this.extendBoot(line.number);
  }

  /** The outline with the crashes put where they happened. */
  list(crashes: readonly Crash[]): readonly LogBlock[] {
    const roots: LogBlock[] = [...this.blocks];
    const blocks: LogBlock[] = roots.map((block) => ({ ...block, children: [...block.children] }));
    for (const crash of crashes) {
      const child: LogBlock = {
        kind: crash.kind === 'warn' || crash.kind === 'linux-warn' ? 'dump' : 'crash',
        title: crash.cause,
        line: crash.line,
        endLine: crash.endLine,
        children: [],
      };
      const parent = blocks.find(
        (block) => block.kind === 'boot' && block.line <= crash.line && crash.line <= block.endLine,
      );
      if (parent === undefined) blocks.push(child);
      else (parent.children as LogBlock[]).push(child);
    }
    for (const block of blocks) (block.children as LogBlock[]).sort((a, b) => a.line - b.line);
    return blocks.sort((a, b) => a.line - b.line);
  }

  private beginBoot(line: ReadLine): void {
    this.section = this.key = undefined;
    this.boot = this.make('boot', `Xen ${fieldOf(line, 'ver') ?? ''} boot`, line.number);
    this.blocks.push(this.boot);
  }

  private begin(line: ReadLine, title: string): void {
    if (++this.count > mostSections) return;
    this.section = this.make('section', title, line.number);
    (this.boot?.children ?? this.blocks).push(this.section);
  }

  private beginKey(line: ReadLine): void {
    if (++this.count > mostSections) return;
    this.section = undefined;
    this.key = this.make(
      'debug-key',
      `Key '${fieldOf(line, 'key') ?? ''}': ${fieldOf(line, 'what') ?? 'console ring'}`,
      line.number,
    );
    (this.boot?.children ?? this.blocks).push(this.key);
  }

  private extendBoot(line: number): void {
    if (this.boot !== undefined) this.boot.endLine = line;
  }

  private make(kind: LogBlock['kind'], title: string, line: number): Draft {
    return { kind, title, line, endLine: line, children: [] };
  }
}
