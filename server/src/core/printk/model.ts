/** How loud a message is, by the names that Xen and Linux share. */
export type PrintkLevel =
  'panic' | 'crit' | 'error' | 'warning' | 'notice' | 'info' | 'debug' | 'unknown';

/** One message that a source file prints: one line of a format string, with the place of its call. */
export interface PrintkFormat {
  /** Path as given by who read the file, from the tree's root. */
  readonly path: string;
  /** Line of the call, counted from 1. */
  readonly line: number;
  /** Function around the call; undefined in macros and outside functions. */
  readonly functionName?: string;
  /** What is called: `printk`, `gdprintk`, `LOGD`, `dev_err`, ... */
  readonly call: string;
  readonly level: PrintkLevel;
  /** One line of the format, unescaped, with its conversions; macros that cannot be read stand as `%?`. */
  readonly format: string;
  /** False when the call does not end its line, so that others may append to it. */
  readonly endsLine: boolean;
}

/** A format that a payload fits. */
export interface PrintkMatch {
  readonly format: PrintkFormat;
  /** How many characters of the payload are the format's own. */
  readonly literalCount: number;
  /** Other calls that fit as well as this one. */
  readonly others: readonly PrintkFormat[];
}
