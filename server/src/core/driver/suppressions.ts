import type { LineIndex } from '#core/text';

/** What comments of a file ask for. */
export interface Suppressions {
  /** `xen-ring: peer=trusted`: the other end is in the same domain or otherwise trusted. */
  readonly trustedPeer: boolean;
  /** Rules silenced for the whole file. */
  readonly file: ReadonlySet<string>;
  /** Rules silenced on a zero-based line. */
  readonly lines: ReadonlyMap<number, ReadonlySet<string>>;
}

/**
 * Reads `xen-ring: peer=trusted`, `xen-ring: ok XR101: reason` (for its own line and the next) and
 * `xen-ring: ok-in-file XR101: reason` in comments. Without a reason nothing is silenced.
 */
export function suppressionsIn(text: string, lines: LineIndex): Suppressions {
  const file = new Set<string>();
  const byLine = new Map<number, Set<string>>();
  const pattern = /xen-ring:[ \t]*ok(-in-file)?[ \t]+((?:XR\d{3}[, \t]*)+):[ \t]*(?=[^\s*])/g;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const rules = (match[2] ?? '').match(/XR\d{3}/g) ?? [];
    const { line } = lines.positionAt(match.index);
    for (const rule of rules) {
      if (match[1] !== undefined) file.add(rule);
      else for (const each of [line, line + 1]) addTo(byLine, each, rule);
    }
  }
  return {
    trustedPeer: /(?:\/\*|\/\/|\*)[^\n]*\bxen-ring:[ \t]*peer[ \t]*=[ \t]*trusted\b/.test(text),
    file,
    lines: byLine,
  };
}

/** The comment that silences a rule on the next line; the reason is the writer's to fill in. */
export const suppressionComment = (rule: string): string =>
  `/* xen-ring: ok ${rule}: say here why this is right */`;

function addTo(byLine: Map<number, Set<string>>, line: number, rule: string): void {
  const rules = byLine.get(line) ?? new Set<string>();
  rules.add(rule);
  byLine.set(line, rules);
}
