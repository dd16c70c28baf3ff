import type { PseudonymMap } from '#core/redaction';

/** Where a report folder keeps what only its owner needs: git ignores it, and it is never sent. */
export const privateStatePath = 'private/report.json';

/** Contents of that file. */
export interface PrivateState {
  readonly version: 1;
  readonly pseudonyms: PseudonymMap;
  /** Texts that the user decided to leave. */
  readonly kept: readonly string[];
  /** The crash that the user pointed at. */
  readonly crash?: { readonly attachment: string; readonly line: number };
}

/** Reads the parsed file back; what has another shape is left out. */
export function readPrivateState(data: unknown): PrivateState {
  const entry = (typeof data === 'object' && data !== null ? data : {}) as Readonly<
    Record<string, unknown>
  >;
  const pairs = Object.entries((entry['pseudonyms'] ?? {}) as Readonly<Record<string, unknown>>);
  const kept = entry['kept'];
  const crash = entry['crash'] as { attachment?: unknown; line?: unknown } | undefined;
  return {
    version: 1,
    pseudonyms: Object.fromEntries(
      pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    ),
    kept: Array.isArray(kept) ? kept.filter((text) => typeof text === 'string') : [],
    ...(typeof crash?.attachment === 'string' && typeof crash.line === 'number'
      ? { crash: { attachment: crash.attachment, line: crash.line } }
      : {}),
  };
}
