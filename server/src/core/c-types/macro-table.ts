import type { Macro } from './macros.ts';

/**
 * What one file has asked the macro table and told it. Equal answers to the same questions mean an equal result, which
 * is how one reading of a header serves several files and ABIs.
 */
export interface Ledger {
  readonly startedAt: number;
  readonly parent: Ledger | undefined;
  readonly reads: number[];
  readonly readMacros: (Macro | undefined)[];
  readonly writes: number[];
}

/** The macros in force, and who has looked at which since when. */
export class MacroTable {
  private readonly macros: (Macro | undefined)[] = [];
  private base: readonly Macro[] = [];
  private readAt = new Int32Array(1024);
  private writtenAt = new Int32Array(1024);
  private clock = 0;
  private ledger: Ledger = {
    startedAt: 0,
    parent: undefined,
    reads: [],
    readMacros: [],
    writes: [],
  };

  /** Forgets everything and starts with the given macros. */
  reset(base: readonly Macro[], nameCount: number): void {
    // Only what was set is cleared: the table is as long as all names of the session.
    let ledger: Ledger | undefined = this.ledger;
    for (; ledger !== undefined; ledger = ledger.parent) {
      for (const id of ledger.writes) this.macros[id] = undefined;
    }
    for (const macro of this.base) this.macros[macro.id] = undefined;
    while (this.macros.length < nameCount) this.macros.push(undefined);
    this.base = base;
    for (const macro of base) this.macros[macro.id] = macro;
    this.open(undefined);
  }

  open(parent: Ledger | undefined): Ledger {
    this.clock++;
    this.ledger = { startedAt: this.clock, parent, reads: [], readMacros: [], writes: [] };
    return this.ledger;
  }

  /** Goes back to the file that included the current one. */
  close(parent: Ledger): void {
    const { writes } = this.ledger;
    this.ledger = parent;
    for (const id of writes) parent.writes.push(id);
  }

  /** The macro of that name, fallbacks included. The question is remembered. */
  lookup(id: number): Macro | undefined {
    if ((this.readAt[id] ?? -1) < this.ledger.startedAt) this.noteRead(id);
    return this.macros[id];
  }

  /** As `#ifdef` sees it: a stand-in does not count. */
  isDefined(id: number): boolean {
    const macro = this.lookup(id);
    return macro !== undefined && macro.origin !== 'fallback';
  }

  define(id: number, macro: Macro | undefined): void {
    if (id >= this.writtenAt.length) this.grow(id);
    this.writtenAt[id] = this.clock;
    this.macros[id] = macro;
    this.ledger.writes.push(id);
  }

  /** The macro without remembering the question. */
  peek(id: number): Macro | undefined {
    return this.macros[id];
  }

  private noteRead(id: number): void {
    if (id >= this.readAt.length) this.grow(id);
    const written = this.writtenAt[id] ?? 0;
    const read = this.readAt[id] ?? 0;
    const macro = this.macros[id];
    let ledger: Ledger | undefined = this.ledger;
    while (ledger !== undefined && written < ledger.startedAt && read < ledger.startedAt) {
      ledger.reads.push(id);
      ledger.readMacros.push(macro);
      ledger = ledger.parent;
    }
    this.readAt[id] = this.clock;
  }

  private grow(id: number): void {
    const size = Math.max(id + 1024, this.readAt.length * 2);
    const reads = new Int32Array(size);
    reads.set(this.readAt);
    this.readAt = reads;
    const writes = new Int32Array(size);
    writes.set(this.writtenAt);
    this.writtenAt = writes;
  }
}
