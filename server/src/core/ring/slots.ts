import type { RingState } from './macros.ts';

/** Whose a slot is at this moment. */
export type SlotOwner = 'free' | 'filled' | 'pushed' | 'working' | 'answered' | 'consumed';

/** In the order of a slot's life. The letter stands beside the colour. */
export const SLOT_OWNERS: readonly {
  readonly owner: SlotOwner;
  readonly letter: string;
  readonly meaning: string;
}[] = [
  { owner: 'free', letter: '', meaning: 'never used' },
  { owner: 'filled', letter: 'F', meaning: 'filled by the frontend, not pushed' },
  { owner: 'pushed', letter: 'P', meaning: 'pushed, the backend has not taken it' },
  { owner: 'working', letter: 'W', meaning: 'taken, no response yet' },
  { owner: 'answered', letter: 'A', meaning: 'holds a response' },
  { owner: 'consumed', letter: 'C', meaning: 'response taken, free again' },
];

/**
 * Owner of every slot, from the indices alone. A response goes to slot rsp_prod_pvt, so a slot says how many requests
 * are at work, not which. `startIndex` tells slots that were never used from those that are free again.
 */
export function slotOwners(ring: RingState, startIndex: number): readonly SlotOwner[] {
  const owners: SlotOwner[] = [];
  const mask = ring.entryCount - 1;
  const offset = (index: number): number => (index - ring.rspCons) >>> 0;
  const answered = offset(ring.rspProdPvt);
  const taken = offset(ring.reqCons);
  const pushed = offset(ring.reqProd);
  const filled = offset(ring.reqProdPvt);
  const used = (ring.reqProdPvt - startIndex) >>> 0;
  for (let slot = 0; slot < ring.entryCount; slot++) {
    // The first index at or after rsp_cons that falls on this slot.
    const ahead = (slot - ring.rspCons) & mask;
    if (ahead < answered) owners.push('answered');
    else if (ahead < taken) owners.push('working');
    else if (ahead < pushed) owners.push('pushed');
    else if (ahead < filled) owners.push('filled');
    else owners.push(((slot - startIndex) & mask) < used ? 'consumed' : 'free');
  }
  return owners;
}

/** How many slots each owner has. */
export function countOwners(owners: readonly SlotOwner[]): Readonly<Record<SlotOwner, number>> {
  const counts: Record<SlotOwner, number> = {
    free: 0,
    filled: 0,
    pushed: 0,
    working: 0,
    answered: 0,
    consumed: 0,
  };
  for (const owner of owners) counts[owner] += 1;
  return counts;
}

/** One of the indices that a ring is drawn with. */
export interface Pointer {
  readonly name: string;
  readonly index: number;
  readonly slot: number;
  /** The end that writes it. */
  readonly writer: 'frontend' | 'backend';
}

/** The eight indices; those that fall on one slot share a label. */
export function pointersOf(ring: RingState): readonly Pointer[] {
  const mask = ring.entryCount - 1;
  const pointer = (name: string, index: number, writer: Pointer['writer']): Pointer => ({
    name,
    index,
    slot: index & mask,
    writer,
  });
  return [
    pointer('rsp_cons', ring.rspCons, 'frontend'),
    pointer('rsp_prod', ring.rspProd, 'backend'),
    pointer('rsp_event', ring.rspEvent, 'frontend'),
    pointer('rsp_prod_pvt', ring.rspProdPvt, 'backend'),
    pointer('req_cons', ring.reqCons, 'backend'),
    pointer('req_prod', ring.reqProd, 'frontend'),
    pointer('req_event', ring.reqEvent, 'backend'),
    pointer('req_prod_pvt', ring.reqProdPvt, 'frontend'),
  ];
}
