import type { Aggregate } from '#core/c-types';
import type { Span } from '#core/text';
import { knownLayouts, layoutsOf, mapAbis, perAbi } from './abi-layouts.ts';
import { allAggregates, type CFile } from './c-file.ts';

/** A text to show behind a field, e.g. `@8 (i386: @4), 8 B`. */
export interface LayoutHint {
  readonly offset: number;
  readonly text: string;
}

/** Offset, size and the hole before each field of the structures in a part of the file. */
export function layoutHints(file: CFile, part: Span): readonly LayoutHint[] {
  return allAggregates(file.primary.declarations)
    .filter(
      ({ at, fromMacro }) =>
        at.file === file.path &&
        fromMacro === undefined &&
        at.span.start < part.end &&
        at.span.end > part.start,
    )
    .flatMap((aggregate) => hintsOf(file, aggregate));
}

function hintsOf(file: CFile, aggregate: Aggregate): readonly LayoutHint[] {
  const known = knownLayouts(layoutsOf(file, aggregate));
  return aggregate.fields.flatMap((field) => {
    if (field.name === '' || field.nameAt.file !== file.path) return [];
    const places = mapAbis(known, (layout) => layout.fields.find((f) => f.name === field.name));
    if (places.size === 0) return [];
    const holes = mapAbis(known, (layout) => {
      const place = layout.fields.find((each) => each.name === field.name);
      const hole = layout.gaps.find(
        (gap) => gap.kind === 'hole' && gap.offsetBytes + gap.sizeBytes === place?.offsetBytes,
      );
      return hole?.sizeBytes ?? 0;
    });
    const hole = [...holes.values()].some((size) => size > 0)
      ? `, after ${perAbi(holes)} B hole`
      : '';
    return [
      {
        offset: field.nameAt.span.end,
        text: `@${perAbi(mapAbis(places, (place) => place.offsetBytes))}, ${perAbi(
          mapAbis(places, (place) => place.sizeBytes),
        )} B${hole}`,
      },
    ];
  });
}
