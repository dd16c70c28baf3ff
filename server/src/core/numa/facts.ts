import { excessOf } from './fact-limits.ts';
import type { GuestConfig } from './guest-config.ts';
import type { Affinity, DomainType, IdSet } from './model.ts';

/** Where a fact was read. */
export interface Source {
  /** Name of the input: a file's, or what the user called the paste. */
  readonly input: string;
  /** One-based; undefined inside structured formats that give no line. */
  readonly line?: number;
}

/** Formats that are read; see numa.md section 4. */
export type InputFormat =
  | 'xl info -n'
  | 'xl list'
  | 'xl list -l'
  | 'xl create -n'
  | 'xl vcpu-list'
  | 'xl cpupool-list'
  | 'debug key u'
  | 'Xen boot log'
  | 'numactl --hardware'
  | 'lscpu'
  | 'lscpu -p'
  | 'sysfs'
  | 'hwloc XML'
  | 'libvirt XML';

/** One thing an input says. Sizes in KiB; a later fact of the same kind and key replaces an earlier one. */
export type Fact =
  | {
      readonly kind: 'cpu';
      readonly id: number;
      readonly core?: number;
      readonly socket?: number;
      /** Null: listed, but on no node. Undefined: not said. */
      readonly node?: number | null;
    }
  | { readonly kind: 'cpu-id-count'; readonly count: number }
  | {
      readonly kind: 'node';
      readonly id: number;
      readonly sizeKib?: number;
      readonly freeKib?: number;
    }
  /** A row of the SLIT by node id. */
  | {
      readonly kind: 'distances';
      readonly from: number;
      readonly to: readonly (number | undefined)[];
    }
  | {
      readonly kind: 'pool';
      readonly name: string;
      readonly cpus?: IdSet;
      readonly scheduler?: string;
    }
  | { readonly kind: 'scheduler'; readonly name: string }
  | { readonly kind: 'hap'; readonly available: boolean }
  | {
      readonly kind: 'domain';
      readonly id: number;
      readonly name?: string;
      readonly memoryKib?: number;
      readonly vcpuCount?: number;
      readonly pool?: string;
      readonly type?: DomainType;
      /** Node-affinity in force, as printed. */
      readonly nodes?: 'all' | IdSet;
    }
  | {
      readonly kind: 'vcpu';
      readonly domain: number;
      readonly id: number;
      /** Where it last ran. */
      readonly cpu?: number;
      readonly hard?: Affinity;
      readonly soft?: Affinity;
    }
  | {
      readonly kind: 'domain-pages';
      readonly domain: number;
      readonly node: number;
      readonly pages: number;
    }
  | { readonly kind: 'pxm'; readonly node: number; readonly pxm: number }
  /** A guest that is to be created. */
  | { readonly kind: 'guest'; readonly config: GuestConfig }
  | { readonly kind: 'slit-rejected' }
  | { readonly kind: 'no-numa'; readonly why: string };

export interface SourcedFact {
  readonly fact: Fact;
  readonly source: Source;
  readonly format: InputFormat;
}

/** A plain sentence about an input: what, where, what to do. */
export interface InputProblem {
  readonly source: Source;
  readonly sentence: string;
}

/** What reading one input gave. Nothing that was read is lost because something else could not be. */
export interface InputFacts {
  readonly name: string;
  readonly formats: readonly InputFormat[];
  readonly facts: readonly SourcedFact[];
  readonly problems: readonly InputProblem[];
}

/** Collects facts while an input is read. */
export class FactCollector {
  readonly facts: SourcedFact[] = [];
  readonly problems: InputProblem[] = [];
  private readonly formats = new Set<InputFormat>();
  private readonly name: string;
  private excessLine: number | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Takes a fact; a number no Xen could have is told once per line and left out. */
  add(format: InputFormat, fact: Fact, line?: number): void {
    this.formats.add(format);
    const excess = excessOf(fact);
    if (excess !== undefined) {
      if (line === undefined || line !== this.excessLine) this.problem(excess, line);
      this.excessLine = line;
      return;
    }
    this.facts.push({ fact, source: this.sourceAt(line), format });
  }

  problem(sentence: string, line?: number): void {
    this.problems.push({ source: this.sourceAt(line), sentence });
  }

  /** Notes that the format was there although it held no facts. */
  sawFormat(format: InputFormat): void {
    this.formats.add(format);
  }

  result(): InputFacts {
    const { name, facts, problems } = this;
    return { name, formats: [...this.formats], facts, problems };
  }

  private sourceAt(line: number | undefined): Source {
    return line === undefined ? { input: this.name } : { input: this.name, line };
  }
}

/** Reads one format line by line. */
export interface LineReader {
  /** Whether a part of this format begins here, whatever table another reader is in. */
  begins(line: string): boolean;
  /** True when the line was this reader's; false leaves it to the others. */
  feed(line: string, lineNumber: number): boolean;
  /** Another reader took over: a table of this one ends here. */
  leave(): void;
  /** The input ends: says what is missing. */
  finish(): void;
}

export type CreateLineReader = (to: FactCollector) => LineReader;
