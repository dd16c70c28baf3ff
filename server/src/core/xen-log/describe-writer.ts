import type { Dialect } from './model.ts';

const words: Readonly<Record<Dialect, string>> = {
  'xen-console': 'The hypervisor prints this.',
  'linux-kernel': 'A Linux kernel prints this: dom0, or a guest.',
  'guest-console': 'Console text of a guest.',
  'console-text': 'Text on the serial line without a prefix: dom0 user space, a boot loader, QEMU.',
  libxl: 'libxl, the library below xl and libvirt, prints this.',
  libxc: 'libxenctrl or libxenguest, the toolstack libraries, print this.',
  xl: 'The xl command prints this.',
  libvirt: "libvirt's libxl driver prints this.",
  xenstored: 'The xenstore daemon prints this.',
  xenconsoled: 'The console daemon prints this.',
  qemu: 'QEMU, the device model, prints this.',
  hotplug: 'A hotplug script of the toolstack prints this.',
  xapi: "XAPI's daemons (xapi, xenopsd) print this.",
  'system-log': 'A program of dom0 prints this to the system log.',
  firmware: 'Firmware or the boot loader prints this.',
  'command-output': 'Output of a command, not a log line.',
  configuration: 'A configuration, not a log line.',
  'mail-text': 'Text of a mail around the log.',
};

/** Who writes lines of a dialect, as a sentence. */
export const dialectWords = (dialect: Dialect): string => words[dialect];
