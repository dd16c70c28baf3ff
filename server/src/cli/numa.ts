import { UsageError, type Command } from './command.ts';

const USAGE = `Usage: xen-devtools numa place --host FILE... [--request FILE | --vcpus N --memory MIB ...]
       xen-devtools numa replay VECTORS.jsonl

place: where a domain's memory and vCPUs go on a host, and why.
  --host FILE        an output of the host: xl info -n, xl list -n, xl vcpu-list, xl cpupool-list,
                     a Xen log, numactl --hardware, lscpu, hwloc XML, ...; repeat, or name a folder;
                     or a recorded vector or truth.json with "host" and "domains"
  --request FILE     the domain: an xl.cfg, libvirt XML or the JSON of xl create -n
  --vcpus N          instead of --request: maxvcpus of the domain
  --memory MIB       ... its memory, and --maxmem MIB when larger
  --type pv|hvm|pvh  ... its type (default pvh)
  --pool NAME        ... its cpupool
  --cpus LIST        ... a hard mask for all vCPUs, as in cpus = "..."
  --cpus-soft LIST   ... a soft mask, as in cpus_soft = "..."
  --engine NAME      libxl (default) or xapi

replay: runs recorded vectors, one JSON line each {id, ok, differs}, then "N passed, N failed".
  Exit status 1 when one differs.

Common: --format text|json, --output FILE, --help
`;

/** `numa place` and `numa replay`. */
export const numa: Command = {
  name: 'numa',
  summary: 'place a domain on a NUMA host as xl or xapi would; replay recorded placements',
  usage: USAGE,
  async run(args, io) {
    const [verb, ...rest] = args;
    if (verb === 'place') return (await import('./numa-place.ts')).place(rest, io);
    if (verb === 'replay') return (await import('./numa-replay.ts')).replay(rest, io);
    throw new UsageError('numa needs "place" or "replay"; see --help.');
  },
};
