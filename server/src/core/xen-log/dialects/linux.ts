import type { DialectRule } from './rule.ts';

/** What kernels print without a stamp: early boot code, decompressors, oops lines of captures without printk times. */
const bare =
  /^(?:Linux version \d|Kernel panic - |kernel BUG at |BUG: |Oops: |Call Trace:|Modules linked in:|---\[ end |RIP: [0-9a-f]{4}:|Code: [0-9a-f]{2} |Booting (?:the kernel|paravirtualized|Linux)|mapping kernel into physical memory|about to get started|early console in |Decompressing Linux|Parsing ELF|Performing relocations|done\.$|Poking KASLR|KASLR |Uncompressing Linux|EFI stub: |xen-blkback: |xen_netback: |xen-netback: |blkfront: |xen:\w+: |xenbus: |pciback |vif \w|input: |x86\/\w+: )/;

/** A Linux kernel, dom0's or a guest's. */
export const linux: DialectRule = {
  dialect: 'linux-kernel',
  claims: (payload, prefix) =>
    prefix.console === 'linux' || (prefix.console === 'none' && bare.test(payload)),
};
