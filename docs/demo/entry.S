/* A small system call exit of our own with the mistake of XSA-7: see the Problems panel, and the quick fix. */
#define FRAME_RIP    0x00
#define FRAME_CS     0x08
#define FRAME_FLAGS  0x10
#define FRAME_RSP    0x18
#define FRAME_SS     0x20

        .text

        .globl exit_fast
exit_fast:
        cli
        movq FRAME_FLAGS(%rsp), %r11
        andq $~0x23000, %r11
        orq  $0x200, %r11
        movq FRAME_RIP(%rsp), %rcx
        movq FRAME_RSP(%rsp), %rsp
        swapgs
        sysretq

        .globl exit_checked
exit_checked:
        cli
        movq FRAME_FLAGS(%rsp), %r11
        andq $~0x23000, %r11
        orq  $0x200, %r11
        movq FRAME_RIP(%rsp), %rcx
        sarq $47, %rcx
        incl %ecx
        cmpl $1, %ecx
        movq FRAME_RIP(%rsp), %rcx
        ja   exit_slow
        movq FRAME_RSP(%rsp), %rsp
        swapgs
        sysretq

        .globl exit_slow
exit_slow:
        swapgs
        iretq
