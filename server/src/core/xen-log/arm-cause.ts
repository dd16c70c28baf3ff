import type { Verdict } from './crash-draft.ts';
import { hex, lookAt } from './fault-address.ts';
import type { CallFrame } from './model.ts';
import { fieldOf, hexOf } from './read-line.ts';
import { inFunction, keyLineOf, type Case } from './crash-case.ts';

/** Bit 6 of a data abort's syndrome: set for writes. */
const WRITE_NOT_READ = 0x40n;

/** Whether the frame is entry code, which runs into the end of a stack that others filled. */
const isEntry = (frame: CallFrame | undefined): boolean =>
  frame !== undefined && /entry\.[oSs]$/.test(frame.file ?? '');

/** Arm has no guard page: entry code that faults just above or below SP means a stack that ran over. */
function isStackOverflow(crash: Case, address: bigint | undefined): boolean {
  const stack = crash.draft.dump?.registers['SP'];
  if (stack === undefined || address === undefined) return false;
  const distance = address > stack ? address - stack : stack - address;
  return distance < 0x1000n && isEntry(crash.frames[0]);
}

/** Traps of an Arm hypervisor: aborts with their address, and the others by name. */
export function judgeArmTrap(crash: Case): Verdict | undefined {
  const unexpected = crash.reason('arm.trap.unexpected');
  const abort = crash.reason('arm.trap.abort');
  const hyp = crash.reason('arm.trap.hyp');
  const boxText = crash.panicText.find((text) => /^CPU\d{1,4}: Unexpected Trap: /.test(text));
  const main = abort ?? unexpected ?? hyp;
  if (main === undefined && boxText === undefined) return undefined;
  const words =
    (abort !== undefined ? fieldOf(abort, 'what') : undefined) ??
    (unexpected !== undefined ? fieldOf(unexpected, 'what') : undefined) ??
    boxText?.replace(/^.*Trap: /, '') ??
    'Hypervisor trap';
  const walk = crash.reason('arm.walk');
  const registers = crash.draft.dump?.registers ?? {};
  const address =
    registers['FAR_EL2'] ?? hexOf(walk === undefined ? undefined : fieldOf(walk, 'va'));
  const syndrome =
    hexOf(abort === undefined ? undefined : fieldOf(abort, 'iss')) ?? registers['ESR_EL2'] ?? 0n;
  const isFetch = /Instruction|Prefetch/.test(words);
  const isData = /Data/.test(words);
  const shared = {
    outcome: crash.outcome,
    keyLine: keyLineOf(crash, main),
    culprit: crash.culprit,
    faultAddress: isFetch || isData ? address : undefined,
    nextSteps: main?.match?.kind.nextSteps ?? [],
  };
  if (isStackOverflow(crash, address))
    return {
      ...shared,
      kind: 'stack-overflow',
      cause: `The hypervisor's stack ran over its end${inFunction(crash.culprit)}: entry code faulted at ${hex(address ?? 0n)}, next to the stack pointer.`,
    };
  const look = address === undefined ? '' : lookAt(address, true).words;
  const target =
    address === undefined
      ? 'an unknown address'
      : `${hex(address)}${look === '' ? '' : `, ${look}`}`;
  if (isFetch)
    return {
      ...shared,
      kind: 'instruction-abort',
      cause: `Xen jumped through a bad function pointer to ${target}; the caller is${inFunction(crash.culprit).replace(/^ in/, '') || ' in the trace'}.`,
    };
  if (isData)
    return {
      ...shared,
      kind: 'data-abort',
      cause: `Data abort in Xen: ${(syndrome & WRITE_NOT_READ) === 0n ? 'read of' : 'write to'} ${target}${inFunction(crash.culprit)}.`,
    };
  return {
    ...shared,
    kind: 'arm-trap',
    cause: `Xen took a trap that it does not expect (${words})${inFunction(crash.culprit)}.`,
  };
}
