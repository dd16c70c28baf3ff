import { UsageError, type Command } from './command.ts';

const USAGE = `Usage: xen-devtools report new --log FILE... [--cfg FILE]... [--host FILE]... [--xen-tree DIR] --out DIR
       xen-devtools report check DIR|FILE [--xen-tree DIR]
       xen-devtools report maintainers --xen-tree DIR FILE...

new: makes a bug report folder from logs: report.md, redacted attachments, and a private part with the
  originals that git ignores. Nothing is sent. An existing folder is never written over.
  --log FILE         a serial log, xl dmesg, xl -vvv output, a kernel log, ...; - reads standard input
  --cfg FILE         the configuration of a guest
  --host FILE        what the host says of itself: xl info, dmesg, /etc/os-release, ...
  --xen-tree DIR     your Xen tree: its MAINTAINERS file says whom to ask
  --keep TEXT        leave this text as it is; repeat
  --out DIR          the folder to make

check: what is missing, where the report may go, and private texts that are left in it.
maintainers: who answers for files of a tree, as its own script would say.

Common: --format text|json, --output FILE, --fail-on error|warning|hint|never (check; default warning), --help
`;

/** `report new`, `report check` and `report maintainers`. */
export const report: Command = {
  name: 'report',
  summary: 'make and check a bug report: complete, private, sent to the right place',
  usage: USAGE,
  async run(args, io) {
    const [verb, ...rest] = args;
    if (verb === 'new') return (await import('./report-new.ts')).newReport(rest, io);
    if (verb === 'check') return (await import('./report-check.ts')).check(rest, io);
    if (verb === 'maintainers')
      return (await import('./report-maintainers.ts')).maintainers(rest, io);
    throw new UsageError('report needs "new", "check" or "maintainers"; see --help.');
  },
};
