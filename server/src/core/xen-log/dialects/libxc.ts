import type { DialectRule } from './rule.ts';

const line =
  /^(?:xc: |(?:xencall|xengntshr|gntshr|xengnttab|gnttab|xenevtchn|evtchn|xenforeignmemory|foreignmemory|devicemodel|xendevicemodel|xentoolcore|xenstore|xtl)[:\s]\s?(?:\w{1,20}: )?(?:debug|verbose|detail|info|notice|warning|error|critical|progress|\S))/;
const domainBuilder =
  /^(?:domainbuilder|xc_\w{1,40}|xc): (?:debug|detail|info|warning|error|progress)/;

/** libxc and its sister libraries under /usr/lib/xen. */
export const libxc: DialectRule = {
  dialect: 'libxc',
  claims: (payload) => line.test(payload) || domainBuilder.test(payload),
};
