import type { CrashDraft, LinuxTrace } from './crash-draft.ts';
import { parseLinuxFrame } from './frames.ts';
import { fieldOf, hexOf, type ReadLine } from './read-line.ts';

const start =
  /^(?:-{8,}\[ cut here \]-{4,}|BUG: |kernel BUG at |Kernel panic - not syncing|general protection fault|Oops: |Internal error: |Unable to handle kernel |WARNING: (?:CPU: |at )|INFO: (?:rcu|task .{1,80} blocked for)|watchdog: BUG: |Fixing recursive fault|double fault: |divide error: |invalid opcode: |stack segment: |traps: PANIC|Unhandled fault:)/;

const isTrace =
  /^\s{0,8}(?:\[<|\? |[\w.$]{1,200}\+0x|<\/?(?:TASK|IRQ|NMI|EOI|SOFTIRQ|#?[A-Z]{2})>|=+$|-{4,}|CPU: |CPU \d|Pid: |IP: |Hardware name|Call [Tt]race|Modules linked|last unloaded|RIP|EIP|RSP|[RE][A-DS][XIP]:|RBP|R\d\d|FS:|CS:|CR2|DR\d|Code:|Stack|Workqueue|PKRU|Kernel Offset|Oops|#PF|PGD|P4D|PUD|PMD|EFLAGS|invalid opcode|kernel BUG|WARNING|BUG|Kernel panic|Internal error|[xX]\d|pc :|lr :|sp :|pstate|ESR|Mem abort|Data abort|Exception|EC |SET |FSC |Process |Tainted|swapper|user pgtable|\[[0-9a-f]{16}\]|SMP|PREEMPT|Comm|irq event|hardirqs|softirqs|RCU|Sending NMI|NMI backtrace|Kernel Offset|Rebooting in|Dumping ftrace|note: )/;

/** A panic that only follows from the oops above it. */
const consequence =
  /^Kernel panic - not syncing: (?:Fatal exception|panic_on_(?:oops|warn)|softlockup|hung_task|RCU Stall)/;
const consequenceReach = 60;

const end = /^---\[ end (?:trace|Kernel panic)/;

const mostLines = 160;
const hostEndReach = 600;

interface OpenTrace extends LinuxTrace {
  strangers: number;
}

const emptyTrace = (line: ReadLine): OpenTrace => ({
  source: line.dialect === 'guest-console' ? (line.guestDomain ?? -1) : -1,
  lines: [],
  texts: [],
  frames: [],
  registers: {},
  strangers: 0,
});

/** Follows the traces of Linux kernels, one per console. */
export class LinuxCrashes {
  private open: OpenTrace[] = [];
  private readonly drafts: CrashDraft[] = [];

  get isReading(): boolean {
    return this.open.length > 0;
  }

  take(line: ReadLine): void {
    const source = line.dialect === 'guest-console' ? (line.guestDomain ?? -1) : -1;
    const trace = this.open.find((each) => each.source === source);
    if (trace === undefined) {
      if (start.test(line.payload)) this.begin(line);
      return;
    }
    const isNewReport = line.payload.startsWith('------------[ cut here') && trace.lines.length > 2;
    if (isNewReport || line.number - (trace.lines.at(-1) ?? 0) > 60) {
      this.close(trace);
      this.take(line);
      return;
    }
    this.join(trace, line);
  }

  /** Kernel text that lost its stamp, or text of somebody else on the wire. */
  takeBare(line: ReadLine): void {
    const trace = this.open.find((each) => each.source === -1);
    if (trace !== undefined && isTrace.test(line.payload) && parseLinuxFrame(line.payload, 0))
      this.add(trace, line);
  }

  /** Joins `Hardware Dom0 crashed` with the panic of dom0's kernel above it; false when there is none. */
  takeHostEnd(line: ReadLine): boolean {
    for (const trace of this.open) this.close(trace);
    this.open = [];
    const last = this.drafts.findLast((draft) => draft.linux?.source === -1);
    if (last === undefined || last.linux === undefined) return false;
    if (line.number - (last.linux.lines.at(-1) ?? 0) > hostEndReach) return false;
    last.hostEnd = line;
    return true;
  }

  finish(): readonly CrashDraft[] {
    for (const trace of this.open) this.close(trace);
    this.open = [];
    return this.drafts;
  }

  private begin(line: ReadLine): void {
    if (this.joinConsequence(line)) return;
    const trace = emptyTrace(line);
    this.open.push(trace);
    this.first.set(trace, line);
    this.add(trace, line);
  }

  /** Adds a panic to the report that led to it; false when there is none. */
  private joinConsequence(line: ReadLine): boolean {
    if (!consequence.test(line.payload)) return false;
    const { source } = emptyTrace(line);
    const last = this.drafts.findLast((draft) => draft.linux?.source === source)?.linux;
    if (last === undefined || line.number - (last.lines.at(-1) ?? 0) > consequenceReach)
      return false;
    last.lines.push(line.number);
    last.texts.push(line.payload);
    return true;
  }

  private readonly first: Map<OpenTrace, ReadLine> = new Map();

  private join(trace: OpenTrace, line: ReadLine): void {
    if (end.test(line.payload)) {
      this.add(trace, line);
      this.close(trace);
      this.open = this.open.filter((each) => each !== trace);
      return;
    }
    if (isTrace.test(line.payload) || start.test(line.payload)) {
      this.add(trace, line);
      trace.strangers = 0;
    } else if (++trace.strangers > 6) {
      this.close(trace);
      this.open = this.open.filter((each) => each !== trace);
      return;
    }
    if (trace.lines.length <= mostLines) return;
    this.close(trace);
    this.open = this.open.filter((each) => each !== trace);
  }

  private add(trace: OpenTrace, line: ReadLine): void {
    trace.lines.push(line.number);
    trace.texts.push(line.payload);
    const frame = parseLinuxFrame(line.payload, line.number);
    if (frame !== undefined) trace.frames.push(frame);
    readRegisters(trace, line);
  }

  private close(trace: OpenTrace): void {
    const first = this.first.get(trace);
    this.first.delete(trace);
    this.open = this.open.filter((each) => each !== trace);
    // A lone line such as "BUG: ..." in some program's text is no trace; a panic needs none.
    if (first === undefined) return;
    this.drafts.push({ line: first.number, reasons: [], first, linux: trace });
  }
}

function readRegisters(trace: OpenTrace, line: ReadLine): void {
  for (const [, name = '', value = ''] of line.payload.matchAll(
    /\b(R[A-D]X|R[SD]I|R[BS]P|R\d\d|CR[0-4]): (?:[0-9a-f]{4}:)?([0-9a-f]{16})\b/g,
  ))
    trace.registers[name.toLowerCase()] ??= BigInt(`0x${value}`);
  const rip =
    /^RIP: ([0-9a-f]{4}):(?:\[<([0-9a-f]{16})>\] {0,3}(?:\[<[0-9a-f]{16}>\] ?)?)?(\S{1,300})?/.exec(
      line.payload,
    );
  if (rip === null) return;
  trace.selector ??= rip[1];
  if (trace.selector !== '0033' && trace.selector !== 'e033') trace.rip ??= rip[3];
  const address = hexOf(fieldOf(line, 'a') ?? rip[2]);
  if (address !== undefined) trace.registers['rip'] ??= address;
}
