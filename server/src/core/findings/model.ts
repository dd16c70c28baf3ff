import type { Range, TextEdit } from '#core/text';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** One place that supports a finding: the other fetch, the guard that is too weak, the field that differs. */
export interface Evidence {
  /** URI or path of the file; left out when it is the finding's own. */
  readonly file?: string;
  readonly range: Range;
  readonly message: string;
}

/** Edits to one file; `file` left out means the finding's own. */
export interface FileEdit {
  readonly file?: string;
  readonly edits: readonly TextEdit[];
}

/** A repair that the checker is certain of. `preferred` marks the one an editor may apply unasked-for ("fix all"). */
export interface Fix {
  readonly title: string;
  readonly preferred: boolean;
  readonly edits: readonly FileEdit[];
}

/** What a rule found in one file. Plain data: suitable for transmission as JSON. */
export interface Finding {
  /** Stable id, e.g. `SR001`, `XR101`, `layout-abi-differs`. */
  readonly rule: string;
  readonly severity: Severity;
  /** One or two plain sentences: what is wrong, why it matters. */
  readonly message: string;
  readonly range: Range;
  readonly evidence: readonly Evidence[];
  /** Address of the rule's page; adapters fill the base address. */
  readonly help?: string;
  readonly fixes?: readonly Fix[];
}

/** One line of a rule table. */
export interface Rule {
  readonly id: string;
  /** Kebab-case name, e.g. `double-fetch`. */
  readonly name: string;
  readonly severity: Severity;
  readonly enabledByDefault: boolean;
  /** One sentence for lists and hovers. */
  readonly summary: string;
  /** Advisories and commits that taught us the rule, e.g. `XSA-155`, `Linux 18779149101c`. */
  readonly sources: readonly string[];
}
