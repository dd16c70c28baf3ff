/** An integer constant as written, before the ABI gives it a type. */
export interface NumberLiteral {
  readonly value: bigint;
  readonly unsigned: boolean;
  /** Number of `l`s: 0, 1 or 2. */
  readonly longs: number;
  /** Written in decimal, which never becomes unsigned by its size alone. */
  readonly decimal: boolean;
}

const INTEGER =
  /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uU]?(?:ll|LL|[lL])?|(?:ll|LL|[lL])[uU]?|[uU]?i64|ui64)$/;
/** Separators of C23 and suffixes of MSVC are rare enough for a second look. */
const MSVC = /(u?)i(8|16|32|64)$/i;

/** Reads an integer constant; undefined for a floating one and for anything else. */
export function readNumber(text: string): NumberLiteral | undefined {
  if (text === '0' || text === '1') {
    return { value: text === '0' ? 0n : 1n, unsigned: false, longs: 0, decimal: text === '1' };
  }
  const plain = text.includes("'") ? text.replaceAll("'", '') : text;
  const match = INTEGER.exec(
    plain.replace(MSVC, (_all, u: string, bits: string) => `${u}${bits === '64' ? 'LL' : ''}`),
  );
  if (match === null) return undefined;
  const [, digits = '0', suffix = ''] = match;
  if (digits.length > 64) return undefined;
  const octal = digits.length > 1 && digits.startsWith('0') && /^[0-9]+$/.test(digits);
  if (octal && /[89]/.test(digits)) return undefined;
  const lower = suffix.toLowerCase();
  return {
    value: BigInt(octal ? `0o${digits.slice(1)}` : digits),
    unsigned: lower.includes('u'),
    longs: lower.includes('ll') ? 2 : lower.includes('l') ? 1 : 0,
    decimal: !octal && /^[1-9]/.test(digits),
  };
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
};

/** The code units of a string or character constant, prefix and quotes included in `text`. */
export function literalUnits(text: string): number[] {
  const open = text.search(/['"]/);
  const quote = text[open] ?? '"';
  const closed = text.length > open + 1 && text.endsWith(quote);
  const body = text.slice(open + 1, closed ? -1 : undefined);
  const units: number[] = [];
  for (let i = 0; i < body.length; i++) {
    if (body[i] !== '\\') {
      units.push(body.charCodeAt(i));
      continue;
    }
    const rest = /^(?:x([0-9a-fA-F]{1,8})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(
      body.slice(i + 1, i + 12),
    );
    if (rest === null) {
      const letter = body[i + 1] ?? '';
      units.push(ESCAPES[letter] ?? letter.charCodeAt(0));
      i++;
    } else {
      const [all, hex, octal, short, long] = rest;
      units.push(
        octal === undefined ? parseInt(hex ?? short ?? long ?? '0', 16) : parseInt(octal, 8),
      );
      i += all.length;
    }
  }
  return units;
}

/** The value of a character constant as gcc gives it: several characters are packed, one is a signed char. */
export function characterValue(text: string, charUnsigned = false): bigint {
  const units = literalUnits(text);
  const wide = /^(L|U|u8?)/.test(text);
  if (wide) return BigInt(units[0] ?? 0);
  if (units.length === 1) {
    const byte = BigInt((units[0] ?? 0) & 0xff);
    return charUnsigned ? byte : BigInt.asIntN(8, byte);
  }
  let value = 0n;
  for (const unit of units) value = (value << 8n) | BigInt(unit & 0xff);
  return BigInt.asIntN(32, value);
}

/** The characters of a string constant. */
export function stringValue(text: string): string {
  return String.fromCharCode(...literalUnits(text).slice(0, 60_000));
}
