import type { Span } from '#core/text';
import { groupAbis, mapAbis } from './abi-layouts.ts';
import type { CFile } from './c-file.ts';
import { entriesPerPage, ringFactsOf, type RingFacts } from './ring-facts.ts';

/** A line above a ring's declaration: its figures, and the struct to show the layout of. */
export interface RingLens {
  readonly tag: string;
  /** `112 B · 32 per page · i386: 108 B`. */
  readonly title: string;
  readonly entry: string;
  readonly entrySizeBytes: number;
  readonly span: Span;
}

/** One lens for each ring that the file itself declares. */
export function ringLenses(file: CFile): readonly RingLens[] {
  return ringFactsOf(file).flatMap((facts) => {
    const { sring, entry } = facts.ring;
    const first = facts.geometry.values().next().value;
    if (sring.nameAt.file !== file.path || !first) return [];
    return [
      {
        tag: facts.tag,
        title: lensTitle(facts),
        entry: entry.name,
        entrySizeBytes: first.entrySizeBytes,
        span: sring.at.span,
      },
    ];
  });
}

function lensTitle({ geometry }: RingFacts): string {
  const [first, ...others] = groupAbis(
    mapAbis(geometry, (each) => ({
      sizeBytes: each.entrySizeBytes,
      perPage: entriesPerPage(each),
    })),
    ({ sizeBytes, perPage }) => `${sizeBytes}/${perPage}`,
  );
  const rest = others.map(({ value, abis }) => {
    const perPage = value.perPage === first!.value.perPage ? '' : `, ${value.perPage} per page`;
    return `${abis.join(', ')}: ${value.sizeBytes} B${perPage}`;
  });
  return [`${first!.value.sizeBytes} B`, `${first!.value.perPage} per page`, ...rest].join(' · ');
}
