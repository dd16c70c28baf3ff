import type { DialectRule } from './rule.ts';

const bare =
  /^(?:systemd(?:-[a-z-]{1,40})?\[\d{1,10}\]: |\S{1,40}\[\d{1,10}\]: |\[ {0,2}(?:OK|FAILED|DEPEND|WARN|INFO) {0,2}\] |-- (?:Logs begin|Boot|Reboot|Journal))/;

/** Any other program that speaks through syslog or the journal, and systemd's own console lines. */
export const systemLog: DialectRule = {
  dialect: 'system-log',
  claims: (payload, prefix) => prefix.process !== undefined || bare.test(payload),
};
