import type { Span } from '#core/text';
import type { NodeBook, PvProtocols, RingMacro } from '#core/knowledge';

/** What a structure of the block protocol or of ring.h is, found by its shape, whatever it is called. */
export type Role =
  | 'blkif-request'
  | 'blkif-segment'
  | 'blkif-discard'
  | 'blkif-indirect'
  | 'blkif-other'
  | 'blkif-response'
  | 'sring'
  | 'front-ring'
  | 'back-ring';

/** The facts that hovers and rules draw on; read once, at the first hover. */
export interface Knowledge {
  readonly nodes: NodeBook;
  readonly macros: ReadonlyMap<string, RingMacro>;
  readonly protocols: PvProtocols;
}

/** What a hover says: Markdown whose first line is short, and the text it speaks of. */
export interface Description {
  readonly markdown: string;
  readonly span: Span;
}

/** A page of a ring is 4 KiB on every architecture (XEN_PAGE_SHIFT). */
export const PAGE_BYTES = 4096;
/** Cache line of every processor that runs Xen today. */
export const CACHE_LINE_BYTES = 64;
