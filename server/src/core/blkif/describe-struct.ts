import { type Abi, type Aggregate, type Layout } from '#core/c-types';
import {
  fieldRows,
  groupAbis,
  knownLayouts,
  layoutsOf,
  mapAbis,
  perAbi,
  type AbiLayouts,
} from './abi-layouts.ts';
import type { CFile } from './c-file.ts';
import { quoteOf } from './header-words.ts';
import { blocks, bullets, bytes, code, escape, listed, prose, table } from './markdown.ts';
import { PAGE_BYTES, type Knowledge } from './model.ts';
import {
  entriesPerPage,
  linesTouched,
  ringPartOf,
  unusedBytes,
  visibleRings,
  type RingFacts,
  type RingPart,
} from './ring-facts.ts';
import { recognize, type Recognized } from './roles.ts';

const SHOWN_FIELDS = 24;
const STANDARD_TYPE = /^(u?int(8|16|32|64|ptr)_t|s?size_t|[us](8|16|32|64)|__[us](8|16|32|64))$/;

/** `struct blkif_request`, or `anonymous union` for one without a tag. */
export function aggregateTitle(aggregate: Aggregate): string {
  return aggregate.name === ''
    ? `anonymous ${aggregate.kind}`
    : `${aggregate.kind} ${aggregate.name}`;
}

/** A struct or union: sizes and offsets on each ABI, padding, its place in a ring, what it is for. */
export function describeAggregate(
  file: CFile,
  aggregate: Aggregate,
  knowledge: Knowledge,
  alias?: string,
): string {
  const layouts = layoutsOf(file, aggregate);
  const known = knownLayouts(layouts);
  const title = alias ? `${alias}, ${aggregateTitle(aggregate)}` : aggregateTitle(aggregate);
  if (known.size === 0) return unknownLayout(title, layouts);
  const any = known.values().next().value!;
  const recognized = recognize(any);
  const part = ringPartOf(file, aggregate);
  const fact =
    (recognized && knowledge.protocols.roles.get(recognized.role)) ??
    knowledge.protocols.tags.get(aggregate.name);
  const sizes = mapAbis(known, (layout) => layout.sizeBytes);
  return blocks([
    `**${escape(title)}** — ${perAbi(sizes, bytes)}`,
    fact && prose(fact.summary),
    layoutTable(known),
    bullets([
      ...holes(known, part, recognized),
      ...ringLines(file, known, part, recognized),
      ...unknownLines(layouts),
    ]),
    quoteOf(file.primary, aggregate),
    footer(any, fact?.source),
  ]);
}

function unknownLayout(title: string, layouts: AbiLayouts): string {
  const first = layouts.values().next().value;
  const why = first?.kind === 'unknown' ? first.why : 'nothing of it could be read';
  return `**${escape(title)}** — layout unknown: ${escape(why)}`;
}

/** Columns are groups of ABIs that agree on everything, so that arm64 does not repeat x86_64. */
function layoutTable(known: ReadonlyMap<Abi, Layout>): string {
  const columns = groupAbis(known, signature);
  const rows = fieldRows(known);
  const cells = (label: string, differs: boolean, get: (layout: Layout) => string | number) => [
    differs ? `${label} **≠**` : label,
    ...columns.map(({ value }, index) =>
      differs && index > 0 ? `**${get(value)}**` : String(get(value)),
    ),
  ];
  const differ = (get: (layout: Layout) => number): boolean =>
    new Set([...known.values()].map(get)).size > 1;
  const body = [
    cells(
      'size',
      differ((l) => l.sizeBytes),
      (l) => l.sizeBytes,
    ),
    cells(
      'alignment',
      differ((l) => l.alignBytes),
      (l) => l.alignBytes,
    ),
    ...rows
      .slice(0, SHOWN_FIELDS)
      .map((row) =>
        cells(code(row.name), row.moves, (layout) => row.offsets.get(layout.abi) ?? '–'),
      ),
  ];
  if (rows.length > SHOWN_FIELDS) body.push([`… ${rows.length - SHOWN_FIELDS} more`]);
  const header = columns.map(({ abis }) => abis.join(', '));
  return table(['offset of', ...header], body);
}

function signature(layout: Layout): string {
  const fields = layout.fields.map((f) => `${f.name}@${f.offsetBytes}+${f.sizeBytes}`);
  return `${layout.sizeBytes}/${layout.alignBytes}:${fields.join()}`;
}

/** Padding, and for a response what it leaks. */
function holes(
  known: ReadonlyMap<Abi, Layout>,
  part: RingPart | undefined,
  recognized: Recognized | undefined,
): readonly string[] {
  const texts = mapAbis(known, paddingText);
  if ([...texts.values()].every((text) => text === '')) return [];
  const groups = groupAbis(texts);
  const line = `Padding: ${groups
    .map(({ value, abis }) =>
      groups.length > 1 ? `${value || 'none'} (${abis.join(', ')})` : value,
    )
    .join('; ')}.`;
  const isResponse = part?.as === 'response' || recognized?.role === 'blkif-response';
  if (!isResponse) return [line];
  return [
    line,
    'These bytes leak what was on the stack or heap to the other end when a response is built in a local and copied into the ring whole: zero it first, or write the slot field by field (XSA-216).',
  ];
}

function paddingText(layout: Layout): string {
  return listed(
    layout.gaps.map((gap) => {
      const last = gap.offsetBytes + gap.sizeBytes - 1;
      const at =
        gap.sizeBytes === 1 ? `byte ${gap.offsetBytes}` : `bytes ${gap.offsetBytes}–${last}`;
      return gap.kind === 'tail' ? `${at} at the end` : at;
    }),
  );
}

function ringLines(
  file: CFile,
  known: ReadonlyMap<Abi, Layout>,
  part: RingPart | undefined,
  recognized: Recognized | undefined,
): readonly string[] {
  if (part && part.facts.geometry.size > 0) {
    if (part.as === 'front' || part.as === 'back') return [];
    if (part.as === 'response') return [...slotLine(known, part), perPageLine(part.facts)];
    return [...slotLine(known, part), perPageLine(part.facts), ...geometryLines(part.facts)];
  }
  if (recognized?.role === 'blkif-segment') return [segmentLine(known)];
  if (recognized?.role === 'blkif-indirect' || recognized?.role === 'blkif-discard') {
    const ring = visibleRings(file).length > 0;
    return ring
      ? ['Shares the slot of a read/write request: the slot keeps its size, whatever this needs.']
      : [];
  }
  return [];
}

function slotLine(known: ReadonlyMap<Abi, Layout>, part: RingPart): readonly string[] {
  if (part.as !== 'request' && part.as !== 'response') return [];
  const used = mapAbis(part.facts.geometry, (geometry, abi) => {
    const layout = known.get(abi);
    return layout && `${layout.sizeBytes} of ${geometry.entrySizeBytes}`;
  });
  const isFull = [...part.facts.geometry].every(
    ([abi, { entrySizeBytes }]) => known.get(abi)?.sizeBytes === entrySizeBytes,
  );
  return isFull ? [] : [`Uses ${perAbi(used)} bytes of its slot.`];
}

function perPageLine({ tag, geometry }: RingFacts): string {
  const slot = perAbi(
    mapAbis(geometry, (each) => each.entrySizeBytes),
    bytes,
  );
  return `Ring ${code(tag)}: slots of ${slot}, **${perAbi(mapAbis(geometry, entriesPerPage))} per page**.`;
}

function geometryLines(facts: RingFacts): readonly string[] {
  const { geometry } = facts;
  const orders = mapAbis(geometry, (each) => each.entriesByOrder.slice(0, 5).join(', '));
  return [
    `Slots for 1, 2, 4, 8, 16 pages (order 0 to 4): ${perAbi(orders)}.`,
    `Unused in a one-page ring: ${perAbi(mapAbis(geometry, unusedBytes), bytes)}.`,
    `Cache lines of 64 bytes a slot touches: ${perAbi(mapAbis(geometry, linesText))}.`,
  ];
}

function linesText(geometry: Parameters<typeof linesTouched>[0]): string {
  const counts = [...linesTouched(geometry)].sort(([a], [b]) => b - a);
  const total = entriesPerPage(geometry);
  const [only] = counts;
  if (counts.length === 1 && only) return `${only[0]} each`;
  return `${listed(counts.map(([lines, slots]) => `${lines} for ${slots}`))} of ${total} slots`;
}

function segmentLine(known: ReadonlyMap<Abi, Layout>): string {
  const perPage = mapAbis(known, (layout) => Math.floor(PAGE_BYTES / layout.sizeBytes));
  return `${perAbi(perPage)} per indirect page of 4096 bytes.`;
}

function unknownLines(layouts: AbiLayouts): readonly string[] {
  const reasons = mapAbis(layouts, (each) => (each.kind === 'unknown' ? each.why : undefined));
  return groupAbis(reasons).map(
    ({ value, abis }) => `Unknown on ${abis.join(', ')}: ${escape(value)}`,
  );
}

/** What the figures rest on. */
export function footer(layout: Layout | undefined, source: string | undefined): string {
  const assumed = (layout?.assumed ?? []).filter((name) => !STANDARD_TYPE.test(name));
  const notes = [
    assumed.length > 0 ? `assumed, their header is missing: ${listed(assumed.map(code))}` : '',
    source ? `Source: ${escape(source)}` : '',
  ].filter(Boolean);
  return notes.length > 0 ? `*${notes.join(' · ')}*` : '';
}
