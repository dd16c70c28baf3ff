import type { LogEvent } from './model.ts';

/** Keeps events up to a limit, those that matter in preference, and counts all. */
export class EventStore {
  readonly countByKind: Record<string, number> = {};
  private readonly important: LogEvent[] = [];
  private readonly others: LogEvent[] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get size(): number {
    return this.important.length + this.others.length;
  }

  /** Counts events that are not kept. */
  count(kind: string, count: number): void {
    this.countByKind[kind] = (this.countByKind[kind] ?? 0) + count;
  }

  add(event: LogEvent): void {
    this.count(event.kind, 1);
    const isImportant = event.severity === 'error' || event.severity === 'warning';
    if (isImportant) {
      if (this.important.length >= this.limit) return;
      if (this.size >= this.limit) this.others.pop();
      this.important.push(event);
    } else if (this.size < this.limit) this.others.push(event);
  }

  list(): readonly LogEvent[] {
    return [...this.important, ...this.others].sort((a, b) => a.id - b.id);
  }
}
