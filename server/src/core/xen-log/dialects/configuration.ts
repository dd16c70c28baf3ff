import type { DialectRule } from './rule.ts';

const line =
  /^\s{0,8}(?:#|"?[A-Za-z_][\w .-]{0,60}"?\s?=\s?(?:["'[\d-]|yes|no|true|false)|[\]})],?$|"[^"]{0,200}",?$|'[^']{0,300}',?\s{0,4}\]?$|\[[^\]]{0,200}\],?$)/;

/** An xl.cfg or another file of settings. */
export const configuration: DialectRule = {
  dialect: 'configuration',
  claims: (payload, prefix) => prefix.transport === 'none' && line.test(payload),
};
