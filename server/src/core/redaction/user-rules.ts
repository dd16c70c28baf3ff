import { isOrdinaryUser } from './exceptions.ts';
import type { RedactionRule } from './model.ts';

/** Names of people and of their accounts. */
export const userRules: readonly RedactionRule[] = [
  {
    id: 'home',
    kind: 'user',
    gate: ['/home/', '/Users/', '\\Users\\'],
    pattern: /(?:\/home\/|\/Users\/|\\Users\\)(?<x>[^/\\\s:'",;)>]+)/dg,
    stays: isOrdinaryUser,
    spreads: true,
  },
  {
    id: 'account',
    kind: 'user',
    pattern:
      /(?:\b(?:USER|LOGNAME|SUDO_USER)=|\bfor (?:invalid )?user |\b(?:publickey|password|keyboard-interactive\/pam) for |\bsudo: +|\buid=\d+\(|\br?user=|\bacct=|\buname=|\bchap(?:_user)?(?:name)?=|\busername ?[=:] ?|\b[Nn]ew session \S+ of user |\b(?:by|for user) (?=\w+\(uid=))["']?(?<x>[A-Za-z][A-Za-z0-9._-]{0,30}[A-Za-z0-9])/dg,
    stays: isOrdinaryUser,
    spreads: true,
  },
  {
    id: 'mail-name',
    kind: 'user',
    gate: ['From: ', 'To: ', 'Cc: ', '-by: ', 'Author: '],
    pattern:
      /\b(?:From|Reply-To|To|Cc|Author|[A-Z][a-z]+-by): ["']?(?<x>[^<>"'@,]{3,40}?)["']? <(?=\S*@)/dg,
  },
  {
    id: 'prompt-user',
    kind: 'user',
    gate: ['@'],
    pattern:
      /(?:^|\s|\[)(?<x>[a-z][a-z0-9._-]{0,31})@[A-Za-z0-9][A-Za-z0-9.-]{0,62}(?::| )[~/][^\s$#]*[$#](?:\s|$)/dg,
    stays: isOrdinaryUser,
    spreads: true,
  },
];
