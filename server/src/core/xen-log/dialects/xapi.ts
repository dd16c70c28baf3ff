import type { DialectRule } from './rule.ts';

const line = /^[\w-]{1,40}: \[ ?(?:debug| ?info| ?warn|error|critical) ?\|/;

/** XenServer's and XCP-ng's toolstack: xensource.log, daemon.log, SMlog. */
export const xapi: DialectRule = {
  dialect: 'xapi',
  claims: (payload, prefix) =>
    line.test(payload) ||
    (prefix.process !== undefined &&
      /^(?:xapi|xenopsd|squeezed|forkexecd|message-switch|v6d|xcp-\w|SMGC$|SM$|xha|varstored|xenguest)/.test(
        prefix.process,
      )),
};
