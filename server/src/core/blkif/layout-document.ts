import {
  layoutOf,
  spell,
  type Abi,
  type Aggregate,
  type FieldLayout,
  type Layout,
} from '#core/c-types';
import { groupAbis, knownLayouts, layoutsOf, type AbiGroup } from './abi-layouts.ts';
import type { CFile } from './c-file.ts';
import { aggregateTitle } from './describe-struct.ts';
import { placeOf } from './header-words.ts';
import { bytes, listed } from './markdown.ts';
import { CACHE_LINE_BYTES } from './model.ts';
import { entriesPerPage, ringPartOf, unusedBytes } from './ring-facts.ts';

/**
 * A struct or union as text in the manner of pahole: every field with offset and size, holes between them, cache line
 * borders, totals; once for each group of ABIs that lay it out alike.
 */
export function layoutDocument(file: CFile, aggregate: Aggregate): string {
  const layouts = layoutsOf(file, aggregate);
  const known = knownLayouts(layouts);
  const groups = groupAbis(known, (layout) => printed(file, layout).join('\n'));
  const { file: path, span } = aggregate.nameAt;
  const sections: (readonly string[])[] = [
    [
      `/* ${aggregateTitle(aggregate)}, ${placeOf(file.primary, path, span.start)} */`,
      '/* in front of each field: offset and size in bytes */',
    ],
    ...groups.map((group) => section(file, group, groups)),
    ...unknownSections(layouts),
    ringSection(file, aggregate),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function section(
  file: CFile,
  group: AbiGroup<Layout>,
  groups: readonly AbiGroup<Layout>[],
): readonly string[] {
  const [first] = groups;
  const others = first && first !== group ? ` — differs from ${first.abis.join(', ')}` : '';
  return [`/* ${group.abis.join(', ')}${others} */`, ...printed(file, group.value)];
}

function unknownSections(layouts: ReturnType<typeof layoutsOf>): readonly (readonly string[])[] {
  const reasons = new Map<Abi, string>();
  for (const [abi, layout] of layouts) if (layout.kind === 'unknown') reasons.set(abi, layout.why);
  return groupAbis(reasons).map(({ value, abis }) => [
    `/* ${abis.join(', ')}: unknown: ${value} */`,
  ]);
}

/** In front of lines that have no figures: as wide as `/* offset size *\/`, so that half a window shows both. */
const NO_FIGURES = ' '.repeat(18);

function printed(file: CFile, layout: Layout): readonly string[] {
  const lines = [`${heading(layout.aggregate)} {`, ...body(file, layout, 0, 1)];
  const holes = layout.gaps.filter((gap) => gap.kind === 'hole');
  const holeBytes = holes.reduce((sum, gap) => sum + gap.sizeBytes, 0);
  const cacheLines = Math.ceil(layout.sizeBytes / CACHE_LINE_BYTES);
  lines.push(
    '',
    `    /* size: ${layout.sizeBytes}, alignment: ${layout.alignBytes} */`,
    `    /* cache lines: ${cacheLines}, fields: ${layout.fields.length} */`,
  );
  if (holes.length > 0)
    lines.push(`    /* holes: ${holes.length}, sum of holes: ${bytes(holeBytes)} */`);
  const last = layout.sizeBytes % CACHE_LINE_BYTES;
  if (last > 0) lines.push(`    /* last cache line: ${bytes(last)} */`);
  lines.push('};');
  return lines;
}

const heading = (aggregate: Aggregate): string =>
  aggregate.name === '' ? aggregate.kind : `${aggregate.kind} ${aggregate.name}`;

/** The fields with the gaps between them; `startBytes` is where the aggregate stands in the outermost one. */
function body(file: CFile, layout: Layout, startBytes: number, depth: number): readonly string[] {
  const lines: string[] = [];
  const indent = ' '.repeat(4 * (depth - 1));
  const comment = `${NO_FIGURES}${indent}`;
  const isUnion = layout.aggregate.kind === 'union';
  let border = isUnion ? Infinity : nextBorder(startBytes);
  for (const field of layout.fields) {
    const at = startBytes + field.offsetBytes;
    const gap = layout.gaps.find((each) => each.kind === 'hole' && isBefore(each, field, layout));
    if (gap) lines.push(`${comment}/* hole of ${bytes(gap.sizeBytes)} */`);
    if (depth === 1 && at >= border && border !== Infinity) {
      lines.push(
        `${comment}/* --- cache line ${Math.floor(at / CACHE_LINE_BYTES)} starts${borderText(at)} --- */`,
      );
      border = nextBorder(at);
    }
    lines.push(...fieldLines(file, layout, field, { at, depth, indent }));
  }
  const tail = layout.gaps.find((gap) => gap.kind === 'tail');
  if (tail) lines.push(`${comment}/* padding at the end: ${bytes(tail.sizeBytes)} */`);
  return lines;
}

const nextBorder = (at: number): number =>
  (Math.floor(at / CACHE_LINE_BYTES) + 1) * CACHE_LINE_BYTES;
const borderText = (at: number): string =>
  at % CACHE_LINE_BYTES === 0 ? '' : ` ${bytes(at % CACHE_LINE_BYTES)} before`;

function isBefore(gap: Layout['gaps'][number], field: FieldLayout, layout: Layout): boolean {
  const index = layout.fields.indexOf(field);
  const previous = layout.fields[index - 1];
  return (
    gap.offsetBytes + gap.sizeBytes === field.offsetBytes && (previous?.name ?? '') === gap.after
  );
}

interface FieldPlace {
  readonly at: number;
  readonly depth: number;
  readonly indent: string;
}

function fieldLines(
  file: CFile,
  layout: Layout,
  field: FieldLayout,
  { at, depth, indent }: FieldPlace,
): readonly string[] {
  const unit = file.unit(layout.abi);
  const figures = figuresText(field, at);
  const inside = field.aggregate && layoutOf(field.aggregate, unit.scope);
  if (field.aggregate && inside?.kind === 'layout' && depth < 6) {
    return [
      `${NO_FIGURES}${indent}${heading(field.aggregate)} {`,
      ...body(file, inside, at, depth + 1),
      `${figures} ${indent}} ${field.name}${dimensions(field)};`,
    ];
  }
  const type = declared(field, spell(field.field.type, unit.scope));
  return [`${figures} ${indent}${type};`];
}

/** `uint8_t pad[44]` from the type `uint8_t[44]`. */
function declared(field: FieldLayout, type: string): string {
  const array = /^(.*?)((?:\[\w*\])+)$/.exec(type);
  const width = field.widthBits === undefined ? '' : `:${field.widthBits}`;
  if (array) return `${array[1]!.trim()} ${field.name}${array[2]}`;
  const pointer = /^(.*)\(\*\)(\(.*\))$/.exec(type);
  if (pointer) return `${pointer[1]!.trim()} (*${field.name})${pointer[2]}`;
  return `${type}${type.endsWith('*') ? '' : ' '}${field.name}${width}`;
}

const dimensions = (field: FieldLayout): string =>
  (field.dimensions ?? []).map((length) => `[${length}]`).join('');

/** Offset and size in bytes; of a bit-field the byte, its first bit and its width in bits. */
function figuresText(field: FieldLayout, at: number): string {
  if (field.widthBits !== undefined && field.bitOffset !== undefined)
    return `/* ${String(at).padStart(3)}:${field.bitOffset % 8} ${`${field.widthBits}b`.padStart(5)} */`;
  return `/* ${String(at).padStart(5)} ${String(field.sizeBytes).padStart(5)} */`;
}

function ringSection(file: CFile, aggregate: Aggregate): readonly string[] {
  const part = ringPartOf(file, aggregate);
  if (!part || part.as === 'front' || part.as === 'back') return [];
  const lines = [`/* ring ${part.facts.tag}, pages of 4096 bytes */`];
  const groups = groupAbis(part.facts.geometry, (each) => JSON.stringify(each));
  for (const { value, abis } of groups)
    lines.push(
      `/* ${abis.join(', ')}:`,
      ` *   ${entriesPerPage(value)} slots per page, of ${bytes(value.entrySizeBytes)}`,
      ` *   for order 0 to 4: ${listed(value.entriesByOrder.slice(0, 5).map(String))}`,
      ` *   header: ${bytes(value.ringOffsetBytes)}, unused in a page: ${bytes(unusedBytes(value))} */`,
    );
  return lines;
}
