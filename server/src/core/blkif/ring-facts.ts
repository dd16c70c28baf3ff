import {
  ABIS,
  geometryOf,
  ringOf,
  sizeOf,
  type Abi,
  type Aggregate,
  type Ring,
  type RingGeometry,
  type Unit,
} from '#core/c-types';
import { mapAbis } from './abi-layouts.ts';
import { aggregateOf, type CFile } from './c-file.ts';
import { CACHE_LINE_BYTES, PAGE_BYTES } from './model.ts';

/** A ring on every ABI on which it could be computed. */
export interface RingFacts {
  readonly tag: string;
  readonly ring: Ring;
  readonly geometry: ReadonlyMap<Abi, RingGeometry>;
}

/** The rings that a file declares itself, by DEFINE_RING_TYPES or by hand. */
export function ringFactsOf(file: CFile): readonly RingFacts[] {
  return ringsIn(file.primary)
    .filter(({ sring }) => sring.at.file === file.path)
    .map((ring) => ringFacts(file, ring));
}

const factsByFile = new WeakMap<CFile, Map<Ring, RingFacts>>();

function ringFacts(file: CFile, ring: Ring): RingFacts {
  let ofFile = factsByFile.get(file);
  if (!ofFile) factsByFile.set(file, (ofFile = new Map()));
  let facts = ofFile.get(ring);
  if (!facts) ofFile.set(ring, (facts = computeFacts(file, ring)));
  return facts;
}

function computeFacts(file: CFile, ring: Ring): RingFacts {
  const geometry = new Map<Abi, RingGeometry>();
  for (const abi of ABIS) {
    const unit = file.unit(abi);
    const own = ringWithTag(unit, ring);
    const found = own && geometryOf(own, unit.scope);
    if (found?.kind === 'ring') geometry.set(abi, found);
  }
  return { tag: ring.tag, ring, geometry };
}

function ringWithTag(unit: Unit, ring: Ring): Ring | undefined {
  return ringsIn(unit).find((each) => each.tag === ring.tag);
}

/** Entries in the first page. */
export const entriesPerPage = (geometry: RingGeometry): number => geometry.entriesByOrder[0] ?? 0;

/** Bytes of a one-page ring that hold neither header nor entry. */
export const unusedBytes = (geometry: RingGeometry): number =>
  PAGE_BYTES - geometry.ringOffsetBytes - entriesPerPage(geometry) * geometry.entrySizeBytes;

/** How many entries of the first page touch how many cache lines: `{ 2 => 16, 3 => 16 }`. */
export function linesTouched(geometry: RingGeometry): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let entry = 0; entry < entriesPerPage(geometry); entry++) {
    const start = geometry.ringOffsetBytes + entry * geometry.entrySizeBytes;
    const last = start + geometry.entrySizeBytes - 1;
    const lines = Math.floor(last / CACHE_LINE_BYTES) - Math.floor(start / CACHE_LINE_BYTES) + 1;
    counts.set(lines, (counts.get(lines) ?? 0) + 1);
  }
  return counts;
}

/** How a structure is part of a ring. */
export interface RingPart {
  readonly facts: RingFacts;
  readonly as: 'ring' | 'entry' | 'request' | 'response' | 'front' | 'back';
}

/** The ring that a structure belongs to: as shared page, slot, request, response or private state. */
export function ringPartOf(file: CFile, aggregate: Aggregate): RingPart | undefined {
  const unit = file.primary;
  for (const ring of visibleRings(file)) {
    const as = partIn(ring, aggregate, unit);
    if (as) return { facts: ringFacts(file, ring), as };
  }
  return undefined;
}

/** The file's own rings and those of the headers it includes. */
export function visibleRings(file: CFile): readonly Ring[] {
  return ringsIn(file.primary);
}

const ringsByUnit = new WeakMap<Unit, readonly Ring[]>();

function ringsIn(unit: Unit): readonly Ring[] {
  let rings = ringsByUnit.get(unit);
  if (!rings) {
    rings = unit.scope
      .declarationsNaming('req_prod')
      .flatMap((declaration) =>
        declaration.kind === 'struct' ? (ringOf(declaration, unit.scope) ?? []) : [],
      );
    ringsByUnit.set(unit, rings);
  }
  return rings;
}

const same = (a: Aggregate | undefined, b: Aggregate): boolean =>
  a !== undefined && (a === b || (a.name !== '' && a.name === b.name && a.kind === b.kind));

function partIn(ring: Ring, aggregate: Aggregate, unit: Unit): RingPart['as'] | undefined {
  if (same(ring.sring, aggregate)) return 'ring';
  if (same(ring.entry, aggregate)) return 'entry';
  for (const field of ring.entry.fields) {
    if (!same(aggregateOf(field.type, unit), aggregate)) continue;
    return /re?sp|response/i.test(field.name) ? 'response' : 'request';
  }
  if (aggregate.name === `${ring.tag}_front_ring`) return 'front';
  if (aggregate.name === `${ring.tag}_back_ring`) return 'back';
  return undefined;
}

/** Size of the request (or response) within the slot it shares, by ABI. */
export function entrySizes(facts: RingFacts): ReadonlyMap<Abi, number> {
  return mapAbis(facts.geometry, (geometry) => geometry.entrySizeBytes);
}

/** Size of any type on every ABI; ABIs that do not know it are left out. */
export function sizesOf(file: CFile, name: string): ReadonlyMap<Abi, number> {
  const sizes = new Map<Abi, number>();
  for (const abi of ABIS) {
    const unit = file.unit(abi);
    const nowhere = { file: file.path, span: { start: 0, end: 0 } };
    const size = sizeOf({ kind: 'named', name, at: nowhere, qualifiers: [] }, unit.scope);
    if (size.kind === 'size') sizes.set(abi, size.sizeBytes);
  }
  return sizes;
}
