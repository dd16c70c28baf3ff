import type { Abi, Aggregate, Field, FieldLayout, Layout } from '#core/c-types';
import { layoutOf } from '#core/c-types';
import type { FieldFact } from '#core/knowledge';
import { knownLayouts, layoutsOf, mapAbis, perAbi } from './abi-layouts.ts';
import { aggregateOf, allAggregates, type CFile } from './c-file.ts';
import { aggregateTitle, footer } from './describe-struct.ts';
import { quoteOfMember } from './header-words.ts';
import { blocks, bullets, code, escape, prose } from './markdown.ts';
import type { Knowledge } from './model.ts';
import { canonicalName, recognize, roleOf } from './roles.ts';

/** A field and the struct or union that declares it. */
export interface OwnedField {
  readonly owner: Aggregate;
  readonly field: Field;
}

/** A field: where it is on each ABI, its meaning, unit, range and who must check it. */
export function describeField(
  file: CFile,
  { owner, field }: OwnedField,
  knowledge: Knowledge,
): string | undefined {
  const known = knownLayouts(layoutsOf(file, owner));
  const places = mapAbis(known, (layout) => layout.fields.find((f) => f.name === field.name));
  if (places.size === 0) return undefined;
  const any = known.values().next().value!;
  const fact = factOf(any, owner, field, knowledge) ?? outerFact(file, owner, field, knowledge);
  return blocks([
    `**${escape(field.name)}** — ${perAbi(mapAbis(places, placeText))} of ${code(ownerTitle(file, owner))}${alike(known, places)}`,
    fact && prose(fact.meaning),
    bullets([...onlyOn(known, places), ...slotOffsets(file, owner, places), ...factLines(fact)]),
    quoteOfMember(file.primary, owner, field),
    footer(undefined, fact?.source),
  ]);
}

/** Names the ABIs that agree when there is nothing else to tell them apart by. */
function alike(known: ReadonlyMap<Abi, Layout>, places: ReadonlyMap<Abi, FieldLayout>): string {
  const isOnAll = places.size === known.size;
  const texts = new Set([...places.values()].map(placeText));
  return isOnAll && texts.size === 1 ? ` on ${[...places.keys()].join(', ')}` : '';
}

function placeText(place: FieldLayout): string {
  if (place.widthBits !== undefined && place.bitOffset !== undefined) {
    const last = place.bitOffset + place.widthBits - 1;
    return last > place.bitOffset ? `bits ${place.bitOffset}–${last}` : `bit ${last}`;
  }
  if (place.flexible) return `offset ${place.offsetBytes}, as long as the object`;
  if (place.sizeBytes === 1) return `offset ${place.offsetBytes}, 1 byte`;
  return `offset ${place.offsetBytes}, ${place.sizeBytes} bytes`;
}

/** `struct blkif_request.u` for an anonymous union inside it. */
function ownerTitle(file: CFile, owner: Aggregate): string {
  if (owner.name !== '') return aggregateTitle(owner);
  for (const outer of neighbours(file, owner)) {
    const holder = outer.fields.find((each) => aggregateOf(each.type, file.primary) === owner);
    if (holder && outer.name !== '')
      return `${aggregateTitle(outer)}${holder.name ? `.${holder.name}` : ''}`;
  }
  return aggregateTitle(owner);
}

function onlyOn(
  known: ReadonlyMap<Abi, Layout>,
  places: ReadonlyMap<Abi, unknown>,
): readonly string[] {
  if (places.size === known.size) return [];
  return [`Exists on ${[...places.keys()].join(', ')} only.`];
}

/** Linux's forms of a request start behind the operation: their offsets in the slot are one more. */
function slotOffsets(
  file: CFile,
  owner: Aggregate,
  places: ReadonlyMap<Abi, FieldLayout>,
): readonly string[] {
  const outer = enclosing(file, owner);
  if (!outer) return [];
  const offsets = mapAbis(places, (place, abi) => {
    const start = offsetWithin(file, outer, owner, abi);
    return start === undefined ? undefined : start + place.offsetBytes;
  });
  return offsets.size > 0 ? [`In ${code(aggregateTitle(outer))}: offset ${perAbi(offsets)}.`] : [];
}

/** The outermost named aggregate of the same header that holds this one by value, but not as an array. */
function enclosing(file: CFile, owner: Aggregate): Aggregate | undefined {
  let found: Aggregate | undefined;
  for (const outer of neighbours(file, owner)) {
    if (outer === owner || outer.name === '' || outer.fromMacro !== undefined) continue;
    if (offsetWithin(file, outer, owner, 'x86_64') !== undefined) found ??= outer;
  }
  return found;
}

const neighbours = (file: CFile, owner: Aggregate): readonly Aggregate[] =>
  allAggregates(file.primary.scope.declarationsOf(owner.at.file));

function offsetWithin(
  file: CFile,
  outer: Aggregate,
  inner: Aggregate,
  abi: Abi,
  depth = 0,
): number | undefined {
  const unit = file.unit(abi);
  const own = outer.name === '' ? outer : unit.scope.tag(outer.name);
  if (!own || own.kind === 'enum' || depth > 4) return undefined;
  const layout = layoutOf(own, unit.scope);
  if (layout.kind !== 'layout') return undefined;
  for (const field of layout.fields) {
    const held = field.dimensions ? undefined : aggregateOf(field.field.type, unit);
    if (!held) continue;
    if (held === inner || (held.name !== '' && held.name === inner.name)) return field.offsetBytes;
    const deeper = offsetWithin(file, held, inner, abi, depth + 1);
    if (deeper !== undefined) return field.offsetBytes + deeper;
  }
  return undefined;
}

/** What the knowledge has on a field: by the role of its struct, else by the struct's tag. */
function factOf(
  layout: Layout,
  owner: Aggregate,
  field: Field,
  knowledge: Knowledge,
): FieldFact | undefined {
  const recognized = recognize(layout);
  if (recognized) {
    const name = canonicalName(recognized, field.name) ?? field.name;
    const fact = knowledge.protocols.roles.get(recognized.role)?.fields[name];
    if (fact) return fact;
  }
  return knowledge.protocols.tags.get(owner.name)?.fields[field.name];
}

/** The operation of Linux's request, whose forms follow in a union. */
function outerFact(
  file: CFile,
  owner: Aggregate,
  field: Field,
  knowledge: Knowledge,
): FieldFact | undefined {
  const recognized = roleOf(owner, file.primary);
  const name = recognized && canonicalName(recognized, field.name);
  return recognized && name
    ? knowledge.protocols.roles.get(recognized.role)?.fields[name]
    : undefined;
}

/** Unit, range, check and disagreements of a field, as list items. */
export function factLines(fact: FieldFact | undefined): readonly string[] {
  if (!fact) return [];
  return [
    fact.unit ? `**Unit:** ${prose(fact.unit)}` : '',
    fact.range ? `**Range:** ${prose(fact.range)}` : '',
    fact.check
      ? `**Check:** ${prose(fact.check)}${fact.rule ? ` (${fact.rule})` : ''}`
      : fact.rule
        ? `Rule ${fact.rule} watches over its use.`
        : '',
    ...(fact.notes ?? []).map(prose),
  ].filter(Boolean);
}
