import { isNotAToken, isOrdinaryUser } from './exceptions.ts';
import type { RedactionRule } from './model.ts';

/** A value after `=` or `:`: quoted, or up to a blank, a comma or a bracket. */
const value = String.raw`(?:"(?<a>[^"]*)"|'(?<b>[^']*)'|(?<x>[^\s,;"'\])}]+))`;

/** Names of fields that hold a secret, in configurations, options, JSON and logs. */
const secretNames = [
  String.raw`vnc-?pass(?:wd|word)?`,
  'spicepasswd',
  String.raw`passw(?:or)?d`,
  'passphrase',
  'secret',
  String.raw`(?:api|private|access|secret|auth)[_-]?(?:key|token)`,
].join('|');

/** Further names that only mean a secret in front of an equals sign. */
const assignedNames = String.raw`token|keyfile|credentials?|chap_?secret|psk|track_?id|session[_-]?id`;

/** Passwords, keys and tokens. */
export const secretRules: readonly RedactionRule[] = [
  {
    id: 'private-key',
    kind: 'key',
    gate: ['ssh-', 'ecdsa-', 'sk-'],
    pattern:
      /\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-ssh-ed25519@openssh\.com) (?<x>AAAA[A-Za-z0-9+/=]{16,}(?: [^\s@]+@[^\s"']+)?)/dg,
  },
  {
    id: 'issued-token',
    kind: 'key',
    pattern:
      /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})/dg,
  },
  {
    id: 'authorization',
    kind: 'key',
    gate: ['earer ', 'asic ', 'EARER '],
    pattern: /\b(?:bearer|(?<=authorization: ?)basic) (?<x>[A-Za-z0-9._~+/=-]{8,})/dgi,
  },
  {
    id: 'storage-key',
    kind: 'key',
    gate: ['rbd:', 'ceph', 'secret,'],
    pattern:
      /(?:\b(?:rbd:|ceph)[^\s'"]*?[:,]key=|\bsecret,[^\s'"]*?\bdata=)(?<x>[A-Za-z0-9+/]{8,}={0,2})/dg,
  },
  {
    id: 'address-password',
    kind: 'secret',
    spreads: true,
    gate: ['://'],
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,64}:(?<x>[^\s/@]{1,128})@/dgi,
  },
  {
    id: 'address-user',
    kind: 'user',
    gate: ['://'],
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?<x>[A-Za-z0-9._-]{1,64})(?::[^\s/@]{0,128})?@/dgi,
    stays: isOrdinaryUser,
    spreads: true,
  },
  {
    id: 'secret',
    kind: 'secret',
    spreads: true,
    gate: ['='],
    pattern: new RegExp(
      String.raw`(?:\b|_|-)(?:${secretNames}|${assignedNames})["']?\s*=\s*${value}`,
      'dgi',
    ),
    stays: isNotAToken,
  },
  {
    id: 'secret-field',
    kind: 'secret',
    spreads: true,
    gate: [':'],
    pattern: new RegExp(String.raw`(?:\b|_|-)(?:${secretNames})["']?\s*:\s*${value}`, 'dgi'),
    stays: isNotAToken,
  },
  {
    id: 'cookie',
    kind: 'secret',
    gate: ['ookie: ', 'sshpass '],
    pattern: /(?:\b(?:Set-)?[Cc]ookie: |\bsshpass -p ?["']?)(?<x>[^\s"']+)/dg,
  },
  {
    id: 'secret-option',
    kind: 'secret',
    spreads: true,
    gate: ['--', ' -'],
    pattern:
      /(?<=^|\s)--?(?:vnc-?)?(?:pass(?:wd|word)?|passphrase|token|secret|api-key)(?:\s+|=)(?<x>[^\s,"']+)/dgi,
    stays: isNotAToken,
  },
];
