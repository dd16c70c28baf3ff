import type { TokenAt, Unit } from '#core/c-types';

/** A string literal that may name a xenstore node, and the names to look up, most specific first. */
export interface NodeLiteral {
  readonly names: readonly string[];
}

/** Words that are nodes and everyday strings alike: they count only in a call that reads or writes xenstore. */
const PLAIN_WORD = /^[a-z]+$/i;
const XENSTORE_CALL = /xen_?(bus|store)|\bxs_|xs[dwh]?\b|nodename|otherend|\bXBT_|store_/i;

/** The node names in a literal: `feature-persistent`, or the end of `device/vbd/0/state`. */
export function nodeLiteral(unit: Unit, token: TokenAt): NodeLiteral | undefined {
  const text = token.text.replace(/^[LuU8]*"|"$/g, '');
  if (text.length < 2 || text.length > 200 || /\s/.test(text)) return undefined;
  const parts = text.split('/').filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  const last = parts.at(-1)!;
  const names = [...new Set([text, parts.slice(-2).join('/'), last])].filter((name) =>
    /^[A-Za-z%][\w%\-/.]*$/.test(name),
  );
  if (names.length === 0) return undefined;
  if (PLAIN_WORD.test(last) && !inXenstoreCall(unit.text, token.span.start)) return undefined;
  return { names };
}

/** Whether the statement before a literal speaks of xenstore. */
function inXenstoreCall(text: string, offset: number): boolean {
  const start = Math.max(
    0,
    offset - 400,
    text.lastIndexOf(';', offset - 1) + 1,
    text.lastIndexOf('{', offset - 1) + 1,
  );
  return XENSTORE_CALL.test(text.slice(start, offset));
}
