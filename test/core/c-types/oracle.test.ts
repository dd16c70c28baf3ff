import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Abi, Unit } from '#core/c-types';
import {
  ABIS,
  aggregatesOf,
  constantOf,
  geometryOf,
  HeaderCache,
  layoutOf,
  parseUnit,
  ringsOf,
} from '#core/c-types';
import { haveXenHeaders, oracle, resolveXen, textOf, XEN_HEADERS } from './headers.ts';

interface OracleField {
  readonly name: string | null;
  readonly offset: number;
  readonly size: number;
  readonly type: string;
  readonly dims?: readonly (number | null)[];
  readonly flexible?: boolean;
}

interface OracleLayout {
  readonly size: number;
  readonly align: number | null;
  readonly fields: readonly OracleField[];
}

type ByAbi<Value> = Partial<Record<Abi, Value>>;

interface Layouts {
  readonly types: Record<string, { readonly abi: ByAbi<OracleLayout> }>;
}

interface Constants {
  readonly headers: Record<string, Record<string, { readonly abi: ByAbi<number> }>>;
}

interface Rings {
  readonly rings: Record<
    string,
    {
      readonly header: string;
      readonly abi: ByAbi<{ entry_size: number; ring_offset: number; nr_ents_by_order: number[] }>;
    }
  >;
}

const units = new Map<string, Unit>();

function unitOf(abi: Abi, header: string): Unit {
  const unit = units.get(`${abi} ${header}`);
  if (unit === undefined) throw new Error(`${header} was not read`);
  return unit;
}

/** What we say of every type in every header that was read, in the oracle's terms. */
function ours(abi: Abi): Map<string, OracleLayout | string> {
  const found = new Map<string, OracleLayout | string>();
  for (const [key, unit] of units) {
    if (!key.startsWith(`${abi} `)) continue;
    for (const file of unit.scope.files()) {
      for (const entry of aggregatesOf(unit, file)) {
        if (found.has(entry.key)) continue;
        const layout = layoutOf(entry.aggregate, unit.scope);
        found.set(
          entry.key,
          layout.kind === 'unknown'
            ? layout.why
            : {
                size: layout.sizeBytes,
                align: layout.alignBytes,
                fields: layout.fields.map(inOracleTerms),
              },
        );
      }
    }
  }
  return found;
}

function inOracleTerms(field: {
  readonly name: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly type: string;
  readonly dimensions?: readonly (number | undefined)[];
  readonly flexible: boolean;
}): OracleField {
  return {
    name: field.name === '' ? null : field.name,
    offset: field.offsetBytes,
    size: field.sizeBytes,
    type: field.type,
    ...(field.dimensions === undefined ? {} : { dims: field.dimensions.map((n) => n ?? null) }),
    ...(field.flexible ? { flexible: true } : {}),
  };
}

describe.runIf(haveXenHeaders())('against gcc for four ABIs, libxen-dev 4.17', () => {
  const layouts = oracle('layouts') as Layouts;

  beforeAll(() => {
    const cache = new HeaderCache();
    const io = readdirSync(join(XEN_HEADERS, 'io')).map((name) => `io/${name}`);
    for (const abi of ABIS) {
      for (const header of [...io, 'xen.h', 'grant_table.h', 'event_channel.h']) {
        const path = join(XEN_HEADERS, header);
        const defines = ['__XEN_INTERFACE_VERSION__=0x00040e00'];
        const options = { path, abi, defines, resolveInclude: resolveXen };
        units.set(`${abi} ${header}`, parseUnit(textOf(path) ?? '', options, cache));
      }
    }
  });

  test.each(ABIS)('every type, size, alignment, offset and flexible member on %s', (abi) => {
    const found = ours(abi);
    let compared = 0;
    for (const [key, type] of Object.entries(layouts.types)) {
      const expected = type.abi[abi];
      if (expected === undefined) continue;
      const layout = found.get(key);
      // The oracle has no alignment for unnamed members: `_Alignof` cannot name them.
      const known =
        expected.align === null && typeof layout === 'object' ? { ...layout, align: null } : layout;
      const fields = expected.fields.map(
        ({ name, offset, size, type: spelled, dims, flexible }) => ({
          name,
          offset,
          size,
          type: spelled,
          ...(dims === undefined ? {} : { dims }),
          ...(flexible === true ? { flexible } : {}),
        }),
      );
      expect({ key, layout: known }).toEqual({ key, layout: { ...expected, fields } });
      compared++;
    }
    expect(compared).toBeGreaterThan(300);
  });

  test.each(ABIS)('every integer constant of io/*.h on %s', (abi) => {
    const constants = oracle('constants') as Constants;
    let compared = 0;
    for (const [header, macros] of Object.entries(constants.headers)) {
      for (const [name, { abi: values }] of Object.entries(macros)) {
        const expected = values[abi];
        if (expected === undefined) continue;
        const value = constantOf(name, unitOf(abi, `io/${header}`).scope);
        const number = value.kind === 'integer' ? Number(value.value) : value;
        expect({ header, name, number }).toEqual({ header, name, number: expected });
        compared++;
      }
    }
    expect(compared).toBe(363);
  });

  test.each(ABIS)('entries per ring on %s', (abi) => {
    const rings = oracle('ring_sizes') as Rings;
    for (const [tag, { header, abi: values }] of Object.entries(rings.rings)) {
      const unit = unitOf(abi, `io/${header}`);
      const ring = ringsOf(unit).find((candidate) => candidate.tag === tag);
      const geometry = ring && geometryOf(ring, unit.scope);
      const expected = values[abi];
      expect({ tag, geometry }).toEqual({
        tag,
        geometry: {
          kind: 'ring',
          entrySizeBytes: expected?.entry_size,
          ringOffsetBytes: expected?.ring_offset,
          entriesByOrder: expected?.nr_ents_by_order,
        },
      });
    }
  });

  test('no problem is reported in any of them', () => {
    for (const unit of units.values()) {
      expect({ path: unit.path, problems: unit.problems }).toEqual({
        path: unit.path,
        problems: [],
      });
    }
  });
});
