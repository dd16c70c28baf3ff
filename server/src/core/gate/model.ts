/** A document as far as a gate looks: the text is a function because most answers need only the path. */
export interface Candidate {
  /** The editor's language id, e.g. `c`, `cpp`, `xen-log`. */
  readonly languageId: string;
  readonly path: string;
  text(): string;
}
