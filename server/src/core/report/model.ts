import type { Advisories, Advisory, Scaffold } from '#core/knowledge';
import type { MaintainersAnswer } from '#core/maintainers';
import type { FoundSecret, NamedText, PseudonymMap } from '#core/redaction';
import type { Crash, Incident, LogAnalysis } from '#core/xen-log';

/** A log with what the scanner knows of it. */
export interface LogSource extends NamedText {
  readonly analysis: LogAnalysis;
}

/** Everything a report is made from. The core reads nothing itself: adapters bring the texts. */
export interface ReportInput {
  readonly logs: readonly LogSource[];
  /** `xl info`, `dmesg`, `/etc/os-release` and the like, one text per command or all in one. */
  readonly hostInfo: readonly NamedText[];
  /** Guest configurations as given to `xl create`. */
  readonly configs: readonly NamedText[];
  /** The crash that the user pointed at; otherwise the one that explains most. */
  readonly chosen?: { readonly log: number; readonly crash: number };
  /** Sections already written by the user, by section id. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly knowledge: ReportKnowledge;
  /** Who answers for the code at fault, from the user's own tree. */
  readonly maintainersOf?: MaintainersLookup;
  /** Texts the user wants to stay unredacted. */
  readonly keep?: ReadonlySet<string>;
  /** Pseudonyms of the same report folder, made earlier. */
  readonly known?: PseudonymMap;
}

/** Looks the code at fault up in a tree; files are as the log printed them, functions where it printed no file. */
export type MaintainersLookup = (places: readonly CodePlace[]) => MaintainersAnswer | undefined;

/** A place in the code as a log names it. */
export interface CodePlace {
  readonly file?: string;
  readonly symbol?: string;
}

export interface ReportKnowledge {
  readonly scaffold: Scaffold;
  readonly advisories: Advisories;
}

/** A fact with the place it was read from, e.g. `serial.log:7` or `xl info`. */
export interface Fact {
  readonly value: string;
  readonly from: string;
}

export type FactKey =
  | 'xen.version'
  | 'xen.changeset'
  | 'xen.buildid'
  | 'xen.debug'
  | 'xen.taint'
  | 'xen.cmdline'
  | 'xen.origin'
  | 'cpu.model'
  | 'cpu.microcode'
  | 'board'
  | 'memory'
  | 'dom0.kernel'
  | 'distro';

export type FactSheet = Readonly<Partial<Record<FactKey, Fact>>>;

/** What kind of trouble it is, which decides who can do something about it. */
export type FaultKind = 'xen-bug' | 'linux-or-qemu' | 'configuration' | 'hardware' | 'no-fault';

/** The trouble that the report is about. */
export interface Fault {
  readonly kind: FaultKind;
  /** Why this kind, one sentence. */
  readonly why: string;
  /** What happened in a few words, for the subject. */
  readonly headline: string;
  /** Index into the logs, where the fault is in one. */
  readonly log?: number;
  readonly crash?: Crash;
  readonly incident?: Incident;
  /** True when it happened before dom0 ran, so that booting is all it takes. */
  readonly atBoot: boolean;
  /** True when Xen got as far as starting dom0's kernel. */
  readonly dom0Started: boolean;
  /** Guests concerned, dom0 left out. */
  readonly guests: readonly number[];
  /** Files of the trace as printed, the culprit's first. */
  readonly files: readonly string[];
  /** The culprit and its first callers, for whom to ask. */
  readonly places: readonly CodePlace[];
}

/** A thing to know before reporting: a misconfiguration, a known advisory, no fault at all. */
export interface Notice {
  readonly kind: 'misconfiguration' | 'advisory' | 'hardware' | 'no-fault' | 'old-release';
  readonly title: string;
  readonly text: string;
  /** Where to ask or read instead. */
  readonly instead?: string;
  readonly advisories: readonly Advisory[];
}

/** Why a report may concern security. */
export interface SecurityReason {
  readonly trigger: string;
  readonly why: string;
}

/** The judgement about security: it never sends anything anywhere, it only closes public routes until a person decides. */
export interface SecurityAssessment {
  readonly askFirst: boolean;
  readonly reasons: readonly SecurityReason[];
  /** What speaks against it. */
  readonly against: readonly string[];
  /** Things to look at that close nothing. */
  readonly hints: readonly string[];
}

export interface Destination {
  readonly id: string;
  readonly name: string;
  /** Mail address, where it is one. */
  readonly mail?: string;
  readonly url?: string;
  readonly how: string;
  readonly isPublic: boolean;
}

/** Where the report goes. While `publicRoutesOpen` is false every public destination stands in `withheld`. */
export interface Routing {
  readonly kind: FaultKind;
  readonly security: SecurityAssessment;
  /** The user's own words that it is no security matter; undefined when not given. */
  readonly statement: string | undefined;
  readonly publicRoutesOpen: boolean;
  readonly destinations: readonly Destination[];
  readonly withheld: readonly Destination[];
  readonly downstream: string | undefined;
  readonly maintainers: MaintainersAnswer | undefined;
}

/** One check of the score. `got` is between 0 and `points`. */
export interface CheckResult {
  readonly id: string;
  readonly label: string;
  readonly points: number;
  readonly got: number;
  /** What is missing and how to get it; undefined when nothing is. */
  readonly missing: string | undefined;
  /** Commands that would tell. */
  readonly commands: readonly string[];
  /** Section of the report where it belongs. */
  readonly section: string;
}

export interface Completeness {
  /** 0 to 100. */
  readonly score: number;
  readonly checks: readonly CheckResult[];
}

/** A finished draft: files to write, and what to tell the user. */
export interface ReportDraft {
  readonly title: string;
  readonly reportText: string;
  /** `report.md`, `.gitignore`, `attachments/...`, `private/...`; paths in the folder, with `/`. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly facts: FactSheet;
  readonly fault: Fault;
  readonly notices: readonly Notice[];
  readonly routing: Routing;
  readonly completeness: Completeness;
  readonly redactions: readonly FoundSecret[];
  readonly pseudonyms: PseudonymMap;
}
