import type { RedactionRule, SecretSpan } from './model.ts';
import { redactionRules } from './rules.ts';

/** `<HOST-1>` and the like, also behind the prefix that a shortened MAC address keeps. */
export function isPseudonym(text: string): boolean {
  return /^(?:00[:-]16[:-]3e[:-])?<[A-Z0-9]+(?:-\d+)?>$/i.test(text);
}

/** Longer lines are looked at in pieces: no rule's context is wider than the overlap. */
const pieceLength = 8192;
const overlap = 512;

/** The private texts of one line, in order of the rules' precedence; spans of two rules may overlap. */
export function findSecretsInLine(line: string): readonly SecretSpan[] {
  if (line.length <= pieceLength) return findIn(line, 0);
  const spans: SecretSpan[] = [];
  for (let from = 0; from < line.length; from += pieceLength - overlap) {
    spans.push(...findIn(line.slice(from, from + pieceLength), from));
  }
  return spans;
}

function findIn(line: string, base: number): SecretSpan[] {
  const spans: SecretSpan[] = [];
  const payload = base === 0 ? payloadColumn(line) : 0;
  for (const rule of redactionRules) {
    if (rule.gate && !rule.gate.some((text) => line.includes(text))) continue;
    for (const span of matchesOf(rule, line, payload)) {
      if (isPseudonym(span.text) || span.text.startsWith('<')) continue;
      if (rule.stays?.(span.text, line, span.start) === true) continue;
      spans.push({ ...span, start: span.start + base, end: span.end + base });
    }
  }
  return spans;
}

/** What a console puts in front of a guest's or dom0's own line: `(d5) `, `(XEN) [2026-11-22 10:39:11] `, `[   31.4] `, or a mail: `> `. */
const consolePrefix = /^(?:> ?){0,4}(?:\((?:XEN|d\d+(?:v\d+)?)\) )?(?:\[[^\]]{1,40}\] )?/;

const payloadColumn = (line: string): number => consolePrefix.exec(line)?.[0].length ?? 0;

function matchesOf(rule: RedactionRule, line: string, payload: number): readonly SecretSpan[] {
  const spans = [...line.matchAll(rule.pattern)].map((match) => spanOf(rule, match));
  if (rule.atStart !== true || payload === 0) return spans;
  const behind = [...line.slice(payload).matchAll(rule.pattern)].map((match) =>
    spanOf(rule, match),
  );
  const moved = behind.map((span) => ({
    ...span,
    start: span.start + payload,
    end: span.end + payload,
  }));
  return [...spans, ...moved];
}

function spanOf(rule: RedactionRule, match: RegExpExecArray): SecretSpan {
  for (const [name, range] of Object.entries(match.indices?.groups ?? {})) {
    const text = match.groups?.[name];
    if (text !== undefined) {
      return { kind: rule.kind, rule: rule.id, start: range[0], end: range[1], text };
    }
  }
  const [text] = match;
  const start = match.index;
  return { kind: rule.kind, rule: rule.id, start, end: start + text.length, text };
}
