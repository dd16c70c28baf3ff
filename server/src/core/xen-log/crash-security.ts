import type { CrashDraft, Verdict } from './crash-draft.ts';
import type { CallFrame, SecurityRelevance } from './model.ts';
import { kindOf } from './read-line.ts';

/** Functions that a guest reaches by hypercall, exit, emulation or I/O. */
const guestPath =
  /^(?:do_(?:mmu_update|mmuext_op|update_va_mapping|memory_op|grant_table_op|event_channel_op|vcpu_op|multicall|console_io|set_trap_table|set_gdt|stack_switch|iret|update_descriptor|hvm_op|physdev_op|sched_op|xsm_op|callback_op|vm_assist|set_segment_base|get_debugreg|set_debugreg|set_timer_op|xenoprof_op|argo_op|tmem_op|nmi_op|fpu_taskswitch|dm_op|hypercall)\w*|pv_hypercall|hvm_hypercall|\w*vmexit_handler|vmx_\w*(?:exit|intercept|emulate|vmentry)\w*|svm_\w*(?:exit|intercept|emulate|vmentry|vmrun)\w*|n?(?:vmx|svm)_\w*|nestedsvm_\w*|nvmx_\w*|hvm_\w+|vlapic_\w+|vioapic_\w+|vpic_\w+|vhpet_\w+|hpet_(?:read|write)|viridian_\w+|x86_emulate\w*|\w*emulate\w*|gnttab_\w+|evtchn_\w+|p2m_pod_\w+|ept_\w+fault\w*|sh_\w+|shadow_\w+|vgic_\w+|do_trap_(?:guest|hyp)\w*|arch_do_vcpu_op|vpci_\w+|msix?_\w+|pv_\w*emul\w*|guest_(?:rdmsr|wrmsr|cpuid)|copy_from_guest\w*|put_page_from_\w+|get_page_from_\w+)$/;

/** Where only the host's own administrator gets: control operations, debug keys, the console. */
const ownerPath =
  /^(?:do_(?:domctl|sysctl|platform_op)\w*|arch_do_(?:domctl|sysctl)|handle_keypress|keypress_action|\w+_keyhandler|console_\w+|serial_\w*|__start_xen|start_xen|do_initcalls|init_\w+|construct_dom0|dom0_construct\w*|create_dom0|livepatch_\w+|machine_(?:restart|halt|kexec)|kexec_\w+|cpu_(?:up|down)_helper)$/;

const fatal: ReadonlySet<string> = new Set([
  'page-fault',
  'general-protection',
  'invalid-opcode',
  'divide-error',
  'fatal-trap',
  'double-fault',
  'stack-overflow',
  'control-protection',
  'smep-smap',
  'bug',
  'assertion',
  'watchdog',
  'data-abort',
  'instruction-abort',
  'arm-trap',
  'panic',
]);

const backends =
  /xen.?(?:blkback|netback|pciback|gntdev|scsiback|gntalloc|evtchn|privcmd)|^(?:xen_blkif|xen_blkbk|xenvif|xen_netbk|pciback|gntdev)/;

const no = (why: string): SecurityRelevance => ({ yes: false, why });
const yes = (why: string): SecurityRelevance => ({ yes: true, why });

function judgeHypervisor(
  draft: CrashDraft,
  verdict: Verdict,
  frames: readonly CallFrame[],
): SecurityRelevance {
  if (verdict.kind === 'machine-check' || verdict.kind === 'nmi')
    return no('The hardware raised it; a guest has no hand in that.');
  const sure = frames.filter((frame) => frame.mark !== 'stack-word' || frame === frames[1]);
  const owner = sure.find((frame) => ownerPath.test(frame.symbol ?? ''));
  if (owner !== undefined)
    return no(
      `The trace goes through ${owner.symbol ?? ''}(), which only the owner of the host reaches.`,
    );
  const path = sure.find((frame) => guestPath.test(frame.symbol ?? ''));
  const domain = draft.dump?.vcpu?.domain;
  const isGuest = domain !== undefined && domain !== 0;
  if (verdict.kind === 'assertion' && path === undefined && !isGuest)
    return no('An assertion of a debug build, with no guest in sight.');
  if (isGuest)
    return yes(
      `Xen died while it was running for domain ${domain}${path === undefined ? '' : `, in ${path.symbol ?? ''}() which guests reach`}; ask security@xenproject.org before telling it in public.`,
    );
  if (path !== undefined && domain === undefined)
    return yes(
      `The trace goes through ${path.symbol ?? ''}(), which guests reach; ask security@xenproject.org before telling it in public.`,
    );
  if (path !== undefined)
    return no(
      `It happened for dom0 in ${path.symbol ?? ''}(); whether other guests get there is for a person to judge.`,
    );
  return no('Neither the context nor the trace points at a guest.');
}

/** Whether a crash looks as if a guest could cause it: a hint for a person, never a decision. */
export function securityOf(
  draft: CrashDraft,
  verdict: Verdict,
  frames: readonly CallFrame[],
): SecurityRelevance {
  if (verdict.outcome === 'continued') return no('The host went on.');
  if (draft.linux !== undefined) {
    const inBackend = frames.find(
      (frame) => backends.test(frame.payload ?? '') || backends.test(frame.symbol ?? ''),
    );
    const culprit = verdict.culprit;
    const atFault =
      culprit !== undefined &&
      (backends.test(culprit.payload ?? '') || backends.test(culprit.symbol ?? ''));
    if (
      draft.linux.source < 0 &&
      (atFault || (inBackend !== undefined && verdict.kind !== 'linux-panic'))
    )
      return yes(
        `A backend driver of dom0 is in the trace (${(inBackend ?? culprit)?.symbol ?? ''}); its frontend may be able to cause this.`,
      );
    return no('The fault is inside a Linux kernel, and no backend driver is in the trace.');
  }
  if (verdict.kind === 'domain-crash' || verdict.kind === 'dom0-crash')
    return draft.reasons.some((reason) =>
      /^xen\.(?:p2m\.notpermitted|mem\.corrupt|evtchn\.lost)/.test(kindOf(reason)),
    )
      ? yes('A memory rule of the hypervisor was hit on the way.')
      : no('Only the domain itself died, and the hypervisor stopped it in order.');
  if (draft.reasons.some((reason) => /^xen\.mem\.(?:corrupt|pool)$/.test(kindOf(reason))))
    return yes(
      'The hypervisor found its memory accounting damaged; whoever can do that may own the host.',
    );
  return fatal.has(verdict.kind) ? judgeHypervisor(draft, verdict, frames) : no('Nothing fatal.');
}
