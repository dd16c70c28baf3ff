/** What a hover tells about one instruction, register or flag: three facts and where they are from. */
export interface WordFacts {
  readonly title: string;
  readonly facts: readonly [string, string, string];
  readonly sources: readonly string[];
}

const SDM = 'Intel SDM vol. 2';
const SDM_MSR = 'Intel SDM vol. 4, AMD APM vol. 2';

const sysretq: WordFacts = {
  title: 'SYSRETQ — return to 64-bit user mode',
  facts: [
    'Takes RIP from RCX, RFLAGS from R11, CS and SS from STAR[63:48]. It does not load RSP: the stack and GS are already the user’s when it runs.',
    'On Intel RCX is tested for being canonical while the CPU is still in ring 0: a bad one raises #GP there, on a stack the user chose. AMD faults after the switch, in ring 3.',
    'AMD hosts and QEMU’s TCG do not show the fault. Only a check of RCX before it, or leaving by IRETQ, is safe everywhere.',
  ],
  sources: ['XSA-7, CVE-2012-0217', 'Xen 6b091fa4457c', 'XTF test xsa-7'],
};

const sysretl: WordFacts = {
  title: 'SYSRETL — return to 32-bit user mode',
  facts: [
    'Takes EIP from ECX: 32 bits are always canonical, so this form cannot raise the fault of XSA-7.',
    'A bare `sysret` assembles to this one in GNU as (with a warning), clang and NASM (both silent). In a 64-bit exit that cuts the return address.',
    'NASM makes no code of `sysretl` and `sysretq`: it takes them for labels. `o32 sysret` and `o64 sysret` are its spellings.',
  ],
  sources: [SDM, 'GNU as 2.40, clang 14 and NASM 2.16 as tried'],
};

const iret: WordFacts = {
  title: 'IRETQ — return by frame',
  facts: [
    'Takes RIP, CS, RFLAGS, RSP and SS from the stack in one instruction, so the kernel’s stack is in use until it succeeds.',
    'A non-canonical RIP in the frame faults here, too, in ring 0 but on the kernel’s stack: an exception-table entry can catch it.',
    'After SWAPGS the GS base is the user’s already: the handler of that fault must swap back (CVE-2014-9322).',
  ],
  sources: [SDM, 'CVE-2014-9322'],
};

const swapgs: WordFacts = {
  title: 'SWAPGS — exchange the GS bases',
  facts: [
    'Exchanges the GS base with the MSR KERNEL_GS_BASE (0xC0000102), and keeps no record of which one is in.',
    'Each crossing between user and kernel needs exactly one, on every path; after the one of an exit, `%gs:` is the user’s.',
    'Interrupts must be off from there to the return: a handler that finds the CPU in ring 0 does not swap.',
  ],
  sources: [SDM, 'CVE-2014-9322'],
};

const syscall: WordFacts = {
  title: 'SYSCALL — enter the kernel',
  facts: [
    'Saves RIP in RCX and RFLAGS in R11, clears in RFLAGS what FMASK names, and jumps to LSTAR. RSP and GS stay the user’s.',
    'In the last two bytes of page 0x7ffffffff000 the RIP it saves is 0x0000800000000000, the first non-canonical address.',
    'An interrupt, #DB or #MC before the kernel’s stack is loaded runs on the user’s unless its vector has an IST.',
  ],
  sources: [SDM, 'XTF test xsa-7'],
};

const star: WordFacts = {
  title: 'STAR (MSR 0xC0000081) — selectors of SYSCALL and SYSRET',
  facts: [
    'Bits 47:32 give CS and SS for SYSCALL, bits 63:48 those for SYSRET (64-bit code: the value + 16, stack: + 8).',
    'The base for SYSRET must carry RPL 3.',
    'AMD copies the RPL to SS as it is: with 0 a later IRET faults.',
  ],
  sources: [SDM_MSR],
};

const lstar: WordFacts = {
  title: 'LSTAR (MSR 0xC0000082) — where SYSCALL enters',
  facts: [
    'The RIP of the 64-bit entry; a write of a non-canonical address raises #GP.',
    'The code there begins on the user’s stack and GS.',
    'It is safe only with FMASK written, too: what FMASK leaves (TF, IF, AC, NT, DF) is the user’s choice.',
  ],
  sources: [SDM_MSR],
};

const cstar: WordFacts = {
  title: 'CSTAR (MSR 0xC0000083) — SYSCALL from compatibility mode',
  facts: [
    'Used by AMD only: on Intel SYSCALL in compatibility mode is #UD.',
    'Kernels that support no such call keep a stub there that is one bare `sysret`: right in this place.',
    'Its exit is SYSRETL, which has no canonical check.',
  ],
  sources: [SDM_MSR],
};

const flagMask: WordFacts = {
  title: 'FMASK (MSR 0xC0000084) — flags that SYSCALL clears',
  facts: [
    'Each bit set here is cleared in RFLAGS at entry.',
    'IF and TF must be in it: else an interrupt or #DB arrives in ring 0 on the user’s stack. NT, DF and, with SMAP, AC belong in it, too.',
    'Xen’s mask is AC, VM, RF, NT, DF, IF and TF.',
  ],
  sources: [SDM_MSR, 'Xen XEN_SYSCALL_MASK'],
};

const wrmsr: WordFacts = {
  title: 'WRMSR — write a model-specific register',
  facts: [
    'Writes EDX:EAX to the MSR that ECX names.',
    'SYSCALL’s are 0xC0000081 STAR, 0xC0000082 LSTAR, 0xC0000083 CSTAR, 0xC0000084 FMASK; EFER is 0xC0000080.',
    'An LSTAR without an FMASK leaves the entry’s flags to the user.',
  ],
  sources: [SDM_MSR],
};

const efer: WordFacts = {
  title: 'EFER (MSR 0xC0000080)',
  facts: [
    'Bit 0 SCE switches SYSCALL and SYSRET on, bit 8 LME asks for long mode, bit 10 LMA says it is active, bit 11 NXE enables no-execute pages.',
    'Without SCE both instructions raise #UD.',
    'Clearing SCE while an exit by SYSRET can still run makes that #UD arrive in ring 0 on the user’s stack: the effect of XSA-7 again.',
  ],
  sources: [SDM_MSR, 'XTF test xsa-7'],
};

const trapSyscall: WordFacts = {
  title: 'Entered by SYSCALL (0x100)',
  facts: [
    'Xen marks a guest’s frame so when the guest entered by SYSCALL; the exit then may use SYSRET, else it leaves by IRETQ.',
    'A guest sets the same mark with VGCF_in_syscall in HYPERVISOR_iret, together with a RIP of its choice.',
    'So the exit itself must check RIP: since XSA-7 Xen’s restore_all_guest does.',
  ],
  sources: ['Xen public/arch-x86/xen-x86_64.h', 'XSA-7'],
};

/** Instructions: looked up where assembly is written. */
const instructions: Readonly<Record<string, WordFacts>> = {
  sysretq,
  sysret64: sysretq,
  sysretl,
  sysretd: sysretl,
  sysret: sysretl,
  iretq: iret,
  iret,
  iretd: iret,
  swapgs,
  syscall,
  wrmsr,
};

const names: readonly (readonly [RegExp, WordFacts])[] = [
  [/^(?:USERGS_SYSRET64|SYSRETQ|SYSRET64)$/, sysretq],
  [/^(?:TRAP_syscall|_?VGCF_in_syscall)$/, trapSyscall],
  [/^_?EFER(?:_\w+)?$|^MSR_(?:K6_)?EFER$|^(?:0x)?c0000080$/i, efer],
  [/^(?:MSR_|IA32_|MSR_K6_|MSR_IA32_)*LSTAR$|^0xc0000082$/i, lstar],
  [/^(?:MSR_|IA32_|MSR_K6_|MSR_IA32_)*CSTAR$|^0xc0000083$/i, cstar],
  [/^(?:MSR_|IA32_|MSR_K6_|MSR_IA32_)*STAR$|^0xc0000081$/i, star],
  [/^(?:MSR_|IA32_|XEN_)*(?:S?FMASK|SF_MASK|SYSCALL_MASK)$|^0xc0000084$/i, flagMask],
];

/**
 * Facts about the word at an offset; undefined when it is none of ours. `isAssembly` is false in C and Rust, where an
 * instruction's name counts only inside a string or a backquote of inline assembly.
 */
export function wordFactsAt(
  text: string,
  offset: number,
  isAssembly: boolean,
): { readonly facts: WordFacts; readonly start: number; readonly end: number } | undefined {
  const isPart = (at: number): boolean => /[\w$]/.test(text[at] ?? '');
  let start = offset;
  let end = offset;
  while (start > 0 && isPart(start - 1)) start--;
  while (isPart(end)) end++;
  const word = text.slice(start, end);
  if (word === '' || word.length > 40) return undefined;
  const facts = factsOf(word, isAssembly || isInString(text, start), text.slice(0, start));
  return facts && { facts, start, end };
}

function factsOf(word: string, isCode: boolean, before: string): WordFacts | undefined {
  const named = names.find(([pattern]) => pattern.test(word))?.[1];
  if (named || !isCode) return named;
  const lower = word.toLowerCase();
  // A prefix makes the bare mnemonic the 64-bit form.
  const isWide = lower === 'sysret' && /\b(?:rex64\/?|rex\.w|o64)[ \t]*$/i.test(before);
  return isWide ? sysretq : instructions[lower];
}

function isInString(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return (line.replaceAll(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1;
}

/** The hover's Markdown. */
export function describeWord({ title, facts, sources }: WordFacts): string {
  const lines = facts.map((fact) => `- ${fact}`);
  return [`**${title}**`, '', ...lines, '', `*${sources.join(' · ')}*`].join('\n');
}
