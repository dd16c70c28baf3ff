import type { KindMatch } from './catalogue.ts';
import type { Dialect, LogTime } from './model.ts';

/** A line as the readers of crashes, facts and blocks get it. */
export interface ReadLine {
  /** Counted from 1. */
  readonly number: number;
  readonly dialect: Dialect;
  readonly payload: string;
  readonly time?: LogTime;
  /** The guest whose relayed console this is. */
  readonly guestDomain?: number;
  readonly match?: KindMatch;
}

/** The id of the kind that a line matched; empty when none did. */
export const kindOf = (line: ReadLine): string => line.match?.kind.id ?? '';

/** A field of the match, as printed. */
export const fieldOf = (line: ReadLine, name: string): string | undefined =>
  line.match?.fields[name];

/** A decimal field as a number. */
export function numberField(line: ReadLine, name: string): number | undefined {
  const text = fieldOf(line, name);
  return text === undefined || text === '' ? undefined : Number(text);
}

/** A hexadecimal text, with or without `0x`, as a number. */
export function hexOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^(?:0x)?[0-9a-fA-F]{1,32}$/.test(text)) return undefined;
  return BigInt(text.startsWith('0x') ? text : `0x${text}`);
}

/** Domain and vCPU of `d1v0`; undefined for `d[IDLE]v3` and the like. */
export function vcpuOf(
  text: string | undefined,
): { readonly domain: number; readonly vcpu: number } | undefined {
  const match = /^d(\d{1,5})v(\d{1,5})$/.exec(text ?? '');
  return match === null ? undefined : { domain: Number(match[1]), vcpu: Number(match[2]) };
}
