/** A row of a decode table: what one bit, value or letter means. */
export interface DecodeEntry {
  readonly bit?: number;
  readonly value?: number | string;
  readonly letter?: string;
  readonly name?: string;
  readonly meaning?: string;
  /** Line in the table's source. */
  readonly line?: number;
}

/** One of the number-to-name tables of `decode.json`. */
export interface DecodeTable {
  readonly name: string;
  /** Path in xen.git. */
  readonly source: string;
  readonly note: string;
  readonly entries: readonly DecodeEntry[];
}

export type DecodeTables = ReadonlyMap<string, DecodeTable>;

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function readEntry(value: unknown): DecodeEntry {
  if (!isRecord(value)) return {};
  const entry: Record<string, unknown> = {};
  for (const key of ['bit', 'line']) if (typeof value[key] === 'number') entry[key] = value[key];
  for (const key of ['letter', 'name', 'meaning'])
    if (typeof value[key] === 'string') entry[key] = value[key];
  if (typeof value['value'] === 'number' || typeof value['value'] === 'string')
    entry['value'] = value['value'];
  return entry;
}

/** Types the parsed `decode.json`; unknown shapes give an empty set of tables. */
export function readDecodeTables(json: unknown): DecodeTables {
  const tables = new Map<string, DecodeTable>();
  if (!isRecord(json) || !isRecord(json['tables'])) return tables;
  for (const [name, table] of Object.entries(json['tables'])) {
    if (!isRecord(table) || !Array.isArray(table['entries'])) continue;
    const entries = table['entries'].map(readEntry);
    tables.set(name, {
      name,
      source: textOf(table['source']),
      note: textOf(table['note']),
      entries,
    });
  }
  return tables;
}

const wordsOf = (entry: DecodeEntry): string =>
  [entry.name, entry.meaning].filter((word) => word !== undefined).join(': ');

/** The name of a value, e.g. `decodeValue(tables, 'errno', 12)` is `ENOMEM`; undefined when the table does not know it. */
export function decodeValue(
  tables: DecodeTables,
  table: string,
  value: number | string,
): string | undefined {
  const entry = tables.get(table)?.entries.find((row) => row.value === value);
  return entry === undefined ? undefined : wordsOf(entry);
}

/** The names of the bits that are set, lowest first. Bits without a name are given as `bit N`. */
export function decodeBits(tables: DecodeTables, table: string, value: bigint): readonly string[] {
  const names: string[] = [];
  const entries = tables.get(table)?.entries ?? [];
  for (let bit = 0; value >> BigInt(bit) !== 0n && bit < 64; bit++) {
    if (((value >> BigInt(bit)) & 1n) === 0n) continue;
    const entry = entries.find((row) => row.bit === bit);
    names.push(entry === undefined ? `bit ${bit}` : wordsOf(entry));
  }
  return names;
}

/** Names of the set bits that the table knows; bits that are parts of numbers are left out. */
export function decodeKnownBits(
  tables: DecodeTables,
  table: string,
  value: bigint,
): readonly string[] {
  return (tables.get(table)?.entries ?? [])
    .filter((row) => row.bit !== undefined && ((value >> BigInt(row.bit)) & 1n) === 1n)
    .map(wordsOf);
}

/** The meaning of each letter of a text that the table knows, e.g. the taint column. */
export function decodeLetters(
  tables: DecodeTables,
  table: string,
  letters: string,
): readonly { readonly letter: string; readonly meaning: string }[] {
  const entries = tables.get(table)?.entries ?? [];
  return Array.from(letters).flatMap((letter) => {
    const entry = entries.find((row) => row.letter === letter);
    return entry === undefined ? [] : [{ letter, meaning: entry.meaning ?? entry.name ?? '' }];
  });
}
