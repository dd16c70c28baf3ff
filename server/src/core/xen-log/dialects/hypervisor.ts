import type { DialectRule } from './rule.ts';

/** Lines of dumps that keep their meaning where a capture lost the `(XEN) `. */
const bareDump =
  /^(?:----\[ Xen-|Xen call trace:|Xen stack trace from|Xen code around|Panic on CPU \d|\s{0,4}\[<[0-9a-f]{8,16}>\] |(?:RIP|RFLAGS|CPU): {2,4}[0-9a-f]|r[a-d0-9s][xip0-9]?: {1,2}[0-9a-f]{16}|cr[0-4]: [0-9a-f]{16}|Xen [0-9]+\.[0-9]+\S{0,20}$|Xen version \d)/;

/** The hypervisor's console, by its own prefix. */
export const hypervisor: DialectRule = {
  dialect: 'xen-console',
  claims: (payload, prefix) =>
    prefix.console === 'xen' || (prefix.console === 'none' && bareDump.test(payload)),
};
