/** A panic or error that says that the set-up is wrong, not the program. Words of Xen 4.8 to 4.22. */
export interface Misconfiguration {
  readonly id: string;
  readonly pattern: RegExp;
  readonly title: string;
  readonly advice: string;
}

/** Tried on panic texts and error lines, first hit wins. */
export const misconfigurations: readonly Misconfiguration[] = [
  {
    id: 'no-dom0-kernel',
    pattern:
      /dom0 kernel not specified|Missing kernel boot module|Could not find dom0 kernel|no dom0 (?:kernel|module)/i,
    title: 'The boot loader gave Xen no dom0 kernel',
    advice:
      'Check the module lines of the boot entry (GRUB: module2 /vmlinuz ... and module2 /initrd.img ...).',
  },
  {
    id: 'dom0-image',
    pattern:
      /not an ELF binary|Could not (?:construct|set up) (?:dom(?:ain )?0|DOM0|d0)|Could not parse dom0 kernel|Cannot construct Dom0/i,
    title: 'Xen could not load the dom0 kernel',
    advice:
      'Check that the first module is a kernel with Xen support (CONFIG_XEN_PV for PV, CONFIG_PVH for dom0=pvh) and is not damaged.',
  },
  {
    id: 'dom0-memory',
    pattern:
      /Not enough RAM for (?:DOM0|domain 0)|Domain 0 allocation is too small|Dom0 allocation too small|Failed to allocate requested dom0 memory|P->M table overlaps/i,
    title: 'dom0_mem= asks for more memory than there is, or for too little',
    advice: 'Give dom0_mem= a size that fits the host and holds kernel, initrd and page tables.',
  },
  {
    id: 'security-option',
    pattern:
      /Xen will not boot on this CPU for security reasons|IOMMU setup failed, crash Xen for security/i,
    title: 'An option of yours makes Xen stop here on purpose',
    advice:
      'The option asked for (allow_unsafe, iommu=force, ...) cannot be met on this machine: firmware setting, microcode or option must change.',
  },
  {
    id: 'iommu-required',
    pattern: /Couldn't enable .* and iommu=required|iommu must be (?:enabled|set)|requires iommu/i,
    title: 'iommu=required cannot be met',
    advice: 'Turn VT-d/AMD-Vi on in the firmware, or drop the option.',
  },
  {
    id: 'pvh-dom0',
    pattern:
      /Neither HAP nor Shadow available for PVH|PVH (?:hardware domain|dom0) .*(?:must|requires)|(?:HVM|hap) .* not (?:available|supported) .*dom0/i,
    title: 'This machine or build cannot run a PVH dom0',
    advice: 'Use dom0=pv, or turn hardware virtualisation on in the firmware.',
  },
  {
    id: 'boot-option',
    pattern:
      /Scheduler .* does not exists?|supported values are|Only 1 (?:hardware|xenstore) domain can be|hardware_dom must be|Invalid pCPU|LLC (?:coloring|way size|colors)|TEE [Mm]ediator .* from command line/i,
    title: 'A boot option has a value that Xen cannot use',
    advice: 'Compare the command line in the log with docs/misc/xen-command-line of your release.',
  },
  {
    id: 'device-tree',
    pattern:
      /No valid device tree|Invalid device tree blob|Early FDT parsing failed|No memory bank|Missing (?:or empty|property)|Malformed DTB|chosen (?:node|missing)|Bad LLC color config/i,
    title: 'The device tree given to Xen is not usable',
    advice: 'Check what the boot loader passes (docs/misc/arm/device-tree).',
  },
  {
    id: 'guest-file',
    pattern:
      /No such file or directory|failed to (?:open|read|stat) (?:the )?(?:file|kernel|ramdisk|config)|unable to (?:open|stat) disk|does not exist|(?:kernel|ramdisk|disk|image) .*not found/i,
    title: 'A file named in the configuration is not there',
    advice:
      'Check the path in the guest configuration, and that the tool runs on the host that has it.',
  },
  {
    id: 'guest-memory',
    pattern:
      /not enough (?:free )?memory|failed to free memory|insufficient memory|Cannot allocate memory|Out of memory|panic: .*xc_dom_.*allocate|over-?allocation for domain/i,
    title: 'There is not enough free memory for the guest',
    advice: 'Look at free_memory of xl info; lower memory=, balloon dom0 down or set dom0_mem=.',
  },
  {
    id: 'hap-pool',
    pattern: /failed to allocate from (?:HAP|shadow) pool/i,
    title: 'The page table pool of the guest ran out',
    advice: 'Raise shadow_memory= in the guest configuration.',
  },
  {
    id: 'guest-options',
    pattern:
      /config parsing error|configuration file|syntax error|Unknown (?:guest type|option|backend)|[Ii]nvalid (?:parameter|value|option|vcpu|cpu|disk|vif)|unrecognized|must be (?:set|specified|greater|less|between)|domain (?:name )?.*already exists|with this name|bad (?:disk|vif) spec|Invalid kernel|no loader found|Bad address/i,
    title: 'The guest configuration holds something that cannot be used',
    advice: 'Compare the line named in the message with xl.cfg(5) of your release.',
  },
  {
    id: 'hotplug',
    pattern:
      /[Hh]otplug script|bridge .*(?:not|missing|does not)|Could not find bridge|backend .*not ready|Unable to (?:add|attach) .*device|device model did not start|vif-bridge|losetup|already in use|Device .* is (?:not|already)/i,
    title: 'A device could not be set up in dom0',
    advice:
      'Read xen-hotplug.log and the first error; check bridge, loop devices and that no one else uses the disk.',
  },
  {
    id: 'toolstack-service',
    pattern:
      /xencall|\/proc\/xen|xenfs|\/dev\/xen\/|failed to (?:open|connect to) xen(?:store|stored| control)|cannot (?:init xl context|connect to|open) |xenstore.*(?:not running|connection)|bootloader (?:failed|.*exited)|pygrub/i,
    title: 'The tools cannot reach Xen or one of their helpers',
    advice:
      'Check that the host was booted under Xen, that xenfs is mounted and xenstored runs, and that tools and Xen have the same version.',
  },
  {
    id: 'passthrough-set-up',
    pattern: /pciback|PCI device .*(?:not|assign)|not assignable|FLR|RMRR|pci-assignable/i,
    title: 'The device is not ready for passthrough',
    advice:
      'Make it assignable first (xl pci-assignable-add) and look at rdm= and the IOMMU groups.',
  },
];

/** The misconfiguration that a text shows, if any. */
export function misconfigurationOf(text: string): Misconfiguration | undefined {
  return misconfigurations.find(({ pattern }) => pattern.test(text));
}

/** Of those, the ones that a hypervisor's panic box can show. */
const panicIds: ReadonlySet<string> = new Set([
  'no-dom0-kernel',
  'dom0-image',
  'dom0-memory',
  'security-option',
  'iommu-required',
  'pvh-dom0',
  'boot-option',
  'device-tree',
]);

/** The misconfiguration that a panic box shows, if any: words of the tools do not count here. */
export function misconfigurationOfPanic(text: string): Misconfiguration | undefined {
  return misconfigurations.find(({ id, pattern }) => panicIds.has(id) && pattern.test(text));
}
