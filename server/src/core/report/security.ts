import type { CallFrame, Crash, LogAnalysis } from '#core/xen-log';
import type { FactSheet, Fault, SecurityAssessment, SecurityReason } from './model.ts';

/** Functions that only a toolstack in dom0, the console or the boot can reach. */
const privilegedOnly =
  /^(?:do_(?:sysctl|domctl|platform_op|kexec_op|xsm_op|flask_op|physdev_op_compat)|arch_do_(?:domctl|sysctl)|handle_keypress|.*_keyhandler|keypress_action|do_debug_key|__start_xen|start_xen|init_done|do_initcalls|.*_initcall)$/;

/** Functions on the way in from a guest: hypercalls, exits, emulation, grants, event channels, interrupts' guests. */
const guestEntry =
  /^(?:(?:do|compat|hvm_do|pv)_(?:memory_op|mmu_update|mmuext_op|update_va_mapping|set_trap_table|set_gdt|stack_switch|fpu_taskswitch|multicall|grant_table_op|event_channel_op|xen_version|console_io|vcpu_op|sched_op|callback_op|nmi_op|argo_op|hvm_op|dm_op|physdev_op|iret|set_segment_base|vm_assist|xenpmu_op|hypfs_op|xsm_op_guest)|(?:vmx|svm)_vmexit_handler|\w*_vmexit\w*|hvm_\w+|nvmx_\w+|nsvm_\w+|nestedhvm_\w+|vlapic_\w+|vioapic_\w+|vpic_\w+|vpci_\w+|vmsi_\w+|vpt_\w+|\w*emulate\w*|_?hvm(?:emul)?_\w+|x86emul_\w+|gnttab_\w+|evtchn_\w+|(?:p2m|ept|npt|sh|shadow|hap|guest_walk|paging)_\w*fault\w*|ept_handle_violation|p2m_(?:mem_access_check|pod_\w+)|get_page_(?:from|and_type_from)_\w+|mod_l\d_entry|pv_(?:hypercall|emulate\w*|ro_page_fault|map_ldt_shadow_page\w*)|pv_hvm_hypercall|hvm_hypercall|lstar_enter|entry_int82|sysenter_entry|do_trap_(?:guest_sync|hypervisor|hypercall|\w*abort_guest)|vgic_\w+|handle_(?:ro|wo|raz)_\w+|try_handle_mmio|vpl011_\w+|viridian_\w+|monitor_\w+|guest_(?:cpuid|rdmsr|wrmsr)|arch_(?:do_)?(?:hvm|vcpu)_op)$/;

/** Values that freed, scrubbed or unlinked memory is filled with. */
const poison: readonly { readonly test: (value: bigint) => boolean; readonly what: string }[] = [
  { test: (value) => repeats(value, 0x6bn), what: 'freed-memory filler 6b6b…' },
  { test: (value) => repeats(value, 0xc2n), what: 'scrub pattern c2c2…' },
  {
    test: (value) => value >> 12n === 0xdead000000000n,
    what: 'list poison dead000000000…',
  },
];

/** True for eight equal bytes, give or take a small offset in the lowest two. */
function repeats(value: bigint, byte: bigint): boolean {
  let high = 0n;
  for (let at = 0; at < 6; at++) high = (high << 8n) | byte;
  return value >> 16n === high;
}

/** Backends of dom0 whose crash a guest can cause. */
const backendParts =
  /\b(?:xen[_-]?blkback|xen[_-]?blkif\w*|dispatch_rw_block_io|xen[_-]?netback|xenvif_\w+|xen[_-]?pciback|pcistub_\w+|xen[_-]?gnt(?:dev|alloc)|gntdev_\w+|xen[_-]?scsiback|scsiback_\w+|xen-?evtchn|evtchn_interrupt|pvcalls_back\w*|xen_9pfs\w*|xenbus_dev_\w+|xenbus_backend|tapdisk\w*|blktap\w*)\b/;

/**
 * Judges whether a report may concern security, by the triggers of `scaffold.json`. In doubt it says so: a public
 * mail cannot be taken back. Words of the user's report count too (`userText`).
 */
export function assessSecurity(
  fault: Fault,
  facts: FactSheet,
  surroundings: {
    readonly analysis?: LogAnalysis;
    readonly logText?: string;
    readonly userText?: string;
  },
): SecurityAssessment {
  const { analysis, logText = '', userText = '' } = surroundings;
  const reasons = [
    ...(fault.crash ? crashReasons(fault, fault.crash, facts) : []),
    ...(fault.crash ? memoryReasons(fault.crash) : []),
    ...processReasons(fault, analysis, logText),
    ...leakReasons(userText),
  ];
  const against = counterReasons(fault, facts);
  const isSoftened =
    reasons.length > 0 && reasons.every(({ trigger }) => softens(trigger, against, fault));
  return {
    askFirst: reasons.length > 0 && !isSoftened,
    reasons: reasons.map(({ trigger, why }) => ({ trigger, why })),
    against: against.map(({ why }) => why),
    hints: hintsOf(analysis),
  };
}

const nameOf = (frame: CallFrame): string => frame.symbol ?? '';

function crashReasons(fault: Fault, crash: Crash, facts: FactSheet): readonly SecurityReason[] {
  if (fault.kind !== 'xen-bug' || crash.kind === 'warn') return [];
  const domain = crash.domain;
  const isFatal = crash.outcome === 'host-died' || crash.outcome === 'unknown';
  const entry = guestEntryOf(crash);
  const inGuest = domain !== undefined && domain > 0 && domain < 0x7ff0;
  const trigger = crash.kind === 'watchdog' ? 'domU-driven-watchdog' : 'guest-context-crash';
  const reasons: SecurityReason[] = [];
  if (isFatal && inGuest) {
    reasons.push({
      trigger,
      why: `The host died while it worked for guest d${domain}: that guest may be able to cause it at will.`,
    });
  } else if (isFatal && entry !== undefined && !isAssertionOfDebugBuild(crash, facts)) {
    reasons.push({
      trigger,
      why: `The trace goes through ${entry}, which a guest can reach.`,
    });
  } else if (isFatal && crash.securityRelevant.yes && !isAssertionOfDebugBuild(crash, facts)) {
    reasons.push({ trigger, why: crash.securityRelevant.why });
  }
  return reasons;
}

/** The frame on a guest's way in, unless a frame that only dom0's tools or the boot reach lies above it. */
function guestEntryOf(crash: Crash): string | undefined {
  const names = crash.callTrace.filter(({ mark }) => mark !== 'stack-word').map(nameOf);
  if (names.some((name) => privilegedOnly.test(name))) return undefined;
  return names.find((name) => guestEntry.test(name));
}

function memoryReasons(crash: Crash): readonly SecurityReason[] {
  if (!['host-died', 'unknown'].includes(crash.outcome) || crash.kind === 'warn') return [];
  if (/^linux-|^dom0-crash$|^domain-crash$/.test(crash.kind)) return [];
  const reasons: SecurityReason[] = [];
  const suspects = [crash.faultAddress, ...Object.values(crash.registers)].filter(
    (value) => value !== undefined,
  );
  const hit = poison.find(({ test }) => suspects.some(test));
  if (hit) {
    reasons.push({
      trigger: 'memory-corruption',
      why: `A register holds a ${hit.what}: freed memory was used.`,
    });
  }
  const text = `${crash.panicText.join('\n')}\n${crash.cause}\n${crash.place?.file ?? ''}`;
  if (
    /page_alloc\.c|\bPGC_|refcount|reference count|use.after.free|corrupt(?:ion|ed)|Stack Protector/i.test(
      text,
    )
  ) {
    reasons.push({
      trigger: 'memory-corruption',
      why: 'The check that failed guards the bookkeeping of memory.',
    });
  }
  return reasons;
}

function processReasons(
  fault: Fault,
  analysis: LogAnalysis | undefined,
  logText: string,
): readonly SecurityReason[] {
  const reasons: SecurityReason[] = [];
  const { crash } = fault;
  if (crash && /^linux-(?:oops|bug|panic)$/.test(crash.kind)) {
    const parts = [
      ...crash.callTrace.map((frame) => `${nameOf(frame)} ${frame.payload ?? ''}`),
      ...crash.panicText,
      crash.cause,
    ];
    const part = parts
      .map((text) => backendParts.exec(text)?.[0])
      .find((found) => found !== undefined);
    if (part !== undefined) {
      reasons.push({
        trigger: 'backend-bug',
        why: `The trace of the kernel goes through ${part}, which serves guests.`,
      });
    }
  }
  const counts = analysis?.countByKind ?? {};
  if (
    (counts['xenstored.corrupt'] ?? 0) > 0 ||
    /\bo?xenstored\b.*(?:segfault|killed by signal|core dumped)/.test(logText)
  ) {
    reasons.push({ trigger: 'backend-bug', why: 'xenstored failed, and every guest talks to it.' });
  }
  if (
    /\bqemu\S*\b.*(?:segfault at|Assertion [`'].*failed|killed by signal|core dumped|AddressSanitizer)/.test(
      logText,
    )
  ) {
    reasons.push({
      trigger: 'qemu-crash',
      why: 'The device model crashed; in dom0 it has the rights of dom0.',
    });
  }
  return reasons;
}

/** The user says that a guest saw what was not its own. */
function leakReasons(userText: string): readonly SecurityReason[] {
  const says =
    /\b(?:data|memory|contents?|secrets?|keys?|pages?)\b[^.\n]{0,60}\b(?:of|from|belonging to)\b[^.\n]{0,30}\b(?:another|other|different|foreign)\b[^.\n]{0,20}\b(?:guest|domain|vm|domu)s?\b|\bleak(?:s|ed|ing)?\b[^.\n]{0,40}\b(?:memory|data|contents?|information|secrets?|keys?)\b[^.\n]{0,60}\b(?:guest|domain|vm|domu|host|hypervisor)s?\b|\b(?:escape|privilege escalation|code execution|arbitrary (?:read|write))\b/i;
  return says.test(userText)
    ? [{ trigger: 'leak', why: 'The report says that a guest gets at what is not its own.' }]
    : [];
}

interface CounterReason {
  readonly id: 'debug-only' | 'privileged-only' | 'hardware' | 'at-boot' | 'experimental';
  readonly why: string;
}

const isAssertionOfDebugBuild = (crash: Crash, facts: FactSheet): boolean =>
  crash.kind === 'assertion' && (crash.isDebugBuild === true || facts['xen.debug']?.value === 'y');

function counterReasons(fault: Fault, facts: FactSheet): readonly CounterReason[] {
  const { crash } = fault;
  const reasons: CounterReason[] = [];
  if (crash && isAssertionOfDebugBuild(crash, facts)) {
    reasons.push({
      id: 'debug-only',
      why: 'An assertion of a debug=y build: a release build does not check it (but may go wrong there).',
    });
  }
  if (crash?.callTrace.some((frame) => privilegedOnly.test(nameOf(frame))) === true) {
    reasons.push({
      id: 'privileged-only',
      why: 'The trace starts at something only dom0’s tools, the console or the boot can do.',
    });
  }
  if (fault.atBoot && !fault.dom0Started)
    reasons.push({ id: 'at-boot', why: 'It happened before any guest could run.' });
  if (fault.kind === 'hardware')
    reasons.push({ id: 'hardware', why: 'The machine reported a hardware error.' });
  return reasons;
}

/** Whether what speaks against a trigger outweighs it. Where a guest was running, nothing does. */
function softens(trigger: string, against: readonly CounterReason[], fault: Fault): boolean {
  if (trigger === 'leak' || fault.guests.length > 0) return false;
  return against.some(({ id }) => id !== 'debug-only' || trigger === 'guest-context-crash');
}

function hintsOf(analysis: LogAnalysis | undefined): readonly string[] {
  const boot = analysis?.boots.at(-1);
  const off = boot?.iommu !== undefined && /disabled/i.test(boot.iommu);
  return off && (analysis?.countByKind['linux.pciback.seize'] ?? 0) > 0
    ? [
        'A device is passed through while I/O virtualisation is off: its guest can reach all memory.',
      ]
    : [];
}
