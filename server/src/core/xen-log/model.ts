import type { Severity } from '#core/findings';

/**
 * Who wrote a line. A file usually holds several: a serial log carries the hypervisor, the dom0 kernel, dom0's
 * user space and other guests on the same wire.
 */
export type Dialect =
  | 'xen-console'
  | 'linux-kernel'
  | 'guest-console'
  | 'console-text'
  | 'libxl'
  | 'libxc'
  | 'xl'
  | 'libvirt'
  | 'xenstored'
  | 'xenconsoled'
  | 'qemu'
  | 'hotplug'
  | 'xapi'
  | 'system-log'
  | 'firmware'
  | 'command-output'
  | 'configuration'
  | 'mail-text';

/** The stamp in front of a payload, in the writer's own clock. */
export type LogTime =
  /** Wall clock as printed, `YYYY-MM-DD hh:mm:ss[.mmm]` or the form of syslog; no zone is assumed. */
  | { readonly kind: 'date'; readonly text: string }
  /** Seconds since that writer's boot. */
  | { readonly kind: 'boot'; readonly seconds: number; readonly text: string }
  /** Time stamp counter of a hypervisor whose clocks do not run yet; `Detected nnnn MHz` turns it into seconds. */
  | { readonly kind: 'raw'; readonly ticks: bigint; readonly text: string };

/** A line as its prefixes say it. Columns are UTF-16 offsets into the line without its line end. */
export interface LogLine {
  readonly dialect: Dialect | undefined;
  /** The text after every prefix, without trailing carriage returns and control sequences. */
  readonly payload: string;
  readonly payloadColumn: number;
  readonly time?: LogTime;
  /** Printed level where a dialect prints one (`error`, `debug`, kernel priority 0 to 7 as a word). */
  readonly level?: string;
  /** The guest whose console text this is: `(d1) `. */
  readonly guestDomain?: number;
  /** Program and host of a syslog or journald wrapper. */
  readonly process?: string;
  readonly host?: string;
}

/** One line (or one run of a block) that the knowledge explains. */
export interface LogEvent {
  /** Number of the event in its log, from 0. */
  readonly id: number;
  /** Message kind, e.g. `xen.crash.pagefault`; the key of `messages.json`. */
  readonly kind: string;
  /** The kind's own severity, after the rules for blocks and cascades. */
  readonly severity: Severity;
  /** First and last line, counted from 1. */
  readonly line: number;
  readonly endLine: number;
  readonly time?: LogTime;
  readonly dialect: Dialect;
  /** Domain the line speaks of; 0 is dom0. */
  readonly domain?: number;
  /** Physical CPU the line speaks of. */
  readonly cpu?: number;
  readonly title: string;
  readonly text: string;
  readonly payloadColumn: number;
  /** Named parts of the payload as printed. */
  readonly fields: Readonly<Record<string, string>>;
  /** 0 to 100: how likely this line, not a neighbour, is where the trouble started. */
  readonly rootCauseRank: number;
  /** True for kinds that match almost anything of their dialect. */
  readonly isGeneric: boolean;
}

/** What a dump shows. `warn` and `state-dump` leave the host running. */
export type CrashKind =
  | 'page-fault'
  | 'general-protection'
  | 'invalid-opcode'
  | 'divide-error'
  | 'fatal-trap'
  | 'double-fault'
  | 'stack-overflow'
  | 'control-protection'
  | 'smep-smap'
  | 'bug'
  | 'assertion'
  | 'warn'
  | 'panic'
  | 'watchdog'
  | 'nmi'
  | 'machine-check'
  | 'data-abort'
  | 'instruction-abort'
  | 'arm-trap'
  | 'domain-crash'
  | 'dom0-crash'
  | 'linux-oops'
  | 'linux-bug'
  | 'linux-panic'
  | 'linux-warn';

/** How the printer found a frame; return addresses need one subtracted before a line look-up. */
export type FrameMark =
  | 'instruction-pointer'
  | 'frame-pointer'
  | 'stack-word'
  | 'shadow-stack'
  | 'link-register'
  | 'unmarked';

/** `[<ffff82d04025eebd>] R common/crashlab.c#lab_read_value+0x3/0xc [payload]`, taken apart. */
export interface CallFrame {
  readonly line: number;
  readonly address: bigint;
  readonly mark: FrameMark;
  /** Function name without its file. */
  readonly symbol?: string;
  /** File as printed in front of `#`, e.g. `common/sched/credit2.c`, `entry.o`. */
  readonly file?: string;
  readonly offsetBytes?: number;
  readonly sizeBytes?: number;
  /** Livepatch payload or Linux module. */
  readonly payload?: string;
  /** The address to look up: one less for return addresses. */
  readonly lookupAddress: bigint;
}

export interface SourcePlace {
  /** Path from the tree's root or from `xen/`, as the message printed it. */
  readonly file: string;
  readonly line?: number;
  readonly symbol?: string;
}

/** One step of `Pagetable walk from`, or of the Arm walk. */
export interface PageWalkStep {
  readonly line: number;
  readonly level: string;
  readonly slot: number;
  readonly entry: bigint;
}

/** A line that supports the cause of a crash. */
export interface CrashEvidence {
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

/** Whether a crash looks as if a guest could cause it at will: only ever a hint to a person. */
export interface SecurityRelevance {
  readonly yes: boolean;
  /** One or two sentences a developer can check. */
  readonly why: string;
}

/** Whose state a dump shows. */
export type CrashContext = 'hypervisor' | 'pv-guest' | 'hvm-guest' | 'linux';

/** A register dump with its reason, trace and panic box, joined even where CPUs printed at once. */
export interface Crash {
  readonly kind: CrashKind;
  /** What became of it: the host died, a domain died, or all went on. */
  readonly outcome: 'host-died' | 'domain-died' | 'continued' | 'unknown';
  readonly line: number;
  readonly endLine: number;
  /** The line that explains it best. */
  readonly keyLine: number;
  /** Lines that belong to it, in order; not contiguous when CPUs interleave. */
  readonly lines: readonly number[];
  readonly time?: LogTime;
  readonly cpu?: number;
  /** Domain in whose context it happened (`CONTEXT: hypervisor (d1v0)`), or which died. */
  readonly domain?: number;
  readonly vcpu?: number;
  readonly context?: CrashContext;
  readonly xenVersion?: string;
  readonly architecture?: string;
  readonly isDebugBuild?: boolean;
  readonly taint?: string;
  /** By the names printed: `rip`, `rsp`, `cr2`, `X0`, `ESR_EL2`, ... */
  readonly registers: Readonly<Record<string, bigint>>;
  readonly callTrace: readonly CallFrame[];
  /** 8 bytes before the instruction and the rest; undefined where the page could not be read. */
  readonly codeBytes?: {
    readonly beforeCount: number;
    readonly bytes: readonly (number | undefined)[];
  };
  readonly pageWalk: readonly PageWalkStep[];
  readonly faultAddress?: bigint;
  readonly errorCode?: number;
  readonly vector?: number;
  /** The lines of the panic box. */
  readonly panicText: readonly string[];
  /** The frame to blame: skip rules and return-address rule of logs.md section 4. */
  readonly culprit?: CallFrame;
  /** Where a BUG, WARN or assertion says it is, else the culprit's file. */
  readonly place?: SourcePlace;
  /** One sentence. */
  readonly cause: string;
  readonly evidence: readonly CrashEvidence[];
  readonly nextSteps: readonly string[];
  readonly securityRelevant: SecurityRelevance;
  /** `kind|file|symbol|next|next`, equal for two reports of one bug. */
  readonly signature: string;
}

/** What happened once: its key line first, the lines that only follow from it behind. */
export interface Incident {
  readonly kind: string;
  readonly severity: Severity;
  readonly line: number;
  readonly endLine: number;
  readonly title: string;
  readonly message: string;
  /** How often the same thing was said. */
  readonly count: number;
  readonly related: readonly {
    readonly line: number;
    readonly text: string;
    readonly why: string;
  }[];
  readonly nextSteps: readonly string[];
  /** Index into `crashes` where it is one. */
  readonly crash?: number;
}

/** A range of physical memory as a firmware or SRAT list prints it: both ends included. */
export interface MemoryRange {
  readonly line: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly type: string;
}

/** What NUMA lines say: SRAT lists at boot, key `u` later. */
export interface NumaFacts {
  readonly memory: readonly {
    readonly line: number;
    readonly node: number;
    readonly pxm: number;
    readonly start: bigint;
    readonly end: bigint;
    readonly isHotplug: boolean;
  }[];
  readonly cpus: readonly {
    readonly apicId: number;
    readonly pxm: number;
    readonly node: number;
  }[];
  /** `NODE0 start->0 size->393216 free->300682`, in pages of 4 KiB. */
  readonly nodes: readonly {
    readonly node: number;
    readonly startPage: number;
    readonly pageCount: number;
    readonly freePageCount: number;
  }[];
  /** `CPU3 -> NODE1` of key `u`. */
  readonly cpuToNode: readonly { readonly cpu: number; readonly node: number }[];
  /** Pages of each domain per node, from key `u`. */
  readonly domains: readonly {
    readonly domain: number;
    readonly pageCount: number;
    readonly pagesByNode: Readonly<Record<number, number>>;
  }[];
  /** True when Xen said that there is no NUMA configuration, or turned it off. */
  readonly isOff: boolean;
}

/** What one boot of the host says of itself. Everything is optional: rings wrap and captures start late. */
export interface BootFacts {
  readonly line: number;
  readonly endLine: number;
  readonly xenVersion?: string;
  /** The banner's payload, whole. */
  readonly banner?: string;
  /** What stands in the banner's first brackets: a distribution's package or the builder. */
  readonly origin?: string;
  readonly compiler?: string;
  readonly isDebugBuild?: boolean;
  readonly buildDate?: string;
  readonly changeset?: string;
  readonly buildId?: string;
  readonly bootloader?: string;
  readonly commandLine?: string;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly memoryMap: readonly MemoryRange[];
  readonly ramKib?: number;
  readonly cpuVendor?: string;
  /** `AMD, Family 23 (0x17), Model 1 (0x1), Stepping 2 (raw 00800f12)`. */
  readonly cpu?: string;
  readonly cpuMhz?: number;
  readonly microcode?: string;
  readonly cpuCount?: number;
  readonly numa: NumaFacts;
  readonly mitigations: readonly string[];
  readonly scheduler?: string;
  readonly schedulerGranularity?: string;
  readonly platformTimer?: string;
  readonly hvm?: string;
  readonly hap?: string;
  readonly iommu?: string;
  readonly interruptRemapping?: string;
  readonly consoleRingKib?: number;
  readonly logLevel?: string;
  readonly guestLogLevel?: string;
  readonly dom0Kind?: string;
  readonly dom0VcpuCount?: number;
  readonly dom0Kernel?: string;
  readonly dom0CommandLine?: string;
  /** True when the banner is missing: the ring wrapped or the capture began late. */
  readonly isTruncated: boolean;
}

/** A stretch of the log for outline and folding. */
export interface LogBlock {
  readonly kind: 'boot' | 'crash' | 'dump' | 'section' | 'debug-key';
  readonly title: string;
  readonly line: number;
  readonly endLine: number;
  readonly children: readonly LogBlock[];
}

/** Lines nobody explains, gathered by shape (numbers and names blanked). */
export interface UnknownShape {
  readonly count: number;
  readonly example: string;
  readonly line: number;
}

/** A domain the log speaks of. */
export interface DomainMention {
  readonly domain: number;
  readonly eventCount: number;
  readonly firstLine: number;
}

/** All that is known of a log. */
export interface LogAnalysis {
  readonly lineCount: number;
  readonly classifiedLineCount: number;
  readonly linesByDialect: Readonly<Partial<Record<Dialect, number>>>;
  /** In order of lines; at most `maxEvents`, those of low severity dropped first. */
  readonly events: readonly LogEvent[];
  /** Events counted but not kept. */
  readonly droppedEventCount: number;
  /** Of those, how many were not even read: hints of a large log beyond a sample. */
  readonly countedOnlyEventCount: number;
  readonly countByKind: Readonly<Record<string, number>>;
  readonly crashes: readonly Crash[];
  readonly incidents: readonly Incident[];
  /** Each boot the log shows, the last one last. */
  readonly boots: readonly BootFacts[];
  readonly blocks: readonly LogBlock[];
  readonly domains: readonly DomainMention[];
  readonly unknown: readonly UnknownShape[];
}

export interface ScanOptions {
  /** Called with every event as it is read; events are then not kept in the analysis unless `maxEvents` says so. */
  readonly onEvent?: (event: LogEvent) => void;
  /** How many events the analysis keeps. */
  readonly maxEvents?: number;
  /** What ends a line: LF as files are counted (the default), or LF, CR LF and CR as editors count. */
  readonly lineBreaks?: 'line-feed' | 'editor';
}

/** A reader of logs: text in pieces cut anywhere, the analysis at the end. Never throws on any text. */
export interface LogScanner {
  feed(text: string): void;
  finish(): LogAnalysis;
}
