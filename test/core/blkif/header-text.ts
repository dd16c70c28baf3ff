import { existsSync, readFileSync } from 'node:fs';
import type { Span } from '#core/text';

/** Debian's package libxen-dev: the real headers that the product exists for. */
export const XEN_HEADERS = '/usr/include/xen';

/** With CI=true the headers must be there; at a desk without them a test says that it cannot run. */
export const hasXenHeaders =
  existsSync(`${XEN_HEADERS}/io/blkif.h`) || process.env['CI'] === 'true';

export const readHeader = (name: string): string => readFileSync(`${XEN_HEADERS}/${name}`, 'utf8');

/** Comments of a text without strings that look like comments: good enough for headers in tests. */
export function commentsIn(text: string): readonly Span[] {
  return Array.from(text.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}
