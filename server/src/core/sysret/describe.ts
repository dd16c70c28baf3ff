import type { Judgement, Reason, UnsafePath } from './judge.ts';

export function hex(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`;
}

const consequence =
  "On Intel, SYSRET with a non-canonical RCX faults in ring 0 on the user's stack (XSA-7, CVE-2012-0217).";

/** Where RCX comes from, in words. */
export function rcxSource(path: UnsafePath): string {
  const { origin } = path;
  if (!origin) {
    return path.rcx.key.startsWith('entry:')
      ? `RCX is what ${registerOf(path.rcx.key)} held on entry`
      : 'RCX holds a value that cannot be followed';
  }
  switch (origin.kind) {
    case 'memory':
      return `RCX comes from \`${origin.text}\``;
    case 'call':
      return `RCX is whatever \`${origin.text}\` left in it`;
    case 'expression':
      return `RCX is \`${origin.text}\``;
    case 'macro':
      return `RCX comes from the frame that \`${origin.text}\` restores`;
    default:
      return `RCX holds ${origin.text}`;
  }
}

function registerOf(key: string): string {
  return key.slice('entry:'.length).toUpperCase();
}

/** The value that shows the hole, or nothing when none could be named. */
function witness(path: UnsafePath): string {
  return path.canonicity.kind === 'witness' ? hex(path.canonicity.value) : 'a non-canonical value';
}

/** One or two sentences for the Problems list; `isDecided` when nothing outside the path can vouch for it. */
export function exitMessage(path: UnsafePath, label: string, isDecided: boolean): string {
  const value = witness(path);
  const through = label === '' ? '' : ` on the path from \`${label}\``;
  switch (path.reason.kind) {
    case 'weak-guard':
      return `The check before this SYSRET does not cover every non-canonical address: ${value} passes it. ${consequence}`;
    case 'wrong-value-guarded':
      return `The check covers \`${path.reason.tested}\`, but ${lowerFirst(rcxSource(path))}: ${value} gets through. ${consequence}`;
    case 'flags-lost':
      return `The flags of the check are overwritten before a jump uses them, so ${value} gets through. ${consequence}`;
    case 'other-configuration':
      return `The check exists only in another configuration: with \`${path.reason.condition}\` ${value} gets through. ${consequence}`;
    case 'bypass':
      return `A path reaches this SYSRET without passing the check${through}: ${value} gets through. ${consequence}`;
    case 'user-memory':
      return `${rcxSource(path)}, read through the user's own stack pointer, and nothing checks it: ${value} gets through. ${consequence}`;
    case 'delegated':
      return isDecided
        ? `${decider(path.reason)} decides whether this SYSRET runs, and no code behind it looks at the return address: ${value} gets through. ${consequence}`
        : `Guard not visible here: ${lowerFirst(decider(path.reason))} decides whether this SYSRET runs. It is safe only if that code rejects every non-canonical return address.`;
    case 'entry':
      return path.reason.isSystemCall
        ? `Guard not visible here: RCX is still what SYSCALL put there. SYSCALL in the last bytes below the canonical hole leaves ${value} in it, unless that page can never be mapped.`
        : `${rcxSource(path)} and nothing here checks it: whoever jumps to \`${label}\` decides. ${value} would fault in ring 0 on Intel (XSA-7, CVE-2012-0217).`;
    case 'hidden-macro':
      return `Guard not visible here: \`${path.reason.name}\` is not defined in any file that was read. ${rcxSource(path)} and is not checked before it.`;
    case 'no-check':
      return `${rcxSource(path)} and no path checks it: ${value} gets through. ${consequence}`;
  }
}

function decider(reason: Reason & { kind: 'delegated' }): string {
  return reason.to.kind === 'function'
    ? `The result of \`${reason.to.name}()\``
    : `The flag \`${reason.to.name}\``;
}

function lowerFirst(text: string): string {
  return text.startsWith('RCX') ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** Why an exit is safe, for the audit tree. */
export function safeReason(judgement: Judgement, how: string | undefined): string {
  if (!judgement.isReached) return 'No path reaches it.';
  return how ?? 'Every path makes RCX canonical.';
}
