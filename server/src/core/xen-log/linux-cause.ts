import type { CrashDraft, LinuxTrace, Verdict } from './crash-draft.ts';
import { hex, lookAt } from './fault-address.ts';
import { culpritOf, parseLocation } from './frames.ts';
import type { CallFrame, CrashKind } from './model.ts';

/** What a report can be about; the first of these that it holds is its subject. */
const kinds: readonly { readonly pattern: RegExp; readonly kind: CrashKind }[] = [
  { pattern: /^kernel BUG at /, kind: 'linux-bug' },
  {
    pattern:
      /^(?:BUG: |general protection|Oops|Internal error|Unable to handle|divide error|double fault|invalid opcode|stack segment|Unhandled fault|traps: PANIC)/,
    kind: 'linux-oops',
  },
  { pattern: /^Kernel panic/, kind: 'linux-panic' },
  { pattern: /^(?:WARNING: |INFO: |watchdog: )/, kind: 'linux-warn' },
];

function ripFrame(trace: LinuxTrace, line: number): CallFrame | undefined {
  const location = parseLocation(trace.rip);
  if (location.symbol === undefined) return undefined;
  const address = trace.registers['rip'] ?? 0n;
  return { line, address, lookupAddress: address, mark: 'instruction-pointer', ...location };
}

function whose(draft: CrashDraft, trace: LinuxTrace): string {
  if (trace.source >= 0) return `domain ${trace.source}'s kernel`;
  return draft.hostEnd === undefined ? 'a Linux kernel' : "dom0's kernel";
}

/** The line that names the trouble: a BUG before the panic that follows it. */
function mainIndex(trace: LinuxTrace): number {
  for (const { pattern } of kinds) {
    const index = trace.texts.findIndex((text) => pattern.test(text));
    if (index >= 0) return index;
  }
  return -1;
}

function addressWords(text: string): string {
  const match = /(?:address:?|at) (?:virtual address )?(?:0x)?([0-9a-f]{8,16})/.exec(text);
  if (match === null) return '';
  const address = BigInt(`0x${match[1]}`);
  const { kind, words } = lookAt(address, false);
  const look = kind === 'user' ? 'an address of user space' : kind === 'xen' ? '' : words;
  return look === '' ? '' : ` (${hex(address)}: ${look})`;
}

/** Judges a Linux trace; undefined when it was only the beginning of one. */
export function judgeLinux(draft: CrashDraft, trace: LinuxTrace): Verdict | undefined {
  const index = mainIndex(trace);
  if (index < 0) return undefined;
  const text = trace.texts[index]?.trim() ?? '';
  const kind = kinds.find(({ pattern }) => pattern.test(text))?.kind ?? 'linux-oops';
  const isPanic = trace.texts.some((each) => each.startsWith('Kernel panic'));
  const line = trace.lines[index] ?? draft.first.number;
  const culprit =
    (kind === 'linux-panic' ? undefined : ripFrame(trace, line)) ??
    culpritOf(trace.frames.filter((frame) => frame.mark !== 'stack-word'));
  const where = culprit?.symbol === undefined ? '' : `, in ${culprit.symbol}()`;
  const module = culprit?.payload === undefined ? '' : ` of module ${culprit.payload}`;
  const died = draft.hostEnd !== undefined;
  const place =
    /^kernel BUG at ([^ :!]{1,200}):(\d{1,6})/.exec(text) ??
    /^WARNING: .{0,60} at ([^ :]{1,200}):(\d{1,6})/.exec(text);
  return {
    kind,
    outcome: died
      ? 'host-died'
      : isPanic
        ? 'domain-died'
        : kind === 'linux-warn'
          ? 'continued'
          : 'unknown',
    keyLine: line,
    cause: `The fault is in ${whose(draft, trace)}, not in Xen: ${text}${addressWords(text)}${where}${module}.${died ? ' Xen went down only because its hardware domain did.' : ''}`,
    culprit,
    ...(place === null ? {} : { place: { file: place[1] ?? '', line: Number(place[2]) } }),
    nextSteps: ['Read the Linux trace; report it to the Linux side, with this log.'],
  };
}
