import { Dump, phaseOf } from './dump.ts';
import type { Crash } from './model.ts';
import { reasonKinds, stackKinds } from './crash-reasons.ts';
import { crashOf } from './crash-build.ts';
import type { CrashDraft } from './crash-draft.ts';
import { LinuxCrashes } from './linux-crash.ts';
import { fieldOf, kindOf, numberField, type ReadLine } from './read-line.ts';

const reasonReach = 60;
const dumpReach = 120;
const boxReach = 600;

interface Box {
  readonly cpu: number | undefined;
  readonly lines: number[];
  readonly text: string[];
  readonly first: ReadLine;
}

/**
 * Joins the lines of crashes as they come: reasons, register dumps (several at once when CPUs interleave), panic
 * boxes, domain crashes and Linux traces.
 */
export class CrashGrouping {
  private reasons: ReadLine[] = [];
  private open: Dump[] = [];
  private box: Box | undefined;
  private lastStars = 0;
  /** Where key `w` began to print the ring once more; 0 when it did not. */
  private copyFrom = 0;
  private readonly drafts: CrashDraft[] = [];
  private readonly linux: LinuxCrashes = new LinuxCrashes();
  /** Text lines of the hypervisor that no kind knows, the last few: what stands above a bare panic. */
  private recent: ReadLine[] = [];

  /** True while a crash is being read, so that even lines of no kind matter. */
  get isReading(): boolean {
    return this.box !== undefined || this.open.length > 0 || this.linux.isReading;
  }

  take(line: ReadLine): void {
    if (line.dialect === 'linux-kernel' || line.dialect === 'guest-console') {
      this.linux.take(line);
      return;
    }
    if (line.dialect === 'console-text') {
      this.linux.takeBare(line);
      this.adoptBare(line);
      return;
    }
    if (line.dialect !== 'xen-console') return;
    this.takeHypervisor(line);
  }

  finish(xenVersion: string | undefined, lastLine: number): readonly Crash[] {
    this.closeBox();
    for (const dump of this.open) this.close(dump);
    this.open = [];
    const drafts = [...this.drafts, ...this.linux.finish()].sort((a, b) => a.line - b.line);
    const crashes = drafts
      .map((draft) => crashOf(draft, { xenVersion, lastLine }))
      .filter((crash) => crash !== undefined);
    return crashes.filter((crash, index) => !this.isCopied(crash, crashes.slice(0, index)));
  }

  /** A crash that the ring dump of key `w` shows again. */
  private isCopied(crash: Crash, earlier: readonly Crash[]): boolean {
    if (this.copyFrom === 0 || crash.line < this.copyFrom) return false;
    return earlier.some(
      (other) =>
        other.signature === crash.signature &&
        other.time?.text === crash.time?.text &&
        other.registers['rsp'] === crash.registers['rsp'],
    );
  }

  private takeHypervisor(line: ReadLine): void {
    const kind = kindOf(line);
    if (kind === 'xen.con.dumpring' && this.copyFrom === 0) this.copyFrom = line.number;
    if (kind === 'xen.panic.stars') return this.takeStars(line);
    if (kind === 'xen.panic.cpu') return this.openBox(line);
    if (this.box !== undefined) return this.takeBoxLine(line);
    if (kind === 'xen.crash.header') return this.openDump(line);
    const phase = phaseOf(line);
    if (phase !== undefined && (this.joinDump(line, phase) || beginsDump(line, phase))) {
      if (this.open.every((dump) => dump.lastLine !== line.number)) this.openHeadless(line, phase);
      return;
    }
    if (kind === 'xen.hwdom.crashed') return this.takeHostEnd(line);
    if (kind === 'xen.panic.reboot' || kind === 'xen.panic.noreboot') return this.takeEnd(line);
    const printing = this.open.findLast((dump) => !dump.isComplete);
    if (stackKinds.has(kind) && printing !== undefined) {
      printing.reasons.push(line);
      printing.adopt(line);
      return;
    }
    if (reasonKinds.has(kind)) return this.takeReason(line);
    if (kind === '' && this.open.some((dump) => !dump.isComplete && dump.takeRegisters(line)))
      return;
    if (kind === '' && line.payload.trim() !== '') this.remember(line);
    this.ageDumps(line.number);
  }

  private remember(line: ReadLine): void {
    this.recent.push(line);
    if (this.recent.length > 6) this.recent.shift();
  }

  private takeReason(line: ReadLine): void {
    const kind = kindOf(line);
    if (kind === 'xen.domcrash.vcpu' || kind === 'xen.domcrash.by') this.flushDomainCrash(line);
    this.reasons = this.reasons.filter((reason) => line.number - reason.number <= reasonReach);
    this.reasons.push(line);
    if (kind === 'xen.watchdog' || kind === 'xen.bug' || kind === 'xen.assert')
      for (const dump of this.open) dump.isComplete ||= dump.isWhole;
    this.ageDumps(line.number);
  }

  /** A domain crash whose dump never came stands by itself. */
  private flushDomainCrash(next?: ReadLine): void {
    const alone = this.reasons.filter((reason) =>
      ['xen.domcrash.vcpu', 'xen.domcrash.by'].includes(kindOf(reason)),
    );
    const first = alone[0];
    if (first === undefined) return;
    // The same death is told twice: who crashed, and who reported it.
    if (next !== undefined && fieldOf(next, 'domid') === fieldOf(first, 'domid')) return;
    this.drafts.push({ line: first.number, reasons: this.reasons, first });
    this.reasons = [];
  }

  private openDump(line: ReadLine): void {
    const reasons = this.reasons.filter((reason) => line.number - reason.number <= reasonReach);
    this.reasons = [];
    this.recent = [];
    const printing = this.open.findLast((dump) => !dump.isComplete);
    const isNested =
      printing !== undefined &&
      line.number - printing.lastLine <= 2 &&
      printing.reasons.some((reason) => stackKinds.has(kindOf(reason)));
    for (const dump of this.open)
      if (dump.isWhole || line.number - dump.lastLine > 12 || isNested) dump.isComplete = true;
    const dump = new Dump(line, reasons);
    if (isNested) dump.outer = printing;
    this.open.push(dump);
  }

  /** A dump whose header is damaged or was cut off. */
  private openHeadless(line: ReadLine, phase: number): void {
    this.openDump(line);
    this.open.at(-1)?.take(line, phase);
  }

  private joinDump(line: ReadLine, phase: number): boolean {
    let best: Dump | undefined;
    let least = Infinity;
    for (const dump of this.open) {
      if (dump.isComplete || line.number - dump.lastLine > dumpReach) continue;
      const misfit = dump.misfit(line, phase);
      if (misfit === undefined || misfit > least) continue;
      best = dump;
      least = misfit;
    }
    best?.take(line, phase);
    return best !== undefined;
  }

  private adoptBare(line: ReadLine): void {
    const last = this.open.at(-1);
    if (last === undefined || line.number - last.lastLine > 2) return;
    if (/^\s{0,8}[0-9a-f]{16}(?: [0-9a-f]{16}){0,3}\s{0,4}$/.test(line.payload)) last.adopt(line);
  }

  private takeStars(line: ReadLine): void {
    this.lastStars = line.number;
    if (this.box === undefined) return;
    if (this.box.text.length === 0 && this.box.lines.length > 1) return;
    this.box.lines.push(line.number);
    this.closeBox();
  }

  private openBox(line: ReadLine): void {
    this.closeBox();
    const lines =
      line.number - this.lastStars <= 2 && this.lastStars > 0
        ? [this.lastStars, line.number]
        : [line.number];
    this.box = { cpu: numberField(line, 'cpu'), lines, text: [], first: line };
  }

  private takeBoxLine(line: ReadLine): void {
    const box = this.box;
    if (box === undefined) return;
    if (box.lines.length > 14 || kindOf(line) === 'xen.crash.header') {
      this.closeBox();
      this.takeHypervisor(line);
      return;
    }
    if (line.payload.trim() === '') return;
    box.lines.push(line.number);
    box.text.push(line.payload.trim());
    // What the box repeats is a reason by itself: BUG, assertion, trap.
    if (reasonKinds.has(kindOf(line))) this.reasons.push(line);
  }

  private closeBox(): void {
    const box = this.box;
    this.box = undefined;
    if (box === undefined) return;
    const dying = this.open.filter((each) => each.panicText.length === 0 && canEndInPanic(each));
    const dump =
      dying.find((each) => each.cpu === box.cpu) ??
      (dying.length === 1 && dying[0]?.cpu === undefined ? dying[0] : undefined);
    if (dump !== undefined && box.first.number - dump.lastLine < boxReach) {
      dump.panicText = box.text;
      dump.panicLines = box.lines;
      dump.lastLine = box.lines.at(-1) ?? dump.lastLine;
      const boxReasons = this.reasons;
      this.reasons = [];
      this.close(dump, boxReasons);
      this.open = this.open.filter((each) => each !== dump);
      return;
    }
    const reasons = this.reasons;
    const above = this.recent.filter((line) => box.first.number - line.number <= 8);
    this.reasons = [];
    this.recent = [];
    this.drafts.push({
      line:
        reasons.find((reason) => !box.lines.includes(reason.number))?.number ?? box.first.number,
      reasons,
      first: box.first,
      panic: { lines: box.lines, text: box.text, cpu: box.cpu, above },
    });
  }

  private takeEnd(line: ReadLine): void {
    const last = this.drafts.at(-1);
    if (last !== undefined && line.number - endOf(last) <= 6) last.endLine = line.number;
  }

  /** `Hardware Dom0 crashed`: the end of what dom0's kernel or its domain crash began. */
  private takeHostEnd(line: ReadLine): void {
    for (const dump of this.open) this.close(dump);
    this.open = [];
    this.flushDomainCrash();
    const panic = this.linux.takeHostEnd(line);
    if (panic) return;
    const last = this.drafts.at(-1);
    const isDomainCrash =
      last !== undefined &&
      line.number - endOf(last) <= boxReach &&
      last.reasons.some(
        (reason) =>
          kindOf(reason).startsWith('xen.domcrash') || kindOf(reason) === 'xen.pv.unhandled',
      );
    if (last !== undefined && isDomainCrash) {
      last.hostEnd = line;
      return;
    }
    this.drafts.push({ line: line.number, reasons: [line], first: line, hostEnd: line });
  }

  private ageDumps(lineNumber: number): void {
    if (this.open.length > 0)
      this.open = this.open.filter((dump) => {
        if (lineNumber - dump.lastLine <= dumpReach) return true;
        this.close(dump);
        return false;
      });
    const oldest = this.reasons[0];
    if (oldest !== undefined && lineNumber - oldest.number > reasonReach) {
      this.flushDomainCrash();
      this.reasons = this.reasons.filter((reason) => lineNumber - reason.number <= reasonReach);
    }
  }

  private close(dump: Dump, boxReasons: readonly ReadLine[] = []): void {
    // Only needed to tell interleaved dumps apart; a large log has many dumps.
    dump.stackWords.clear();
    if (dump.outer !== undefined) {
      dump.outer.lines.push(...dump.lines);
      return;
    }
    this.drafts.push({
      line: Math.min(dump.first.number, ...ownReasons(dump).map((reason) => reason.number)),
      reasons: [...dump.reasons, ...boxReasons],
      first: dump.first,
      dump,
      ...(dump.panicText.length > 0
        ? { panic: { lines: dump.panicLines, text: dump.panicText, cpu: dump.cpu, above: [] } }
        : {}),
    });
  }
}

/** A WARN, a debug key's dump and a guest's dump are over when they end; a later panic is another matter. */
function canEndInPanic(dump: Dump): boolean {
  const nearest = dump.reasons.at(-1);
  return nearest === undefined || !/^xen\.(?:warn|ubsan|dump|domcrash|key)/.test(kindOf(nearest));
}

/** Whether a part of a dump that none of the open ones takes is the beginning of one. */
const beginsDump = (line: ReadLine, phase: number): boolean =>
  phase === 1 || kindOf(line) === 'xen.crash.rip' || line.payload.startsWith('PC:');

const ownReasons = (dump: Dump): readonly ReadLine[] =>
  dump.reasons.filter((reason) => dump.first.number - reason.number <= 40);

const endOf = (draft: CrashDraft): number =>
  Math.max(
    draft.endLine ?? 0,
    draft.first.number,
    draft.dump?.lastLine ?? 0,
    draft.panic?.lines.at(-1) ?? 0,
  );
