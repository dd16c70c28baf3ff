import type { Abi } from '#core/c-types';

/** One named member of a structure in a ring slot. Array members carry the size of one element. */
export interface SlotField {
  readonly name: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** The C type, as the layout engine spells it. */
  readonly type: string;
  /** Number of elements; 1 for a plain member. */
  readonly count: number;
}

export interface SlotStructure {
  readonly name: string;
  readonly sizeBytes: number;
  readonly fields: readonly SlotField[];
}

/** Everything a block ring's page is made of, on one ABI. */
export interface SlotLayout {
  readonly abi: Abi;
  readonly entryBytes: number;
  /** Bytes before the first slot: indices, private area, padding. */
  readonly ringOffsetBytes: number;
  readonly sharedRing: SlotStructure;
  readonly request: SlotStructure;
  readonly indirectRequest: SlotStructure;
  readonly discardRequest: SlotStructure;
  readonly response: SlotStructure;
  readonly segment: SlotStructure;
}

export type SlotLayouts = Readonly<Record<Abi, SlotLayout>>;
