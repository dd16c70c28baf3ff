import type { Candidate } from './model.ts';

/** How much of a text is looked at for a mention: a gate must stay cheap. */
const lookCharacters = 200_000;

/** A bug report as this product writes it: Markdown whose sections a Xen maintainer expects. */
export function isBugReport(candidate: Candidate): boolean {
  if (candidate.languageId !== 'markdown') return false;
  const head = candidate.text().slice(0, lookCharacters);
  return /^## Steps to reproduce\s*$/m.test(head) && /^## Environment\s*$/m.test(head);
}

const mentions = ['XSA', 'xsa', 'Xsa', 'CVE-'] as const;

/** Anything that names a Xen security advisory, or a CVE beside the word Xen. */
export function mentionsAdvisory(candidate: Candidate): boolean {
  const head = candidate.text().slice(0, lookCharacters);
  // Asked for each request: a search for plain text costs a hundredth of the expressions.
  if (!mentions.some((word) => head.includes(word))) return false;
  return /\bXSA[- ]?\d/i.test(head) || (/\bCVE-\d{4}-\d/.test(head) && /\bxen\b/i.test(head));
}
