/** The one-letter tags of a MAINTAINERS file that carry a meaning (preamble of the file in xen.git at c447b7308b13). */
export type MaintainersTag = 'M' | 'R' | 'L' | 'W' | 'T' | 'S' | 'F' | 'X' | 'N' | 'K' | 'V';

/** One tag line: the letter, the text after the colon, where it stands (line from 0). */
export interface MaintainersEntry {
  readonly tag: string;
  readonly value: string;
  readonly line: number;
}

/** A section: its heading and its tag lines, in file order. */
export interface MaintainersSection {
  readonly title: string;
  readonly line: number;
  readonly entries: readonly MaintainersEntry[];
}

/** A whole MAINTAINERS file. `version` is the `V:` entry under THE REST, which marks a file of the Xen family. */
export interface MaintainersFile {
  readonly sections: readonly MaintainersSection[];
  readonly version: string | undefined;
}

/** A mail address with its display name ('' when the file gives none). */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** What somebody is to a file. `minder` covers Orphan and Obsolete; `unknown` any other `S:` text. */
export type MaintainerRole =
  | 'supporter'
  | 'maintainer'
  | 'odd fixer'
  | 'orphan minder'
  | 'obsolete minder'
  | 'reviewer'
  | 'unknown';

/** One person responsible for a file, and the section that says so. */
export interface Responsible extends Mailbox {
  readonly role: MaintainerRole;
  readonly section: string;
}

/** A list of a section. `access` is what the file writes in brackets after the address. */
export interface ListAddress {
  readonly address: string;
  readonly access: 'open' | 'moderated' | 'subscribers-only';
  readonly section: string;
}

/** Who answers for a set of files. `theRestOnly` says that no section but THE REST covers at least one of them. */
export interface MaintainersAnswer {
  readonly people: readonly Responsible[];
  readonly lists: readonly ListAddress[];
  readonly sections: readonly string[];
  readonly trees: readonly string[];
  readonly pages: readonly string[];
  readonly theRestOnly: boolean;
}

/** A file to route: its path from the top of the tree, and its text when K: expressions are to be tried. */
export interface RoutedFile {
  readonly path: string;
  readonly text?: string;
}
