import { ABIS, layoutOf, type Abi, type Aggregate, type Layout, type Unknown } from '#core/c-types';
import { counterpart, type CFile } from './c-file.ts';

/** One struct or union on every ABI. */
export type AbiLayouts = ReadonlyMap<Abi, Layout | Unknown>;

/** What was laid out already, as long as the file's reading lives: hovers, hints and rules ask for the same. */
const laidOut = new WeakMap<CFile, Map<Aggregate, AbiLayouts>>();

/** Lays a struct or union out on every ABI, each from that ABI's own reading of the file. */
export function layoutsOf(file: CFile, aggregate: Aggregate): AbiLayouts {
  let ofFile = laidOut.get(file);
  if (!ofFile) laidOut.set(file, (ofFile = new Map()));
  let layouts = ofFile.get(aggregate);
  if (!layouts) ofFile.set(aggregate, (layouts = layOut(file, aggregate)));
  return layouts;
}

function layOut(file: CFile, aggregate: Aggregate): AbiLayouts {
  const layouts = new Map<Abi, Layout | Unknown>();
  for (const abi of ABIS) {
    const unit = file.unit(abi);
    const own = counterpart(unit, aggregate, file.primary);
    layouts.set(
      abi,
      own
        ? layoutOf(own, unit.scope)
        : { kind: 'unknown', why: `not declared when compiled for ${abi}` },
    );
  }
  return layouts;
}

/** ABIs with one value; the group of x86_64 comes first, then the rest in their order. */
export interface AbiGroup<T> {
  readonly value: T;
  readonly abis: readonly Abi[];
}

/** Gathers ABIs that agree. Values are compared by `key`, their text by default. */
export function groupAbis<T>(
  values: ReadonlyMap<Abi, T>,
  key: (value: T) => string = String,
): readonly AbiGroup<T>[] {
  const groups = new Map<string, { value: T; abis: Abi[] }>();
  for (const [abi, value] of values) {
    const group = groups.get(key(value));
    if (group) group.abis.push(abi);
    else groups.set(key(value), { value, abis: [abi] });
  }
  return [...groups.values()];
}

/** `112` when all agree, else `112 (i386: 108)`. */
export function perAbi<T>(
  values: ReadonlyMap<Abi, T>,
  show: (value: T) => string = String,
): string {
  const [first, ...others] = groupAbis(values, show);
  if (!first) return '';
  const rest = others.map(({ value, abis }) => `${abis.join(', ')}: ${show(value)}`);
  return rest.length > 0 ? `${show(first.value)} (${rest.join('; ')})` : show(first.value);
}

/** Layouts that could be computed. */
export function knownLayouts(layouts: AbiLayouts): ReadonlyMap<Abi, Layout> {
  const known = new Map<Abi, Layout>();
  for (const [abi, layout] of layouts) if (layout.kind === 'layout') known.set(abi, layout);
  return known;
}

/** A number of each layout, by ABI. */
export function mapAbis<T, R>(
  values: ReadonlyMap<Abi, T>,
  get: (value: T, abi: Abi) => R | undefined,
): ReadonlyMap<Abi, R> {
  const mapped = new Map<Abi, R>();
  for (const [abi, value] of values) {
    const result = get(value, abi);
    if (result !== undefined) mapped.set(abi, result);
  }
  return mapped;
}

/** One line of a layout table: a field's offset on each ABI that has it. */
export interface FieldRow {
  readonly name: string;
  readonly offsets: ReadonlyMap<Abi, number>;
  readonly sizes: ReadonlyMap<Abi, number>;
  /** The offset is not the same on all ABIs, or not all of them have the field. */
  readonly moves: boolean;
}

/** The fields over all ABIs, in the order of the first ABI that has them; anonymous ones by their number. */
export function fieldRows(layouts: ReadonlyMap<Abi, Layout>): readonly FieldRow[] {
  const rows = new Map<string, { offsets: Map<Abi, number>; sizes: Map<Abi, number> }>();
  for (const [abi, layout] of layouts)
    layout.fields.forEach((field, index) => {
      const name = field.name === '' ? `(anonymous ${index + 1})` : field.name;
      let row = rows.get(name);
      if (!row) rows.set(name, (row = { offsets: new Map(), sizes: new Map() }));
      row.offsets.set(abi, field.offsetBytes);
      row.sizes.set(abi, field.sizeBytes);
    });
  return [...rows].map(([name, { offsets, sizes }]) => ({
    name,
    offsets,
    sizes,
    moves: offsets.size < layouts.size || new Set(offsets.values()).size > 1,
  }));
}
