import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ABIS, type Abi } from '#core/c-types';
import type { SlotLayout, SlotLayouts, SlotStructure } from '#core/slot-layout';

interface MeasuredType {
  readonly abi: Record<
    Abi,
    {
      readonly size: number;
      readonly fields: readonly {
        name: string;
        offset: number;
        size: number;
        type: string;
        dims?: number[];
      }[];
    }
  >;
}

/** The block protocol's layouts as gcc lays them out: what the layout engine must agree with. */
export function measuredLayouts(): SlotLayouts {
  const file = path.join(import.meta.dirname, '../../oracle/layout/layouts.json.gz');
  const { types } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    types: Record<string, MeasuredType>;
  };
  const structure = (name: string, abi: Abi): SlotStructure => {
    const measured = types[name]?.abi[abi];
    if (measured === undefined) throw new Error(`${name} is not measured on ${abi}.`);
    return {
      name,
      sizeBytes: measured.size,
      fields: measured.fields.map((field) => {
        const count = field.dims?.[0] ?? 1;
        return {
          name: field.name,
          offsetBytes: field.offset,
          sizeBytes: field.size / count,
          type: field.type,
          count,
        };
      }),
    };
  };
  const layout = (abi: Abi): SlotLayout => {
    const sharedRing = structure('struct blkif_sring', abi);
    return {
      abi,
      entryBytes: structure('union blkif_sring_entry', abi).sizeBytes,
      ringOffsetBytes: sharedRing.fields.find((field) => field.name === 'ring')?.offsetBytes ?? 0,
      sharedRing,
      request: structure('struct blkif_request', abi),
      indirectRequest: structure('struct blkif_request_indirect', abi),
      discardRequest: structure('struct blkif_request_discard', abi),
      response: structure('struct blkif_response', abi),
      segment: structure('struct blkif_request_segment', abi),
    };
  };
  return Object.fromEntries(ABIS.map((abi) => [abi, layout(abi)])) as unknown as SlotLayouts;
}
