/** What a found text is; the word is also the stem of its pseudonym (`<HOST-1>`). */
export type SecretKind =
  | 'email'
  | 'builder'
  | 'mac'
  | 'ipv4'
  | 'ipv6'
  | 'uuid'
  | 'user'
  | 'secret'
  | 'key'
  | 'serial'
  | 'disk'
  | 'iqn'
  | 'wwn'
  | 'host'
  | 'guest';

/** What each kind is called in a sentence, with its article. */
export const secretKindNames: Readonly<Record<SecretKind, string>> = {
  email: 'a mail address',
  builder: 'the name of who built it',
  mac: 'a MAC address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uuid: 'a UUID',
  user: 'a user name',
  secret: 'a password or secret',
  key: 'a key or token',
  serial: 'a serial number',
  disk: 'the name of a disk or volume',
  iqn: 'an iSCSI name',
  wwn: 'a World Wide Name',
  host: 'a host name',
  guest: 'the name of a guest',
};

/** One way of recognising a private text. The text is the first named group that matched, or the whole match. */
export interface RedactionRule {
  readonly id: string;
  readonly kind: SecretKind;
  readonly pattern: RegExp;
  /** A text without which the pattern cannot match, looked for first. Any of several. */
  readonly gate?: readonly string[];
  /** True for a pattern that begins with the line: it is tried behind the console's prefix too. */
  readonly atStart?: boolean;
  /** Says that a match is not private after all. */
  readonly stays?: (text: string, line: string, column: number) => boolean;
  /** True for a name that means the same wherever it stands as a word: then every other place goes too. */
  readonly spreads?: boolean;
}

/** A private text at its place in one line: UTF-16 columns, the end not included. */
export interface SecretSpan {
  readonly kind: SecretKind;
  /** The rule that saw it, e.g. `syslog-host`. */
  readonly rule: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One private text of a set of files, its pseudonym, and how often it stands there. Suitable for JSON. */
export interface FoundSecret {
  readonly kind: SecretKind;
  readonly text: string;
  readonly pseudonym: string;
  readonly count: number;
  /** Where it stands first; line from 1. */
  readonly file: string;
  readonly line: number;
}

/** A file's name (as the reader shall see it) and its text. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Original text to pseudonym. Kept beside the report and never sent with it. */
export type PseudonymMap = Readonly<Record<string, string>>;

export interface RedactionOptions {
  /** Pseudonyms of an earlier run, so that a file added later says the same of the same. */
  readonly known?: PseudonymMap;
  /** Texts that the user wants to stay as they are. */
  readonly keep?: ReadonlySet<string>;
}

/** Copies with the private texts replaced; the originals are untouched. */
export interface Redaction {
  readonly files: readonly NamedText[];
  readonly found: readonly FoundSecret[];
  readonly pseudonyms: PseudonymMap;
}
