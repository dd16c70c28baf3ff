import { describe, expect, test } from 'vitest';
import type { Abi } from '#core/c-types';
import { aggregatesOf, layoutOf, parseUnit } from '#core/c-types';
import { oracle } from './headers.ts';

interface Measured {
  readonly size: number;
  readonly fields: readonly {
    readonly name: string;
    readonly offset: number;
    readonly size: number;
    readonly type: string;
    readonly dims?: readonly number[];
  }[];
}

type Types = Readonly<Record<string, Partial<Record<Abi, Measured>>>>;

const TYPEDEFS = `
typedef uint32_t grant_ref_t, RING_IDX;
typedef uint16_t blkif_vdev_t;
typedef uint64_t blkif_sector_t;
`;

const inner = /^struct blkif_request_(?:rw|discard|other|indirect)$|^struct blkif_request$/;

/** How each tree asks for its layout: before the name, behind the body, by pragma, or by one member. */
function declared(variant: string, key: string, members: string): string {
  const [kind, tag] = key.split(' ');
  if (variant.startsWith('linux') && (inner.test(key) || /x86_32_request|x86_64_request/.test(key)))
    return /x86_64/.test(key)
      ? `${kind} __attribute__((__packed__)) ${tag} {${members}};`
      : `${kind} ${tag} {${members}} __attribute__((packed));`;
  if (variant.startsWith('qemu') && /x86_32_re/.test(key))
    return `#pragma pack(push, 4)\n${kind} ${tag} {${members}};\n#pragma pack(pop)`;
  if (variant.startsWith('qemu') && /x86_64_re/.test(key))
    return `${kind} ${tag} {${members.replace(' id;', ' __attribute__((__aligned__(8))) id;')}};`;
  // The ring for 32-bit guests packs the response where it names its type, for the member alone.
  if (variant.startsWith('linux') && key === 'union blkif_x86_32_sring_entry')
    return `${kind} ${tag} {${members.replace(' rsp;', ' __packed rsp;')}};`;
  if (key === 'struct xbf_ireq') return `${kind} ${tag} {${members}} __packed;`;
  return `${kind} ${tag} {${members}};`;
}

/** Declarations with these members: nothing of a tree's own text, only what its compiler made of it. */
function textOf(variant: string, types: Types, abi: Abi): string {
  const membersOf = (key: string): string =>
    (types[key]?.[abi]?.fields ?? [])
      .map(({ name, type, dims }) => {
        const within = `${key}.${name}`;
        const base = type.replace(/\[.*$/, '').trim();
        const spelled = base.endsWith('<anon>')
          ? `${base.split(' ')[0]} {${membersOf(within)}}${packedWithin(variant, within)}`
          : base;
        return `${spelled} ${name}${(dims ?? []).map((length) => `[${length}]`).join('')};`;
      })
      .join(' ');
  const own = Object.keys(types).filter((key) => !key.includes('.') && types[key]?.[abi]);
  return [TYPEDEFS, ...own.map((key) => declared(variant, key, membersOf(key)))].join('\n');
}

const packedWithin = (variant: string, key: string): string =>
  variant.startsWith('linux') && key.endsWith('.u') ? ' __attribute__((__packed__))' : '';

const { variants } = oracle('variant_layouts') as {
  readonly variants: Readonly<Record<string, Types>>;
};

describe.each(Object.entries(variants))('as %s declares them', (variant, types) => {
  const abis = [...new Set(Object.values(types).flatMap((byAbi) => Object.keys(byAbi) as Abi[]))];
  test.each(abis)('sizes and offsets on %s', (abi) => {
    const text = textOf(variant, types, abi);
    const unit = parseUnit(text, { path: '/variant.h', abi });
    const found = Object.fromEntries(
      aggregatesOf(unit).map(({ key, aggregate }) => [key, layoutOf(aggregate, unit.scope)]),
    );
    expect(unit.problems).toEqual([]);
    for (const [key, byAbi] of Object.entries(types)) {
      const measured = byAbi[abi];
      if (!measured) continue;
      const layout = found[key];
      const figures = layout?.kind === 'layout' && {
        size: layout.sizeBytes,
        fields: layout.fields.map((field) => [field.name, field.offsetBytes, field.sizeBytes]),
      };
      expect(figures, `${key}\n${text}`).toEqual({
        size: measured.size,
        fields: measured.fields.map(({ name, offset, size }) => [name, offset, size]),
      });
    }
  });
});
