import { CPU_ID_LIMIT, NODE_ID_LIMIT } from './fact-limits.ts';
import type { CreateLineReader, Fact, FactCollector, LineReader } from './facts.ts';

const PAGE_KIB = 4;
const KEY_U = 'debug key u';
const BOOT = 'Xen boot log';

/**
 * NUMA lines of Xen's console: the dump of debug key `u` (xen/arch/x86/numa.c, xen/common/numa.c; before and after
 * 4.18) and the boot messages about SRAT and SLIT.
 */
export const readXenLog: CreateLineReader = (to) => new XenLogReader(to);

class XenLogReader implements LineReader {
  private readonly to: FactCollector;
  private inDump = false;
  private domain: number | undefined;
  private dumpLine = 0;
  /** Domains of the latest dump only: a log holds several, and domains of an old one may be gone. */
  private domainFacts: { readonly fact: Fact; readonly line: number }[] = [];

  private readonly nodeOfPxm = new Map<number, number>();
  private dom0: { readonly pxms: readonly number[]; readonly line: number } | undefined;

  constructor(to: FactCollector) {
    this.to = to;
  }

  begins(line: string): boolean {
    return /^(?:\[[^\]]*\] )?\(XEN\) |^'u' pressed -> dumping numa info/.test(line);
  }

  feed(line: string, lineNumber: number): boolean {
    const text = withoutPrefix(line);
    return this.feedDump(text, lineNumber) || this.feedBoot(text, lineNumber);
  }

  leave(): void {
    this.inDump = false;
    this.domain = undefined;
  }

  finish(): void {
    for (const { fact, line } of this.domainFacts) this.to.add(KEY_U, fact, line);
    this.domainFacts = [];
    this.sayDom0Nodes();
    if (this.inDump && this.domain === undefined) {
      this.to.problem(
        'The dump of debug key u stops before the memory of the domains; the log was cut off or the ring buffer ran over.',
        this.dumpLine,
      );
    }
  }

  private feedDump(text: string, lineNumber: number): boolean {
    if (text.startsWith("'u' pressed -> dumping numa info")) {
      this.inDump = true;
      this.domain = undefined;
      this.dumpLine = lineNumber;
      this.to.sawFormat(KEY_U);
      return true;
    }
    return (
      this.feedNode(text, lineNumber) ||
      this.feedCpus(text, lineNumber) ||
      this.feedDomain(text, lineNumber)
    );
  }

  private feedNode(text: string, lineNumber: number): boolean {
    const node = /^(?:idx\d+ -> )?NODE(\d+) start->\d+ size->(\d+)(?: free->(\d+))?\s*$/.exec(text);
    if (node === null) return false;
    const free = node[3];
    this.to.add(
      KEY_U,
      {
        kind: 'node',
        id: Number(node[1]),
        sizeKib: Number(node[2]) * PAGE_KIB,
        ...(free === undefined ? {} : { freeKib: Number(free) * PAGE_KIB }),
      },
      lineNumber,
    );
    return true;
  }

  private feedCpus(text: string, lineNumber: number): boolean {
    const cpus = /^CPU(\d+)(?:\.\.\.(\d+))? -> NODE(-?\d+)\s*$/.exec(text);
    if (cpus === null) return false;
    const first = Number(cpus[1]);
    const last = Number(cpus[2] ?? first);
    const node = Number(cpus[3]);
    // An absurd end is told once, not for every CPU up to it.
    for (let id = last < CPU_ID_LIMIT ? first : last; id <= last; id++) {
      this.to.add(KEY_U, { kind: 'cpu', id, node: node < 0 ? null : node }, lineNumber);
    }
    return true;
  }

  private feedDomain(text: string, lineNumber: number): boolean {
    if (text.startsWith('Memory location of each domain:')) {
      this.domainFacts = [];
      return true;
    }
    const domain = /^(?:Domain |d)(\d+) \(total: (\d+)\):/.exec(text);
    if (domain !== null) {
      this.domain = Number(domain[1]);
      const memoryKib = Number(domain[2]) * PAGE_KIB;
      const fact: Fact = { kind: 'domain', id: this.domain, memoryKib };
      this.domainFacts.push({ fact, line: lineNumber });
      return true;
    }
    if (this.domain === undefined) return false;
    const pages = /^\s+Node (\d+): (\d+)\s*$/.exec(text);
    if (pages !== null) {
      const fact: Fact = {
        kind: 'domain-pages',
        domain: this.domain,
        node: Number(pages[1]),
        pages: Number(pages[2]),
      };
      this.domainFacts.push({ fact, line: lineNumber });
      return true;
    }
    return /^\s+\d+ vnodes, \d+ vcpus|^\s+\d+: pnode|^\s+[0-9a-f]{16} - [0-9a-f]{16}/.test(text);
  }

  private feedBoot(text: string, lineNumber: number): boolean {
    const dom0 = /^Command line: .*\bdom0_nodes=(\S+)/.exec(text);
    if (dom0 !== null) {
      const pxms = dom0[1]!.split(',').filter((part) => /^\d+$/.test(part));
      this.dom0 = { pxms: pxms.map(Number), line: lineNumber };
      this.to.sawFormat(BOOT);
      return true;
    }
    const pxm = /^SRAT: PXM (\d+) -> (?:APIC|MPIDR) \S+ -> Node (\d+)/.exec(text);
    if (pxm !== null) {
      this.addPxm(Number(pxm[2]), Number(pxm[1]), lineNumber);
      return true;
    }
    const range = /^(?:SRAT|NUMA): Node (\d+) PXM (\d+) \[?[0-9a-f]+/.exec(text);
    if (range !== null) {
      this.addPxm(Number(range[1]), Number(range[2]), lineNumber);
      return true;
    }
    const distance = /NUMA: distance: NODE#(\d+)->NODE#(\d+):(\d+)/.exec(text);
    if (distance !== null) {
      const to: (number | undefined)[] = [];
      to[Math.min(Number(distance[2]), NODE_ID_LIMIT)] = Number(distance[3]);
      this.to.add(
        BOOT,
        { kind: 'distances', from: Number(distance[1]), to: Array.from(to) },
        lineNumber,
      );
      return true;
    }
    return this.feedRefusal(text, lineNumber);
  }

  private feedRefusal(text: string, lineNumber: number): boolean {
    if (/SLIT table looks invalid/.test(text)) {
      this.to.add(BOOT, { kind: 'slit-rejected' }, lineNumber);
      return true;
    }
    const refusal =
      /^(SRAT: SRAT not used|No NUMA configuration found|NUMA turned off|Faking a node at)/.exec(
        text,
      );
    if (refusal === null) return false;
    this.to.add(BOOT, { kind: 'no-numa', why: refusal[1]! }, lineNumber);
    return true;
  }

  /** dom0/nodes-pxm: the option takes the firmware's numbers (xen-command-line), which read like node ids. */
  private sayDom0Nodes(): void {
    if (this.dom0 === undefined) return;
    const { pxms, line } = this.dom0;
    const others = pxms.filter((pxm) => this.nodeOfPxm.get(pxm) !== pxm);
    if (others.length === 0) return;
    const meaning = others.map((pxm) => {
      const node = this.nodeOfPxm.get(pxm);
      return node === undefined
        ? `this log does not tell the node of ${pxm}`
        : `${pxm} is node ${node}`;
    });
    this.to.problem(
      `dom0_nodes in line ${line} takes ACPI proximity domains, not node ids: ${meaning.join(', ')}.`,
      line,
    );
  }

  private addPxm(node: number, pxm: number, lineNumber: number): void {
    this.nodeOfPxm.set(pxm, node);
    this.to.add(BOOT, { kind: 'pxm', node, pxm }, lineNumber);
  }
}

/** Drops xenconsoled's date, `(XEN)` and Xen's own time stamp, each if there; keeps the line's indentation. */
function withoutPrefix(line: string): string {
  return line.replace(/^(?:\[[^\]]*\] )?(?:\(XEN\) ?)?(?:\[[^\]]*\] ?)?/, '');
}
