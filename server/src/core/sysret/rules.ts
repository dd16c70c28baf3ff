import type { Rule } from '#core/findings';

/** The SYSRET rules, one line each; spec: sysret.md section 4 of this project's domain notes. */
export const sysretRules: readonly Rule[] = [
  {
    id: 'SR001',
    name: 'unguarded-return-address',
    severity: 'warning',
    enabledByDefault: true,
    summary:
      'SYSRETQ can run with a return address in RCX that no path has checked for being canonical.',
    sources: ['XSA-7', 'CVE-2012-0217', 'Xen 6b091fa4457c'],
  },
  {
    id: 'SR002',
    name: 'guard-does-not-cover',
    severity: 'error',
    enabledByDefault: true,
    summary: 'There is a check before SYSRETQ, but some non-canonical address passes it.',
    sources: ['XSA-7', 'CVE-2012-0217'],
  },
  {
    id: 'SR003',
    name: 'no-gap-below-hole',
    severity: 'warning',
    enabledByDefault: true,
    summary:
      'User space reaches up to the canonical hole: SYSCALL at its last bytes saves the first non-canonical address.',
    sources: ['CVE-2006-0744', 'XTF xsa-7'],
  },
  {
    id: 'SR004',
    name: 'unchecked-rip-writer',
    severity: 'warning',
    enabledByDefault: true,
    summary: 'A value from the user becomes the saved return address without a range check.',
    sources: ['CVE-2014-4699', 'Xen 73db9f65daca'],
  },
  {
    id: 'SR005',
    name: 'interrupts-on-user-stack',
    severity: 'error',
    enabledByDefault: true,
    summary:
      "Interrupts can arrive while RSP is already the user's and the CPU is still in ring 0.",
    sources: ['XSA-7'],
  },
  {
    id: 'SR006',
    name: 'memory-through-user-stack',
    severity: 'error',
    enabledByDefault: true,
    summary: "Ring 0 reads or writes memory through the user's stack pointer.",
    sources: ['XSA-7'],
  },
  {
    id: 'SR007',
    name: 'swapgs-order',
    severity: 'error',
    enabledByDefault: true,
    summary: 'SWAPGS is missing, doubled or too early on a path to user mode.',
    sources: ['CVE-2014-9322'],
  },
  {
    id: 'SR008',
    name: 'flags-not-sanitised',
    severity: 'warning',
    enabledByDefault: true,
    summary: 'R11 takes the saved flags as they are: IOPL, VM or a clear IF can reach user mode.',
    sources: ['XSA-202', 'CVE-2016-10024'],
  },
  {
    id: 'SR009',
    name: 'single-step-through-sysret',
    severity: 'hint',
    enabledByDefault: false,
    summary: 'SYSRET loses RF and traps before the first user instruction when TF is set.',
    sources: ['Linux arch/x86/entry/entry_64.S'],
  },
  {
    id: 'SR010',
    name: 'syscall-flag-mask',
    severity: 'error',
    enabledByDefault: true,
    summary: 'The SYSCALL flag mask leaves IF, TF, NT, DF or AC as the user had them.',
    sources: ['XSA-204', 'XSA-260'],
  },
  {
    id: 'SR011',
    name: 'star-privilege-level',
    severity: 'hint',
    enabledByDefault: false,
    summary: 'STAR[63:48] has a privilege level other than 3, which AMD CPUs copy into SS.',
    sources: ['AMD64 APM volume 2'],
  },
  {
    id: 'SR012',
    name: 'sysret-operand-size',
    severity: 'error',
    enabledByDefault: true,
    summary: 'The text assembles to SYSRETL, or to nothing at all.',
    sources: ['GNU as 2.40', 'NASM 2.16'],
  },
  {
    id: 'SR013',
    name: 'stale-stack-segment',
    severity: 'hint',
    enabledByDefault: false,
    summary: 'SYSRETL on AMD keeps stale SS attributes when SS was null in the kernel.',
    sources: ['Linux X86_BUG_SYSRET_SS_ATTRS'],
  },
  {
    id: 'SR014',
    name: 'no-interrupt-stack',
    severity: 'hint',
    enabledByDefault: false,
    summary: 'An exception that can arrive beside SYSCALL or SYSRET has no stack of its own.',
    sources: ['XSA-260'],
  },
  {
    id: 'SR015',
    name: 'iret-without-fixup',
    severity: 'hint',
    enabledByDefault: false,
    summary: 'The IRET that takes rejected addresses faults in ring 0 and nothing handles it.',
    sources: ['CVE-2014-9322'],
  },
];

const byId = new Map(sysretRules.map((rule) => [rule.id, rule]));

export function ruleOf(id: string): Rule | undefined {
  return byId.get(id);
}
