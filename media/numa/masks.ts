import type { Host, IdSet } from '#core/numa';
import { cpusOfList, parseCpuList } from '#core/xl-cfg';

/** The CPUs that a mask in xl's words names on a host; undefined when it names none. */
export function cpusOfMask(text: string, host: Host): IdSet | undefined {
  const list = parseCpuList(text, 0);
  const cpus = cpusOfList(list, host);
  return list.fault !== undefined || cpus.length === 0 ? undefined : cpus;
}
