import type { DialectRule } from './rule.ts';

const keyAndValue = /^[\w()/ .,%+&#'@[\]-]{1,60}?\s{0,40}:(?:\s|$)/;
const table =
  /^(?:Name\s{2,}|Domain-0\s|\S{1,64}\s+\d{1,5}\s+\d{1,9}\s+\d{1,4}\s+\S{6}\s|\S{1,64} {2,20}\S{1,64} {2,20}\S|(?:\d{1,20}[ \t]{1,12}){1,40}\d{1,20}$)/;
const store = /^\s{0,40}\/?[\w/@.:-]{1,200} = (?:"|$)/;
const json = /^\s{0,60}[[\]{}",]/;
const number = /^\s{0,20}-?(?:0x)?[0-9a-fA-F.,:-]{1,80}$/;

/** Tables and listings that commands print: xl list, xl info, xenstore-ls, lscpu, numactl, JSON. */
export const commandOutput: DialectRule = {
  dialect: 'command-output',
  claims: (payload, prefix) =>
    prefix.transport === 'none' &&
    prefix.console === 'none' &&
    (keyAndValue.test(payload) ||
      table.test(payload) ||
      store.test(payload) ||
      json.test(payload) ||
      number.test(payload)),
};
