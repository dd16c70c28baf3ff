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
 * Reads `xen-ring: peer=trusted`, `xen-check: ignore XR101 -- reason` (its own line and the next) and
 * `xen-check: ignore-file XR101 -- reason` in comments. A suppression without a reason is none.
 */
export function suppressionsIn(text: string, lines: LineIndex): Suppressions {
  const file = new Set<string>();
  const byLine = new Map<number, Set<string>>();
  const pattern = /xen-check:\s*ignore(-file)?\s+((?:XR\d{3}[,\s]*)+)(?:--|:)\s*(?=\w)/g;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const rules = (match[2] ?? '').match(/XR\d{3}/g) ?? [];
    const line = lines.positionAt(match.index).line;
    for (const rule of rules) {
      if (match[1] !== undefined) file.add(rule);
      else for (const each of [line, line + 1]) addTo(byLine, each, rule);
    }
  }
  return {
    trustedPeer: /(?:\/\*|\/\/|\*)[^\n]*\bxen-ring:\s*peer\s*=\s*trusted\b/.test(text),
    file,
    lines: byLine,
  };
}

function addTo(byLine: Map<number, Set<string>>, line: number, rule: string): void {
  const rules = byLine.get(line) ?? new Set<string>();
  rules.add(rule);
  byLine.set(line, rules);
}
