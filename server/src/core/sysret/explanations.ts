/** What a rule's page says beyond its summary. */
export interface Explanation {
  /** How the mistake hurts. */
  readonly why: string;
  readonly repair: string;
  /** What looks like the mistake and is left alone. */
  readonly quiet: string;
}

type Row = readonly [id: string, why: string, repair: string, quiet: string];

// prettier-ignore
const rows: readonly Row[] = [
  ['SR001', 'On Intel SYSRETQ tests RCX while the CPU is still in ring 0, but RSP and GS are the user\'s already. A non-canonical value raises #GP there, and the CPU pushes the frame to an address the user chose. It takes no writer: SYSCALL at the end of the last user page saves the first non-canonical address. AMD hosts and QEMU\'s TCG do not show it.', 'Test the saved address before RSP is loaded (`sar $47; inc; cmp $1; ja` to the exit by IRET), or make it canonical (`shl $16; sar $16`).', 'Constants, 32-bit moves into ECX, a check in the caller or in C that the workspace shows, SYSRETL. A check behind a flag or a function elsewhere is a hint until it is seen.'],
  ['SR002', 'The check is there, but one address gets past it: bit 47 alone, bits 63:48 only, a signed comparison, a limit that lets 2^47 through, flags overwritten before the jump, another slot than the one that is loaded. The message names such an address.', 'Use one of the shapes that decide it wholly: sign extension compared with the original, `sar $47; inc; cmp $1; ja`, or an unsigned comparison with a limit below 2^47.', 'Checks that accept less than all canonical addresses: the low half alone is fine.'],
  ['SR003', 'If the last page below 2^47 can be mapped, SYSCALL in its last two bytes saves 0x0000800000000000. Checks in the writers of the frame do not see it, because nobody wrote it.', 'End user space a page earlier: `(1UL << 47) - PAGE_SIZE`.', 'Exits that are checked themselves; limits of other architectures.'],
  ['SR004', 'A register set, a signal frame, an entry point or a handler\'s address comes from the user and becomes the saved RIP; the fast exit then loads it.', 'Refuse non-canonical values there, or force the exit by IRET.', 'Every exit of the workspace is checked: then writers need no check. Threads of the kernel\'s own.'],
  ['SR005', 'From the load of the user\'s RSP to ring 3 an interrupt does not switch stacks: its frame goes where the user points.', 'Switch interrupts off before RSP is loaded, on every path.', 'Interrupts that are off since the entry; a macro that the settings name.'],
  ['SR006', 'A push, pop, call or load through RSP after it became the user\'s (or before the kernel\'s is loaded at entry) writes or reads memory of the user\'s choice in ring 0; another thread can change what was just checked.', 'Restore everything else first, RSP last.', 'Entry stacks and trampolines, where RSP is not the user\'s yet.'],
  ['SR007', 'With one SWAPGS too few or too many the kernel runs with the user\'s GS base, or the user with the kernel\'s.', 'Pair entry and exit on every path, with interrupts off between the SWAPGS of an exit and the return.', 'Kernels that do not use GS.'],
  ['SR008', 'SYSRET takes RFLAGS from R11 as it is. IOPL gives the user the ports, IF clear stops the machine\'s interrupts.', 'Mask R11: clear IOPL and VM, set IF.', 'Flags that are cleaned where the frame is written.'],
  ['SR009', 'SYSRET clears RF, and with TF set it traps before the first user instruction: debuggers step for ever.', 'Leave by IRET when RF or TF is set.', 'Kernels without debugger support; off by default.'],
  ['SR010', 'What the mask does not clear is the user\'s at entry. With TF a #DB, with IF an interrupt arrives in ring 0 on the user\'s stack; NT breaks a later IRET, DF turns string instructions round, AC switches SMAP off.', 'Write FMASK with IF, TF, NT, DF and AC beside LSTAR.', 'Saving and restoring of a guest\'s MSRs, virtualisation code.'],
  ['SR011', 'AMD copies the privilege level of STAR[63:48] into SS; a later IRET with SS.RPL 0 faults.', 'Add `| 3`.', 'Off by default.'],
  ['SR012', 'A bare `sysret` is the 32-bit form: the return address loses its upper half. NASM takes `sysretq` and `sysretl` for labels and makes no code at all.', '`sysretq` in GNU as and clang, `o64 sysret` in NASM.', 'Exits to 32-bit code and the stub behind CSTAR, where the short form is meant.'],
  ['SR013', 'On AMD, SYSRETL leaves the cached attributes of SS as they were: a null SS of the kernel makes 32-bit code fault.', 'Reload SS when it was null.', 'Off by default.'],
  ['SR014', 'NMI, #MC, #DF and #DB can arrive while RSP is the user\'s, whatever the flags say.', 'Give their vectors an IST entry.', 'FRED, which switches stacks by itself; off by default.'],
  ['SR015', 'The slow exit gets the addresses that the check refused. IRETQ faults on them in ring 0, after SWAPGS with the user\'s GS.', 'Add an exception-table entry for the IRETQ, and swap back in its handler.', 'Slow exits that are only taken for flags; off by default.'],
];

/** Explanations by rule id. */
export const explanations: ReadonlyMap<string, Explanation> = new Map(
  rows.map(([id, why, repair, quiet]) => [id, { why, repair, quiet }]),
);
