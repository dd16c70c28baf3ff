import type { DialectRule } from './rule.ts';

const line =
  /^(?:\d{1,10}: )?(?:debug|info|warning|error) : (?:\w{1,60}:\d{1,6} : |libvirt version|hostname: )/;

/** libvirtd, which logs `pid: level : function:line : text` behind an ISO stamp. */
export const libvirt: DialectRule = {
  dialect: 'libvirt',
  claims: (payload, prefix) =>
    line.test(payload) || (prefix.process !== undefined && prefix.process.startsWith('libvirt')),
};
