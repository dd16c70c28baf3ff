import type { DialectRule } from './rule.ts';

/** Console text of a guest that the hypervisor relays: `(d1) `. */
export const guest: DialectRule = {
  dialect: 'guest-console',
  claims: (_payload, prefix) => prefix.console === 'guest',
};
