import type { Knowledge } from '#core/blkif';
import { decodeNodeBook, decodePvProtocols, decodeRingMacros } from '#core/knowledge';
import type { Ports } from '../../../ports.ts';

/** Reads the facts with the first hover that needs them; a failed read is tried again the next time. */
export function lazyKnowledge(ports: Ports): () => Knowledge {
  let kept: Knowledge | undefined;
  return () =>
    (kept ??= {
      nodes: decodeNodeBook(ports.knowledge('xenstore-nodes')),
      macros: decodeRingMacros(ports.knowledge('ring-macros')),
      protocols: decodePvProtocols(ports.knowledge('pv-protocols')),
    });
}
