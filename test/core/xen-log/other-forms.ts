/** Dumps as other releases, architectures and kernels print them; composed here, every name and number is made up. */
export interface OtherForm {
  readonly name: string;
  readonly kind: string;
  readonly symbol: string | undefined;
  readonly outcome: string;
  readonly text: string;
}

export const otherForms: readonly OtherForm[] = [
  {
    name: 'a protection fault of 4.4',
    kind: 'general-protection',
    symbol: 'unit_move',
    outcome: 'host-died',
    text: `(XEN) ----[ Xen-4.4.1  x86_64  debug=n  Tainted:    C ]----
(XEN) CPU:    3
(XEN) RIP:    e008:[<ffff82d080164ba4>] unit_move+0x1e4/0x390
(XEN) RFLAGS: 0000000000010282   CONTEXT: hypervisor
(XEN) rax: 6b6b6b6b6b6b6b6b   rbx: ffff8300a83fc000   rcx: 0000000000000000
(XEN) rdx: 0000000000000001   rsi: ffff830421dd52c8   rdi: ffff8300a83fc000
(XEN) rbp: ffff8304217e7de8   rsp: ffff8304217e7d98   r8:  0000000000000003
(XEN) r9:  0000000000000001   r10: 0000000000000000   r11: 0000000000000246
(XEN) r12: ffff8300a83fc000   r13: ffff830421dd52d0   r14: 0000000000000000
(XEN) r15: ffff82d0802e2b80   cr0: 000000008005003b   cr4: 00000000000026f0
(XEN) cr3: 0000000414ef0000   cr2: 00007f24b9b2a9f0
(XEN) ds: 0000   es: 0000   fs: 0000   gs: 0000   ss: e010   cs: e008
(XEN) Xen stack trace from rsp=ffff8304217e7d98:
(XEN)    ffff8304217e7df8 ffff8300a83fc000 0000000000000282 ffff8304217e7dc8
(XEN)    0000000000000000
(XEN) Xen call trace:
(XEN)    [<ffff82d080164ba4>] unit_move+0x1e4/0x390
(XEN)    [<ffff82d080105c2b>] do_domctl+0x5fb/0x10c0
(XEN)    [<ffff82d08022a1db>] syscall_enter+0xeb/0x145
(XEN)    
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 3:
(XEN) GENERAL PROTECTION FAULT
(XEN) [error_code=0000]
(XEN) ****************************************
(XEN) 
(XEN) Manual reset required ('noreboot' specified)`,
  },
  {
    name: 'an assertion of 4.5',
    kind: 'assertion',
    symbol: 'check_type',
    outcome: 'host-died',
    text: `(XEN) Assertion 'page->count > 0' failed at mm/pages.c:2381
(XEN) ----[ Xen-4.5-unstable  x86_64  debug=y  Not tainted ]----
(XEN) CPU:    0
(XEN) RIP:    e008:[<ffff82d08018a2f0>] check_type+0x44/0x5b
(XEN) RFLAGS: 0000000000010246   CONTEXT: hypervisor
(XEN) rax: 0000000000000000   rbx: ffff8300a83fc000   rcx: 0000000000000000
(XEN) cr3: 0000000414ef0000   cr2: 00007f24b9b2a9f0
(XEN) Xen call trace:
(XEN)    [<ffff82d08018a2f0>] check_type+0x44/0x5b
(XEN)    [<ffff82d080189dcd>] do_mmuext_op+0x1c1/0x120a
(XEN)    [<ffff82d080230ddb>] syscall_enter+0xeb/0x145
(XEN) 
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 0:
(XEN) Assertion 'page->count > 0' failed at mm/pages.c:2381
(XEN) ****************************************
(XEN) 
(XEN) Reboot in five seconds...`,
  },
  {
    name: 'a page fault of 4.1',
    kind: 'page-fault',
    symbol: 'bind_line',
    outcome: 'host-died',
    text: `(XEN) ----[ Xen-4.1.2  x86_64  debug=n  Not tainted ]----
(XEN) CPU:    5
(XEN) RIP:    e008:[<ffff82c48015c1e5>] bind_line+0xb5/0x290
(XEN) RFLAGS: 0000000000010206   CONTEXT: hypervisor
(XEN) rax: 0000000000000000   rbx: ffff83083b6c4000   rcx: 0000000000000000
(XEN) cr3: 000000042dd0a000   cr2: 0000000000000018
(XEN) Xen call trace:
(XEN)    [<ffff82c48015c1e5>] bind_line+0xb5/0x290
(XEN)    
(XEN) Pagetable walk from 0000000000000018:
(XEN)  L4[0x000] = 0000000834a31067 00000000000332b7
(XEN)  L3[0x000] = 0000000000000000 ffffffffffffffff
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 5:
(XEN) FATAL PAGE FAULT
(XEN) [error_code=0002]
(XEN) Faulting linear address: 0000000000000018
(XEN) ****************************************
(XEN) 
(XEN) Reboot in five seconds...`,
  },
  {
    name: 'a watchdog of 4.6',
    kind: 'watchdog',
    symbol: 'walk_tables',
    outcome: 'host-died',
    text: `(XEN) Watchdog timer detects that CPU2 is stuck!
(XEN) ----[ Xen-4.6.1  x86_64  debug=n  Not tainted ]----
(XEN) CPU:    2
(XEN) RIP:    e008:[<ffff82d08012b2b5>] _spin_lock+0x45/0x60
(XEN) RFLAGS: 0000000000000297   CONTEXT: hypervisor (d3v0)
(XEN) rax: 0000000000000001   rbx: ffff83007dd1c000   rcx: 0000000000000002
(XEN) cr3: 0000000414ef0000   cr2: 00007f24b9b2a9f0
(XEN) Xen call trace:
(XEN)    [<ffff82d08012b2b5>] _spin_lock+0x45/0x60
(XEN)    [<ffff82d0801e54e1>] walk_tables+0x21/0x1e0
(XEN)    [<ffff82d0801c0a2c>] hvm_hap_nested_page_fault+0xbc/0x480
(XEN)    [<ffff82d0801eb5f4>] vmx_vmexit_handler+0x1a24/0x1b10
(XEN) 
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 2:
(XEN) FATAL TRAP: vector = 2 (nmi)
(XEN) [error_code=0000] , IN INTERRUPT CONTEXT
(XEN) ****************************************`,
  },
  {
    name: 'a double fault of 4.11',
    kind: 'double-fault',
    symbol: 'enter_slow',
    outcome: 'host-died',
    text: `(XEN) *** DOUBLE FAULT ***
(XEN) ----[ Xen-4.11.1  x86_64  debug=n   Not tainted ]----
(XEN) CPU:    1
(XEN) RIP:    e008:[<ffff82d0802c5d6b>] enter_slow+0x9c/0xf7
(XEN) RFLAGS: 0000000000010006   CONTEXT: hypervisor
(XEN) rax: ffffc90040ce40d8   rbx: 0000000000000000   rcx: 0000000000000003
(XEN) rdx: 0000000000000000   rsi: 0000000000000000   rdi: 0000000000000000
(XEN) rbp: 000036ffbf31bf07   rsp: ffffc90040ce4000   r8:  0000000000000000
(XEN) r9:  0000000000000000   r10: 0000000000000000   r11: 0000000000000000
(XEN) r12: 0000000000000000   r13: 0000000000000000   r14: ffffc90040ce7fff
(XEN) r15: 0000000000000000   cr0: 000000008005003b   cr4: 00000000003426e0
(XEN) cr3: 0000000210a3d000   cr2: ffffc90040ce3ff8
(XEN) fsb: 00007f7a8a5eb700   gsb: ffff88801e840000   gss: 0000000000000000
(XEN) ds: 002b   es: 002b   fs: 0000   gs: 0000   ss: e010   cs: e008
(XEN) Current stack base ffffc90040ce0000 differs from expected ffff8300cec88000
(XEN) Valid stack range: ffffc90040ce6000-ffffc90040ce8000, sp=ffffc90040ce4000, tss.rsp0=ffff8300cec8ffa0
(XEN) No stack overflow detected. Skipping stack trace.
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 1:
(XEN) DOUBLE FAULT -- system shutdown
(XEN) ****************************************
(XEN) 
(XEN) Reboot in five seconds...`,
  },
  {
    name: 'a hypervisor trap of 32-bit Arm',
    kind: 'arm-trap',
    symbol: 'route_line',
    outcome: 'host-died',
    text: `(XEN) Hypervisor Trap. HSR=0x96000004 EC=0x25 IL=1 Syndrome=0x4
(XEN) CPU0: Unexpected Trap: Hypervisor
(XEN) ----[ Xen-4.5-unstable  arm32  debug=y  Not tainted ]----
(XEN) CPU:    0
(XEN) PC:     0024ad10 route_line+0x44/0x98
(XEN) CPSR:   2000005a MODE:Hypervisor
(XEN)      R0: 40028000 R1: 00000000 R2: 00000001 R3: 00000000
(XEN)      R4: 40028000 R5: 00000010 R6: 00000000 R7: 00000001
(XEN)      R8: 00000000 R9: 00000000 R10:00000000 R11:40027d4c R12:00000000
(XEN) HYP: SP: 40027d3c LR: 0024acfc
(XEN) 
(XEN)   VTCR_EL2: 80003558
(XEN)  VTTBR_EL2: 00010002f9ffc000
(XEN) 
(XEN)  SCTLR_EL2: 30cd187f
(XEN)    HCR_EL2: 000000000038643f
(XEN)  TTBR0_EL2: 00000000feff2000
(XEN) 
(XEN)    ESR_EL2: 96000004
(XEN)  HPFAR_EL2: 0000000000000000
(XEN)      HDFAR: 00000010
(XEN)      HIFAR: 00000000
(XEN) 
(XEN) Xen stack trace from sp=40027d3c:
(XEN)    00000000 40028000 0025ab54 00000000 00000001 4002c000 00000010 40027d7c
(XEN)    0024ad98 00000000
(XEN) Xen call trace:
(XEN)    [<0024ad10>] route_line+0x44/0x98 (PC)
(XEN)    [<0024acfc>] route_line+0x30/0x98 (LR)
(XEN)    [<0024ad98>] route_all+0x34/0x90
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 0:
(XEN) CPU0: Unexpected Trap: Hypervisor
(XEN) 
(XEN) ****************************************
(XEN) 
(XEN) Reboot in five seconds...`,
  },
  {
    name: 'a data abort of 4.8 on Arm',
    kind: 'data-abort',
    symbol: 'vgic_send_one',
    outcome: 'host-died',
    text: `(XEN) Data Abort Trap. Syndrome=0x6
(XEN) Walking Hypervisor VA 0x10 on CPU2 via TTBR 0x00000000f9f46000
(XEN) 0TH[0x0] = 0x00000000f9f45f7f
(XEN) 1ST[0x0] = 0x00000000f9f42f7f
(XEN) 2ND[0x0] = 0x0000000000000000
(XEN) CPU2: Unexpected Trap: Data Abort
(XEN) ----[ Xen-4.8.0  arm64  debug=y   Not tainted ]----
(XEN) CPU:    2
(XEN) PC:     0000000000243d98 vgic_send_one+0x44/0x220
(XEN) LR:     0000000000243d60
(XEN) SP:     00008000fbf6fd20
(XEN) CPSR:   600002c9 MODE:64-bit EL2h (Hypervisor, handler)
(XEN)      X0: 0000000000000000  X1: 0000000000000001  X2: 0000000000000010
(XEN)      X3: 0000000000000000  X4: 0000000000000000  X5: 0000000000000000
(XEN)   VTCR_EL2: 80023558
(XEN)  VTTBR_EL2: 0001000079ffc000
(XEN)    ESR_EL2: 96000046
(XEN)  HPFAR_EL2: 0000000000000000
(XEN)    FAR_EL2: 0000000000000010
(XEN) 
(XEN) Xen stack trace from sp=00008000fbf6fd20:
(XEN)    00008000fbf6fd70 0000000000243d60 0000000000000000 0000000000000000
(XEN) Xen call trace:
(XEN)    [<0000000000243d98>] vgic_send_one+0x44/0x220 (PC)
(XEN)    [<0000000000243d60>] vgic_send_one+0xc/0x220 (LR)
(XEN)    [<000000000025ab54>] do_trap_guest_sync+0x1060/0x1590
(XEN) 
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 2:
(XEN) CPU2: Unexpected Trap: Data Abort
(XEN) 
(XEN) ****************************************`,
  },
  {
    name: 'a domain crash told by its function',
    kind: 'domain-crash',
    symbol: undefined,
    outcome: 'domain-died',
    text: `(XEN) [ 3423.100001] domain_crash called from arch/x86/hvm/guest.c#set_mode+0x116/0x2a0
(XEN) [ 3423.100002] Domain 24 (vcpu#1) crashed on cpu#5:
(XEN) [ 3423.100003] ----[ Xen-4.13.4-9.1  x86_64  debug=n   Not tainted ]----
(XEN) [ 3423.100004] CPU:    5
(XEN) [ 3423.100005] RIP:    0010:[<ffffffffc0123456>]
(XEN) [ 3423.100006] RFLAGS: 0000000000000002   CONTEXT: hvm guest (d24v1)
(XEN) [ 3423.100007] rax: 0000000000000660   rbx: 0000000000000001   rcx: 0000000000000000
(XEN) [ 3423.100008] cr3: 0000000100000000   cr2: 0000000000000000
(XEN) [ 3423.100009] ds: 0008   es: 0008   fs: 0008   gs: 0008   ss: 0008   cs: 0010`,
  },
  {
    name: 'a domain crash told by a trap of old form',
    kind: 'domain-crash',
    symbol: undefined,
    outcome: 'domain-died',
    text: `(XEN) d2v0 Unhandled invalid opcode fault/trap [#6, ec=0000]
(XEN) domain_crash_sync called from entry.S: fault at ffff82d080234567 entry.o#create_bounce_frame+0x67/0x142
(XEN) Domain 2 (vcpu#0) crashed on cpu#3:
(XEN) ----[ Xen-4.8.5  x86_64  debug=n   Not tainted ]----
(XEN) CPU:    3
(XEN) RIP:    e033:[<00000000001f0f58>]
(XEN) RFLAGS: 0000000000010206   EM: 1   CONTEXT: pv guest (d2v0)`,
  },
  {
    name: 'a reserved trap',
    kind: 'fatal-trap',
    symbol: 'idle_step',
    outcome: 'host-died',
    text: `(XEN) ----[ Xen-4.12.1  x86_64  debug=n   Not tainted ]----
(XEN) CPU:    1
(XEN) RIP:    e008:[<ffff82d080201000>] idle_step+0x10/0x20
(XEN) RFLAGS: 0000000000010206   CONTEXT: hypervisor
(XEN) Xen call trace:
(XEN)    [<ffff82d080201000>] idle_step+0x10/0x20
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 1:
(XEN) FATAL RESERVED TRAP 0x1e: ???
(XEN) ****************************************`,
  },
  {
    name: 'a machine check',
    kind: 'machine-check',
    symbol: undefined,
    outcome: 'host-died',
    text: `(XEN) Bank 4: d400400000000813 at 0000000210a3d000
(XEN) CPU2: Machine Check Exception:                5
(XEN) MCE: Fatal error happened on CPUs 2
(XEN)  
(XEN) ****************************************
(XEN) 
(XEN)    The processor has reported a hardware error which cannot
(XEN)    be recovered from.  Xen will now reboot the machine.
(XEN) 
(XEN) ****************************************
(XEN) Panic on CPU 2:
(XEN) HARDWARE ERROR
(XEN) ****************************************`,
  },
  {
    name: 'a BUG of Linux 3.0',
    kind: 'linux-bug',
    symbol: 'give_back',
    outcome: 'unknown',
    text: `[  115.173649] ------------[ cut here ]------------
[  115.173652] kernel BUG at drivers/xen/balloon.c:407!
[  115.173655] invalid opcode: 0000 [#1] SMP 
[  115.173658] CPU 0 
[  115.173660] Modules linked in: xen_blkback xen_netback
[  115.173670] 
[  115.173672] Pid: 11, comm: kworker/0:1 Not tainted 3.0.101 #1 Some Board
[  115.173675] RIP: e030:[<ffffffff81076604>]  [<ffffffff81076604>] give_back+0x194/0x1a0
[  115.173680] RSP: e02b:ffff880108bc5dc0  EFLAGS: 00010083
[  115.173683] RAX: 00000000000001b5 RBX: 0000000000000200 RCX: 0000000000000000
[  115.173690] Process kworker/0:1 (pid: 11, threadinfo ffff880108bc4000, task ffff880108bc2100)
[  115.173693] Stack:
[  115.173695]  ffffffff81809020 0000000000000001 ffff880108bc5e00 0000000000000000
[  115.173700] Call Trace:
[  115.173702]  [<ffffffff8107665f>] balloon_step+0x4f/0x130
[  115.173705]  [<ffffffff8107c2f8>] process_one_work+0x138/0x4a0
[  115.173710] Code: 48 89 c7 e8 0b 0f 
[  115.173712] RIP  [<ffffffff81076604>] give_back+0x194/0x1a0
[  115.173715]  RSP <ffff880108bc5dc0>
[  115.173718] ---[ end trace 0b1c2d3e4f506172 ]---`,
  },
  {
    name: 'an oops of Linux 2.6 with its panic',
    kind: 'linux-oops',
    symbol: 'tell_other',
    outcome: 'domain-died',
    text: `<1>[  215.000001] BUG: unable to handle kernel paging request at 0000000b819fdb98
<1>[  215.000002] IP: [<ffffffff812a588f>] tell_other+0x13/0x34
<4>[  215.000003] PGD 94b10067 PUD 0 
<0>[  215.000004] Oops: 0000 [#1] SMP 
<4>[  215.000006] Pid: 18, comm: events/3 Not tainted 2.6.32 #1
<4>[  215.000007] RIP: e030:[<ffffffff812a588f>]  [<ffffffff812a588f>] tell_other+0x13/0x34
<4>[  215.000009] Call Trace:
<4>[  215.000010]  [<ffffffff812712c9>] port_of+0x11/0x20
<4>[  215.000011]  [<ffffffff812714ee>] xenbus_thread+0x11/0x20
<4>[  215.000012] ---[ end trace 1b1c2d3e4f506172 ]---
<0>[  215.000013] Kernel panic - not syncing: Fatal exception`,
  },
  {
    name: 'an oops of Linux on Arm',
    kind: 'linux-oops',
    symbol: 'disk_closing',
    outcome: 'unknown',
    text: `[   12.100001] Unable to handle kernel NULL pointer dereference at virtual address 0000000000000028
[   12.100002] Mem abort info:
[   12.100003]   ESR = 0x0000000096000005
[   12.100004]   EC = 0x25: DABT (current EL), IL = 32 bits
[   12.100005]   SET = 0, FnV = 0
[   12.100006]   FSC = 0x05: level 1 translation fault
[   12.100007] Data abort info:
[   12.100008]   ISV = 0, ISS = 0x00000005
[   12.100009] [0000000000000028] user address but active_mm is swapper
[   12.100010] Internal error: Oops: 0000000096000005 [#1] PREEMPT SMP
[   12.100011] Modules linked in:
[   12.100012] CPU: 1 PID: 45 Comm: kworker/1:1 Not tainted 6.1.0 #1
[   12.100013] Hardware name: XENVM-4.17 (DT)
[   12.100014] pstate: 60000005 (nZCv daif -PAN -UAO -TCO -DIT -SSBS BTYPE=--)
[   12.100015] pc : disk_closing+0x24/0x90 [xen_blkfront]
[   12.100016] lr : disk_changed+0x118/0x3a0 [xen_blkfront]
[   12.100017] sp : ffff80000a9abd00
[   12.100018] x29: ffff80000a9abd00 x28: 0000000000000000 x27: ffff800009c1a000
[   12.100019] Call trace:
[   12.100020]  disk_closing+0x24/0x90 [xen_blkfront]
[   12.100021]  disk_changed+0x118/0x3a0 [xen_blkfront]
[   12.100022]  xenbus_otherend_changed+0xa4/0xc0
[   12.100023] Code: a9bd7bfd 910003fd f9000bf3 
[   12.100024] ---[ end trace 0000000000000000 ]---`,
  },
  {
    name: 'a protection fault of Linux 6.6',
    kind: 'linux-oops',
    symbol: 'end_access',
    outcome: 'unknown',
    text: `[ 1234.567890] general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] PREEMPT SMP NOPTI
[ 1234.567891] CPU: 0 PID: 1 Comm: xenbus Not tainted 6.6.0 #1
[ 1234.567892] RIP: e030:end_access+0x44/0x90
[ 1234.567893] RSP: e02b:ffffc90040003d28 EFLAGS: 00010246
[ 1234.567894] RAX: dead000000000122 RBX: ffff888005555000 RCX: 0000000000000000
[ 1234.567895] Call Trace:
[ 1234.567896]  <TASK>
[ 1234.567897]  ? die_addr+0x37/0x90
[ 1234.567898]  net_leave+0x2a4/0x3a0 [xen_netfront]
[ 1234.567899]  </TASK>
[ 1234.567900] ---[ end trace 0000000000000000 ]---`,
  },
];
