import type { Finding, Fix, Severity } from '#core/findings';
import { LineIndex } from '#core/text';
import { viewOf } from './build.ts';
import { handFields } from './peers.ts';
import type { DriverSource } from './read-file.ts';
import { driverRules, type DriverRule } from './rules.ts';
import { suppressionsIn, type Suppressions } from './suppressions.ts';
import type { Draft, DraftFix } from './view.ts';

export interface DriverCheckOptions {
  /** Rules to report; all when left out. */
  readonly enabledRules?: ReadonlySet<string>;
  /** The peer is trusted as far as the user says; a comment in the file can say so too. */
  readonly trustedPeer?: boolean;
}

/** Judges one file: every enabled rule over every function, sorted by place, suppressed findings left out. */
export function checkDriver(
  source: DriverSource,
  options: DriverCheckOptions = {},
): readonly Finding[] {
  const file = viewOf(source);
  handFields(file);
  const lines = new LineIndex(source.text);
  const suppressions = suppressionsIn(source.text, lines);
  const isTrusted = options.trustedPeer === true || suppressions.trustedPeer;
  const found: Finding[] = [];
  const seen = new Set<string>();
  for (const rule of driverRules) {
    if (options.enabledRules && !options.enabledRules.has(rule.id)) continue;
    for (const draft of rule.find(file)) {
      const finding = toFinding(draft, rule, lines, isTrusted);
      const key = `${rule.id}:${finding.range.start.line}`;
      if (seen.has(key) || isSuppressed(finding, suppressions)) continue;
      seen.add(key);
      found.push(finding);
    }
  }
  return found.sort(
    (a, b) =>
      a.range.start.line - b.range.start.line ||
      a.range.start.character - b.range.start.character ||
      a.rule.localeCompare(b.rule),
  );
}

function toFinding(draft: Draft, rule: DriverRule, lines: LineIndex, isTrusted: boolean): Finding {
  const fixes = (draft.fixes ?? []).map((fix) => toFix(fix, lines));
  return {
    rule: rule.id,
    severity: severityOf(draft, rule, isTrusted),
    message: draft.message,
    range: lines.rangeOf(draft.span),
    evidence: (draft.evidence ?? []).map(({ span, message }) => ({
      range: lines.rangeOf(span),
      message,
    })),
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}

const severityOf = (draft: Draft, rule: DriverRule, isTrusted: boolean): Severity =>
  isTrusted && rule.aboutTrust ? 'hint' : (draft.severity ?? rule.severity);

const toFix = (fix: DraftFix, lines: LineIndex): Fix => ({
  title: fix.title,
  preferred: fix.preferred,
  edits: [
    {
      edits: fix.edits.map(({ span, newText }) => ({ range: lines.rangeOf(span), newText })),
    },
  ],
});

const isSuppressed = (finding: Finding, suppressions: Suppressions): boolean =>
  suppressions.file.has(finding.rule) ||
  (suppressions.lines.get(finding.range.start.line)?.has(finding.rule) ?? false);
