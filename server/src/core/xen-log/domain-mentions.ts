import type { DomainMention, LogEvent } from './model.ts';

/** Counts how often each domain is spoken of. */
export class DomainMentions {
  private readonly mentions: Map<number, { count: number; firstLine: number }> = new Map();

  take(event: LogEvent): void {
    if (event.domain === undefined) return;
    const known = this.mentions.get(event.domain);
    if (known === undefined) this.mentions.set(event.domain, { count: 1, firstLine: event.line });
    else known.count++;
  }

  list(): readonly DomainMention[] {
    return [...this.mentions]
      .map(([domain, { count, firstLine }]) => ({ domain, eventCount: count, firstLine }))
      .sort((a, b) => a.domain - b.domain);
  }
}
