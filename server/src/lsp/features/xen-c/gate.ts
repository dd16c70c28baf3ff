import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isXenSource } from '#core/gate';

/** The answer for one version of a document: the gate is asked for every request. */
interface Answered {
  readonly version: number;
  readonly concerns: boolean;
}

const answers = new WeakMap<TextDocument, Answered>();

/** Whether a document is C or C++ that concerns Xen; looked at again only when its text changed. */
export function concernsXenSource(document: TextDocument): boolean {
  const known = answers.get(document);
  // What once concerned Xen goes on to: a name half typed must not end the answers.
  if (known && (known.concerns || known.version === document.version)) return known.concerns;
  const concerns = isXenSource({
    languageId: document.languageId,
    path: decodeURI(document.uri.replace(/^[a-z-]+:\/\//, '')),
    text: () => document.getText(),
  });
  answers.set(document, { version: document.version, concerns });
  return concerns;
}
