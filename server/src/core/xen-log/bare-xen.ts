import type { MessageKind } from '#core/knowledge';
import type { KindMatch } from './catalogue.ts';

/** Lines after a sign of the hypervisor within which lines without a prefix may be its own. */
const reach = 60;
const mostBoxLines = 4;

/** What begins or belongs to a dump or panic of the hypervisor, whoever else is on the wire. */
const signs =
  /^(?:----\[ Xen-\d|Xen (?:call trace:|stack trace from|code around|BUG at |WARN at )|Panic on CPU \d|Assertion '.{1,300}' failed at |FATAL (?:PAGE FAULT|TRAP)|GENERAL PROTECTION FAULT|DOUBLE FAULT --|\*\*\* DOUBLE FAULT \*\*\*|Watchdog timer detects that CPU|Pagetable walk from [0-9a-f]{16}|domain_crash(?:_sync)? called from |Domain \d{1,5} \(vcpu#\d|Hardware Dom\d{1,5} crashed|CPU\d{1,4}: Unexpected Trap: |(?:Data|Instruction|Prefetch) Abort Trap\. |Hypervisor Trap\. |Walking Hypervisor VA |Uhhuh\. NMI received for unknown reason [0-9a-f]{2}\.$|Early fatal page fault at |d\d{1,5}v\d{1,5} Unhandled: vec |CHECKLOCK FAILURE: |CONTROL-FLOW PROTECTION FAULT: |RIP: {1,4}e0(?:08|33):\[<)/;

/** Families of which a dump without prefixes is made. */
const families: ReadonlySet<string> = new Set([
  'crash',
  'domain-crash',
  'watchdog',
  'dump',
  'arm',
  'mce',
  'hvm',
]);

/**
 * Follows dumps whose capture or poster lost the `(XEN) `: lines near one are taken for the hypervisor's when they
 * are a known part of a dump, and so is the text of a panic box.
 */
export class BareXen {
  private until = 0;
  private boxLines = 0;

  /** Whether a bare line of that number can be the hypervisor's. */
  isNear(payload: string, number: number): boolean {
    if (signs.test(payload.trimStart())) this.until = number + reach;
    return number <= this.until;
  }

  /** Kinds that a bare line may be. */
  readonly allows = (kind: MessageKind): boolean => families.has(kind.family) && !kind.isGeneric;

  /** Takes note of what a bare line near a dump was; true when it is text of a panic box. */
  isBoxText(match: KindMatch | undefined, payload: string): boolean {
    const kind = match?.kind.id;
    if (kind === 'xen.panic.cpu') this.boxLines = mostBoxLines;
    else if (kind === 'xen.panic.stars') this.boxLines = 0;
    else if (this.boxLines > 0 && payload.trim() !== '') {
      this.boxLines--;
      return match === undefined;
    }
    return false;
  }

  /** A line with a prefix: what follows is no longer bare text of a dump that has none. */
  reset(): void {
    this.until = 0;
    this.boxLines = 0;
  }
}
