import type { Dialect } from '../model.ts';
import type { LinePrefix } from '../prefix.ts';
import { commandOutput } from './command-output.ts';
import { configuration } from './configuration.ts';
import { firmware } from './firmware.ts';
import { guest } from './guest.ts';
import { hotplug } from './hotplug.ts';
import { hypervisor } from './hypervisor.ts';
import { libvirt } from './libvirt.ts';
import { libxc } from './libxc.ts';
import { libxl } from './libxl.ts';
import { linux } from './linux.ts';
import { mail } from './mail.ts';
import { qemu } from './qemu.ts';
import type { DialectRule } from './rule.ts';
import { systemLog } from './system-log.ts';
import { xapi } from './xapi.ts';
import { xenconsoled } from './xenconsoled.ts';
import { xenstored } from './xenstored.ts';
import { xl } from './xl.ts';

/** Writers that can be told by a line alone, the surest first. */
const writers: readonly DialectRule[] = [
  guest,
  linux,
  hypervisor,
  libxl,
  libxc,
  xenstored,
  xapi,
  qemu,
  libvirt,
  xenconsoled,
  xl,
  hotplug,
  systemLog,
  firmware,
  mail,
];

/** Forms that many texts share; they count only where no console was seen in the file. */
const forms: readonly DialectRule[] = [configuration, commandOutput];

/** The writer of a line by the line alone. */
export function writerOf(payload: string, prefix: LinePrefix): Dialect | undefined {
  if (prefix.console === 'xen') return 'xen-console';
  return writers.find((rule) => rule.claims(payload, prefix))?.dialect;
}

/** What kind of text a line without a writer is: settings, a listing. */
export function formOf(payload: string, prefix: LinePrefix): Dialect | undefined {
  return forms.find((rule) => rule.claims(payload, prefix))?.dialect;
}
