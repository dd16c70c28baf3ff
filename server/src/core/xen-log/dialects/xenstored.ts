import type { DialectRule } from './rule.ts';

const line =
  /^(?:\[\d{8}T\d\d:\d\d:\d\d\.\d{3}Z[\]|]|(?:io: )?(?:IN|OUT(?:\([A-Z]{1,10}\))?) 0x[0-9a-f]{1,16} |xenstored[: ]|oxenstored[: ]|Xen Storage Daemon|corruption detected by connection|(?:IN|OUT|WATCH|CREATE|DESTROY) 0x[0-9a-f]{1,16}|\d{4}-\d\d-\d\dT\S{1,20} A\d{1,6} )/;
const access =
  /^(?:A|D)\d{1,6}(?:\.\d{1,10})? {1,10}(?:read|write|watch|unwatch|rm|mkdir|directory|getperms|setperms|getdomain|w event|t start|t end|newconn|endconn|commit|coalesce|conflict|introduce|release|error)\b/;

/** xenstored and oxenstored: access log, trace and messages. */
export const xenstored: DialectRule = {
  dialect: 'xenstored',
  claims: (payload, prefix) =>
    line.test(payload) ||
    access.test(payload) ||
    (prefix.process !== undefined && /^o?xenstored$/.test(prefix.process)),
};
