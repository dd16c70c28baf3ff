import type { Dialect } from './model.ts';

/** What kind of source a file is, from its name; undefined for files that hold no assembly. */
export type SourceKind = 'assembly' | 'c' | 'rust';

const kinds: Readonly<Record<string, SourceKind>> = {
  s: 'assembly',
  asm: 'assembly',
  nasm: 'assembly',
  inc: 'assembly',
  s64: 'assembly',
  sx: 'assembly',
  c: 'c',
  h: 'c',
  cc: 'c',
  cpp: 'c',
  cxx: 'c',
  hpp: 'c',
  hh: 'c',
  hxx: 'c',
  m: 'c',
  inl: 'c',
  rs: 'rust',
};

export function sourceKindOf(path: string): SourceKind | undefined {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? undefined : kinds[path.slice(dot + 1).toLowerCase()];
}

/** The dialect of an assembly file, from its first 64 KiB; AT&T when nothing speaks against it. */
export function detectDialect(path: string, text: string): Dialect {
  const sample = text.slice(0, 65_536);
  if (/^TEXT[ \t]+[\w·/<>]{1,200}\(SB\)/m.test(sample)) return 'plan9';
  const hasAttRegisters = /%[re][a-ds][xip]\b|%r\d+\b/.test(sample);
  if (hasAttRegisters) return 'att';
  const nasmMarks =
    /^[ \t]*(?:\[?[ \t]*bits[ \t]+\d+|%[ \t]*(?:macro|define|include|if\w*|assign)\b|\[?[ \t]*section[ \t]+\.\w|global[ \t]+\w|extern[ \t]+\w|default[ \t]+rel)/im;
  if (nasmMarks.test(sample)) return 'nasm';
  if (/^[ \t]*\w+[ \t]+PROC\b|^[ \t]*END[PS]?\b|^[ \t]*\.code\b/im.test(sample)) return 'intel';
  if (/\.n?asm$/i.test(path)) return 'nasm';
  // AT&T marks every register; bare ones as operands are Intel's, as in files that Rust's global_asm! includes.
  const hasBareRegisters =
    /\b[dq]?word\s+ptr\b|\[\s*(?:rel\s+)?[re](?:[abcd]x|[sb]p|[sd]i|ip)\b|^\s*(?:mov|push|pop|lea|cmp|test|shl|sar)\s+r(?:[abcd]x|[sb]p|[sd]i|\d+)\b/im;
  return hasBareRegisters.test(sample) ? 'intel' : 'att';
}
