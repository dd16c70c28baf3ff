import type { Engine } from './engine.ts';
import { unknown } from './engine.ts';
import type { Aggregate, CType, Field, Unknown } from './model.ts';

/** A member found by name, through members without one. */
export interface Member {
  readonly kind: 'member';
  readonly offsetBytes: number;
  readonly type: CType;
  readonly field: Field;
  readonly owner: Aggregate;
}

/** Finds `name` in a struct or union type. */
export function memberOf(engine: Engine, type: CType, name: string): Member | Unknown {
  const resolved = engine.resolve(type);
  if (resolved.kind === 'unknown') return resolved;
  const { definition } = resolved;
  if (definition === undefined || definition.kind === 'enum') {
    return unknown(`\`.${name}\` is asked of something without members`);
  }
  const layout = engine.layout(definition);
  if (layout.kind === 'unknown') return layout;
  for (const { field, offsetBytes } of layout.fields) {
    if (field.name === name) {
      return { kind: 'member', offsetBytes, type: field.type, field, owner: definition };
    }
    if (field.name !== '' || field.widthBits !== undefined) continue;
    const inner = memberOf(engine, field.type, name);
    if (inner.kind === 'member') return { ...inner, offsetBytes: inner.offsetBytes + offsetBytes };
  }
  const tag = definition.name === '' ? 'it' : `${definition.kind} ${definition.name}`;
  return unknown(`${tag} has no member \`${name}\``);
}
