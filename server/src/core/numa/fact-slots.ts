import type { InputFormat, InputProblem, Source, SourcedFact } from './facts.ts';

/** Whose word counts: the hypervisor's own outputs before what Linux in dom0, or another tool, sees. */
const RANKS: Readonly<Record<InputFormat, number>> = {
  'xl info -n': 3,
  'xl list': 3,
  'xl vcpu-list': 3,
  'xl cpupool-list': 3,
  'debug key u': 2,
  'xl list -l': 2,
  'xl create -n': 2,
  'Xen boot log': 2,
  'numactl --hardware': 1,
  lscpu: 1,
  'lscpu -p': 1,
  sysfs: 1,
  'hwloc XML': 1,
  'libvirt XML': 1,
};

/** Two memory figures nearer than this are one figure in two roundings (xl prints MiB, Xen pages). */
const ROUNDING_KIB = 1024;

export type SlotValue = number | string | boolean | null | readonly (number | undefined)[];

interface Slot {
  value: SlotValue;
  rank: number;
  source: Source;
}

/** How a value behaves over time. */
export type SlotNature = 'fixed' | 'changing';

/**
 * One place per property of each thing, e.g. `cpu 3 node`. Remembers which input a value came from, believes the
 * better witness and says so once per pair of inputs.
 */
export class FactSlots {
  private readonly slots = new Map<string, Slot>();
  private readonly conflicts = new Map<string, { first: string; at: Source; count: number }>();

  put(
    key: string,
    value: SlotValue | undefined,
    from: SourcedFact,
    nature: SlotNature = 'fixed',
  ): void {
    if (value === undefined) return;
    const slot = this.slots.get(key);
    const rank = RANKS[from.format];
    if (slot === undefined) {
      this.slots.set(key, { value, rank, source: from.source });
      return;
    }
    const isSameInput = slot.source.input === from.source.input;
    if (!isAlike(slot.value, value) && !(isSameInput && nature === 'changing')) {
      this.noteConflict(key, slot, { value, rank, source: from.source });
    }
    const wins = rank > slot.rank || (rank === slot.rank && isSameInput && nature === 'changing');
    if (wins) this.slots.set(key, { value, rank, source: from.source });
  }

  has(key: string): boolean {
    return this.slots.has(key);
  }

  number(key: string): number | undefined {
    const value = this.slots.get(key)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  text(key: string): string | undefined {
    const value = this.slots.get(key)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  value(key: string): SlotValue | undefined {
    return this.slots.get(key)?.value;
  }

  sourceOf(key: string): Source | undefined {
    return this.slots.get(key)?.source;
  }

  /** One sentence per pair of inputs and kind of fact. */
  contradictions(): readonly InputProblem[] {
    return [...this.conflicts.values()].map(({ first, at, count }) => ({
      source: at,
      sentence: count > 1 ? `${first} (${count - 1} more of this kind.)` : first,
    }));
  }

  private noteConflict(key: string, kept: Slot, other: Slot): void {
    const [kind] = key.split(' ');
    const pair = `${kind}|${kept.source.input}|${other.source.input}`;
    const known = this.conflicts.get(pair);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const [believed, doubted] = other.rank > kept.rank ? [other, kept] : [kept, other];
    const first =
      believed.source.input === doubted.source.input
        ? `${believed.source.input} contradicts itself about ${key}: ${show(believed.value)} and ${show(doubted.value)}; the first is taken.`
        : `${believed.source.input} and ${doubted.source.input} differ about ${key}: ${show(believed.value)} and ${show(doubted.value)}; ${believed.source.input} is taken${believed.rank > doubted.rank ? ', it shows what the hypervisor sees' : ''}.`;
    this.conflicts.set(pair, { first, at: doubted.source, count: 1 });
  }
}

function isAlike(a: SlotValue, b: SlotValue): boolean {
  if (typeof a === 'number' && typeof b === 'number' && Math.max(a, b) > ROUNDING_KIB) {
    return Math.abs(a - b) < ROUNDING_KIB;
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

function show(value: SlotValue): string {
  return value === null ? 'none' : Array.isArray(value) ? value.join(',') : String(value);
}
