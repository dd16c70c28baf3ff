/** What a macro of ring.h does, in our words. Index names are those of the shared and private ring structures. */
export interface RingMacro {
  readonly name: string;
  readonly summary: string;
  readonly end?: 'front' | 'back' | 'both';
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /** Formula of the value, or of what the last argument is set to; unsigned 32-bit arithmetic. */
  readonly result?: string;
  readonly barrier?: string;
  readonly mistakes?: readonly string[];
  /** The driver rule that watches over its use, e.g. `XR302`. */
  readonly rule?: string;
  readonly source: string;
}

/** Decodes the parsed `data/ring-macros.json`; anything else gives an empty map. */
export function decodeRingMacros(data: unknown): ReadonlyMap<string, RingMacro> {
  const macros = (data as { macros?: readonly RingMacro[] } | null | undefined)?.macros;
  return new Map(
    (Array.isArray(macros) ? macros : []).map((macro: RingMacro) => [macro.name, macro]),
  );
}
