/** Kinds of events; the numbers are the queue's own. */
export const WAKE = 0;
export const BLOCK = 1;
export const TIMER = 2;
export const SCHEDULE = 3;
export const TICK = 4;
export const ACCOUNTING = 5;

/** No slot: the event is due at once and cannot be taken back. */
export const NO_SLOT: number = -1;
const BUCKET_US = 128;
const BUCKETS = 512;

/**
 * Events in order of time, then of insertion. Most lie within some milliseconds, so they are kept in buckets of 128 µs
 * that are used round and round; those of this very instant, half of all, in a ring. Timers that are set anew are
 * taken out instead of being waited for.
 */
export class EventQueue {
  /** The event taken last. */
  kind: number = WAKE;
  subject = 0;
  generation = 0;
  nowUs = 0;
  private capacity = 1024;
  private times = new Float64Array(this.capacity);
  private kinds = new Uint8Array(this.capacity);
  private subjects = new Int32Array(this.capacity);
  private generations = new Int32Array(this.capacity);
  private nexts = new Int32Array(this.capacity);
  private befores = new Int32Array(this.capacity);
  private free = NO_SLOT;
  private used = 0;
  private waiting = 0;
  private readonly heads = new Int32Array(BUCKETS).fill(NO_SLOT);
  /** Number of the bucket that holds this instant, not wrapped. */
  private current = 0;
  /** Ring of (kind, subject, generation) triples that are due now. */
  private instant = new Int32Array(3 * 1024);
  private instantFirst = 0;
  private instantEnd = 0;

  /** Returns the slot by which the event can be taken back. */
  push(timeUs: number, kind: number, subject: number, generation: number): number {
    if (timeUs <= this.nowUs) {
      this.pushInstant(kind, subject, generation);
      return NO_SLOT;
    }
    const slot = this.takeSlot();
    const { times, nexts, befores } = this;
    times[slot] = timeUs;
    this.kinds[slot] = kind;
    this.subjects[slot] = subject;
    this.generations[slot] = generation;
    this.waiting++;
    const bucket = bucketOf(timeUs);
    let before = NO_SLOT;
    let at = this.heads[bucket]!;
    while (at !== NO_SLOT && times[at]! <= timeUs) {
      before = at;
      at = nexts[at]!;
    }
    nexts[slot] = at;
    befores[slot] = before;
    if (at !== NO_SLOT) befores[at] = slot;
    if (before === NO_SLOT) this.heads[bucket] = slot;
    else nexts[before] = slot;
    return slot;
  }

  /** Takes back an event that has not come yet. */
  cancel(slot: number): void {
    if (slot !== NO_SLOT) this.release(slot);
  }

  /** Takes the next event not later than the limit; false when there is none. */
  take(untilUs: number): boolean {
    const head = this.heads[this.current & (BUCKETS - 1)]!;
    if (head !== NO_SLOT && this.times[head]! <= this.nowUs) {
      this.takeFrom(head);
      return true;
    }
    const at = this.instantFirst;
    if (at === this.instantEnd) return this.waiting > 0 && this.takeLater(untilUs);
    this.kind = this.instant[at]!;
    this.subject = this.instant[at + 1]!;
    this.generation = this.instant[at + 2]!;
    this.instantFirst = at + 3;
    if (this.instantFirst === this.instantEnd) {
      this.instantFirst = 0;
      this.instantEnd = 0;
    }
    return true;
  }

  private takeLater(untilUs: number): boolean {
    const last = Math.floor(untilUs / BUCKET_US);
    for (let number = this.current; number <= last; number++) {
      const slot = this.heads[number & (BUCKETS - 1)]!;
      if (slot === NO_SLOT) continue;
      const time = this.times[slot]!;
      if (time >= (number + 1) * BUCKET_US) continue;
      if (time > untilUs) return false;
      this.current = number;
      this.nowUs = time;
      this.takeFrom(slot);
      return true;
    }
    return false;
  }

  private takeFrom(slot: number): void {
    this.kind = this.kinds[slot]!;
    this.subject = this.subjects[slot]!;
    this.generation = this.generations[slot]!;
    this.release(slot);
  }

  private release(slot: number): void {
    const { nexts, befores } = this;
    const next = nexts[slot]!;
    const before = befores[slot]!;
    if (before === NO_SLOT) this.heads[bucketOf(this.times[slot]!)] = next;
    else nexts[before] = next;
    if (next !== NO_SLOT) befores[next] = before;
    nexts[slot] = this.free;
    this.free = slot;
    this.waiting--;
  }

  private pushInstant(kind: number, subject: number, generation: number): void {
    if (this.instantEnd === this.instant.length) {
      this.instant = widened(this.instant, 2 * this.instant.length);
    }
    const at = this.instantEnd;
    this.instant[at] = kind;
    this.instant[at + 1] = subject;
    this.instant[at + 2] = generation;
    this.instantEnd = at + 3;
  }

  private takeSlot(): number {
    if (this.free !== NO_SLOT) {
      const slot = this.free;
      this.free = this.nexts[slot]!;
      return slot;
    }
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private grow(): void {
    this.capacity *= 2;
    const times = new Float64Array(this.capacity);
    times.set(this.times);
    this.times = times;
    const kinds = new Uint8Array(this.capacity);
    kinds.set(this.kinds);
    this.kinds = kinds;
    this.subjects = widened(this.subjects, this.capacity);
    this.generations = widened(this.generations, this.capacity);
    this.nexts = widened(this.nexts, this.capacity);
    this.befores = widened(this.befores, this.capacity);
  }
}

function bucketOf(timeUs: number): number {
  return Math.floor(timeUs / BUCKET_US) & (BUCKETS - 1);
}

function widened(from: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(capacity);
  to.set(from);
  return to;
}
