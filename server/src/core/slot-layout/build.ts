import {
  ABIS,
  type Abi,
  type Aggregate,
  type FieldLayout,
  layoutOf,
  parseUnit,
  type Unit,
} from '#core/c-types';
import { DECLARATIONS } from './declarations.ts';
import type { SlotField, SlotLayout, SlotLayouts, SlotStructure } from './model.ts';

function slotField(field: FieldLayout): SlotField {
  const count = (field.dimensions ?? []).reduce<number>(
    (product, length) => product * (length ?? 0),
    1,
  );
  return {
    name: field.name,
    offsetBytes: field.offsetBytes,
    sizeBytes: field.sizeBytes / count,
    type: field.type,
    count,
  };
}

function structureOf(unit: Unit, tag: string): SlotStructure {
  const aggregate = unit.scope.tag(tag);
  if (aggregate === undefined || aggregate.kind === 'enum')
    throw new Error(`${tag} is not declared.`);
  return measured(unit, aggregate);
}

function measured(unit: Unit, aggregate: Aggregate): SlotStructure {
  const layout = layoutOf(aggregate, unit.scope);
  if (layout.kind === 'unknown') throw new Error(layout.why);
  return {
    name: `${aggregate.kind} ${aggregate.name}`,
    sizeBytes: layout.sizeBytes,
    fields: layout.fields.map(slotField),
  };
}

function slotLayout(declarations: string, abi: Abi): SlotLayout {
  const unit = parseUnit(declarations, { path: 'blkif.h', abi });
  const sharedRing = structureOf(unit, 'blkif_sring');
  return {
    abi,
    entryBytes: structureOf(unit, 'blkif_sring_entry').sizeBytes,
    ringOffsetBytes: sharedRing.fields.find((field) => field.name === 'ring')?.offsetBytes ?? 0,
    sharedRing,
    request: structureOf(unit, 'blkif_request'),
    indirectRequest: structureOf(unit, 'blkif_request_indirect'),
    discardRequest: structureOf(unit, 'blkif_request_discard'),
    response: structureOf(unit, 'blkif_response'),
    segment: structureOf(unit, 'blkif_request_segment'),
  };
}

/** Lays the block ring's structures out on every ABI. */
export function buildSlotLayouts(declarations: string = DECLARATIONS): SlotLayouts {
  const layout = (abi: Abi): readonly [Abi, SlotLayout] => [abi, slotLayout(declarations, abi)];
  return Object.fromEntries(ABIS.map(layout)) as unknown as SlotLayouts;
}
