import type { BootFacts, MemoryRange, NumaFacts } from './model.ts';
import { fieldOf, hexOf, kindOf, numberField, type ReadLine } from './read-line.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface NumaDraft {
  memory: Mutable<NumaFacts['memory'][number]>[];
  cpus: NumaFacts['cpus'][number][];
  nodes: NumaFacts['nodes'][number][];
  cpuToNode: NumaFacts['cpuToNode'][number][];
  domains: { domain: number; pageCount: number; pagesByNode: Record<number, number> }[];
  isOff: boolean;
}

type Draft = Mutable<Omit<BootFacts, 'memoryMap' | 'mitigations' | 'numa'>> & {
  memoryMap: MemoryRange[];
  mitigations: string[];
  numa: NumaDraft;
};

type Reader = (draft: Draft, line: ReadLine) => void;

const newDraft = (line: number, isTruncated: boolean): Draft => ({
  line,
  endLine: line,
  memoryMap: [],
  mitigations: [],
  numa: { memory: [], cpus: [], nodes: [], cpuToNode: [], domains: [], isOff: false },
  isTruncated,
});

/** Stores a printed field under a name of the record. */
const store =
  (key: keyof BootFacts, field: string): Reader =>
  (draft, line) => {
    const value = fieldOf(line, field);
    if (value !== undefined) Object.assign(draft, { [key]: value.trim() });
  };
const storeNumber =
  (key: keyof BootFacts, field: string): Reader =>
  (draft, line) => {
    const value = numberField(line, field);
    if (value !== undefined) Object.assign(draft, { [key]: value });
  };

const mitigation: Reader = (draft, line) => {
  const text = line.payload.trim();
  if (!draft.mitigations.includes(text)) draft.mitigations.push(text);
};

/** A domain of key `u`; a later press replaces what an earlier one said. */
function addDomain(draft: Draft, domain: number, pageCount: number): void {
  draft.numa.domains = draft.numa.domains.filter((each) => each.domain !== domain);
  draft.numa.domains.push({ domain, pageCount, pagesByNode: {} });
}

const readers: Readonly<Record<string, Reader>> = {
  'xen.boot.version': (draft, line) => {
    draft.banner = line.payload;
    draft.xenVersion = fieldOf(line, 'ver') ?? '';
    draft.origin = fieldOf(line, 'by') ?? '';
    draft.compiler = fieldOf(line, 'cc') ?? '';
    draft.isDebugBuild = fieldOf(line, 'build')?.startsWith('debug=y') ?? false;
    draft.buildDate = fieldOf(line, 'date') ?? '';
    const compiler = draft.compiler ?? '';
    if (/aarch64|arm64/.test(compiler)) draft.architecture = 'arm64';
    else if (/x86_64/.test(compiler)) draft.architecture = 'x86_64';
  },
  'xen.boot.changeset': store('changeset', 'cs'),
  'xen.boot.buildid': store('buildId', 'id'),
  'xen.boot.loader': store('bootloader', 'l'),
  'xen.boot.cmdline': (draft, line) => {
    if (fieldOf(line, 'b') === 'C') draft.commandLine = (fieldOf(line, 'cmd') ?? '').trim();
  },
  'xen.boot.maprange': (draft, line) => {
    const start = hexOf(fieldOf(line, 'lo'));
    const end = hexOf(fieldOf(line, 'hi'));
    if (start === undefined || end === undefined) return;
    // The same map is printed twice where key w shows the ring again.
    if (draft.memoryMap.some((each) => each.start === start && each.end === end)) return;
    draft.memoryMap.push({ line: line.number, start, end, type: fieldOf(line, 'type') ?? '' });
  },
  'xen.boot.ram': storeNumber('ramKib', 'kb'),
  'xen.boot.vendor': (draft, line) => {
    draft.cpuVendor = fieldOf(line, 'vendor')?.replace(/,$/, '') ?? '';
    draft.cpu = line.payload.replace(/^CPU Vendor: /, '');
    draft.architecture = 'x86_64';
  },
  'xen.boot.mhz': storeNumber('cpuMhz', 'mhz'),
  'xen.boot.ucode': store('microcode', 'rev'),
  'xen.boot.cpus': storeNumber('cpuCount', 'n'),
  'xen.numa.srat.mem': (draft, line) => {
    const start = hexOf(fieldOf(line, 'lo'));
    const end = hexOf(fieldOf(line, 'hi'));
    if (start === undefined || end === undefined) return;
    if (draft.numa.memory.some((each) => each.start === start && each.end === end)) return;
    draft.numa.memory.push({
      line: line.number,
      node: numberField(line, 'node') ?? 0,
      pxm: numberField(line, 'pxm') ?? 0,
      start,
      end,
      isHotplug: fieldOf(line, 'hp') !== undefined,
    });
  },
  'xen.numa.srat.cpu': (draft, line) => {
    const apicId = Number.parseInt(fieldOf(line, 'apic') ?? '0', 16);
    if (draft.numa.cpus.some((each) => each.apicId === apicId)) return;
    draft.numa.cpus.push({
      apicId,
      pxm: numberField(line, 'pxm') ?? 0,
      node: numberField(line, 'node') ?? 0,
    });
  },
  'xen.numa.none': (draft) => {
    draft.numa.isOff = true;
  },
  'xen.numa.key.node': (draft, line) => {
    const node = numberField(line, 'node') ?? 0;
    draft.numa.nodes = draft.numa.nodes.filter((each) => each.node !== node);
    draft.numa.nodes.push({
      node,
      startPage: numberField(line, 'start') ?? 0,
      pageCount: numberField(line, 'size') ?? 0,
      freePageCount: numberField(line, 'free') ?? 0,
    });
  },
  'xen.numa.key.dom': (draft, line) => {
    addDomain(
      draft,
      Number((fieldOf(line, 'dom') ?? 'd0').slice(1)),
      numberField(line, 'pages') ?? 0,
    );
  },
  'xen.boot.spec.hw': mitigation,
  'xen.boot.spec.settings': mitigation,
  'xen.boot.spec.guest': mitigation,
  'xen.boot.spec.xpti': mitigation,
  'xen.boot.sched': store('scheduler', 'opt'),
  'xen.boot.schedgran': store('schedulerGranularity', 'g'),
  'xen.boot.timer': (draft, line) => {
    draft.platformTimer = `${fieldOf(line, 'freq') ?? ''} ${fieldOf(line, 'name') ?? ''}`.trim();
  },
  'xen.boot.hvm': store('hvm', 'what'),
  'xen.boot.hap': store('hap', 'st'),
  'xen.boot.iommu': store('iommu', 'st'),
  'xen.boot.intremap': store('interruptRemapping', 'st'),
  'xen.con.ring': storeNumber('consoleRingKib', 'kib'),
  'xen.con.loglvl': (draft, line) => {
    const words = line.payload.replace(/^[^:]{1,20}: /, '');
    if (fieldOf(line, 'which') === 'Guest') draft.guestLogLevel = words;
    else draft.logLevel = words;
  },
  'xen.boot.dom0build': store('dom0Kind', 'kind'),
  'xen.boot.dom0kernel': (draft, line) => {
    draft.dom0Kernel = line.payload.trim();
  },
  'xen.boot.dom0vcpus': (draft, line) => {
    if (fieldOf(line, 'what') === 'VCPUs') draft.dom0VcpuCount = numberField(line, 'n') ?? 0;
  },
};

const domainTotal = /^Domain (\d{1,5}) \(total: (\d{1,12})\):$/;
const cpuOnNode = /^CPU(\d{1,5}) -> NODE(\d{1,4})$/;
const pagesOnNode = /^\s{1,8}Node (\d{1,4}): (\d{1,12})$/;

/** Gathers what each boot of the host says of itself. */
export class BootFactsReader {
  private readonly boots: Draft[] = [];

  take(line: ReadLine): void {
    if (line.dialect === 'linux-kernel') return this.takeLinux(line);
    if (line.dialect !== 'xen-console') return;
    const kind = kindOf(line);
    if (kind === 'xen.boot.version') {
      if (this.isRepeat(line)) return;
      this.boots.push(newDraft(line.number, false));
    }
    const read = readers[kind];
    if (read !== undefined) {
      read(this.current(line.number), line);
      this.current(line.number).endLine = line.number;
    } else if (kind === '') this.takeTable(line);
  }

  list(): readonly BootFacts[] {
    return this.boots;
  }

  /** Key `w` prints the ring once more: the same banner with the same stamp is the same boot. */
  private isRepeat(line: ReadLine): boolean {
    const last = this.boots.at(-1);
    const stamp = line.time?.kind === 'raw' ? line.time.text : undefined;
    const isSame = stamp !== undefined && last?.banner === line.payload && this.lastStamp === stamp;
    this.lastStamp = stamp;
    return isSame;
  }

  private lastStamp: string | undefined;

  private current(line: number): Draft {
    const last = this.boots.at(-1);
    if (last !== undefined) return last;
    const draft = newDraft(line, true);
    this.boots.push(draft);
    return draft;
  }

  /** Rows of key `u` that are no kinds of their own. */
  private takeTable(line: ReadLine): void {
    const cpu = cpuOnNode.exec(line.payload);
    if (cpu !== null) {
      const draft = this.current(line.number);
      draft.numa.cpuToNode = draft.numa.cpuToNode.filter((each) => each.cpu !== Number(cpu[1]));
      draft.numa.cpuToNode.push({ cpu: Number(cpu[1]), node: Number(cpu[2]) });
      return;
    }
    const total = domainTotal.exec(line.payload);
    if (total !== null) {
      addDomain(this.current(line.number), Number(total[1]), Number(total[2]));
      return;
    }
    const pages = pagesOnNode.exec(line.payload);
    const domain = pages === null ? undefined : this.boots.at(-1)?.numa.domains.at(-1);
    if (pages !== null && domain !== undefined)
      domain.pagesByNode[Number(pages[1])] = Number(pages[2]);
  }

  private takeLinux(line: ReadLine): void {
    const last = this.boots.at(-1);
    if (last === undefined) return;
    if (line.payload.startsWith('Linux version ')) {
      last.dom0Kernel = line.payload;
      last.endLine = line.number;
    } else if (line.payload.startsWith('Command line: ') && last.dom0CommandLine === undefined)
      last.dom0CommandLine = line.payload.slice('Command line: '.length).trim();
  }
}
