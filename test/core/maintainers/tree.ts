/** A MAINTAINERS file of the tests' own, with every tag and edge; people and places are made up. */
export const maintainersText = `
	How to read this file
	=====================

	M: Mail patches to this person (an indented example is no entry)
	F:	drivers/net/	nor is this

Some words that are not a heading.

ACPI
M:	Ada Acpi <ada@example.org>
S:	Supported
F:	xen/arch/x86/acpi/
X:	xen/arch/x86/acpi/boot.c
F:	xen/drivers/acpi/

ARM
M:	"Arm, Anna" <anna@example.org>
R:	Rolf Reviewer <rolf@example.org>
L:	arm-list@example.org (moderated for non-subscribers)
S:	Supported
F:	xen/arch/arm/
F:	xen/include/asm-arm

SCHEDULING
M:	Sven Sched <sven@example.org>
S:	Maintained
F:	xen/common/sched/
F:	xen/common/schedule*.c
T:	git git://example.org/sched.git
W:	https://example.org/sched

TIMERS
M:	Tim Timer <tim@example.org>, Tom Timer <tom@example.org>
S:	Odd Fixes
F:	xen/common/time?.c
F:	xen/*/timer.c

ONLY REVIEWED
R:	Rita Reads <rita@example.org>
S:	Supported
F:	misc/reviewed/

ORPHANS
S:	Orphan
F:	xen/old/

OBSOLETE THINGS
M:	Olga Old <olga@example.org>
S:	Obsolete
F:	xen/obsolete/

X86
M:	Xavier <xavier@example.org>
M:	Ada Acpi <ada@example.org>
L:	xen-devel@example.org
S:	Supported
F:	xen/arch/x86/
F:	xen/include/asm-x86/

X86 MEMORY
M:	Mira Memory <mira@example.org>
L:	secret-mm@example.org (subscribers-only)
S:	Supported
F:	xen/arch/x86/mm/
X:	xen/arch/x86/mm/shadow/

X86 SHADOW
M:	Shaun Shadow <shaun@example.org>
S:	Maintained
F:	xen/arch/x86/mm/shadow/

TOOLS
M:	Tess Tools <tess@example.org>
S:	Supported
F:	tools/
X:	tools/ocaml/

OCAML
M:	Olivier Caml <olivier@example.org>
S:	Supported
F:	tools/ocaml/

NAMED BY EXPRESSION
M:	Nora Name <nora@example.org>
S:	Supported
N:	(^|/) livepatch [_a-z]* \\.c$   # spacing is free

KEYWORDS
M:	Kira Key <kira@example.org>
S:	Supported
F:	xen/xsm/
K:	xsm_.*
K:	\\b(xsm|XSM)\\b

BRACES
M:	Bruno Brace <bruno@example.org>
S:	Supported
F:	docs/{man,guest-guide}/
F:	config/{Linux,NetBSD}.mk

BROKEN EXPRESSION
M:	Berta Broken <berta@example.org>
S:	Supported
F:	xen/odd(name/
N:	(unclosed

NO STATUS
M:	Nils Nostatus <nils@example.org>
F:	stubdom/

THE REST
M:	Rest One <one@example.org>
M:	Rest Two <two@example.org>
L:	xen-devel@example.org
S:	Supported
F:	*
F:	*/
V:	xen-maintainers-1
`;

/** Folders of the made-up tree, for patterns written without their slash. */
export const folders: ReadonlySet<string> = new Set(['xen/include/asm-arm', 'docs/man']);
