import type { Engine } from './engine.ts';
import type {
  Aggregate,
  CType,
  Declaration,
  Field,
  Ring,
  RingGeometry,
  Scope,
  Unit,
  Unknown,
} from './model.ts';
import { unknown } from './engine.ts';
import { spellType } from './spell.ts';
import { engineOf } from './types-engine.ts';

/** A struct or union of a file under its key: `struct a`, `union a`, `struct a.member`, `typedef_name`. */
export interface Catalogued {
  readonly key: string;
  readonly aggregate: Aggregate;
  /** True for one that has a body of its own in a member, or a typedef but no tag. */
  readonly anonymous: boolean;
}

/**
 * Every struct and union that a file of the unit defines, those inside others included, each key once. Without `file`
 * the unit's own.
 */
export function aggregatesOf(unit: Unit, file: string = unit.path): readonly Catalogued[] {
  const found = new Map<string, Catalogued>();
  const engine = engineOf(unit.scope);
  for (const declaration of unit.scope.declarationsOf(file)) {
    const root = rootOf(declaration);
    if (root !== undefined) add(root, engine, found);
  }
  return [...found.values()];
}

function rootOf(declaration: Declaration): Catalogued | undefined {
  if (declaration.kind === 'struct' || declaration.kind === 'union') {
    const { kind, name } = declaration;
    return name === ''
      ? undefined
      : { key: `${kind} ${name}`, aggregate: declaration, anonymous: false };
  }
  if (declaration.kind !== 'typedef') return undefined;
  let { type } = declaration;
  while (type.kind === 'attributed') type = type.of;
  if (type.kind !== 'tagged' || type.name !== '' || type.definition === undefined) return undefined;
  const { definition } = type;
  if (definition.kind === 'enum') return undefined;
  return { key: declaration.name, aggregate: definition, anonymous: false };
}

function add(entry: Catalogued, engine: Engine, found: Map<string, Catalogued>): void {
  if (found.has(entry.key)) return;
  found.set(entry.key, entry);
  const layout = engine.layout(entry.aggregate);
  for (const [index, field] of entry.aggregate.fields.entries()) {
    const aggregate = namelessAggregate(field, engine);
    if (aggregate === undefined) continue;
    const offset = layout.kind === 'layout' ? layout.fields[index]?.offsetBytes : undefined;
    const member = field.name === '' ? `<anon@${offset ?? `?${index}`}>` : field.name;
    add({ key: `${entry.key}.${member}`, aggregate, anonymous: true }, engine, found);
  }
}

/** The aggregate without a tag that a field's type, or its elements' type, comes to. */
function namelessAggregate(field: Field, engine: Engine): Aggregate | undefined {
  let { type } = field;
  while (type.kind === 'array' || type.kind === 'attributed') type = type.of;
  if (type.kind === 'pointer' || type.kind === 'base' || type.kind === 'function') return undefined;
  if (type.kind === 'tagged' && type.name !== '') return undefined;
  const resolved = engine.resolve(type);
  const definition = resolved.kind === 'resolved' ? resolved.definition : undefined;
  if (definition === undefined || definition.kind === 'enum' || definition.name !== '')
    return undefined;
  return definition;
}

/** A type's name in the manner of DWARF. */
export function spell(type: CType, scope: Scope): string {
  return spellType(type, engineOf(scope));
}

const PAGE_BYTES = 4096;
const ORDERS = [0, 1, 2, 3, 4, 5];

/** The shared rings that a file of the unit declares; without `file` the unit's own. */
export function ringsOf(unit: Unit, file: string = unit.path): readonly Ring[] {
  return unit.scope.declarationsOf(file).flatMap((declaration) => {
    const ring = declaration.kind === 'struct' ? ringOf(declaration, unit.scope) : undefined;
    return ring === undefined ? [] : [ring];
  });
}

/** A structure as a ring: both producer indices, and last an array of slots. */
export function ringOf(aggregate: Aggregate, scope: Scope): Ring | undefined {
  const names = aggregate.fields.map(({ name }) => name);
  if (!names.includes('req_prod') || !names.includes('rsp_prod')) return undefined;
  const slots = aggregate.fields[aggregate.fields.length - 1];
  if (slots?.type.kind !== 'array') return undefined;
  const resolved = engineOf(scope).resolve(slots.type.of);
  const entry = resolved.kind === 'resolved' ? resolved.definition : undefined;
  if (entry === undefined || entry.kind === 'enum') return undefined;
  return { tag: aggregate.name.replace(/_sring$/, ''), sring: aggregate, entry, slots };
}

/** Size of a slot, where the slots begin, and how many fit into 1 to 32 pages. */
export function geometryOf(ring: Ring, scope: Scope): RingGeometry | Unknown {
  const engine = engineOf(scope);
  const sring = engine.layout(ring.sring);
  const entry = engine.layout(ring.entry);
  if (sring.kind === 'unknown') return sring;
  if (entry.kind === 'unknown') return entry;
  const slots = sring.fields.find(({ field }) => field === ring.slots);
  if (slots === undefined || entry.sizeBytes === 0) return unknown('its slots have no size');
  const ringOffsetBytes = slots.offsetBytes;
  const entriesByOrder = ORDERS.map((order) => {
    const fitting = Math.floor((PAGE_BYTES * 2 ** order - ringOffsetBytes) / entry.sizeBytes);
    return fitting < 1 ? 0 : 2 ** Math.floor(Math.log2(fitting));
  });
  return { kind: 'ring', entrySizeBytes: entry.sizeBytes, ringOffsetBytes, entriesByOrder };
}
