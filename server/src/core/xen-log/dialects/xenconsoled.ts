import type { DialectRule } from './rule.ts';

const line = /^(?:Logfile (?:Opened|Closed|Reopened)|xenconsoled: )/;

/** xenconsoled's own notes in the console logs it keeps. */
export const xenconsoled: DialectRule = {
  dialect: 'xenconsoled',
  claims: (payload, prefix) => line.test(payload) || prefix.process === 'xenconsoled',
};
