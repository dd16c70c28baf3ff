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
