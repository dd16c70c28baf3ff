import { isOrdinaryHost, isPublicHost } from './exceptions.ts';
import type { RedactionRule } from './model.ts';

/** Names of machines. */
export const hostRules: readonly RedactionRule[] = [
  {
    id: 'syslog-host',
    kind: 'host',
    atStart: true,
    pattern:
      /^(?:<\d+>)?[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d{1,9})? (?<x>[A-Za-z0-9<][^\s:[\]()]*)(?= )/dg,
    stays: isOrdinaryHost,
    spreads: true,
  },
  {
    id: 'journal-host',
    kind: 'host',
    atStart: true,
    pattern:
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})? (?<x>[A-Za-z0-9][A-Za-z0-9._-]*) [\w./@-]+(?:\[\d+\])?: /dg,
    stays: isOrdinaryHost,
    spreads: true,
  },
  {
    id: 'xapi-host',
    kind: 'host',
    gate: [': ['],
    pattern: /: \[ ?(?:debug| ?info| ?warn|error|critical)\|(?<x>[^|]+)(?=\|)/dg,
    stays: (text) => /^\s*\d*\s*$/.test(text) || isOrdinaryHost(text),
    spreads: true,
  },
  {
    id: 'host-field',
    kind: 'host',
    atStart: true,
    pattern:
      /(?:^host\s{2,}: |\b(?:HOSTNAME|hostname|Hostname|host_?name|nodename|spicehost|Static hostname|Node name)["']?\s{0,16}[:=]\s?["']?|[Hh]ostname (?:set )?to <|^Linux (?=\S+ \d+\.\d+\S* #\d))(?<x>[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])/dg,
    stays: isOrdinaryHost,
    spreads: true,
  },
  {
    id: 'prompt-host',
    kind: 'host',
    atStart: true,
    pattern:
      /(?:(?:^|\s|\[)[a-z][a-z0-9._-]{0,31}@(?<x>[A-Za-z0-9][A-Za-z0-9.-]{0,62})(?::| )[~/][^\s$#]*[$#](?:\s|$)|^(?!Last )(?<y>[A-Za-z0-9][A-Za-z0-9.-]{1,62}) login: ?|^(?<w>[A-Za-z0-9][A-Za-z0-9.-]{1,62}):[~/]\S* # |^(?:Debian|Ubuntu|Fedora|CentOS|Rocky|AlmaLinux|openSUSE|Welcome to|Arch Linux|Alpine)\b.* (?<z>[A-Za-z0-9][A-Za-z0-9.-]{1,62}) (?:hvc|tty|ttyS|xvc)\d+\s*$)/dg,
    stays: isOrdinaryHost,
    spreads: true,
  },
  {
    id: 'ip-option-host',
    kind: 'host',
    gate: ['ip='],
    pattern: /\bip=[^\s:]*:[^\s:]*:[^\s:]*:[^\s:]*:(?<x>[A-Za-z0-9][A-Za-z0-9._-]*):/dg,
    stays: isOrdinaryHost,
    spreads: true,
  },
  {
    id: 'server-host',
    kind: 'host',
    gate: [
      'server ',
      'ount //',
      'ount \\\\',
      'Received: ',
      'Last login: ',
      'Connected to ',
      ' migrate ',
    ],
    pattern:
      /(?:\bnfs: server |\b[Mm]ount (?:\/\/|\\\\\\\\|\\\\)|\bReceived: from |\bLast login: .{0,60}? from |\bConnected to |\bx[lm] migrate (?:-\S+ )*\S+ )(?<x>[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])(?![\w.]*:\d\d:)/dg,
    stays: (text) => isOrdinaryHost(text) || /^[\d.]+$/.test(text),
    spreads: true,
  },
  {
    id: 'full-name',
    kind: 'host',
    gate: ['.'],
    pattern:
      /(?<![\w.@/#+-]|\w:)(?:(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){2,8}(?:com|org|net|edu|gov|mil|io|dev|cloud|info|eu|us|uk|de|fr|nl|be|at|ch|cz|pl|it|es|se|no|fi|dk|ru|ua|jp|cn|in|au|ca|br|example|test|invalid)|(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}(?:local|localdomain|lan|internal|intranet|corp|intra|home|private))(?![\w(]|\.\w|-\w|\+0x)/dgi,
    stays: isPublicHost,
  },
];
