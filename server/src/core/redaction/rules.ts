import type { SecretKind } from './model.ts';
import {
  isStockGuestName,
  isFirmwareSerial,
  isNotAToken,
  isOrdinaryHost,
  isOrdinaryUser,
  isPublicMail,
  isRealIpv4,
  isRealIpv6,
  isStockDiskName,
} from './exceptions.ts';

/** One way of recognising a private text. The text is the group `x`, or the whole match without one. */
export interface RedactionRule {
  readonly id: string;
  readonly kind: SecretKind;
  readonly pattern: RegExp;
  /** A text without which the pattern cannot match, looked for first. Any of several. */
  readonly gate?: readonly string[];
  /** Says that a match is not private after all. */
  readonly stays?: (text: string, line: string, column: number) => boolean;
  /** True for a name that means the same wherever it stands as a word: then every other place goes too. */
  readonly spreads?: boolean;
}

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const ipv4 = String.raw`(?:${octet}\.){3}${octet}`;
/** A value after `=` or `:`: quoted, or up to a blank, a comma or a bracket. */
const value = String.raw`(?:"(?<a>[^"]*)"|'(?<b>[^']*)'|(?<x>[^\s,;"'\])}]+))`;

/**
 * The rules, in order of precedence where two see the same text. The first fourteen ids are those of
 * `scaffold.json`, whose examples they must satisfy; the rest are further places of the same kinds of text.
 */
export const redactionRules: readonly RedactionRule[] = [
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
    pattern: new RegExp(
      String.raw`(?:\b|_|-)(?:vncpass(?:wd|word)?|spicepasswd|passw(?:or)?d|passphrase|secret|token|keyfile|(?:api|private|access|secret|auth)[_-]?key|credentials?|chap_?secret|psk)["']?\s*=\s*${value}`,
      'dgi',
    ),
    stays: isNotAToken,
  },
  {
    id: 'secret-field',
    kind: 'secret',
    spreads: true,
    gate: [':'],
    pattern: new RegExp(
      String.raw`(?:\b|_|-)(?:vncpass(?:wd|word)?|spicepasswd|passw(?:or)?d|passphrase|secret|(?:api|private|access|secret|auth)[_-]?(?:key|token))["']?\s*:\s*${value}`,
      'dgi',
    ),
    stays: isNotAToken,
  },
  {
    id: 'secret-option',
    kind: 'secret',
    spreads: true,
    gate: ['--'],
    pattern:
      /(?<=^|\s)--?(?:vnc-?)?(?:pass(?:wd|word)?|passphrase|token|secret|api-key)(?:\s+|=)(?<x>[^\s,"']+)/dgi,
    stays: isNotAToken,
  },
  {
    id: 'email',
    kind: 'email',
    gate: ['@'],
    pattern:
      /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}\b/dg,
    stays: isPublicMail,
  },
  {
    id: 'builder',
    kind: 'builder',
    spreads: true,
    gate: ['Xen version', 'Linux version'],
    pattern: /(?:Xen|Linux) version [^()]{1,60}\((?<x>[A-Za-z0-9._-]+@[A-Za-z0-9._-]*)\)/dg,
    stays: isPublicMail,
  },
  {
    id: 'builder-fields',
    kind: 'builder',
    spreads: true,
    gate: ['cc_compile_'],
    pattern: /^\s*cc_compile_(?:by|domain)\s*:\s*(?<x>\S+)/dg,
    stays: isPublicMail,
  },
  {
    id: 'wwn',
    kind: 'wwn',
    pattern:
      /(?:\b(?:wwn|wwpn|wwnn|naa|eui|nguid|port name|node name)["']?[\s:=.-]{0,3}(?:0x)?(?<x>[0-9a-f]{16,32})\b|(?<![0-9A-Fa-f:])(?<y>(?:[0-9a-f]{2}:){7}[0-9a-f]{2})(?![0-9A-Fa-f:]))/dgi,
  },
  {
    id: 'mac',
    kind: 'mac',
    pattern:
      /(?<![0-9A-Fa-f:])(?:(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?!:?[0-9A-Fa-f])|(?=[0-9-]{0,16}[A-Fa-f])(?<![\w-])(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?![\w-]))/dg,
    stays: (text) => /^(?:00[:-]){5}00$|^(?:ff[:-]){5}ff$/i.test(text),
  },
  {
    id: 'ipv4',
    kind: 'ipv4',
    gate: ['.'],
    pattern: new RegExp(
      String.raw`(?<![\d.\w]|\d-(?<!${ipv4}-))${ipv4}(?!\d|\.\d|-(?!${ipv4})\w)`,
      'dg',
    ),
    stays: (text, line, column) => !isRealIpv4(text, line, column),
  },
  {
    id: 'ipv6',
    kind: 'ipv6',
    gate: ['::', ':'],
    pattern:
      /(?<=\baddr:)(?:[0-9A-Fa-f]{1,4}:){1,7}(?::?[0-9A-Fa-f]{1,4}){1,7}|(?<![0-9A-Za-z_:.])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}|(?:[0-9A-Fa-f]{1,4}:){2,7}:(?=[/\s\],;]|$)|fe80::[0-9A-Fa-f:]{2,39})(?![0-9A-Za-z_:]|\.\d)/dg,
    stays: (text) => !isRealIpv6(text),
  },
  {
    id: 'uuid',
    kind: 'uuid',
    gate: ['-'],
    pattern: /\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b/dg,
    stays: (text) => /^[0-]+$/.test(text),
  },
  {
    id: 'file-system-id',
    kind: 'uuid',
    gate: ['UUID=', 'achine-id', 'achine ID', '/journal/', 'by-uuid/', 'by-partuuid/'],
    pattern:
      /(?:\b(?:PART)?UUID=["']?|\/disk\/by-(?:part)?uuid\/|[Mm]achine[- ]ID(?: to|:)? ?|[Mm]achine-id[=:] ?|\/journal\/)(?<x>[0-9A-Za-z][0-9A-Za-z-]{7,63})/dgi,
  },
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
      /(?:\b(?:USER|LOGNAME|SUDO_USER)=|\bfor (?:invalid )?user |\b(?:publickey|password|keyboard-interactive\/pam) for |\bsudo: +|\buid=\d+\(|\bruser=|\bchap(?:_user)?(?:name)?=|\busername ?[=:] ?|\bnew session \S+ of user )["']?(?<x>[A-Za-z][A-Za-z0-9._-]{1,31})/dg,
    stays: isOrdinaryUser,
    spreads: true,
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
  {
    id: 'serialno',
    kind: 'serial',
    spreads: true,
    gate: ['erial', 'SN', 'ServiceTag', 'Asset Tag'],
    pattern:
      /\b(?:[Ss]erial(?: ?[Nn]umber)?|SN|ServiceTag|Asset Tag)\s?[:=]\s?(?<x>(?=[A-Z0-9-]{0,40}[A-Z])(?=[A-Z0-9-]{0,40}[0-9])[A-Z0-9-]{5,40})/dg,
    stays: isFirmwareSerial,
  },
  {
    id: 'serial-field',
    kind: 'serial',
    spreads: true,
    gate: ['erial', 'ERIAL', 'ervice', 'S/N', 'sset', 'serial'],
    pattern:
      /\b(?:serial ?-?_?(?:number|no)|(?:product|chassis|board|system|disk|drive)[ _]serial|s\/n|(?:service|asset) ?tag)\.?["']?\s{0,4}[:=]\s{0,4}["']?(?<x>[A-Za-z0-9][A-Za-z0-9_.-]{4,40})/dgi,
    stays: isFirmwareSerial,
  },
  {
    id: 'diskid',
    kind: 'disk',
    gate: ['by-id/', 'by-label/', 'LABEL='],
    pattern: /(?:\/dev\/disk\/by-(?:id|label)\/|\b(?:PART)?LABEL=["']?)(?<x>[^\s,:'"]+)/dg,
  },
  {
    id: 'volume',
    kind: 'disk',
    gate: ['/dev/', 'rd.lvm.lv='],
    pattern:
      /(?:\/dev\/mapper\/(?!control\b)|\brd\.lvm\.lv=|\/dev\/(?!(?:disk|mapper|xen|xenbus|block|char|bus|shm|pts|input|dri|net|snd|cpu|fd|vfio|hugepages|mqueue|md|cciss|infiniband|zvol|drbd|nbd|loop)\/)(?=[A-Za-z0-9._+-]+\/[A-Za-z]))(?<x>[^\s,:'")\]]+)/dg,
    stays: isStockDiskName,
    spreads: true,
  },
  {
    id: 'image',
    kind: 'disk',
    gate: ['.img', '.qcow', '.vhd', '.vmdk', '.raw', '.iso'],
    pattern: /\/(?<x>[A-Za-z0-9_.+-]+?)\.(?:img|qcow2?|vhdx?|vmdk|raw|iso)\b/dg,
    stays: isStockDiskName,
    spreads: true,
  },
  {
    id: 'iqn',
    kind: 'iqn',
    gate: ['iqn.'],
    pattern: /\biqn\.\d{4}-\d{2}\.[A-Za-z0-9.:_-]*[A-Za-z0-9]/dg,
  },
  {
    id: 'syslog-host',
    kind: 'host',
    pattern:
      /^(?:<\d+>)?[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d{1,9})? (?<x>[A-Za-z0-9<][^\s:[\]()]*)(?= )/dg,
    stays: isOrdinaryHost,
    spreads: true,
  },
  {
    id: 'journal-host',
    kind: 'host',
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
    pattern:
      /(?:^host\s{2,}: |\b(?:HOSTNAME|hostname|Hostname|host_?name|nodename|Static hostname|Node name)["']?\s{0,16}[:=]\s?["']?|[Hh]ostname (?:set )?to <|^Linux (?=\S+ \d+\.\d+\S* #\d))(?<x>[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])/dg,
    stays: isOrdinaryHost,
    spreads: true,
  },
  {
    id: 'prompt-host',
    kind: 'host',
    pattern:
      /(?:(?:^|\s|\[)[a-z][a-z0-9._-]{0,31}@(?<x>[A-Za-z0-9][A-Za-z0-9.-]{0,62})(?::| )[~/][^\s$#]*[$#](?:\s|$)|^(?<y>[A-Za-z0-9][A-Za-z0-9.-]{1,62}) login: ?|^(?:Debian|Ubuntu|Fedora|CentOS|Rocky|AlmaLinux|openSUSE|Welcome to|Arch Linux|Alpine)\b.* (?<z>[A-Za-z0-9][A-Za-z0-9.-]{1,62}) (?:hvc|tty|ttyS|xvc)\d+\s*$)/dg,
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
    id: 'guestname',
    kind: 'guest',
    gate: ['.log'],
    pattern:
      /(?<=\/(?:xl|qemu-dm|guest|xen-hotplug|bootloader)-)(?<x>[A-Za-z0-9_.+-]+?)(?=(?:-dm)?\.log)/dg,
    spreads: true,
  },
  {
    id: 'guest-config',
    kind: 'guest',
    gate: ['name', '/etc/xen/', '-name '],
    pattern:
      /(?:^\s*name\s*=\s*["'](?<x>[^"']+)["']|\/etc\/xen\/(?:auto\/)?(?<y>(?!xl\b|oxenstored|xend|scripts|auto)[A-Za-z0-9_.+-]+?)(?:\.cfg|\.conf|\.xl|\.pv|\.hvm)(?![A-Za-z0-9])|["']?\bc_info["']?.*?["']name["']: ["'](?<z>[^"']+)["']|\s-name ["']?(?<w>[A-Za-z0-9_.+-]+))/dg,
    stays: isStockGuestName,
    spreads: true,
  },
  {
    id: 'guest-listing',
    kind: 'guest',
    pattern:
      /^(?<x>\S[^\t]{0,60}?)\s+\d+\s+\d+\s+\d+\s+[rbpscd-]{6}\s+[\d.]+|\bWaiting for domain (?<y>\S+) \(domid \d+\)|\/name\s*=\s*["'](?<z>[^"']+)["']|\bname[-_]label["']?\s*(?:\([^)]*\))?\s*[:=]\s*["']?(?<w>[A-Za-z0-9][^"',;]*[A-Za-z0-9])/dg,
    stays: (text) => text === '(null)' || isStockGuestName(text),
    spreads: true,
  },
];
