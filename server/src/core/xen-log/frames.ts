import type { CallFrame, FrameMark } from './model.ts';

const marks: Readonly<Record<string, FrameMark>> = {
  R: 'instruction-pointer',
  F: 'frame-pointer',
  S: 'stack-word',
  C: 'shadow-stack',
  PC: 'instruction-pointer',
  LR: 'link-register',
};

const xenFrame =
  /^\s{0,8}\[<([0-9a-f]{8,16})>\](?: ([RFSC]))?(?: (\S{1,400}?))?(?:\+(?:0x([0-9a-f]{1,8})|0)\/0x([0-9a-f]{1,8}))?(?: \[([^\]]{1,120})\])?(?: \((PC|LR)\))?$/;

const linuxFrame =
  /^\s{0,8}(?:\[<([0-9a-f]{8,16})>\] ?)?(\? )?([A-Za-z_.][\w.$]{0,200})\+0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8})(?: \[([\w-]{1,80})[^\]]{0,80}\])?$/;

/** `file.c#name` in two; globals have no file. */
export function splitSymbol(text: string): { readonly file?: string; readonly symbol: string } {
  const hash = text.indexOf('#');
  return hash < 0 ? { symbol: text } : { file: text.slice(0, hash), symbol: text.slice(hash + 1) };
}

/** `file.c#name+0x12/0x34` as RIP and PC lines print it. */
export function parseLocation(text: string | undefined): {
  readonly file?: string;
  readonly symbol?: string;
  readonly offsetBytes?: number;
  readonly sizeBytes?: number;
} {
  const match =
    /^(\S{1,400}?)(?:\+(?:0x([0-9a-f]{1,8})|0)\/0x([0-9a-f]{1,8}))?(?: \[[^\]]*\])?$/.exec(
      text ?? '',
    );
  if (match === null || isBareAddress(match[1] ?? '')) return {};
  return {
    ...splitSymbol(match[1] ?? ''),
    ...(match[3] === undefined
      ? {}
      : {
          offsetBytes: Number.parseInt(match[2] ?? '0', 16),
          sizeBytes: Number.parseInt(match[3], 16),
        }),
  };
}

const isBareAddress = (text: string): boolean => /^[0-9a-f]{8,16}$/.test(text);

function isReturnAddress(mark: FrameMark): boolean {
  return mark !== 'instruction-pointer';
}

/** One entry of `Xen call trace:`; undefined when the payload is none. */
export function parseXenFrame(payload: string, line: number): CallFrame | undefined {
  const match = xenFrame.exec(payload);
  if (match === null) return undefined;
  const address = BigInt(`0x${match[1]}`);
  const mark = marks[match[2] ?? match[7] ?? ''] ?? 'unmarked';
  const name = match[3];
  return {
    line,
    address,
    mark,
    lookupAddress: isReturnAddress(mark) && address > 0n ? address - 1n : address,
    ...(name === undefined || isBareAddress(name) ? {} : splitSymbol(name)),
    ...(match[5] === undefined
      ? {}
      : {
          offsetBytes: Number.parseInt(match[4] ?? '0', 16),
          sizeBytes: Number.parseInt(match[5], 16),
        }),
    ...(match[6] === undefined ? {} : { payload: match[6] }),
  };
}

/** One entry of a Linux `Call Trace:`; those with a question mark may be stale. */
export function parseLinuxFrame(payload: string, line: number): CallFrame | undefined {
  const match = linuxFrame.exec(payload);
  if (match === null) return undefined;
  const address = match[1] === undefined ? 0n : BigInt(`0x${match[1]}`);
  return {
    line,
    address,
    mark: match[2] === undefined ? 'frame-pointer' : 'stack-word',
    lookupAddress: address > 0n ? address - 1n : 0n,
    symbol: match[3] ?? '',
    offsetBytes: Number.parseInt(match[4] ?? '0', 16),
    sizeBytes: Number.parseInt(match[5] ?? '0', 16),
    ...(match[6] === undefined ? {} : { payload: match[6] }),
  };
}

/** Functions that report trouble or carry it here; the one to blame called them (logs.md section 3). */
const carriers =
  /^(?:check_lock|_?_?(?:n?rspin|spin|read|write)_(?:try)?(?:un)?lock\w*|rspin_lock\w*|lock_\w*enter|__bug|bug_fn|do_bug_frame|do_invalid_op|do_trap\w*|do_page_fault|fatal_trap|handle_exception\w*|handle_ist_exception|early_page_fault|panic|machine_halt|__(?:warn|stack_chk_fail|ubsan\w*|asan\w*|kasan\w*)|show_\w+|dump_\w+|\w+_keyhandler|_?show_registers|assert_failed|BUG|WARN|__assert\w*|memcpy|memset|memmove|memcmp|str\w?(?:cpy|len|cmp|chr)|copy_(?:to|from)_user\w*|__copy_\w+|__(?:get|put)_user\w*|do_trap_\w+|__do_panic|dump_stack\w*|_?_?die\w*|oops_\w+|page_fault_oops|exc_\w+|asm_exc_\w+|__bad_area\w*|bad_area\w*|kernelmode_fixup_or_oops|no_context|bust_spinlocks|report_bug|handle_bug|warn_slowpath\w*|__warn\w*|_raw_(?:spin|read|write)_\w+)$/;

/** Entry code: it faults on a bad stack, the caller in LR is the one to look at. */
const entryCode = /^(?:hyp_|guest_|entry_|trap_|do_trap_hyp|enter_hypervisor|leave_hypervisor)/;

function isCarrier(frame: CallFrame): boolean {
  if (frame.symbol === undefined) return true;
  if (carriers.test(frame.symbol)) return true;
  return entryCode.test(frame.symbol) && /entry\.[oSs]$/.test(frame.file ?? '');
}

const isSame = (a: CallFrame, b: CallFrame | undefined): boolean =>
  b !== undefined && a.symbol === b.symbol && a.file === b.file && a.symbol !== undefined;

/**
 * The frame to blame: the first that is no carrier, surely on the stack before merely found on it. A call
 * through a bad pointer leaves no symbol at the top; then the first stack word or LR is the caller.
 */
export function culpritOf(frames: readonly CallFrame[]): CallFrame | undefined {
  const distinct = frames.filter((frame, index) => !isSame(frame, frames[index - 1]));
  const useful = distinct.filter((frame) => !isCarrier(frame));
  const top = distinct[0];
  if (top === undefined) return undefined;
  if (!isCarrier(top)) return top;
  const isBadJump = top.symbol === undefined;
  const sure = isBadJump ? useful[0] : useful.find((frame) => frame.mark !== 'stack-word');
  return sure ?? useful[0] ?? (top.symbol === undefined ? undefined : top);
}
