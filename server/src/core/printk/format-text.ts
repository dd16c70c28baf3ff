/** Conversions of macros that stand between the pieces of a format string. */
const macros: Readonly<Record<string, string>> = {
  PRI_mfn: '05lx',
  PRI_gfn: '05lx',
  PRI_pfn: '05lx',
  PRI_dfn: 'lx',
  PRI_xen_pfn: 'lx',
  PRI_xen_ulong: 'lx',
  PRI_gpte: 'lx',
  PRI_gmfn: 'lx',
  PRI_lfn: 'lx',
  PRI_pte: 'lx',
  PRI_stime: 'd',
  PRIpaddr: '016lx',
  PRIvaddr: 'x',
  PRIregister: 'x',
  PRIpte: '016lx',
  __OP: 'r',
};

/** What an unknown macro stands for: any text. */
export const ANY = '%?';

/** The text of a macro inside a format string. After a `%` a conversion is all it can be. */
export function textOfMacro(name: string, isConversion: boolean): string {
  const known = macros[name];
  if (known !== undefined) return known;
  const standard = /^PRI([dioux])(?:8|16|32|64|PTR|MAX)$/i.exec(name)?.[1];
  if (standard !== undefined) return standard;
  if (/^PRI[A-Za-z_]{1,20}$/.test(name)) return 'x';
  return isConversion ? '?' : ANY;
}

const simple: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '',
  b: '',
  e: '',
  v: '',
  f: '',
};

/** A C string literal's text, without its quotes. */
export function unescape(literal: string): string {
  return literal.replace(
    /\\(?:x([0-9a-fA-F]{1,8})|([0-7]{1,3})|u([0-9a-fA-F]{4})|\r?\n|([^]))/g,
    (_all, hex?: string, octal?: string, unicode?: string, char?: string) => {
      const digits = hex ?? unicode;
      if (digits !== undefined) return charOf(Number.parseInt(digits, 16));
      if (octal !== undefined) return charOf(Number.parseInt(octal, 8));
      if (char === undefined) return '';
      return simple[char] ?? char;
    },
  );
}

const charOf = (code: number): string =>
  code > 0 && code < 0x10000 ? String.fromCharCode(code) : '';
