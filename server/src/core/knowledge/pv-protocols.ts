/** What a field of a protocol structure means. */
export interface FieldFact {
  readonly meaning: string;
  readonly unit?: string;
  /** Legal values. */
  readonly range?: string;
  /** Who must check it, and what. */
  readonly check?: string;
  /** Disagreements of implementations and versions. */
  readonly notes?: readonly string[];
  /** The driver rule that watches over it, e.g. `XR201`. */
  readonly rule?: string;
  readonly source: string;
}

/** What a structure of a protocol is for; fields by their name in Xen's own header. */
export interface StructFact {
  readonly title: string;
  readonly summary: string;
  readonly source: string;
  readonly fields: Readonly<Record<string, FieldFact>>;
}

/** A constant of a protocol with the value that both ends rely on. */
export interface ConstantFact {
  readonly value: number;
  readonly kind: string;
  readonly summary: string;
  /** The xenstore node that negotiates it. */
  readonly node?: string;
  /** What implementations choose. */
  readonly defaults?: string;
  readonly source: string;
}

/** The decoded `data/pv-protocols.json`. */
export interface PvProtocols {
  /** By role (`blkif-request`, `sring`, ...), which is recognised by shape. */
  readonly roles: ReadonlyMap<string, StructFact>;
  /** By the struct's tag, for what is recognised by name. */
  readonly tags: ReadonlyMap<string, StructFact>;
  readonly constants: ReadonlyMap<string, ConstantFact>;
  /** Values of further constants on the wire, by name. */
  readonly wire: ReadonlyMap<string, number>;
}

/** Decodes the parsed `data/pv-protocols.json`; missing parts are empty. */
export function decodePvProtocols(data: unknown): PvProtocols {
  const parts = (data ?? {}) as Record<string, unknown>;
  const table = <T>(part: unknown): ReadonlyMap<string, T> =>
    new Map(Object.entries((part ?? {}) as Record<string, T>));
  return {
    roles: table<StructFact>(parts['roles']),
    tags: table<StructFact>(parts['tags']),
    constants: table<ConstantFact>(parts['constants']),
    wire: table<number>(parts['wire']),
  };
}
